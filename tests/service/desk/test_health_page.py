"""The health of the archive: read within a moment, worked off with a button each."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.event import EventKind
from recommender.domain.override import OverrideKind
from recommender.workflows import health, health_lists
from recommender.workflows.follower import Follower
from recommender.workflows.health_job import HealthJob
from recommender.workflows.health_report import last_examination
from recommender.workflows.health_words import Ailment
from recommender.workflows.overriding import Wish, override
from tests.service.desk.conftest import HOSTILE, Cms, Editor, SignedIn, published


@pytest.fixture
def followed(desk: Cms) -> Cms:
    """Return a newsroom whose site is answered from files."""
    follow(desk)
    return desk


def look(cms: Cms) -> None:
    health.examine(cms.settings, lambda *_: None)


def follow(cms: Cms) -> None:
    with Catalogue.open(cms.settings.catalogue_url) as catalogue:
        Follower(cms.settings, catalogue).step(datetime.now(UTC))


def text(response: Any) -> str:
    assert response.status_code == HTTPStatus.OK, response.text
    return str(response.text)


@pytest.mark.usefixtures("followed")
def test_before_anybody_looked(signed_in: SignedIn) -> None:
    shown = text(signed_in("editor").get("/desk/health"))
    assert "Nobody has looked at the lists yet" in shown
    assert "Look now" in shown
    gone = signed_in("viewer").get("/desk/health/list?of=hubs")
    assert gone.status_code == HTTPStatus.NOT_FOUND


def test_every_list_can_be_opened(
    followed: Cms, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_lists, "HUB_TIMES", 0.25)
    look(followed)
    editor = signed_in("editor")
    shown = text(editor.get("/desk/health"))
    assert "The list under each of 6 articles" in shown
    for ailment in Ailment:
        page = text(editor.get(f"/desk/health/list?of={ailment.value}"))
        assert "<h1>" in page
    hubs = text(editor.get("/desk/health/list?of=hubs"))
    assert 'href="/desk/article?id=a' in hubs
    assert text(editor.get("/desk/health/list?of=hubs&after=999"))
    for wrong in ("of=nothing", "of=hubs&after=-1", f"of={HOSTILE}"):
        found = editor.get(f"/desk/health/list?{wrong}")
        assert found.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}


def test_a_dead_pin_is_undone_with_a_reason(followed: Cms, signed_in: SignedIn) -> None:
    pin = override(followed.settings, Wish(OverrideKind.PIN, "a1", "a0"), "anna", "why")
    followed.post("/v1/articles/a1/retract")
    look(followed)
    editor = signed_in("editor")
    assert "is retracted" in text(editor.get("/desk/health/list?of=dead-pins"))

    refused = editor.post("/desk/health/undo", {"number": pin.number, "reason": ""})
    assert refused.status_code == HTTPStatus.SEE_OTHER
    assert "reason" in text(editor.get(refused.location))
    done = editor.post("/desk/health/undo", {"number": pin.number, "reason": "over"})
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert "it stands in the log" in text(editor.get(done.location))
    assert "undone since" in text(editor.get("/desk/health/list?of=dead-pins"))
    with Catalogue.open(followed.settings.catalogue_url) as catalogue:
        last = catalogue.events((EventKind.OVERRIDE,))[-1]
    assert (last.author, last.reason) == ("person:anna-editor", "over")
    assert editor.post("/desk/health/undo", {"number": "x"}).status_code == HTTPStatus.BAD_REQUEST


def proposing(cms: Cms) -> None:
    for number, tag in enumerate(["Supply Chain"] * 4 + ["Supply Chains"] * 3):
        cms.put(f"/v1/articles/s{number}", {"title": f"Flour {number}", "tags": [tag]})


@pytest.mark.parametrize(
    ("button", "said"), [("merge", "merged since"), ("apart", "two, as was decided since")]
)
def test_tags_that_may_be_one_are_decided(
    cms: Cms, signed_in: SignedIn, button: str, said: str, tmp_path: Any
) -> None:
    proposing(cms)
    published(cms, tmp_path)
    follow(cms)
    look(cms)
    editor = signed_in("editor")
    found = last_examination(cms.settings)
    assert found is not None
    (entry,) = found.worklists[Ailment.SYNONYMS].entries
    pair = {key: entry.more[key]["slug"] for key in ("alias", "canonical")}
    assert "Supply Chains" in text(editor.get("/desk/health/list?of=synonyms"))

    done = editor.post(f"/desk/health/{button}", {**pair, "reason": "clear"})
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert said in text(editor.get(done.location))
    other = editor.post(f"/desk/health/{button}", {"alias": "x", "canonical": "y", "reason": "z"})
    assert other.status_code == HTTPStatus.NOT_FOUND


def test_viewers_look_and_press_nothing(followed: Cms, signed_in: SignedIn) -> None:
    look(followed)
    viewer = signed_in("viewer")
    assert text(viewer.get("/desk/health"))
    for button in ("count", "merge", "apart", "undo"):
        assert viewer.post(f"/desk/health/{button}").status_code == HTTPStatus.FORBIDDEN


def test_looking_again_is_done_beside_all_else(followed: Cms, signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    job: HealthJob = followed.app.extensions["morefrom.health-job"]
    done = editor.post("/desk/health/count")
    assert done.status_code == HTTPStatus.SEE_OTHER
    job.wait(60)
    assert job.problem is None
    found = last_examination(followed.settings)
    assert found is not None
    assert found.n_articles == 6
    assert "Look again" in text(editor.get("/desk/health"))


def test_a_look_that_fails_says_why(cms: Cms, signed_in: SignedIn) -> None:
    job: HealthJob = cms.app.extensions["morefrom.health-job"]
    assert job.start()
    job.wait(60)
    assert "promoted" in str(job.problem)
    assert "The last look came to nothing" in text(signed_in("editor").get("/desk/health"))


def test_hostile_articles_are_shown_as_text(cms: Cms, tmp_path: Any, editor: Editor) -> None:
    cms.put("/v1/articles?id=" + "%3Cimg%20src=x%3E", {"title": HOSTILE, "tags": [HOSTILE]})
    published(cms, tmp_path)
    follow(cms)
    look(cms)
    for ailment in Ailment:
        shown = text(editor.get(f"/desk/health/list?of={ailment.value}"))
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


@pytest.fixture
def editor(signed_in: SignedIn) -> Editor:
    return signed_in("editor")
