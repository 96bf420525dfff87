"""Approximate search: a budget of postings, a shortlist, and the true score of everyone on it.

A query's rarest columns tell most. So columns are added up from the rarest on while their postings
fit a budget; the rows with the greatest sums are the shortlist; and those are scored in full. What
is returned has its exact score; what is missing shared too little that is rare.

Which columns fit is decided by how many rows of the *whole* archive have them, once for a query,
and the shortlist is the best of the whole archive by sum, then by row. A sum does not depend on
where else rows lie, so neither does a list depend on how the archive was cut into tiles, nor on who
worked on which (`shortlists` for each tile, `merged`, `ranked`).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking import finish, scan
from recommender.ranking.compiled import compiled
from recommender.ranking.heap import entry, row_of, value_of
from recommender.ranking.lookup import Lookup, load, lookup_for, products_below, unload
from recommender.ranking.postings import Index
from recommender.ranking.questions import Compressed, Questions, longest, read_only
from recommender.ranking.spans import reached_by, reaching, spans_of


class Budget(NamedTuple):
    """How much to look at.

    Attributes:
        n_postings: to add up for a query.
        n_listed: rows on a shortlist for each neighbour wanted.
    """

    n_postings: int
    n_listed: float

    def listed_of(self, lengths: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many rows are on the shortlists of lists, int64[s].

        Args:
            lengths: int64[s], of the lists.
        """
        return np.asarray(np.ceil(lengths * self.n_listed), np.int64)


