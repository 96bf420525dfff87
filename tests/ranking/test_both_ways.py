"""One walk for both ways, on rows where searches stop early: against every score."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.ranking import both_ways, exact
from recommender.ranking.engine import Engine
from recommender.ranking.questions import Questions, Wanted, read_only
from recommender.ranking.rows import MILLION, similarity
from tests.ranking.test_exact import news

N = 800
NOTHING = read_only(np.empty(0, np.int32))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(news(N, 3))


@pytest.fixture(scope="module")
def last(engine: Engine) -> NDArray[np.int32]:
    """The similarity of the tenth on each list."""
    return np.maximum(engine.neighbours(range(N), 10).similarity[:, -1], 1)


def ask(engine: Engine, query: int, wanted: list[Wanted]) -> Questions:
    row = np.array([query])
    return Questions.of(engine.index.forward, row, row, NOTHING, wanted, N).frozen()


@settings(max_examples=40)
@given(
    query=st.integers(0, N - 1),
    more=st.sampled_from([0, 0, 1, -1, 50_000, -50_000]),
    n_groups=st.integers(0, 2),
    barred_share=st.sampled_from([0.0, 0.3]),
)
def test_nobody_is_missed_either_way(
    engine: Engine,
    last: NDArray[np.int32],
    query: int,
    more: int,
    n_groups: int,
    barred_share: float,
) -> None:
    rng = np.random.default_rng(query)
    entry = read_only(np.maximum(last + np.int32(more), 1))
    barred = read_only(rng.random(N) < barred_share if barred_share else np.empty(0, np.bool_))
    groups = read_only(rng.integers(0, n_groups, N).astype(np.int32)) if n_groups else NOTHING
    group = groups[query : query + 1] if n_groups else np.zeros(1, np.int32)
    asked = ask(engine, query, [Wanted(10), Wanted(3, [300], 600)])._replace(groups=group).frozen()

    rows, near, entered, entered_near = both_ways.nearest(
        asked, engine.index, groups, barred, entry
    )

    alone = exact.nearest(asked, engine.index, groups, barred)
    assert np.array_equal(rows, alone[0])
    assert np.array_equal(near, alone[1])
    expected = [
        (row, score)
        for row in range(N)
        if row != query and (not n_groups or groups[row] == groups[query])
        if not (barred.size and barred[row])
        if (score := similarity(engine.rows, query, row)) >= entry[row]
    ]
    assert list(zip(entered.tolist(), entered_near.tolist(), strict=True)) == expected


def test_who_lets_nobody_in_is_not_entered(engine: Engine) -> None:
    entry = read_only(np.full(N, MILLION + 1, np.int32))
    none_barred = read_only(np.empty(0, np.bool_))
    found = both_ways.nearest(
        ask(engine, 1, [Wanted(1)]), engine.index, NOTHING, none_barred, entry
    )
    assert found[0].tolist() != [[-1]]
    assert found[2].size == 0


def test_a_walk_both_ways_stops_early_too(engine: Engine, last: NDArray[np.int32]) -> None:
    """Else nothing above would tell whether bounds are right."""
    stopped = 0
    for query in range(0, N, 20):
        asked = ask(engine, query, [Wanted(5)])
        room = exact.room_for(asked, engine.index)
        exact.load(room.lookup, asked.vectors, query)
        exact.scan.begin(room.sums, read_only(np.empty(0, np.bool_)), NOTHING, 0, query)
        entry = read_only(last + np.int32(100_000))
        stopped += exact.add_up(asked, 0, engine.index, room, entry).length > 0
    assert stopped > 5
