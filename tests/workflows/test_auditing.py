"""An audit says of a list what is true of the list that is served."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Status
from recommender.domain.corpus import epoch_us
from recommender.domain.override import OverrideKind
from recommender.errors import UnknownArticle, UnknownPlacement
from recommender.ranking import why_not as ranking
from recommender.ranking.refs import Ref
from recommender.ranking.rerank import select
from recommender.ranking.snapshot import Snapshot
from recommender.ranking.standing import Ground
from recommender.workflows.around import same_story, shown_under
from recommender.workflows.auditing import Audit
from recommender.workflows.overriding import Wish, override
from recommender.workflows.relating import related
from recommender.workflows.snapshots import current_snapshot
from recommender.workflows.why_not import why_not
from tests.workflows.conftest import Newsroom, article

WORDS = ["grain", "trade", "ships", "egypt", "harvest", "port", "strike", "price", "wheat", "sea"]
ARCHIVE = [
    article(
        f"a{n}",
        "Trade" if n % 2 else "Egypt",
        title=f"{WORDS[n % 10]} and {WORDS[(n * 3) % 10]} number {n}",
        body=" ".join(WORDS[(n * k) % 10] for k in range(1, 9)),
        hours_ago=n,
    )
    for n in range(24)
]
LIMIT = 3


class Desk:
    """A newsroom under audit."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom, self.settings = newsroom, newsroom.settings

    def snapshot(self, catalogue: Catalogue) -> Snapshot:
        return current_snapshot(self.settings, catalogue, datetime.now(UTC))

    def audit(self, catalogue: Catalogue, article_id: str, **more: Any) -> Audit:
        snapshot, now = self.snapshot(catalogue), datetime.now(UTC)
        query = found(snapshot, article_id)
        return Audit(snapshot, catalogue, query, more.get("placement", "more-from"), LIMIT, now)


def found(snapshot: Snapshot, article_id: str) -> Ref:
    ref = snapshot.find(article_id=article_id)
    assert ref is not None
    return ref


def this_instant() -> int:
    return epoch_us(datetime.now(UTC))


@pytest.fixture
def desk(newsroom: Newsroom) -> Desk:
    newsroom.store(*ARCHIVE)
    newsroom.promote()
    return Desk(newsroom)


@pytest.fixture
def catalogue(desk: Desk) -> Any:
    with Catalogue.open(desk.settings.catalogue_url) as opened:
        yield opened


@pytest.mark.parametrize("article_id", ["a0", "a7", "a23"])
def test_picks_are_those_that_are_served_with_the_numbers_of_their_explanations(
    desk: Desk, catalogue: Catalogue, article_id: str
) -> None:
    served = related(desk.settings, article_id, LIMIT)
    shown = desk.audit(catalogue, article_id).picks()
    assert [one.selected.card.id for one in shown] == [
        one.card.id for one in served.selection.picks
    ]
    for one, why in zip(shown, served.explanations, strict=True):
        assert (one.why is None) == (why is None)
        if one.why is not None and why is not None:
            assert float(one.why.score) == pytest.approx(why.score, abs=5e-4)
            assert float(one.why.similarity) == pytest.approx(why.similarity, abs=5e-4)
            freshness = dict(why.factors).get("freshness")
            assert one.freshness == (None if freshness is None else f"{freshness:.3f}")


@pytest.mark.parametrize("article_id", ["a0", "a7", "a23"])
def test_near_misses_are_no_picks_and_say_what_why_not_says(
    desk: Desk, catalogue: Catalogue, article_id: str
) -> None:
    audit = desk.audit(catalogue, article_id)
    shown = {one.selected.card.id for one in audit.picks()}
    misses = audit.near_misses(5)
    assert len(misses) == 5
    assert shown.isdisjoint(one.card.id for one in misses)
    assert article_id not in {one.card.id for one in misses}
    for one in misses:
        told = why_not(desk.settings, article_id, one.card.id, LIMIT)
        assert (one.sentence, one.more) == (told.sentence, told.more)
        assert audit.why_not(one.card.id).sentence == one.sentence


