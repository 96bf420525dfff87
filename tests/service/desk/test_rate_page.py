"""Rating one pick after the other, without a hint of what the model thinks of it."""

import re
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.workflows.follower import Follower
from recommender.workflows.rating import ratings
from tests.service.desk.conftest import HOSTILE, Cms, Editor, SignedIn


@pytest.fixture
def followed(desk: Cms) -> Cms:
    """Return a newsroom whose site is answered from files."""
    with Catalogue.open(desk.settings.catalogue_url) as catalogue:
        Follower(desk.settings, catalogue).step(datetime.now(UTC))
    return desk


def text(response: Any) -> str:
    assert response.status_code == HTTPStatus.OK, response.text
    return str(response.text)


def asked(editor: Editor, path: str = "/desk/rate") -> dict[str, str]:
    """Return the hidden fields of the pick that is asked for."""
    shown = text(editor.get(path))
    return dict(re.findall(r'name="(query_id|article_id)" value="([^"]+)"', shown))


def kept(cms: Cms) -> list[tuple[str, str, int, str]]:
    with Catalogue.open(cms.settings.catalogue_url) as catalogue:
        return [(*one[:2], int(one.grade), one.author) for one in ratings(catalogue)]


def test_a_pick_is_rated_and_the_next_is_asked_for(followed: Cms, signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    first = asked(editor)
    shown = text(editor.get("/desk/rate"))
    assert "0 of " in shown
    for hint in ("score", "rank", "similar", "0."):
        assert hint not in shown.split("<main")[1].lower()

    done = editor.post("/desk/rate", {**first, "grade": "3"})
    assert (done.status_code, done.location) == (HTTPStatus.SEE_OTHER, "/desk/rate")
    assert kept(followed) == [(first["query_id"], first["article_id"], 3, "person:anna-editor")]
    second = asked(editor)
    assert second != first
    assert "1 of " in text(editor.get("/desk/rate"))

    skipped = asked(editor, "/desk/rate?round=0&at=2")
    assert skipped not in (first, second)
    again = text(editor.get("/desk/rate?round=0&at=0"))
    assert 'aria-pressed="true"' in again

    undone = editor.post("/desk/rate/undo")
    assert "is taken back" in text(editor.get(undone.location))
    assert kept(followed) == []
    assert asked(editor) == first
    nothing = editor.post("/desk/rate/undo")
    assert "There is no rating" in text(editor.get(nothing.location))


@pytest.mark.usefixtures("followed")
def test_two_raters_have_the_same_picks_and_agree(signed_in: SignedIn) -> None:
    editor, admin = signed_in("editor"), signed_in("admin")
    assert "No pick has been judged by two people" in text(editor.get("/desk/rate/agreement"))
    for grade in ("3", "0", "2"):
        pair = asked(editor)
        assert asked(admin) == pair
        for one in (editor, admin):
            one.post("/desk/rate", {**pair, "grade": grade})
    shown = text(admin.get("/desk/rate/agreement"))
    assert "100 %" in shown
    assert "well enough to rely on" in shown


def test_all_is_judged_in_the_end(followed: Cms, signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    for _ in range(99):
        pair = asked(editor)
        if not pair:
            break
        editor.post("/desk/rate", {**pair, "grade": "1"})
    assert "There is nothing left to judge here" in text(editor.get("/desk/rate"))
    assert len(kept(followed)) == len({one[:2] for one in kept(followed)})


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"query_id": "a0", "article_id": "a1", "grade": "9"},
        {"query_id": "a0", "article_id": "nope", "grade": "1"},
        {"query_id": HOSTILE, "article_id": HOSTILE, "grade": HOSTILE},
    ],
)
def test_what_cannot_be_is_told(followed: Cms, signed_in: SignedIn, form: dict[str, str]) -> None:
    editor = signed_in("editor")
    done = editor.post("/desk/rate", form)
    shown = text(editor.get(done.location))
    assert 'class="notice"' in shown
    assert "<script>alert" not in shown
    assert kept(followed) == []


@pytest.mark.usefixtures("followed")
def test_hostile_addresses(signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    for value in (HOSTILE, "-1", "9" * 30, "٣"):
        assert text(editor.get("/desk/rate", query_string={"round": value, "at": value}))
    assert "nothing left" in text(editor.get("/desk/rate?round=0&at=999"))


@pytest.mark.usefixtures("followed")
def test_viewers_do_not_rate(signed_in: SignedIn) -> None:
    viewer = signed_in("viewer")
    assert viewer.get("/desk/rate").status_code == HTTPStatus.FORBIDDEN
    assert viewer.post("/desk/rate", {}).status_code == HTTPStatus.FORBIDDEN
    assert text(viewer.get("/desk/rate/agreement"))
