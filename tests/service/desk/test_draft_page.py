"""The Draft page: a text that is not published, and another freshness, tried without a trace."""

from datetime import UTC, datetime

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import epoch_us
from recommender.ranking.snapshot import Snapshot
from recommender.workflows.follower import Follower
from recommender.workflows.freshening import effect, fading_slots
from service.desk.drafts import DraftDesk
from tests.service.desk.conftest import HOSTILE, Cms, SignedIn


@pytest.fixture
def served(desk: Cms) -> Cms:
    """Return a newsroom whose files for the public app are there."""
    with Catalogue.open(desk.settings.catalogue_url) as catalogue:
        assert Follower(desk.settings, catalogue).step(datetime.now(UTC))
    return desk


def test_picks_and_tags(served: Cms, signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    before = served.events()
    text = {"title": "Kerry meets Lavrov", "body": "Sanctions and Ukraine", "tags": "USA, Kyiv"}

    response = editor.post("/desk/draft/look", text)

    assert response.status_code == 200
    assert "What would stand under it" in response.text
    assert "Russia" in response.text
    assert 'value="USA, Kyiv"' in response.text
    assert served.events() == before


def test_who_told_it_before_is_a_warning(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"id": "a1", "url": None, "title": "Lavrov <b>answers</b>", "similarity": 0.93}
    facts = {"picks": [], "tags": [], "same_story": [told]}
    monkeypatch.setattr(DraftDesk, "facts", lambda *_: facts)

    text = signed_in("editor").post("/desk/draft/look", {"title": "x"}).text

    assert "The same story stands already" in text
    assert "Lavrov &lt;b&gt;answers&lt;/b&gt;" in text
    assert "0.93" in text


@pytest.mark.usefixtures("served")
def test_what_was_typed_is_shown_as_text(signed_in: SignedIn) -> None:
    fields = ("title", "summary", "body", "tags")
    response = signed_in("editor").post("/desk/draft/look", dict.fromkeys(fields, HOSTILE))
    assert response.status_code == 200
    assert "<script>alert" not in response.text


def test_mistakes_and_nothing_yet(signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    assert "no model serves yet" in editor.get("/desk/draft").text
    assert editor.post("/desk/draft/look", {}).status_code == 422
    assert editor.post("/desk/draft/look", {"title": "x"}).status_code == 503
    assert editor.post("/desk/draft/look", {"body": "x" * 13_000_000}).status_code == 413
    for query in ("", "slot=nosuch&days=5", "slot=closest&days=x", "slot=closest&days=0"):
        assert editor.get(f"/desk/draft/freshness?{query}").status_code == 422


def test_freshness_is_tried_on_pages_and_changes_nothing(served: Cms, signed_in: SignedIn) -> None:
    viewer = signed_in("viewer")
    before = served.events()
    response = viewer.get("/desk/draft/freshness?slot=latest&days=1")

    assert response.status_code == 200
    assert "95 % interval" in response.text
    assert "Pages looked at" in response.text
    assert served.events() == before


def test_the_same_half_life_changes_nothing_and_the_interval_holds_the_mean(served: Cms) -> None:
    snapshot = Snapshot.open(served.settings)
    now_us = epoch_us(datetime(2024, 6, 1, tzinfo=UTC))
    for slot in fading_slots(snapshot):
        assert slot.half_life_days is not None
        same = effect(snapshot, slot.name, slot.half_life_days, now_us)
        assert same is not None
        assert (same.n_pages, same.changed.mean, same.replaced.mean, same.most) == (6, 0, 0, ())
        other = effect(snapshot, slot.name, 1.0, now_us)
        assert other is not None
        assert other.changed.low <= other.changed.mean <= other.changed.high
