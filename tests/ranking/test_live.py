"""Live articles against engines rebuilt of the same ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.corpus import UNDATED_US
from recommender.ranking.live import Newcomer
from recommender.ranking.live_engine import LiveEngine
from recommender.ranking.live_search import Barred, Lasts, Listing, both_ways, search
from recommender.ranking.rows import MILLION
from recommender.ranking.segments import Vector
from tests.ranking.worlds import N_COLUMNS, World, last_of, make_segments_small, newcomer, pairs


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    make_segments_small(monkeypatch)


CHANGES = st.lists(st.sampled_from(["add", "add", "replace", "remove", "merge"]), max_size=30)


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 2), CHANGES, st.integers(1, 12))
def test_what_changed_is_as_if_built_anew(
    seed: int, n_base: int, n_groups: int, changes: list[str], k: int
) -> None:
    rng = np.random.default_rng(seed)
    world = World.of(n_base, n_groups, rng)
    engine = LiveEngine(world.state())
    for number, change in enumerate(changes):
        standing = np.flatnonzero(world.alive).tolist()
        gone = [int(rng.choice(standing))] if standing and change in ("replace", "remove") else []
        for row in gone:
            world.alive[row] = False
        if change in ("add", "replace"):
            article = newcomer(f"later-{rng.integers(100)}-{number}", n_groups, rng)
            add_as_if_built_anew(world, engine, article, gone, k)
        elif change == "remove":
            engine.remove(gone)
        else:
            while engine.merge():
                pass
        search_as_if_built_anew(world, engine, newcomer("query", n_groups, rng), k, rng)


def add_as_if_built_anew(
    world: World, engine: LiveEngine, article: Newcomer, gone: list[int], k: int
) -> None:
    """Add an article; a list of the test has its own article on it, so all agree about its last."""
    before, old = world.rebuilt(), world.rebuilt(20)
    lists = [before.listed(one, k) for one in world.newcomers]
    lasts, later = last_of(lists[: world.n_base], k), last_of(lists[world.n_base :], k)

    row, found = engine.add(article, [Listing(k), Listing(3, 20)], lasts, later, gone)

    assert row == len(world.newcomers)
    world.newcomers.append(article)
    world.alive.append(True)
    assert [pairs(one) for one in found.lists] == [
        before.listed(article, k),
        old.listed(article, 3),
    ]
    after = world.rebuilt()
    lists_now = {one: dict(after.listed(world.newcomers[one], k)) for one in sorted(after.rows)}
    assert list(zip(found.entered.tolist(), found.similarity.tolist(), strict=True)) == [
        (one, own[row]) for one, own in lists_now.items() if one != row and row in own
    ]


def search_as_if_built_anew(
    world: World, engine: LiveEngine, query: Newcomer, k: int, rng: np.random.Generator
) -> None:
    """Ask for two lists, some articles barred."""
    barred = rng.random(len(world.newcomers)) < 0.2
    hidden = frozenset(np.flatnonzero(barred).tolist())

    found = search(
        engine.state, query.vector, [Listing(k), Listing(3, 20)], group=query.group,
        barred=Barred(barred[: world.n_base], barred[world.n_base :]),
    )  # fmt: skip

    assert pairs(found[0]) == world.rebuilt().listed(query, k, hidden)
    assert pairs(found[1]) == world.rebuilt(20).listed(query, 3, hidden)


def test_an_article_takes_the_place_of_its_equals_in_order() -> None:
    """Three articles of one vector: a newcomer enters the lists whose last it comes before."""
    vector = Vector.of([1], [1.0], N_COLUMNS)
    base = [Newcomer(name, us, vector) for name, us in (("b", 30), ("d", 20), ("f", 20))]
    state = World(3, base).state()
    lasts = Lasts(np.full(3, MILLION, np.int32), np.array([0, 1, 2], np.int32))

    def entered(article_id: str, published_us: int) -> list[int]:
        article = Newcomer(article_id, published_us, vector)
        return both_ways(state, article, [Listing(1)], lasts).entered.tolist()

    assert entered("z", 31) == [0, 1, 2]
    assert entered("c", 30) == [1, 2]
    assert entered("e", 20) == [2]
    assert entered("g", 20) == []
    assert entered("a", UNDATED_US) == []


def test_nobody_enters_a_list_that_is_closed_and_anybody_one_with_room() -> None:
    vector = Vector.of([1], [1.0], N_COLUMNS)
    state = World(3, [Newcomer(name, 0, vector) for name in "abc"]).state()
    lasts = Lasts(np.array([MILLION + 1, 0, MILLION], np.int32), np.array([-1, -1, 0], np.int32))

    found = both_ways(state, Newcomer("z", -1, vector), [Listing(1)], lasts)

    assert found.entered.tolist() == [1]
    assert found.similarity.tolist() == [MILLION]


def test_lasts_of_other_articles_are_refused() -> None:
    vector = Vector.of([1], [1.0], N_COLUMNS)
    state = World(1, [Newcomer("a", 0, vector)]).state()
    with pytest.raises(ValueError, match=r"\[2\] lasts, expected \[1\]"):
        both_ways(state, Newcomer("z", 0, vector), [], Lasts(*np.zeros((2, 2), np.int32)))


@pytest.mark.parametrize(
    ("columns", "weights"),
    [([2, 1], [0.5, 0.5]), ([-1], [1.0]), ([N_COLUMNS], [1.0]), ([1], [np.nan]), ([1], [])],
)
def test_vectors_that_would_lead_loops_astray_are_refused(
    columns: list[int], weights: list[float]
) -> None:
    with pytest.raises(ValueError, match=r"column|weight"):
        Vector.of(columns, weights, N_COLUMNS)


def test_only_articles_that_there_were_can_be_removed() -> None:
    state = World.of(4, 1, np.random.default_rng(1)).state()
    with pytest.raises(IndexError, match="row 4 is not in"):
        state.without([4])