def test_the_first_of_each_slot_that_is_no_pick_is_among_the_near_misses(
    desk: Desk, catalogue: Catalogue
) -> None:
    audit, snapshot, now_us = desk.audit(catalogue, "a5"), desk.snapshot(catalogue), this_instant()
    query, ranks = found(snapshot, "a5"), dict[tuple[str, int], str]()
    for one in ARCHIVE:
        told = ranking.why_not(snapshot, query, found(snapshot, one.id), LIMIT, now_us)
        if told.ground is not Ground.PICKED:
            held = [(slot.slot.name, slot.fare) for slot in told.slots if slot.fare is not None]
            ranks |= {(name, fare.rank): one.id for name, fare in held if fare.rank is not None}
    first = {name: ranks[name, min(r for n, r in ranks if n == name)] for name, _ in ranks}
    assert set(first.values()) <= {one.card.id for one in audit.near_misses()}


def test_what_is_blocked_is_a_near_miss_that_says_who_did_it(
    desk: Desk, catalogue: Catalogue
) -> None:
    first = desk.audit(catalogue, "a7").picks()[0].selected.card.id
    override(desk.settings, Wish(OverrideKind.BLOCK, first, "a7"), "person:ben", "Too grim")
    audit = desk.audit(catalogue, "a7")
    blocked = next(one for one in audit.near_misses() if one.card.id == first)
    assert blocked.ground == "blocked"
    assert "person:ben" in blocked.sentence
    assert "Too grim" in blocked.sentence


def test_a_pin_is_shown_without_numbers(desk: Desk, catalogue: Catalogue) -> None:
    override(desk.settings, Wish(OverrideKind.PIN, "a20", "a7", position=1), "ben", "Background")
    first = desk.audit(catalogue, "a7").picks()[0]
    assert (first.selected.card.id, first.why) == ("a20", None)


def test_an_article_that_may_not_be_shown_says_so(desk: Desk, catalogue: Catalogue) -> None:
    desk.newsroom.store(
        replace(ARCHIVE[3], status=Status.RETRACTED),
        article("later", embargoed_until=datetime.now(UTC) + timedelta(days=1)),
    )
    audit = desk.audit(catalogue, "a7")
    assert audit.why_not("a3").sentence == "It is retracted."
    assert audit.why_not("a3").ground == "hidden"
    assert audit.why_not("later").sentence.startswith("It is under embargo until ")
    with pytest.raises(UnknownArticle):
        audit.why_not("never heard of")
    with pytest.raises(UnknownPlacement):
        desk.audit(catalogue, "a7", placement="nowhere")


def test_shown_under_is_true_of_each_list(desk: Desk, catalogue: Catalogue) -> None:
    snapshot, now_us = desk.snapshot(catalogue), epoch_us(datetime.now(UTC))
    for article_id in ("a0", "a7", "a23"):
        told = shown_under(snapshot, found(snapshot, article_id), LIMIT, now_us)
        by_hand = {
            one.id: held.pick.rank
            for one in ARCHIVE
            if one.id != article_id
            for held in select(snapshot, found(snapshot, one.id), LIMIT, now_us).picks
            if held.card.id == article_id
            and snapshot.row_of(found(snapshot, one.id))
            in snapshot.known.closest(snapshot.row_of(found(snapshot, article_id)) or 0).rows
        }
        assert {card.id: rank for card, rank in told.cards} == by_hand


def test_those_that_tell_the_story_are_named_both_ways(desk: Desk, catalogue: Catalogue) -> None:
    body = "The harbour of Odessa was closed after a storm broke the northern mole on Tuesday"
    desk.newsroom.store(
        article("one", title="Storm closes harbour", body=body, hours_ago=2),
        article("two", title="Storm closes harbour", body=body, hours_ago=1),
        article("alone", title="Verdi in Milan", body="A night at the opera"),
    )
    desk.newsroom.promote()
    snapshot = desk.snapshot(catalogue)
    assert [one.id for one in same_story(snapshot, found(snapshot, "two"))] == ["one"]
    assert [one.id for one in same_story(snapshot, found(snapshot, "one"))] == ["two"]
    assert same_story(snapshot, found(snapshot, "alone")) == []
