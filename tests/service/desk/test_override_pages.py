"""Pins, blocks and rules on their pages: previewed, saved, undone, and who was quicker."""

import html
import re
import threading
import time
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.event import EventKind
from recommender.workflows.deciding import last_decision
from recommender.workflows.follower import Follower
from recommender.workflows.override_list import overrides
from service.desk.override_form import Form
from service.desk.surveys import MAX_WAITING, Surveys
from tests.service.desk.conftest import HOSTILE, Cms, Editor, SignedIn

PIN = {"kind": "pin", "article": "a4", "under": "a0", "position": "1", "reason": "worth a look"}
BLOCK = {"kind": "block", "article": "a1", "under": "a0", "reason": "too old"}
RULE = {"kind": "rule", "tags": "Trade", "under_tags": "Russia", "reason": "not here"}


@pytest.fixture
def served(desk: Cms) -> Cms:
    """Return a newsroom whose follower has carried over what happened."""
    return follow(desk)


def follow(desk: Cms) -> Cms:
    with Catalogue.open(desk.settings.catalogue_url) as catalogue:
        Follower(desk.settings, catalogue).step(datetime.now(UTC))
    return desk


def text(response: Any, status: int = HTTPStatus.OK) -> str:
    assert response.status_code == status, response.text
    return html.unescape(str(response.text))


def preview(editor: Editor, form: dict[str, str], **more: str) -> str:
    return text(editor.get("/desk/overrides/preview", query_string={**form, **more}))


def saved(editor: Editor, form: dict[str, str]) -> Any:
    return editor.post("/desk/overrides/save", form)


def lines(shown: str) -> list[str]:
    """Return the ids of the lists after, in their order."""
    after = shown.split(">After<")[1].split("</section>")[0]
    return re.findall(r'beside-title"[^>]* href="/desk/article\?id=([^"]*)"', after)


def test_what_is_previewed_is_not_there_and_then_it_is(served: Cms, signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    empty = text(editor.get("/desk/overrides"))
    assert "There is none. Open an article" in empty
    form = text(editor.get("/desk/overrides/new", query_string=PIN))
    assert "Verdi in Milan" in form
    assert 'value="worth a look"' in form

    shown = preview(editor, PIN)
    assert lines(shown)[0] == "a4"
    assert "Pin" in shown
    assert overrides(served.settings) == []

    response = saved(editor, PIN)
    assert response.status_code == HTTPStatus.SEE_OTHER
    (one,) = overrides(served.settings)
    assert (one.event.author, one.event.reason) == ("person:anna-editor", "worth a look")
    listed = text(editor.get("/desk/overrides"))
    assert "the site follows as soon as it can" in listed
    assert "worth a look" in listed
    assert "Verdi in Milan" in listed

    number = str(one.override.number)
    undone = editor.post("/desk/overrides/undo", {"number": number, "reason": "enough"})
    assert undone.status_code == HTTPStatus.SEE_OTHER
    assert overrides(served.settings) == []
    assert "Undone by person:anna-editor" in text(editor.get("/desk/overrides?state=over"))
    again = editor.post("/desk/overrides/undo", {"number": number, "reason": "enough"})
    assert "cannot be undone" in text(editor.get(again.headers["Location"]))
    for wrong in ("x", "", "9" * 30):
        editor.post("/desk/overrides/undo", {"number": wrong, "reason": "enough"})


def test_saving_waits_for_the_site(served: Cms, signed_in: SignedIn) -> None:
    """The acknowledgement says that readers see it when, and only when, the overlay has it."""
    editor = signed_in("editor")

    def later() -> None:
        time.sleep(0.2)
        follow(served)

    thread = threading.Thread(target=later)
    thread.start()
    saved(editor, BLOCK)
    thread.join()
    assert ", and on the site." in text(editor.get("/desk/overrides"))


@pytest.mark.usefixtures("served")
def test_a_block_and_a_list_beside_it(signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    shown = preview(editor, BLOCK)
    assert "beside-gone" in shown
    assert "a1" not in lines(shown)
    unshown = preview(editor, {**BLOCK, "under": "a2", "article": "a0"})
    assert lines(unshown)


def survey(editor: Editor, form: dict[str, str]) -> str:
    for _ in range(100):
        shown = preview(editor, form)
        if "Looking at the pages" not in shown:
            return shown
        time.sleep(0.05)
    pytest.fail("the survey never came")


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("form", [RULE, {**BLOCK, "under": ""}], ids=["rule", "block"])
def test_many_pages_are_looked_at_in_the_background(
    signed_in: SignedIn, form: dict[str, str]
) -> None:
    editor = signed_in("editor")
    shown = survey(editor, form)
    assert "concerned; of" in shown
    part = preview(editor, form, part="survey")
    assert "<html" not in part
    assert "concerned; of" in part
    assert "hx-get" not in part
    assert saved(editor, form).status_code == HTTPStatus.SEE_OTHER
    listed = text(editor.get("/desk/overrides?person=person:anna-editor"))
    assert form["reason"] in listed
    assert form["reason"] not in text(editor.get("/desk/overrides?person=person:nobody"))
    assert form["reason"] not in text(editor.get("/desk/overrides?state=to+come"))
    assert form["reason"] in text(editor.get("/desk/overrides?state=in+force"))


def test_the_second_is_told_what_the_first_did(served: Cms, signed_in: SignedIn) -> None:
    first, second = signed_in("editor"), signed_in("admin")
    with Catalogue.open(served.settings.catalogue_url) as catalogue:
        seen = str(last_decision(catalogue))
    assert saved(first, {**BLOCK, "seen": seen}).status_code == HTTPStatus.SEE_OTHER
    told = text(saved(second, {**RULE, "seen": seen}), HTTPStatus.CONFLICT)
    assert "Somebody was quicker: person:anna-editor blocked “a1” under “a0”" in told
    assert len(overrides(served.settings)) == 1
    (now,) = re.findall(r'name="seen" value="(\d+)">\s*<button class="main', told)
    assert saved(second, {**RULE, "seen": now}).status_code == HTTPStatus.SEE_OTHER
    assert len(overrides(served.settings)) == 2


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({**PIN, "article": ""}, "“article_id” is ''"),
        ({**PIN, "article": "nobody"}, "There is no article 'nobody'"),
        ({**PIN, "position": "x"}, "“position” is 'x'"),
        ({**PIN, "position": "21"}, "“position” is 21"),
        ({**PIN, "starts": "soon"}, "“from” is 'soon'"),
        ({**PIN, "ends": "2020-01-01T00:00"}, "“until” is '2020"),
        ({**BLOCK, "article": "a0"}, "expected another article's id"),
        ({**RULE, "rule": "x"}, "“rule” is 'x'"),
        ({**RULE, "tags": "", "under_tags": ""}, "“shown” is"),
        ({**BLOCK, "placement": "nowhere"}, "'nowhere'"),
    ],
)
def test_what_cannot_be_is_said_above_the_form(
    served: Cms, signed_in: SignedIn, form: dict[str, str], words: str
) -> None:
    editor = signed_in("editor")
    for response in (
        editor.get("/desk/overrides/preview", query_string=form),
        saved(editor, form),
    ):
        shown = text(response, HTTPStatus.BAD_REQUEST)
        assert words in shown
        assert form["reason"] in shown
    assert overrides(served.settings) == []


