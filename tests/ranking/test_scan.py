"""The steps of a search against the same in numpy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from recommender.ranking import scan
from recommender.ranking.heap import entry, offer, row_of, sort_best_first, value_of
from recommender.ranking.spans import reached_by, reaching, spans_of

SUMS = arrays(
    np.float32,
    st.integers(1, 400),
    elements=st.sampled_from([-np.inf, 0.0, 1e-7, 0.1, 0.1000001, 0.25, 0.5, 1.0]),
)


@given(SUMS, st.integers(1, 60))
def test_a_sum_that_k_rows_reach(sums: NDArray[np.float32], k: int) -> None:
    spans = spans_of(sums, k)

    reached = reached_by(spans, k)

    assert reached == 0 or (sums >= reached).sum() >= k
    assert reached == 0 or reached in sums
    if (sums > 0).all() and sums.size >= 4 * k:
        assert reached > 0


def test_few_more_than_k_rows_reach_it() -> None:
    sums = np.random.default_rng(1).random(100_000).astype(np.float32)
    assert 100 <= (sums >= reached_by(spans_of(sums, 100), 100)).sum() < 130


@given(SUMS, st.integers(1, 60), st.integers(0, 1_000), st.sampled_from([1e-8, 0.1, 0.3, 2.0]))
def test_rows_that_reach_something(
    sums: NDArray[np.float32], k: int, first_row: int, least: float
) -> None:
    room = np.empty(sums.size, np.int32)
    bound = np.float32(least)

    n = reaching(sums, spans_of(sums, k), bound, first_row, room)

    assert room[:n].tolist() == (np.flatnonzero(sums >= bound) + first_row).tolist()


@given(SUMS, st.integers(0, 1_000), st.sampled_from([0.0, 0.2, 1.0]), st.floats(0, 1, width=32))
def test_rows_within_reach(
    sums: NDArray[np.float32], first_row: int, query_rest: float, least: float
) -> None:
    rest = np.linspace(0, 0.5, sums.size).astype(np.float32)
    room = np.empty(sums.size, np.int32)
    length, bound = np.float32(query_rest), np.float32(least)

    n = scan.within_reach(sums, rest, length, bound, first_row, room)

    expected = np.flatnonzero(sums + length * rest >= bound)
    assert room[:n].tolist() == (expected + first_row).tolist()
    assert scan.n_within_reach(sums, rest, length, bound) == n


def test_rows_that_may_not_answer_begin_out_of_reach() -> None:
    sums = np.empty(6, np.float32)
    barred, groups = np.array([0, 1, 0, 0, 0, 0], bool), np.array([1, 1, 2, 1, 1, 1], np.int32)

    scan.begin(sums, barred, groups, 1, 4)

    assert sums.tolist() == [0, -np.inf, -np.inf, 0, -np.inf, 0]


@given(st.floats(0, 1, width=32))
def test_units_keep_sums(total: float) -> None:
    assert abs(scan.from_units(scan.in_units(np.float32(total))) - total) <= 2**-24


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 500)), unique_by=lambda one: one[1]),
    st.integers(1, 20),
)
def test_a_heap_keeps_the_best_and_of_equals_the_lower_rows(
    offered: list[tuple[int, int]], k: int
) -> None:
    heap, size = np.empty(k, np.int64), 0
    for value, row in offered:
        size = offer(heap, size, entry(value, row))
    sort_best_first(heap, size)

    best = sorted(offered, key=lambda one: (-one[0], one[1]))[:k]
    assert [(value_of(held), row_of(held)) for held in heap[:size].tolist()] == best
