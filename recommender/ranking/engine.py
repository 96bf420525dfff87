"""The nearest-neighbour engine: what notebooks and searches ask.

Similarity is the cosine of unit rows in millionths. Among equals the lower row comes first: that is
the newer article, for rows lie in row order (`domain.corpus`). Only rows that share something with
the query (a similarity of at least one millionth) are neighbours; where there are fewer than k, the
list ends early and is padded.

A search is exact, no neighbour missed (`exact`), or has a `Budget` and then misses few
(`budgeted`). Either way every similarity returned is the one score, bit for bit.

The lists of many queries, shared out to workers, are found in `tiles`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommender.ranking import budgeted, companies, exact, exhaustive, one_query, quickest, tiles
from recommender.ranking.budgeted import Budget
from recommender.ranking.postings import Index, index_of
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

    @classmethod
    def of(cls, rows: SparseRows, index: Index) -> Self:
        """Return an engine over an index that exists already, such as a bundle's: at once.

        Args:
            rows: the rows, known to be sound.
            index: the index over them, known to be sound.

        Returns:
            The engine.
        """
        engine = cls.__new__(cls)
        engine.rows, engine.index = rows, index.frozen()
        return engine

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

    def _ask(
        self,
        vectors: Compressed,
        rows: NDArray[np.int64],
        excluded: NDArray[np.int64],
        groups: NDArray[np.int32],
        wanted: Sequence[Wanted],
    ) -> Questions:
        return Questions.of(vectors, rows, excluded, groups, wanted, self.rows.n_rows)

    def _nearest(
        self,
        questions: Questions,
        row_groups: NDArray[np.int32],
        barred: NDArray[np.bool_],
        budget: Budget | None,
    ) -> list[Neighbours]:
        """Return the lists that the compiled loops find."""
        asked, limits = questions.frozen(), (read_only(row_groups), read_only(barred))
        if budget is not None:
            rows, similarity = budgeted.nearest(asked, self.index, *limits, budget)
        elif asked.rows.size == 1:
            rows, similarity, *_ = one_query.nearest(asked, self.index, *limits)
        else:
            rows, similarity = quickest.nearest(asked, self.index, *limits)
        ends = questions.lengths.cumsum()[:-1]
        halves = (np.split(rows, ends, axis=1), np.split(similarity, ends, axis=1))
        return [Neighbours(*pair) for pair in zip(*halves, strict=True)]


def warm() -> None:
    """Compile the loops, or load them from numba's cache, so that nobody waits for it later."""
    indptr = np.array([0, 1], np.int64)
    one = SparseRows(indptr, np.zeros(1, np.int32), np.ones(1, np.float32), n_columns=1)
    engine, row, nobody = Engine(one), np.zeros(1, np.int64), one_query.NOBODY
    engine.neighbours([0], 1, budget=Budget(1, 1.0))
    engine.search([0], [1.0], 1, barred=np.ones(1, np.bool_))
    asked = engine._ask(engine.index.forward, row, row, nobody, (Wanted(1),)).frozen()
    limits = (nobody, read_only(_NONE_BARRED))
    for loop in (exact.nearest, exhaustive.nearest):
        loop(asked, engine.index, *limits)
    one_query.nearest(asked, engine.index, *limits, read_only(np.ones(1, np.int32)))
    nothing = read_only(np.zeros((1, 1), np.int32))
    companies.companies(nothing, nothing, 1, np.zeros(1, np.int64), np.zeros((1, 1), np.int32))
    entries = np.zeros((1, 1), np.int64)
    tiles.merge(entries, entries.copy(), read_only(np.ones(1, np.int64)))