def nearest(
    questions: Questions,
    index: Index,
    row_groups: NDArray[np.int32],
    barred: NDArray[np.bool_],
    budget: Budget,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Search an archive that lies in one index.

    Args:
        questions: what is asked.
        index: what is searched, n rows.
        row_groups: int32[n], the group of each of its rows; empty where all are one.
        barred: bool[n], which rows may be no answer to anything; empty where all may.
        budget: how much to look at.

    Returns:
        Rows and similarities, as `exact.nearest` does.
    """
    n_with = np.diff(index.postings[0])
    firsts = read_only(
        first_entries(questions.vectors, questions.rows, read_only(n_with), budget.n_postings)
    )
    listed = read_only(budget.listed_of(questions.lengths))
    least = read_only(np.zeros((questions.rows.size, listed.size), np.int64))
    entries = shortlists(questions, firsts, index, row_groups, barred, listed, least)
    return ranked(questions, firsts, index.forward, read_only(entries), listed)


@compiled
def first_entries(
    vectors: Compressed, rows: NDArray[np.int64], n_with: NDArray[np.int64], n_postings: int
) -> NDArray[np.int64]:
    """Return from which entry on the columns of each query fit a budget, whatever the last takes.

    Args:
        vectors: the forward index that the queries are rows of.
        rows: int64[q], the queries.
        n_with: int64[n_columns], how many rows of the whole archive have each column.
        n_postings: the budget.

    Returns:
        int64[q], places in the entries of `vectors`.
    """
    indptr, columns, _ = vectors
    firsts = np.empty(rows.size, np.int64)
    for q in range(rows.size):
        first, left = indptr[rows[q] + 1], n_postings
        while first > indptr[rows[q]] and (
            left == n_postings or n_with[columns[first - 1]] <= left
        ):
            first -= 1
            left -= n_with[columns[first]]
        firsts[q] = first
    return firsts


@compiled
def shortlists(  # noqa: PLR0913 - one tile: what is asked, what is searched, how much of it
    questions: Questions,
    firsts: NDArray[np.int64],
    index: Index,
    row_groups: NDArray[np.int32],
    barred: NDArray[np.bool_],
    listed: NDArray[np.int64],
    least: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the rows of one tile with the greatest sums.

    Args:
        questions: what is asked, in rows of the tile.
        firsts: int64[q], from which of its entries on each query is added up.
        index: the tile, n rows.
        row_groups: int32[n], the group of each of its rows; empty where all are one.
        barred: bool[n], which rows may be no answer to anything; empty where all may.
        listed: int64[s], how many rows each shortlist has at most.
        least: int64[q, s], what a sum must come to for a place on each shortlist, in units of
            2**-30, for other tiles have filled it already; 0 where they have not.

    Returns:
        int64[q, sum of those], one shortlist beside the other: entries (`heap`) of sums in units of
        2**-30, greatest first, each padded with 0.
    """
    entries = np.zeros((questions.rows.size, listed.sum()), np.int64)
    sums = np.empty(index.forward[0].size - 1, np.float32)
    reached = np.empty(sums.size, np.int32)
    for q in range(questions.rows.size):
        end = questions.vectors[0][questions.rows[q] + 1]
        scan.begin(sums, barred, row_groups, questions.groups[q], questions.excluded[q])
        scan.add_postings(sums, questions.vectors, firsts[q], end, index.postings)
        start = 0
        for which in range(listed.size):
            first_row, end_row = questions.first_rows[q, which], questions.end_rows[which]
            shortlist = entries[q, start : start + listed[which]]
            _greatest(sums[first_row:end_row], first_row, least[q, which], reached, shortlist)
            start += listed[which]
    return entries


@compiled
def _greatest(
    sums: NDArray[np.float32],
    first_row: int,
    least_units: int,
    reached: NDArray[np.int32],
    best: NDArray[np.int64],
) -> None:
    """Put the entries of the greatest sums into `best`, greatest first."""
    spans = spans_of(sums, best.size)
    if least_units == 0:
        least_units = scan.in_units(max(reached_by(spans, best.size), scan.NEXT_TO_NOTHING))
    # From a whole unit on: sums that are alike in units are put in order by row.
    least = scan.from_units(least_units)
    n_reached = reaching(sums, spans, least, first_row, reached)
    entries = np.empty(n_reached, np.int64)
    for place in range(n_reached):
        row = reached[place]
        entries[place] = entry(scan.in_units(sums[row - first_row]), row)
    entries.sort()
    for place in range(min(n_reached, best.size)):
        best[place] = entries[n_reached - 1 - place]


@compiled
def ranked(
    questions: Questions,
    firsts: NDArray[np.int64],
    forward: Compressed,
    entries: NDArray[np.int64],
    listed: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the best of shortlists by their scores, ties by ascending row.

    Args:
        questions: what is asked.
        firsts: int64[q], from which of its entries on each query was added up.
        forward: the rows of the archive.
        entries: int64[q, sum of the lists], the shortlists, of its rows.
        listed: int64[s], how many rows each shortlist has at most.

    Returns:
        Rows and similarities, as `exact.nearest` does.
    """
    indptr, columns, _ = questions.vectors
    lengths = questions.lengths
    rows = np.full((questions.rows.size, lengths.sum()), -1, np.int32)
    similarity = np.zeros((questions.rows.size, lengths.sum()), np.int32)
    heap = np.empty(lengths.max(), np.int64)
    stops = np.zeros(questions.rows.size, np.int64)
    for q in range(questions.rows.size):
        if firsts[q] > indptr[questions.rows[q]]:
            stops[q] = columns[firsts[q] - 1] + 1
    lookup = lookup_for(stops.max(), longest(questions))
    for q in range(questions.rows.size):
        query = questions.rows[q]
        load(lookup, questions.vectors, query)
        error = scan.error_of(indptr[query + 1] - indptr[query])
        start, from_list = 0, 0
        for which in range(lengths.size):
            shortlist = entries[q, from_list : from_list + listed[which]]
            shortlist = shortlist[: np.count_nonzero(shortlist)]
            from_list += listed[which]
            best = heap[: lengths[which]]
            found, completed = _completed(shortlist, lookup, forward, stops[q])
            least = finish.least_of(completed, lengths[which], error)
            n_found = finish.rank(found, completed, least, lookup, forward, best)
            for rank in range(n_found):
                rows[q, start + rank] = row_of(best[rank])
                similarity[q, start + rank] = value_of(best[rank])
            start += lengths[which]
        unload(lookup, questions.vectors, query)
    return rows, similarity


@compiled
def _completed(
    shortlist: NDArray[np.int64], lookup: Lookup, forward: Compressed, stop: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the rows of a shortlist, and their sums over all columns."""
    rows = np.empty(shortlist.size, np.int32)
    completed = np.empty(shortlist.size, np.float32)
    for place in range(shortlist.size):
        rows[place] = row_of(shortlist[place])
        completed[place] = scan.from_units(value_of(shortlist[place]))
    completed += products_below(lookup, forward, rows, stop)
    return rows, completed
