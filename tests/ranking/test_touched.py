"""What an answer notes of events and instants is enough to make it again, and no more."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.article import Article, Status
from recommender.domain.corpus import epoch_us, instant_of
from recommender.domain.decisions import Decisions
from recommender.domain.list_rule import ListRule
from recommender.domain.override import Override, OverrideKind
from recommender.domain.pick import Rung
from recommender.domain.placement import Placements, Slot, Source
from recommender.ranking.bundle import Bundle
from recommender.ranking.changes import Changes, revisions
from recommender.ranking.overlay import Overlay
from recommender.ranking.refs import Trail
from recommender.ranking.rerank import Selection, select
from recommender.ranking.snapshot import Snapshot
from tests.ranking.comers import arrivals_of
from tests.ranking.lists import (
    ARTICLE,
    IDS,
    LEARNT,
    NOW,
    PLACEMENTS,
    PLAIN,
    RULE,
    STORIES,
    placements_of,
)

MakeBundle = Callable[..., Bundle]
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
TIMES = [NOW + hours * HOUR for hours in (0, 1, 2, 11, 12, 13, 30)]
"""Around the next midnight, and beyond."""
URL = "https://x.example/1"

times = st.sampled_from(TIMES)
days = st.integers(-3, -1).map(lambda days: NOW + timedelta(days=days))
dated = st.builds(replace, ARTICLE, published_at=st.none() | days | times)
trained_lists = st.lists(dated, max_size=8, unique_by=lambda held: held.id)
revised_articles = st.builds(
    replace,
    dated,
    id=st.sampled_from([*IDS[:3], "new", "new", "newer"]),
    status=st.sampled_from([Status.PUBLISHED, Status.PUBLISHED, Status.RETRACTED]),
    embargoed_until=st.none() | st.none() | times,
)
"""Few articles, so that many a one is revised more than once."""


@st.composite
def override_wishes(draw: st.DrawFn) -> Override:
    kind = draw(st.sampled_from(OverrideKind))
    article_id, query_id = draw(st.permutations([*IDS[:5], "new"]))[:2]
    everywhere = kind is OverrideKind.BLOCK and draw(st.booleans())
    window = sorted(draw(st.sets(times, min_size=2, max_size=2)))
    starts_at, ends_at = draw(st.sampled_from([(None, None), window, (None, window[1])]))
    return Override(
        number=1,
        kind=kind,
        article_id=article_id,
        query_id=None if everywhere else query_id,
        position=draw(st.sampled_from([None, 1, 3])) if kind is OverrideKind.PIN else None,
        starts_at=starts_at,
        ends_at=ends_at,
    )


@st.composite
def rule_wishes(draw: st.DrawFn) -> ListRule:
    window = sorted(draw(st.sets(times, min_size=2, max_size=2)))
    starts_at, ends_at = draw(st.sampled_from([(None, None), window, (None, window[1])]))
    return replace(draw(RULE), starts_at=starts_at, ends_at=ends_at)


@dataclass(frozen=True)
class Undo:
    """The undoing of the override or the rule that was made so many events before, if one was."""

    back: int


happenings = st.lists(
    revised_articles
    | revised_articles
    | revised_articles
    | override_wishes()
    | rule_wishes()
    | st.builds(Undo, st.integers(1, 4)),
    min_size=1,
    max_size=9,
)


@dataclass(frozen=True)
class World:
    """A bundle and the history after it, numbered from 11 on."""

    bundle: Bundle
    happened: list[Any]
    placements: Placements
    compared: bool = True

    def snapshot(self, number: int, at: datetime) -> Snapshot:
        """Return what is served right after an event, made at an instant."""
        until = list(enumerate(self.happened[: max(number - 10, 0)], start=11))
        held = {n: replace(o, number=n) for n, o in until if isinstance(o, Override | ListRule)}
        for n, undo in until:
            if isinstance(undo, Undo) and (made := held.get(n - undo.back)):
                held[made.number] = replace(made, undone_by=made.undone_by or n)
        overrides = {n: one for n, one in held.items() if isinstance(one, Override)}
        rules = {n: one for n, one in held.items() if isinstance(one, ListRule)}
        revised = [(n, held) for n, held in until if isinstance(held, Article)]
        decided = Decisions(
            overrides=overrides,
            placements=self.placements,
            rules=rules,
            last_event=max((n for n, one in until if not isinstance(one, Article)), default=0),
        )
        changes = Changes.of(revisions(revised, "en"), at, decided)
        overlay = Overlay.in_memory(
            self.bundle,
            changes,
            last_event=number,
            generated_at=at,
            arrivals=arrivals_of(self.bundle, revised) if self.compared else None,
            compared_until=None if self.compared else self.bundle.last_event,
        )
        return Snapshot(self.bundle, overlay)


def answer(
    snapshot: Snapshot, now: datetime, article_id: str | None, url: str | None
) -> tuple[Selection, str | None]:
    """Return a list, and the id of the article that it is for, if it is known."""
    trail = Trail(snapshot.overlay.judged_us(epoch_us(now)))
    ref = snapshot.find(article_id, url, trail)
    selection = select(snapshot, ref, 4, epoch_us(now), trail=trail)
    return selection, None if selection.query is None else selection.query.id


def content(selection: Selection) -> Selection:
    """Return what of a list goes into an answer: all but when it ends."""
    return replace(selection, until_us=0)


worlds = st.tuples(trained_lists, happenings, PLACEMENTS, STORIES)


def world(make_bundle: MakeBundle, drawn: Any) -> World:
    trained, happened, placements, stories = drawn
    return World(make_bundle(trained, stories=stories, learnt=LEARNT), happened, placements)


@settings(max_examples=60)
@given(
    worlds,
    st.sampled_from([*IDS[:4], *IDS[:4], "new", "unknown", None]),
    times,
    st.sampled_from([-TICK, timedelta(0), HOUR]),
)
def test_an_answer_comes_again_from_the_event_and_the_instant_that_it_notes(
    make_bundle: MakeBundle,
    drawn: Any,
    article_id: str | None,
    made_at: datetime,
    later: timedelta,
) -> None:
    """Also an answer from an overlay that is late, or made by a clock that was ahead."""
    given_world = world(make_bundle, drawn)
    asked = (article_id, URL if article_id is None else None)
    for number in range(10, 11 + len(given_world.happened)):
        given_by = given_world.snapshot(number, made_at)
        selection, query_id = answer(given_by, made_at + later, *asked)

        as_of = instant_of(selection.since_us)
        assert as_of is not None
        assert selection.last_event <= number
        again = given_world.snapshot(max(selection.last_event, 10), as_of)
        replayed, _ = answer(again, as_of, *(asked if query_id is None else (query_id, None)))
        assert content(replayed) == content(selection)


@settings(max_examples=100)
@given(worlds, st.sampled_from([*IDS, "new", None]), times)
def test_nothing_changes_between_two_instants_that_touch_an_answer(
    make_bundle: MakeBundle, drawn: Any, article_id: str | None, now: datetime
) -> None:
    given_world = world(make_bundle, drawn)
    url = URL if article_id is None else None

    def at_instant(at: datetime) -> Selection:
        last = 10 + len(given_world.happened)
        return answer(given_world.snapshot(last, at), at, article_id, url)[0]

    selection = at_instant(now)
    assert selection.since_us <= epoch_us(now) < selection.until_us
    assert selection.until_us - selection.since_us <= 24 * 3_600_000_000
    for other in [*TIMES, instant_of(selection.since_us), instant_of(selection.until_us - 1)]:
        assert other is not None
        if selection.since_us <= epoch_us(other) < selection.until_us:
            assert content(at_instant(other)) == content(selection)


def told(given_world: World, number: int, limit: int = 1, at: datetime = NOW) -> Selection:
    """Return the list under the article `query` right after an event."""
    snapshot = given_world.snapshot(number, at)
    return select(snapshot, snapshot.find("query"), limit, epoch_us(at))


def ids(selection: Selection) -> list[str]:
    return [one.card.id for one in selection.picks]


def test_a_list_tells_that_a_new_article_left_it(
    make_bundle: MakeBundle, make_article: Callable[..., Article]
) -> None:
    query = make_article("query", "Snow", ["EU"], day=3)
    old = make_article("old", "Ice", ["EU"], day=2)
    new = make_article("new", "Rain", ["EU"], day=1)
    happened = [
        new,
        replace(old, title="Hail"),
        replace(new, tags=()),
        replace(new, tags=(), title="Fog"),
    ]
    on_tag = placements_of(Slot("all", Source.CLOSEST, floor=0.0, ladder=(Rung.TAG,)))
    given_world = World(make_bundle([query, old]), happened, on_tag, compared=False)

    lists = [told(given_world, number, limit=2) for number in (10, 11, 12, 13, 14)]

    assert list(map(ids, lists)) == [["old"], ["old", "new"], ["old", "new"], ["old"], ["old"]]
    # What became of the new one after it had left is no matter of this list.
    assert [one.last_event for one in lists] == [0, 11, 12, 13, 13]


def test_a_list_tells_that_an_article_came_among_its_nearest_and_left(
    make_bundle: MakeBundle, make_article: Callable[..., Article]
) -> None:
    trained = [
        make_article("query", "Grain trade", day=1),
        make_article("near", "Grain trade", day=1),
        make_article("far", "Trade and other things", day=1),
    ]
    nearest = make_article("new", "Grain trade", day=0)
    farther = make_article("newer", "Other things and trade", day=0)
    happened = [
        farther,
        nearest,
        replace(farther, status=Status.RETRACTED),
        replace(nearest, status=Status.RETRACTED),
    ]
    plain = placements_of(Slot("all", Source.CLOSEST, floor=0.0, ladder=()))
    given_world = World(make_bundle(trained), happened, plain)

    lists = [told(given_world, number) for number in (10, 11, 12, 13, 14)]

    assert list(map(ids, lists)) == [["near"], ["near"], ["new"], ["new"], ["near"]]
    # One that came after the picks, and left again, touched nothing.
    assert [one.last_event for one in lists] == [0, 0, 12, 12, 14]


def test_a_list_tells_that_a_pick_grew_old(
    make_bundle: MakeBundle, make_article: Callable[..., Article]
) -> None:
    """The article falls so far by its new date that nobody looks at it any more."""
    trained = [
        make_article("query", "Grain trade", day=0),
        make_article("first", "Grain trade", day=0),
        make_article("second", "Grain trade talks", day=0),
    ]
    fresh = placements_of(Slot("all", Source.CLOSEST, floor=0.0, half_life_days=1.0))
    aged = replace(trained[1], published_at=NOW - timedelta(days=90))
    happened = [aged, replace(aged, title="Grain")]
    given_world = World(make_bundle(trained), happened, fresh, compared=False)

    lists = [told(given_world, number) for number in (10, 11, 12)]

    assert list(map(ids, lists)) == [["first"], ["second"], ["second"]]
    assert [one.last_event for one in lists] == [0, 11, 11]


def test_a_list_ends_when_the_next_on_its_tag_is_published(
    make_bundle: MakeBundle, make_article: Callable[..., Article]
) -> None:
    """It is none of the nearest that the training stored, so nothing but its tag leads to it."""
    coming = make_article("coming", "Grain and other things", ["EU"], day=-0.05)
    near = [make_article(f"near{n}", "Grain", ["EU"], day=9) for n in range(6)]
    trained = [make_article("query", "Grain", ["EU"], day=1), *near, coming]
    latest = placements_of(Slot("all", Source.LATEST, floor=0.0, half_life_days=1.0))
    given_world = World(make_bundle(trained), [], latest)

    assert coming.published_at is not None
    before = told(given_world, 10)
    after = told(given_world, 10, at=coming.published_at)
    assert (ids(before), ids(after)) == (["near0"], ["coming"])
    assert before.until_us == after.since_us == epoch_us(coming.published_at)


def test_a_ladder_ends_when_the_next_article_is_published_or_free(
    make_bundle: MakeBundle, make_article: Callable[..., Article]
) -> None:
    query, other = make_article("query", "Snow", day=1), make_article("other", "Ice", day=2)
    dated = make_article("dated", "Rain", published_at=NOW + HOUR)
    free = make_article("free", "Hail", day=1, embargoed_until=NOW + 2 * HOUR)
    given_world = World(make_bundle([query, other]), [dated, free], PLAIN)

    lists = [told(given_world, 12, 3, NOW + hours * HOUR) for hours in (0, 1, 2)]

    assert list(map(ids, lists)) == [
        ["other"],
        ["dated", "other"],
        ["dated", "free", "other"],
    ]
    spans = [(one.since_us, one.until_us) for one in lists]
    assert [until for _, until in spans[:-1]] == [since for since, _ in spans[1:]]
    assert [one.last_event for one in lists] == [0, 11, 12]
