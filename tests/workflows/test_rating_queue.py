"""The queue of lists to judge: which, in which order, and what is next for whom."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Status
from recommender.domain.corpus import epoch_us
from recommender.domain.rating import Grade, Rating
from recommender.errors import NothingToTakeBack
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from recommender.workflows.rating import rate, ratings, take_back
from recommender.workflows.rating_agreement import agreement
from recommender.workflows.rating_desk import RatingDesk, another_version, next_pair
from recommender.workflows.rating_queue import LISTS_EACH, Ground, Queue
from recommender.workflows.snapshots import current_snapshot
from tests.workflows.conftest import Newsroom, article

NOW_US = epoch_us(datetime.now(UTC))
TOPICS = ("Russia", "China", "Trade", "Opera")
THEMES = ("grain harvest", "naval ships", "ballet stage", "court judges", "coal mines")


def archive(n: int) -> list[Any]:
    """Return articles that are of one kind by their tags, and of another by their words."""
    return [
        article(
            f"a{number:02}",
            TOPICS[number % 4],
            title=f"{THEMES[number % 5]} {number % 7}",
            body=f"{THEMES[number % 5]} and {THEMES[number % 3]}",
            hours_ago=number,
        )
        for number in range(n)
    ]


@pytest.fixture
def two_versions(newsroom: Newsroom, tmp_path: Path) -> Newsroom:
    """Return a newsroom of 40 articles whose champion and other version look at other things."""
    newsroom.store(*archive(40))
    own, other = tmp_path / "own.toml", tmp_path / "other.toml"
    own.write_text("[floor]\nsimilarity = 0.01\n", encoding="utf-8")
    other.write_text("[fields]\ntags = 0.0\n[floor]\nsimilarity = 0.01\n", encoding="utf-8")
    newsroom.train(config=other)
    newsroom.promote(newsroom.train(config=own).version)
    return newsroom


def snapshot_now(settings: Settings) -> Snapshot:
    with Catalogue.open(settings.catalogue_url) as catalogue:
        return current_snapshot(settings, catalogue, datetime.now(UTC))


def queue_of(newsroom: Newsroom) -> Queue:
    snapshot = snapshot_now(newsroom.settings)
    return Queue(snapshot, another_version(newsroom.settings, snapshot.bundle.version), NOW_US)


def test_rounds_take_turns_and_are_the_same_for_everybody(two_versions: Newsroom) -> None:
    queue, again = queue_of(two_versions), queue_of(two_versions)

    rounds = [queue.round(number) for number in range(3)]
    assert rounds == [again.round(number) for number in range(3)]
    assert [one.ground for one in rounds[0][:3]] == list(Ground)
    assert [one.query_id for one in rounds[0] if one.ground is Ground.NEW] == sorted(
        one.query_id for one in rounds[0] if one.ground is Ground.NEW
    )
    for asked in rounds:
        assert len(asked) <= 3 * LISTS_EACH
        for one in asked:
            assert one.query_id not in one.pick_ids
            assert len(set(one.pick_ids)) == len(one.pick_ids) > 0
    assert queue.round(999) == []


def test_the_order_of_picks_is_no_rank_and_both_versions_are_in(two_versions: Newsroom) -> None:
    queue = queue_of(two_versions)
    asked = [one for number in range(3) for one in queue.round(number)]
    pools = {one.query_id: set(one.pick_ids) for one in asked}
    assert any(len(pool) > 4 for pool in pools.values())

    alone = Queue(queue.snapshot, None, NOW_US)
    lists = [one for number in range(4) for one in alone.round(number)]
    assert {one.ground for one in lists} == {Ground.NEW, Ground.RANDOM}
    for one in lists:
        assert set(one.pick_ids) <= pools.get(one.query_id, set(one.pick_ids))
    ranks = [one.pick_ids.index(min(one.pick_ids)) for one in lists]
    assert len(set(ranks)) > 1


def test_a_version_without_another_has_no_disagreement(newsroom: Newsroom) -> None:
    newsroom.store(*archive(12))
    newsroom.promote()
    assert (
        another_version(newsroom.settings, snapshot_now(newsroom.settings).bundle.version) is None
    )
    grounds = {one.ground for one in queue_of(newsroom).round(0)}
    assert grounds == {Ground.NEW, Ground.RANDOM}


def test_what_is_next(two_versions: Newsroom) -> None:
    settings = two_versions.settings
    queue = queue_of(two_versions)
    snapshot = queue.snapshot
    pairs = [(one.query_id, pick) for one in queue.round(0) for pick in one.pick_ids]

    first = next_pair(queue, snapshot, [])
    assert first is not None
    assert (first.query.id, first.article.id) == pairs[0]
    assert (first.place, first.n_rated, first.n_pairs) == (0, 0, len(pairs))

    mine = [Rating(*pair, Grade.GOOD, "anna") for pair in pairs[:2]]
    second = next_pair(queue, snapshot, mine)
    assert second is not None
    assert (second.place, second.n_rated, second.grade) == (2, 2, None)
    back = next_pair(queue, snapshot, mine, 0, 1)
    assert back is not None
    assert (back.place, back.grade) == (1, Grade.GOOD)
    assert next_pair(queue, snapshot, mine, 0, 9_999) is None

    everything = [Rating(*pair, Grade.POOR, "anna") for pair in pairs]
    later = next_pair(queue, snapshot, everything)
    assert later is not None
    assert later.number == 1
    again = next_pair(queue, snapshot, everything, 0)
    assert again is not None
    assert again.n_rated == again.n_pairs

    two_versions.store(article(pairs[0][0], title="Gone", status=Status.RETRACTED))
    without = next_pair(queue, snapshot_now(settings), [])
    assert without is not None
    assert without.query.id != pairs[0][0]


def test_the_last_rating_is_taken_back(stocked: Newsroom) -> None:
    settings, desk = stocked.settings, RatingDesk(stocked.settings)
    rate(settings, "talks", "answer", "good", "anna")
    rate(settings, "talks", "answer", "poor", "anna")
    rate(settings, "talks", "answer", "poor", "ben")

    def grades() -> list[tuple[str, int]]:
        with Catalogue.open(settings.catalogue_url) as catalogue:
            assert desk.ratings(catalogue) == ratings(catalogue)
            return [(one.author, int(one.grade)) for one in ratings(catalogue)]

    assert grades() == [("anna", 1), ("ben", 1)]
    event = take_back(settings, "anna")
    assert event.detail == {"undoes": 7, "article_id": "answer"}
    assert grades() == [("anna", 3), ("ben", 1)]
    take_back(settings, "anna")
    assert grades() == [("ben", 1)]
    with pytest.raises(NothingToTakeBack, match="anna"):
        take_back(settings, "anna")


def test_agreement_is_of_pairs_that_several_judged() -> None:
    def given(author: str, *grades: int) -> list[Rating]:
        return [Rating("q", f"a{at}", Grade(one), author) for at, one in enumerate(grades)]

    found = agreement([*given("anna", 3, 2, 0, 1, 3), *given("ben", 3, 2, 0, 1), *given("eve", 0)])
    assert (found.n_raters, found.n_ratings, found.n_common) == (3, 10, 4)
    two = {one.raters: one for one in found.pairs}
    assert two["anna", "ben"].agreed == 1
    assert two["anna", "ben"].kappa is not None
    assert two["anna", "ben"].kappa.mean == 1
    assert two["anna", "eve"].kappa is not None
    assert found.alpha is not None
    nobody = agreement([])
    assert (nobody.n_raters, nobody.alpha, nobody.pairs) == (0, None, ())