@pytest.mark.usefixtures("served")
def test_a_reason_is_asked_for(signed_in: SignedIn) -> None:
    shown = text(saved(signed_in("editor"), {**BLOCK, "reason": " "}), HTTPStatus.BAD_REQUEST)
    assert "“reason” is ''" in shown


def test_a_pin_that_shows_nothing_says_so_before_it_is_one(
    served: Cms, signed_in: SignedIn
) -> None:
    editor = signed_in("editor")
    assert served.post("/v1/articles/a4/retract").status_code == HTTPStatus.OK
    assert "This pin would show nothing: the article is retracted." in preview(editor, PIN)
    saved(editor, PIN)
    assert "Shows nothing: the article is retracted." in text(editor.get("/desk/overrides"))


def test_times_are_those_of_the_newsroom() -> None:
    form = Form.of({**BLOCK, "starts": "2099-07-01T09:30", "ends": "2099-12-01T09:30"})
    wish = form.wish("Europe/Paris")
    times = (wish.starts_at, wish.ends_at)
    assert times == ("2099-07-01T07:30:00+00:00", "2099-12-01T08:30:00+00:00")
    assert Form.of({"kind": "boost"}) == Form()
    assert Form.of({"seen": "9" * 20}).last_seen is None


@pytest.mark.usefixtures("served")
def test_hostile_words_are_shown_as_words(signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    hostile = HOSTILE.replace("\u2028", " ").replace("\u202e", "")
    form = {**RULE, "tags": hostile, "reason": HOSTILE}
    for response in (
        editor.get("/desk/overrides/new", query_string=form),
        editor.get("/desk/overrides/preview", query_string=form),
    ):
        assert b"<script>alert" not in response.data
    saved(editor, form)
    shown = editor.get("/desk/overrides")
    assert b"&lt;script&gt;alert" in shown.data
    assert b"<script>alert" not in shown.data


def test_viewers_look_and_change_nothing(served: Cms, signed_in: SignedIn) -> None:
    viewer = signed_in("viewer")
    assert "Pin an article" not in text(viewer.get("/desk/overrides"))
    assert saved(viewer, BLOCK).status_code == HTTPStatus.FORBIDDEN
    with Catalogue.open(served.settings.catalogue_url) as catalogue:
        assert catalogue.events((EventKind.OVERRIDE,)) == []


def test_a_queue_that_is_full_says_so() -> None:
    surveys = Surveys()
    hold = threading.Event()

    def work(is_wanted: Any) -> Any:
        hold.wait(5)
        return "found" if is_wanted() else None

    jobs = [surveys.ask(str(n), work) for n in range(MAX_WAITING + 3)]
    assert [job.problem for job in jobs].count(None) in {MAX_WAITING, MAX_WAITING + 1}
    assert "Too many previews" in str(jobs[-1].problem)
    hold.set()
    for _ in range(100):
        if jobs[0].survey is not None:
            break
        time.sleep(0.02)
    assert surveys.ask("0", work) is jobs[0]
    assert jobs[0].survey == "found"
