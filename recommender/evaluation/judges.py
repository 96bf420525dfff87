"""A truth laid over the rows of a model: grades of lists, and what an ideal list would have.

Candidates of a query are the rows from some first row on, for rows lie newest first: so "published
at or before" is a suffix. The query itself is never one.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.evaluation.truth import Truth

IDEAL_DEPTH = 10
"""How many of the best grades an ideal list is known by: the deepest cut-off of nDCG."""

_BLOCK = 256
"""Queries whose companions are counted at a time."""


class Totals(NamedTuple):
    """What there is to find for each of q queries among its candidates.

    Attributes:
        n_relevant: int64[q], relevant candidates.
        best: float64[q, IDEAL_DEPTH], the highest grades, descending, padded with 0.
    """

    n_relevant: NDArray[np.int64]
    best: NDArray[np.float64]


class Judge(Protocol):
    """What knows the grade of any pick.

    Attributes:
        query_rows: int64[q], ascending: the rows of which the truth may call another relevant.
        relevant_from: the grade from which a pick is relevant.
    """

    query_rows: NDArray[np.int64]
    relevant_from: float

    def grades(self, query_rows: NDArray[np.int64], rows: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return the grades of lists.

        Args:
            query_rows: int64[q].
            rows: int32[q, k], the picks of each, padded with -1.

        Returns:
            float64[q, k], 0 where the truth says nothing.
        """

    def totals(self, query_rows: NDArray[np.int64], first_rows: NDArray[np.int64]) -> Totals:
        """Return what there is to find.

        Args:
            query_rows: int64[q].
            first_rows: int64[q], each query's first row that is a candidate.
        """

    def relevant(self, query_row: int, first_row: int) -> list[tuple[int, float]]:
        """Return rows and grades of a query's relevant candidates, highest grade first.

        Args:
            query_row: the query.
            first_row: its first row that is a candidate.
        """


