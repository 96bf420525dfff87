"""The nearest-neighbour engine: what notebooks, trainings and searches ask.

Similarity is the cosine of unit rows in millionths. Among equals the lower row comes first: that is
the newer article, for rows lie in row order (`domain.corpus`). Only rows that share something with
the query (a similarity of at least one millionth) are neighbours; where there are fewer than k, the
list ends early and is padded.

A search is exact, no neighbour missed (`exact`), or has a `Budget` and then misses few
(`budgeted`). Either way every similarity returned is the one score, bit for bit.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike, NDArray

from recommender.ranking import budgeted, companies, exact
from recommender.ranking.budgeted import Budget
from recommender.ranking.postings import index_of
from recommender.ranking.questions import (
    Compressed,
    Questions,
    Wanted,
    check_rows,
    groups_of,
    read_only,
    sized,
)
from recommender.ranking.rows import SparseRows

BLOCK_ROWS = 256
"""Queries in one task: long enough to hide what a task costs, short enough to share out evenly."""


_NONE_BARRED = np.empty(0, np.bool_)


class Neighbours(NamedTuple):
    """Neighbours of q queries, best first; or of one query, then without the first dimension.

    Attributes:
        rows: int32[q, k], padded with -1.
        similarity: int32[q, k] in millionths, from 1 to 1_000_000, descending, padded with 0.
    """

    rows: NDArray[np.int32]
    similarity: NDArray[np.int32]


class Engine:
    """An inverted index over unit rows, never changed once made, so threads may share it.

    Args:
        rows: unit vectors, weights not negative; held, not copied. A row may be empty: it has no
            neighbours and is nobody's. A ValueError says what is wrong with them, if anything.
    """

    def __init__(self, rows: SparseRows) -> None:
        rows.check()
        self.rows = rows
        self.index = index_of(rows)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, index=state["index"].frozen())  # pickles forget that they are

    def neighbours(
        self,
        query_rows: ArrayLike,
        k: int,
        *,
        exclude_self: bool = True,
        first_rows: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        budget: Budget | None = None,
    ) -> Neighbours:
        """Return the k nearest rows of some rows of this index.

        Args:
            query_rows: q rows, a range or an array of integers; an IndexError refuses others.
            k: how many neighbours to find, at least 1.
            exclude_self: leave each query out of its own list: by its row, so that an exact
                duplicate of it stays.
            first_rows: q rows, the first that may be an answer to each (`Wanted.first_rows`).
            groups: the group of each row of the index; only rows of a query's own group may be
                answers. One group if not given.
            budget: for an approximate search; exact if not given.
        """
        asked = np.asarray(query_rows, np.int64)
        check_rows(asked, 0, self.rows.n_rows)
        row_groups = groups_of(groups, self.rows.n_rows)
        of_queries = row_groups[asked] if row_groups.size else row_groups
        excluded = asked if exclude_self else np.full_like(asked, -1)
        wanted = (Wanted(k, first_rows),)
        questions = self._ask(self.index.forward, asked, excluded, of_queries, wanted)
        return self._nearest(questions, row_groups, _NONE_BARRED, budget)[0]

    def search(  # noqa: PLR0913 - the one query, and the limits that every question has
        self,
        columns: ArrayLike,
        weights: ArrayLike,
        k: int,
        exclude_row: int = -1,
        *,
        first_row: int = 0,
        groups: ArrayLike | None = None,
        group: int = 0,
        barred: NDArray[np.bool_] | None = None,
        budget: Budget | None = None,
    ) -> Neighbours:
        """Return the k nearest rows of one unit vector that need not be in the index.

        Args:
            columns: its columns, ascending, in [0, n_columns).
            weights: its weights, rounded to float32 as all weights are.
            k: how many neighbours to find, at least 1.
            exclude_row: a row that may not be an answer, -1 for none.
            first_row: the first row that may be an answer.
            groups: the group of each row of the index; one group if not given.
            group: the only group whose rows may be answers.
            barred: bool[n_rows], which rows may not be answers; none if not given.
            budget: for an approximate search; exact if not given.

        Returns:
            rows int32[k] and similarity int32[k].
        """
        excluded = np.array([exclude_row], np.int64)
        check_rows(excluded, -1, self.rows.n_rows)
        held = np.asarray(columns, np.int32)
        indptr = np.array([0, held.size], np.int64)
        query = SparseRows(indptr, held, np.asarray(weights, np.float32), self.rows.n_columns)
        query.check()
        vectors = (query.indptr, query.columns, query.weights)
        rows, groups_of_query = np.zeros(1, np.int64), np.array([group], np.int32)
        wanted = (Wanted(k, [first_row]),)
        questions = self._ask(vectors, rows, excluded, groups_of_query, wanted)
        out_of_bounds = (
            _NONE_BARRED if barred is None else sized(barred, self.rows.n_rows, "barred")
        )
        row_groups = groups_of(groups, self.rows.n_rows)
        found = self._nearest(questions, row_groups, out_of_bounds, budget)[0]
        return Neighbours(found.rows[0], found.similarity[0])

    def search_all(
        self,
        queries: SparseRows,
        k: int,
        n_jobs: int | None = None,
        *,
        first_rows: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        query_groups: ArrayLike | None = None,
    ) -> Neighbours:
        """Return the k nearest rows of each of many unit vectors that need not be in the index.

        Args:
            queries: q unit vectors over the columns of this index.
            k: how many neighbours to find, at least 1.
            n_jobs: as joblib has it; it never changes the result.
            first_rows: q rows, the first that may be an answer to each (`Wanted.first_rows`).
            groups: the group of each row of the index; one group if not given.
            query_groups: q groups, whose rows alone may be answers to each query; 0 if not given.

        Raises:
            ValueError: the queries are not sound, or are over other columns.
        """
        queries.check()
        if queries.n_columns != self.rows.n_columns:
            message = f"queries have {queries.n_columns} columns, expected {self.rows.n_columns}"
            raise ValueError(message)
        n = queries.n_rows
        vectors = (queries.indptr, queries.columns, queries.weights)
        rows, excluded = np.arange(n, dtype=np.int64), np.full(n, -1, np.int64)
        of_queries, wanted = groups_of(query_groups, n), (Wanted(k, first_rows),)
        questions = self._ask(vectors, rows, excluded, of_queries, wanted)
        return self._in_blocks(questions, groups_of(groups, self.rows.n_rows), n_jobs)[0]

    def all_neighbours(
        self,
        k: int,
        n_jobs: int | None = None,
        progress: Callable[[int], None] | None = None,
        block_rows: int = BLOCK_ROWS,
        *,
        first_rows: ArrayLike | None = None,
        groups: ArrayLike | None = None,
    ) -> Neighbours:
        """Return the k nearest other rows of every row of this index.

        Args:
            k: how many neighbours to find, at least 1.
            n_jobs: as joblib has it, whose current backend does the work; threads by default.
            progress: called after each block with how many rows it had.
            block_rows: queries in one block. Neither this nor `n_jobs` changes the result.
            first_rows: n_rows rows, as for `neighbours`.
            groups: the group of each row, as for `neighbours`.
        """
        wanted = (Wanted(k, first_rows),)
        return self.all_lists(wanted, n_jobs, progress, block_rows, groups=groups)[0]

    def all_lists(
        self,
        wanted: Sequence[Wanted],
        n_jobs: int | None = None,
        progress: Callable[[int], None] | None = None,
        block_rows: int = BLOCK_ROWS,
        *,
        query_rows: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        budget: Budget | None = None,
    ) -> list[Neighbours]:
        """Return several lists of each row of this index, for little more than one costs.

        Args:
            wanted: what each list may hold; at least one.
            n_jobs: as for `all_neighbours`.
            progress: as for `all_neighbours`.
            block_rows: as for `all_neighbours`.
            query_rows: the rows whose lists to find; all if not given.
            groups: the group of each row, as for `neighbours`.
            budget: for an approximate search; exact if not given.

        Returns:
            For each list wanted what `neighbours` returns for it.
        """
        n = self.rows.n_rows
        asked = np.arange(n) if query_rows is None else np.asarray(query_rows, np.int64)
        check_rows(asked, 0, n)
        row_groups = groups_of(groups, n)
        of_queries = row_groups[asked] if row_groups.size else row_groups
        questions = self._ask(self.index.forward, asked, asked, of_queries, wanted)
        return self._in_blocks(questions, row_groups, n_jobs, progress, block_rows, budget)

    def _ask(
        self,
        vectors: Compressed,
        rows: NDArray[np.int64],
        excluded: NDArray[np.int64],
        groups: NDArray[np.int32],
        wanted: Sequence[Wanted],
    ) -> Questions:
        return Questions.of(vectors, rows, excluded, groups, wanted, self.rows.n_rows)

    def _in_blocks(
        self,
        questions: Questions,
        row_groups: NDArray[np.int32],
        n_jobs: int | None,
        progress: Callable[[int], None] | None = None,
        block_rows: int = BLOCK_ROWS,
        budget: Budget | None = None,
    ) -> list[Neighbours]:
        """Return the lists of all the queries, found block by block by joblib's workers."""
        shapes = [(questions.rows.size, k) for k in questions.lengths.tolist()]
        found = [Neighbours(np.empty(s, np.int32), np.empty(s, np.int32)) for s in shapes]
        done = 0
        for answer in Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator")(
            delayed(self._nearest)(block, row_groups, _NONE_BARRED, budget)
            for block in questions.blocks(block_rows)
        ):
            block = slice(done, done + len(answer[0].rows))
            for whole, part in zip(found, answer, strict=True):
                whole.rows[block], whole.similarity[block] = part
            done = block.stop
            if progress is not None:
                progress(block.stop - block.start)
        return found

    def _nearest(
        self,
        questions: Questions,
        row_groups: NDArray[np.int32],
        barred: NDArray[np.bool_],
        budget: Budget | None,
    ) -> list[Neighbours]:
        """Return the lists that the compiled loops find."""
        asked, limits = questions.frozen(), (read_only(row_groups), read_only(barred))
        if budget is None:
            rows, similarity = exact.nearest(asked, self.index, *limits)
        else:
            rows, similarity = budgeted.nearest(asked, self.index, *limits, budget)
        ends = questions.lengths.cumsum()[:-1]
        halves = (np.split(rows, ends, axis=1), np.split(similarity, ends, axis=1))
        return [Neighbours(*pair) for pair in zip(*halves, strict=True)]


def warm() -> None:
    """Compile the loops, or load them from numba's cache, so that nobody waits for it later."""
    indptr = np.array([0, 1], np.int64)
    one = SparseRows(indptr, np.zeros(1, np.int32), np.ones(1, np.float32), n_columns=1)
    engine = Engine(one)
    engine.neighbours([0], 1)
    engine.neighbours([0], 1, budget=Budget(1, 1.0))
    nothing = np.zeros((1, 1), np.int32)
    nothing.flags.writeable = False
    companies.companies(nothing, nothing, 1, np.zeros(1, np.int64), np.zeros((1, 1), np.int32))
