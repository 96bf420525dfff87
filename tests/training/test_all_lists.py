"""Tiles, strips and workers: whatever way a search is shared out, it finds what pairs tell."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.ranking.budgeted import Budget
from recommender.ranking.engine import Engine, Neighbours
from recommender.ranking.postings import index_of
from recommender.ranking.questions import Wanted
from recommender.ranking.rows import SparseRows
from recommender.ranking.tiles import Archive, Shard, stretch
from recommender.training.all_lists import Work, all_lists, nearest_to
from tests.ranking.pairs import every_pair, matrices, random_rows, same, unit_rows

BUDGETS = [None, Budget(12, 1.0), Budget(60, 1.5), Budget(10_000, 3.0)]


def cut(rows: SparseRows, groups: NDArray[np.int32] | None, cuts: Sequence[int]) -> Archive:
    """Return an archive whose shards end at some rows."""
    shards = []
    edges = sorted({0, rows.n_rows, *cuts})
    for first, end in pairwise(edges):
        of_rows = np.empty(0, np.int32) if groups is None else groups[first:end]
        shards.append(Shard(first, index_of(stretch(rows, first, end)), of_rows))
    return Archive.of(rows, groups)._replace(shards=tuple(shards))


def alike(some: list[Neighbours], others: list[Neighbours]) -> bool:
    return all(same(one, other) for one, other in zip(some, others, strict=True))


@given(st.data(), matrices(), st.integers(1, 15))
def test_every_list_is_what_pairs_scored_one_by_one_make_it(
    data: st.DataObject, rows: SparseRows, k: int
) -> None:
    n = rows.n_rows
    some_firsts = st.none() | st.lists(st.integers(0, n), min_size=n, max_size=n)
    firsts, older, end = (
        data.draw(some_firsts),
        data.draw(some_firsts),
        data.draw(st.integers(0, n)),
    )
    groups = data.draw(st.none() | st.lists(st.integers(0, 2), min_size=n, max_size=n))
    of_rows = None if groups is None else np.array(groups, np.int32)
    archive = cut(rows, of_rows, data.draw(st.lists(st.integers(1, n))))
    work = Work(block_rows=data.draw(st.integers(1, 9)), strip_rows=data.draw(st.integers(1, 9)))

    found = all_lists(archive, [Wanted(k, firsts), Wanted(3, older, end), Wanted(1)], work)

    expected = every_pair(rows, k, first_rows=firsts, groups=groups)
    assert same(found[0], expected)
    assert same(found[1], every_pair(rows, 3, first_rows=older, groups=groups, end_row=end))
    assert same(found[2], every_pair(rows, 1, groups=groups))

    some = data.draw(st.lists(st.integers(0, n - 1)))
    wanted = [Wanted(k, None if firsts is None else [firsts[row] for row in some])]
    (alone,) = all_lists(archive, wanted, work, query_rows=some)
    assert same(alone, Neighbours(expected.rows[some], expected.similarity[some]))

    included = every_pair(rows, k, exclude_self=False, first_rows=firsts, groups=groups)
    searched = nearest_to(rows, archive, Wanted(k, firsts), work, query_groups=groups)
    assert same(searched, included)


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from(BUDGETS), st.integers(1, 2))
def test_neither_tiles_nor_jobs_change_anything(
    data: st.DataObject, budget: Budget | None, n_jobs: int
) -> None:
    rows, rng = random_rows(150, seed=data.draw(st.integers(0, 5))), np.random.default_rng(1)
    groups = rng.integers(0, 2, 150).astype(np.int32) if data.draw(st.booleans()) else None
    wanted = [Wanted(9), Wanted(4, rng.integers(0, 151, 150), 140)]
    sizes = st.integers(1, 200)
    work = Work(n_jobs, None, data.draw(sizes), data.draw(sizes))
    archive = cut(rows, groups, data.draw(st.lists(st.integers(1, 149), max_size=6)))

    found = all_lists(archive, wanted, work, budget=budget)

    assert alike(found, all_lists(Archive.of(rows, groups), wanted, budget=budget))


def test_sums_that_differ_by_less_than_a_unit_are_put_in_order_by_row_wherever_they_lie() -> None:
    """Below 2**-7 a float32 tells more apart than a unit of 2**-30 does."""
    more = np.float32(0.001)
    less = np.nextafter(more, np.float32(0))
    assert int(less * 2.0**30) == int(more * 2.0**30)
    weights = np.array([1, less, more, 1], np.float32)
    rows = SparseRows(np.arange(5), np.zeros(4, np.int32), weights, 1)
    budget = Budget(10, 1.0)

    whole = all_lists(Archive.of(rows), [Wanted(2)], budget=budget)

    assert alike(whole, all_lists(cut(rows, None, [2]), [Wanted(2)], budget=budget))
    assert whole[0].rows[0].tolist() == [3, 1]


def test_a_budget_finds_what_the_engine_finds_within_it() -> None:
    rows = random_rows()
    budget = Budget(100, 2.0)

    (found,) = all_lists(cut(rows, None, [90, 222]), [Wanted(7)], budget=budget)

    assert same(found, Engine(rows).neighbours(range(400), 7, budget=budget))


@pytest.mark.parametrize("budget", [None, Budget(60, 1.5)])
def test_progress_counts_every_row_once(budget: Budget | None) -> None:
    told: list[int] = []
    archive = cut(random_rows(120), None, [40, 41])

    all_lists(archive, [Wanted(5)], Work(2, told.append, 50, 70), budget=budget)

    assert sum(told) == 120
    assert min(told) >= 0


def test_progress_of_one_shard_goes_by_blocks() -> None:
    told: list[int] = []

    all_lists(Archive.of(random_rows(120)), [Wanted(5)], Work(2, told.append, 50))

    assert told == [50, 50, 20]


@pytest.mark.parametrize("n_rows", [0, 1])
def test_archive_too_small_for_neighbours(n_rows: int) -> None:
    (found,) = all_lists(Archive.of(unit_rows(np.ones((n_rows, 3)))), [Wanted(4)])

    assert found.rows.shape == found.similarity.shape == (n_rows, 4)
    assert (found.rows == -1).all()


def test_unsound_questions_are_refused() -> None:
    archive = Archive.of(random_rows(30))

    with pytest.raises(ValueError, match="queries have 61 columns, expected 60"):
        nearest_to(random_rows(30, 61), archive, Wanted(3))
    with pytest.raises(ValueError, match=r"\[29\] groups, expected \[30\]"):
        nearest_to(random_rows(30), archive, Wanted(3), query_groups=[0] * 29)
    with pytest.raises(ValueError, match=r"\[29\] groups, expected \[30\]"):
        Archive.of(random_rows(30), np.zeros(29, np.int32))
    with pytest.raises(ValueError, match="k is 0, expected at least 1"):
        all_lists(archive, [Wanted(0)])
    with pytest.raises(IndexError, match=r"row 31 is not in \[0, 31\)"):
        all_lists(archive, [Wanted(3, end_row=31)])
    with pytest.raises(IndexError, match=r"row 30 is not in \[0, 30\)"):
        all_lists(archive, [Wanted(3)], query_rows=[30])