class PairJudge:
    """Knows the pairs that somebody judged.

    Attributes:
        query_rows: int64[q], ascending: the queries with a grade above 0.
        relevant_from: the grade from which a pick is relevant.
        pairs: int64[m, 2], query row and row, in ascending order.
        pair_grades: float64[m].
    """

    def __init__(
        self,
        pairs: NDArray[np.int64],
        pair_grades: NDArray[np.float64],
        n_rows: int,
        relevant_from: float,
    ) -> None:
        """Take pairs.

        Args:
            pairs: int64[m, 2], each once, no row with itself.
            pair_grades: float64[m], at least 0.
            n_rows: how many rows there are.
            relevant_from: the grade from which a pick is relevant.
        """
        keys = pairs[:, 0] * n_rows + pairs[:, 1]
        order = np.argsort(keys)
        self.relevant_from = relevant_from
        self.pairs = pairs[order]
        self.pair_grades = pair_grades[order]
        self.query_rows = np.unique(self.pairs[self.pair_grades > 0, 0])
        self._keys = keys[order]
        self._n_rows = n_rows

    def grades(self, query_rows: NDArray[np.int64], rows: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return the grades of lists (see `Judge`)."""
        wanted = query_rows[:, None] * self._n_rows + rows
        places = np.minimum(np.searchsorted(self._keys, wanted), max(len(self._keys) - 1, 0))
        if not len(self._keys):
            return np.zeros(rows.shape)
        is_judged = (self._keys[places] == wanted) & (rows >= 0)
        return np.where(is_judged, self.pair_grades[places], 0.0)

    def totals(self, query_rows: NDArray[np.int64], first_rows: NDArray[np.int64]) -> Totals:
        """Return what there is to find (see `Judge`)."""
        n_queries = len(query_rows)
        place_of = np.full(self._n_rows, -1, np.int64)
        place_of[query_rows] = np.arange(n_queries)
        place = place_of[self.pairs[:, 0]]
        asked = np.flatnonzero(place >= 0)
        asked = asked[self.pairs[asked, 1] >= first_rows[place[asked]]]
        place, grades = place[asked], self.pair_grades[asked]
        order = np.lexsort((-grades, place))
        place, grades = place[order], grades[order]
        rank = np.arange(len(place)) - np.searchsorted(place, place)
        best = np.zeros((n_queries, IDEAL_DEPTH))
        in_ideal = rank < IDEAL_DEPTH
        best[place[in_ideal], rank[in_ideal]] = grades[in_ideal]
        relevant = place[grades >= self.relevant_from]
        return Totals(np.bincount(relevant, minlength=n_queries).astype(np.int64), best)

    def relevant(self, query_row: int, first_row: int) -> list[tuple[int, float]]:
        """Return a query's relevant candidates (see `Judge`)."""
        held = slice(*np.searchsorted(self.pairs[:, 0], [query_row, query_row + 1]))
        found = zip(self.pairs[held, 1].tolist(), self.pair_grades[held].tolist(), strict=True)
        kept = [(row, at) for row, at in found if row >= first_row and at >= self.relevant_from]
        return sorted(kept, key=lambda pair: (-pair[1], pair[0]))


class LabelJudge:
    """Knows labels: two rows are relevant to each other if they share one in every column.

    Attributes:
        query_rows: int64[q], ascending: the rows with a label in every column.
        relevant_from: 1, for the only grades are 0 and 1.
    """

    def __init__(self, columns: Sequence[sp.csr_matrix]) -> None:
        """Take labels.

        Args:
            columns: for each column a matrix of rows by labels, 1 where the row has the label.
        """
        self.relevant_from = 1.0
        self._columns = columns
        has_all = np.all([np.diff(column.indptr) > 0 for column in columns], axis=0)
        self.query_rows = np.flatnonzero(has_all).astype(np.int64)

    def grades(self, query_rows: NDArray[np.int64], rows: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return the grades of lists (see `Judge`)."""
        queries = np.repeat(query_rows, rows.shape[1])
        picks = rows.ravel()
        is_pick = (picks >= 0) & (picks != queries)
        for column in self._columns:
            held = np.flatnonzero(is_pick)
            shared = column[queries[held]].multiply(column[picks[held]]).sum(axis=1)
            is_pick[held] = np.asarray(shared).ravel() > 0
        found: NDArray[np.float64] = is_pick.reshape(rows.shape).astype(np.float64)
        return found

    def totals(self, query_rows: NDArray[np.int64], first_rows: NDArray[np.int64]) -> Totals:
        """Return what there is to find (see `Judge`), counted a block of queries at a time."""
        n_relevant = np.zeros(len(query_rows), np.int64)
        for start in range(0, len(query_rows), _BLOCK):
            block = slice(start, start + _BLOCK)
            n_relevant[block] = self._count(query_rows[block], first_rows[block])
        best = (np.arange(IDEAL_DEPTH) < n_relevant[:, None]).astype(np.float64)
        return Totals(n_relevant, best)

    def relevant(self, query_row: int, first_row: int) -> list[tuple[int, float]]:
        """Return a query's relevant candidates (see `Judge`)."""
        _, rows = self._companions(np.array([query_row]), np.array([first_row]))
        return [(row, 1.0) for row in sorted(rows.tolist())]

    def _count(
        self, query_rows: NDArray[np.int64], first_rows: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        queries, _ = self._companions(query_rows, first_rows)
        return np.bincount(queries, minlength=len(query_rows)).astype(np.int64)

    def _companions(
        self, query_rows: NDArray[np.int64], first_rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return place of the query and row of each pair of a query and a relevant candidate."""
        shared = self._columns[0][query_rows] @ self._columns[0].T
        for column in self._columns[1:]:
            shared = shared.multiply(column[query_rows] @ column.T)
        found = shared.tocsr()
        queries = np.repeat(np.arange(len(query_rows)), np.diff(found.indptr))
        rows = found.indices.astype(np.int64)
        counts = (rows >= first_rows[queries]) & (rows != query_rows[queries])
        return queries[counts], rows[counts]


def judge_of(truth: Truth, ids: Sequence[str]) -> Judge:
    """Return a judge of rows.

    Args:
        truth: of ids; those that are not among `ids` are passed over.
        ids: the id of each row.
    """
    row_of = {article_id: row for row, article_id in enumerate(ids)}
    if truth.labels:
        return _label_judge(truth, row_of)
    known = [
        (row_of[query_id], row_of[article_id], grade)
        for (query_id, article_id), grade in truth.grades.items()
        if query_id in row_of and article_id in row_of
    ]
    pairs = np.array([(query, row) for query, row, _ in known], np.int64).reshape(-1, 2)
    grades = np.array([grade for _, _, grade in known], np.float64)
    return PairJudge(pairs, grades, len(ids), truth.relevant_from)


def _label_judge(truth: Truth, row_of: dict[str, int]) -> LabelJudge:
    known = [(row_of[one], sets) for one, sets in truth.labels.items() if one in row_of]
    n_columns = len(next(iter(truth.labels.values())))
    columns = []
    for column in range(n_columns):
        numbers: dict[str, int] = {}
        entries = [
            (row, numbers.setdefault(label, len(numbers)))
            for row, sets in known
            for label in sorted(sets[column])
        ]
        rows, labels = np.array(entries, np.int64).reshape(-1, 2).T
        shape = (len(row_of), max(len(numbers), 1))
        columns.append(sp.csr_matrix((np.ones(len(entries), np.int32), (rows, labels)), shape))
    return LabelJudge(columns)
