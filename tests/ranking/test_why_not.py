"""Why not this one: each ground where it is reached, and the truth of it for any list."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article
from recommender.domain.override import Override, OverrideKind
from recommender.domain.pick import Rung
from recommender.domain.placement import Slot, Source
from recommender.ranking.bundle import Bundle
from recommender.ranking.in_slot import Fare, InSlot, Miss
from recommender.ranking.list_rules import ListRules
from recommender.ranking.on_ladder import LadderMiss, OnLadder
from recommender.ranking.overrides import Overrides
from recommender.ranking.rerank import select
from recommender.ranking.snapshot import Snapshot
from recommender.ranking.standing import Ground
from recommender.ranking.why_not import WhyNot, why_not
from tests.ranking.lists import (
    ARTICLE,
    NOW,
    NOW_US,
    PLACEMENTS,
    Situation,
    placements_of,
    situations,
    snapshot_of,
)

MakeBundle = Callable[..., Bundle]
MakeArticle = Callable[..., Article]
WORDS = ["grain", "trade", "ships", "egypt", "harvest", "port", "strike", "price"]
CLOSEST = Slot("closest", Source.CLOSEST, places=2, floor=0.0, ladder=())
ALIKE = st.lists(
    st.builds(
        replace,
        ARTICLE,
        title=st.lists(st.sampled_from(WORDS[:4]), min_size=1, max_size=4, unique=True).map(
            " ".join
        ),
        language=st.just("en"),
    ),
    min_size=5,
    max_size=9,
    unique_by=lambda held: held.id,
)
"""Articles of which most have something in common, so that slots have a choice."""
CHOICE = (
    st.sampled_from([0.0, 0.5]).map(
        lambda diversity: placements_of(Slot("all", Source.CLOSEST, floor=0.0, diversity=diversity))
    )
    | PLACEMENTS
)
BLOCK = Override(21, OverrideKind.BLOCK, "near")
PIN = Override(22, OverrideKind.PIN, "snow", "query", position=1)


def titled(n_words: int) -> str:
    """Return a title of the first words: the more of them two share, the closer they are."""
    return " ".join(WORDS[:n_words])


@pytest.fixture
def bundle(make_bundle: MakeBundle, make_article: MakeArticle) -> Bundle:
    """Return articles less and less like the query, and some that may not stand beside it."""
    articles = [
        make_article("query", titled(8), ["Egypt"], day=5, url="https://x.example/1"),
        make_article("near", titled(7), ["Egypt"], day=5, url="https://x.example/2"),
        make_article("next", titled(6), ["Egypt"], day=6, section="News"),
        make_article("third", titled(5), day=9, section="Opinion"),
        make_article("old", titled(4), day=400),
        make_article("far", titled(1), day=5),
        make_article("snow", "Snow", day=5),
        make_article("twin of query", titled(8), day=5),
        make_article("twin of near", titled(6), ["Egypt"], day=5),
        make_article("page of query", titled(6), day=5, url="https://x.example/1?utm_source=a"),
        make_article("page of near", titled(6), day=5, url="https://x.example/2/"),
        make_article("french", titled(8), day=5, language="fr"),
        make_article("tomorrow", titled(8), published_at=NOW + timedelta(days=1)),
    ]
    stories = {"query": 1, "twin of query": 1, "near": 2, "twin of near": 2}
    return make_bundle(articles, k=20, stories=stories)


def ask(
    bundle: Bundle,
    other: str,
    *slots: Slot,
    limit: int = 2,
    overrides: Iterable[Override] = (),
    revised: Iterable[Article] = (),
    query: str = "query",
    prefer_fewer: bool = False,
) -> WhyNot:
    placements = placements_of(*slots or (CLOSEST,), prefer_fewer=prefer_fewer)
    return of(snapshot_of(bundle, revised, placements, overrides), query, other, limit)


def of(snapshot: Snapshot, query_id: str, other_id: str, limit: int) -> WhyNot:
    query, other = snapshot.find(query_id), snapshot.find(other_id)
    assert query is not None
    assert other is not None
    return why_not(snapshot, query, other, limit, NOW_US)


def in_slot(found: WhyNot) -> tuple[InSlot, Fare]:
    """Return how an article fares in the slot that decides."""
    assert found.slot is not None
    assert found.slot.fare is not None
    return found.slot, found.slot.fare


@pytest.mark.parametrize(
    ("other", "ground", "beside"),
    [
        ("query", Ground.QUERY, None),
        ("near", Ground.PICKED, "near"),
        ("twin of query", Ground.STORY, None),
        ("twin of near", Ground.STORY, "near"),
        ("page of query", Ground.ADDRESS, None),
        ("page of near", Ground.ADDRESS, "near"),
        ("french", Ground.LANGUAGE, None),
        ("tomorrow", Ground.FUTURE, None),
    ],
)
def test_what_closes_the_whole_list(
    bundle: Bundle, other: str, ground: Ground, beside: str | None
) -> None:
    found = ask(bundle, other)
    assert (found.article_id, found.ground, found.slot) == (other, ground, None)
    assert (found.pick and found.pick.article_id) == beside
    assert [one.ground for one in found.slots] == (
        [Miss.OPEN] if beside and ground is not Ground.PICKED else []
    )
    assert found.explanation is not None
    assert found.otherwise is None


def test_a_twin_is_told_how_it_would_fare_itself(bundle: Bundle) -> None:
    (slot,) = ask(bundle, "twin of near").slots
    assert slot.fare is not None
    assert (slot.fare.rank, slot.fare.n_ranked, slot.ladder) == (2, 7, None)


def test_a_block_names_itself_and_what_there_would_be_without_it(bundle: Bundle) -> None:
    found = ask(bundle, "near", overrides=[BLOCK])
    assert (found.ground, found.override, found.pick) == (Ground.BLOCKED, BLOCK, None)
    assert found.otherwise is not None
    assert found.otherwise.ground is Ground.PICKED
    assert found.otherwise.pick == found.otherwise.selection.picks[0].pick

    far = ask(bundle, "far", overrides=[replace(BLOCK, article_id="far")])
    assert far.otherwise is not None
    assert far.otherwise.ground is Miss.OUTRANKED


def test_one_block_after_another(bundle: Bundle) -> None:
    here = replace(BLOCK, number=23, query_id="query")
    found = ask(bundle, "near", overrides=[BLOCK, here])
    assert found.otherwise is not None
    assert (found.otherwise.ground, found.otherwise.override) == (Ground.BLOCKED, here)
    assert found.otherwise.otherwise is not None
    assert found.otherwise.otherwise.ground is Ground.PICKED


def test_a_block_is_told_though_a_twin_has_taken_the_place(bundle: Bundle) -> None:
    found = ask(bundle, "near", overrides=[BLOCK], limit=8)
    assert "twin of near" in [one.pick.article_id for one in found.selection.picks]
    assert found.ground is Ground.BLOCKED


def test_pins_of_the_article_are_told_but_for_those_of_the_past(bundle: Bundle) -> None:
    later = replace(PIN, number=23, starts_at=NOW + timedelta(days=1))
    over = replace(PIN, number=24, ends_at=NOW)
    elsewhere = replace(PIN, number=25, query_id="near")
    found = ask(bundle, "snow", overrides=[PIN, later, over, elsewhere])
    assert (found.ground, found.pins) == (Ground.PICKED, (PIN, later))
    assert found.explanation is not None
    assert found.explanation.similarity == 0


def test_outranked_by_the_last_pick_of_the_slot(bundle: Bundle) -> None:
    found = ask(bundle, "third")
    slot, fare = in_slot(found)
    assert (found.ground, slot.ground) == (Miss.OUTRANKED, Miss.OUTRANKED)
    assert (fare.rank, fare.n_ranked) == (
        5,
        7,
    )  # of them a twin and the page of near cannot come in
    assert fare.last is not None
    assert fare.last.score is not None
    assert fare.last.article_id == found.selection.picks[-1].pick.article_id
    assert fare.short_by == pytest.approx(fare.last.score - fare.explanation.score, abs=1e-9)
    assert fare.short_by > 0


def test_passed_over_for_diversity(make_bundle: MakeBundle, make_article: MakeArticle) -> None:
    articles = [
        make_article("query", "grain trade ships egypt"),
        make_article("a", "grain trade ships"),
        make_article("b", "grain trade ships port"),
        make_article("c", "egypt"),
        make_article("snow", "snow"),
    ]
    diverse = replace(CLOSEST, diversity=0.4, places=3)
    found = ask(make_bundle(articles), "b", diverse, limit=3, overrides=[PIN])
    assert [one.pick.article_id for one in found.selection.picks] == ["snow", "a", "c"]
    _, fare = in_slot(found)
    assert found.ground is Miss.PASSED_OVER
    assert fare.passed_over is not None
    assert (fare.passed_over.by.article_id, fare.passed_over.like.article_id) == ("c", "a")
    assert fare.passed_over.similarity == pytest.approx(12**0.5 / 4, abs=1e-6)
    assert fare.short_by is not None
    assert fare.short_by < 0


def test_no_place_in_a_short_list_or_beside_pins(bundle: Bundle) -> None:
    background = Slot("background", Source.BACKGROUND, floor=0.0, max_age_days=2, ladder=())
    aged = replace(CLOSEST, min_age_days=100)
    short = ask(bundle, "next", aged, background, limit=2)
    assert (short.ground, in_slot(short)[0].slot.name) == (Miss.NO_PLACE, "background")
    pins = [PIN, replace(PIN, number=23, article_id="far", position=2)]
    assert ask(bundle, "near", overrides=pins).ground is Miss.NO_PLACE


def test_not_among_those_that_the_slot_looks_at(
    make_bundle: MakeBundle, make_article: MakeArticle
) -> None:
    titles = {"query": 8, "a": 7, "b": 6, "c": 5}
    bundle = make_bundle([make_article(key, titled(n)) for key, n in titles.items()], k=2)
    found = ask(bundle, "c")
    _, fare = in_slot(found)
    assert found.ground is Miss.NOT_STORED
    assert (fare.stored.n, fare.stored.last) == (2, pytest.approx((6 / 8) ** 0.5, abs=1e-6))
    assert fare.explanation.similarity < fare.stored.last
    assert (fare.rank, fare.n_ranked) == (None, 2)


def test_faded_to_nothing(bundle: Bundle) -> None:
    fading = replace(CLOSEST, half_life_days=1.0)
    found = ask(bundle, "old", fading)
    _, fare = in_slot(found)
    assert found.ground is Miss.FADED
    assert fare.explanation.score == 0 < fare.explanation.similarity


def test_below_the_floor_and_nothing_in_common(bundle: Bundle) -> None:
    strict = replace(CLOSEST, floor=0.5)
    far, snow = ask(bundle, "far", strict), ask(bundle, "snow", strict)
    _, fare = in_slot(far)
    assert (far.ground, fare.floor) == (Ground.FLOOR, 0.5)
    assert 0 < fare.explanation.similarity < 0.5
    assert snow.ground is Miss.UNRELATED
    learnt = replace(bundle, floor=bundle.floor + 400_000)
    assert in_slot(ask(learnt, "far", replace(CLOSEST, floor="noise")))[1].floor == 0.4


@pytest.mark.parametrize(
    ("other", "rules", "ground", "age_days"),
    [
        ("next", {"min_age_days": 7}, Ground.TOO_NEW, 6),
        ("old", {"max_age_days": 399}, Ground.TOO_OLD, 400),
        ("old", {"source": Source.BACKGROUND, "min_age_days": 396}, Ground.TOO_NEW, 395),
        ("third", {"not_sections": ("opinion",)}, Ground.SECTION, 9),
        ("third", {"tags": ("Egypt",)}, Ground.TAG, 9),
        ("third", {"source": Source.LATEST}, Ground.NO_SHARED_TAG, 9),
    ],
)
def test_rules_of_a_slot(
    bundle: Bundle, other: str, rules: dict[str, object], ground: Ground, age_days: int
) -> None:
    slot = replace(CLOSEST, **rules)  # type: ignore[arg-type]
    found = ask(bundle, other, slot)
    assert found.ground is ground
    assert in_slot(found)[1].age_days == age_days
    assert in_slot(found)[1].tags == (("Egypt",) if slot.source is Source.LATEST else ())


def test_what_came_after_the_training_is_not_known_to_the_model(
    bundle: Bundle, make_article: MakeArticle
) -> None:
    new = make_article("new", titled(8), day=0)
    for query, other, ground in (("query", "new", Miss.NEW), ("new", "near", Miss.QUERY_NEW)):
        found = ask(bundle, other, query=query, revised=[new])
        assert (found.ground, found.explanation) == (ground, None)
        assert found.slot == InSlot(CLOSEST, ground, ladder=OnLadder(LadderMiss.NO_LADDER))


@pytest.mark.parametrize(
    ("rules", "limit", "ladder"),
    [
        ({"ladder": ()}, 9, OnLadder(LadderMiss.NO_LADDER)),
        ({"ladder": (Rung.TAG,)}, 9, OnLadder(LadderMiss.NOT_ON_LADDER)),
        ({"ladder": tuple(Rung)}, 2, OnLadder(LadderMiss.LATER, Rung.RECENT)),
        ({"ladder": tuple(Rung), "floor": 0.5}, 2, OnLadder(LadderMiss.NO_PLACE, Rung.RECENT)),
        ({"sections": ("News",)}, 9, OnLadder(Ground.SECTION, Rung.RECENT)),
        ({"not_tags": ("Egypt",), "tags": ("UN",)}, 9, OnLadder(Ground.TAG, Rung.RECENT)),
    ],
)  # fmt: skip
def test_what_the_ladder_did(
    bundle: Bundle, rules: dict[str, object], limit: int, ladder: OnLadder
) -> None:
    found = ask(
        bundle,
        "snow",
        replace(CLOSEST, **{"floor": 1.0, "ladder": tuple(Rung), **rules}),
        limit=limit,
    )  # type: ignore[arg-type]
    assert found.slot is not None
    assert found.slot.ladder == ladder
    fewer = ask(bundle, "snow", replace(CLOSEST, ladder=tuple(Rung)), prefer_fewer=True)
    assert fewer.slot is not None
    assert fewer.slot.ladder == OnLadder(LadderMiss.NO_LADDER)


def test_the_slot_decides_in_which_it_comes_nearest(bundle: Bundle) -> None:
    strict = replace(CLOSEST, name="strict", floor=0.9, places=1)
    found = ask(bundle, "third", strict, replace(CLOSEST, places=1))
    assert [one.ground for one in found.slots] == [Ground.FLOOR, Miss.OUTRANKED]
    assert found.slot == found.slots[1]
    steep = replace(CLOSEST, name="steep", places=1, half_life_days=2.0)
    found = ask(bundle, "third", steep, replace(CLOSEST, places=1))
    gaps = [one.fare.short_by for one in found.slots if one.fare and one.fare.short_by]
    assert gaps[0] < gaps[1]  # but so are all scores of the slot
    assert in_slot(found)[0].slot.name == "closest"
    wide = replace(CLOSEST, name="wide")
    assert in_slot(ask(bundle, "far", CLOSEST, wide, limit=4))[0].slot == wide


@given(situations(ALIKE, CHOICE), st.integers(1, 4))
def test_what_is_said_is_true_of_the_list(
    make_bundle: MakeBundle, situation: Situation, limit: int
) -> None:
    snapshot = situation.snapshot(make_bundle, k=3)
    ids = sorted(situation.today)
    shown = [key for key in ids if snapshot.find(key) is not None]
    for query_id in shown[:3]:
        picks = select(snapshot, snapshot.find(query_id), limit, NOW_US).picks
        picked = {one.pick.article_id: one.pick for one in picks}
        for other_id in shown:
            found = of(snapshot, query_id, other_id, limit)
            assert found.selection.picks == picks
            assert (found.ground is Ground.PICKED) == (other_id in picked)
            check_decision(found, snapshot, situation, query_id, limit)
            check_numbers(found)
            if found.ground is Ground.PICKED:
                assert found.pick == picked[other_id]
            elif found.pick is not None:
                assert found.pick.article_id in picked


def check_decision(
    found: WhyNot, snapshot: Snapshot, situation: Situation, query_id: str, limit: int
) -> None:
    """Check that a list without the block or the rule is what is said that it would be."""
    is_decided = found.ground in {Ground.BLOCKED, Ground.RULE}
    assert is_decided == (found.otherwise is not None)
    assert (found.ground is Ground.RULE) == (found.rule is not None)
    if found.otherwise is None:
        return
    if found.rule is None:
        assert found.override in situation.overrides
    else:
        assert found.rule in situation.rules
    blocks = [one for one in situation.overrides if found.rule or one != found.override]
    rules = [one for one in situation.rules if one != found.rule]
    freed_of = {"overrides": Overrides(blocks), "rules": ListRules(rules)}
    freed = Snapshot(snapshot.bundle, replace(snapshot.overlay, **freed_of))
    assert found.otherwise == of(freed, query_id, found.article_id, limit)
    shown = {
        one.pick.article_id for one in select(freed, freed.find(query_id), limit, NOW_US).picks
    }
    assert (found.otherwise.ground is Ground.PICKED) == (found.article_id in shown)


def check_numbers(found: WhyNot) -> None:
    """Check that the numbers of each slot bear out its ground."""
    for one in found.slots:
        fare = one.fare
        assert (fare is None) == (one.ground in {Miss.NEW, Miss.QUERY_NEW})
        assert (one.ladder is None) == (found.ground in {Ground.STORY, Ground.ADDRESS})
        if fare is None:
            continue
        assert (one.ground is Ground.FLOOR) <= (fare.explanation.similarity < fare.floor)
        assert (one.ground is Miss.UNRELATED) == (fare.explanation.similarity == 0)
        assert (one.ground is Miss.PASSED_OVER) == (fare.passed_over is not None)
        if one.ground is Miss.OUTRANKED:
            assert fare.short_by is not None
            assert fare.short_by >= 0
        if fare.passed_over is not None:
            by = fare.passed_over.by.score
            assert by is not None
            assert by <= fare.explanation.score
            assert fare.passed_over.similarity > 0
        in_ranking = {Miss.OPEN, Miss.OUTRANKED, Miss.PASSED_OVER, Miss.NO_PLACE}
        assert (fare.rank is not None) == (one.ground in in_ranking)
