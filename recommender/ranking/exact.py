"""Exact search: every neighbour, none missed, for a part of the work of scoring all rows.

A query's columns are added up from the rarest on (`scan`), as in Turtle and Flood's MaxScore
("Query evaluation: strategies and optimizations", Information Processing & Management 31(6), 1995).
At each stop a row can still gain at most the product of the lengths of what is left of it and of
the query (`postings`). The best by their sums so far are completed, and the k-th best of them is
what a neighbour must reach at least. Once the rows that still can are so few that to complete them
is quicker than to add up the next columns, the search stops; who is left is scored in full.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking import finish, scan
from recommender.ranking.compiled import compiled
from recommender.ranking.heap import row_of, value_of
from recommender.ranking.lookup import Lookup, load, lookup_for, products_below, unload
from recommender.ranking.postings import ROUNDED_UP, Index
from recommender.ranking.questions import Compressed, Questions, longest
from recommender.ranking.spans import reached_by, reaching, spans_of

POSTINGS_PER_ROW = 300
"""To complete one row, most of all to fetch it from memory, takes as long as so many additions."""


class Room(NamedTuple):
    """Room to work in, for one query after the other.

    Attributes:
        lookup: the query.
        sums: float32[n], of each row.
        reached: int32[n], rows.
        best: int64[k], a heap as long as the longest list.
    """

    lookup: Lookup
    sums: NDArray[np.float32]
    reached: NDArray[np.int32]
    best: NDArray[np.int64]


class Left(NamedTuple):
    """What a search did not add up.

    Attributes:
        stop: the columns below it.
        length: of the query's part there, rounded up.
        rest: float32[n], of each row's part there.
        least: float32[s], what an answer has in common with the query at least, in each list.
        error: how far sums may be off (`scan.error_of`).
    """

    stop: int
    length: np.float32
    rest: NDArray[np.float32]
    least: NDArray[np.float32]
    error: np.float32


@compiled
def nearest(
    questions: Questions, index: Index, row_groups: NDArray[np.int32], barred: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the rows most similar to each of some queries, best first, ties by ascending row.

    The sums of a query are made once, whatever number of lists is chosen by them.

    Args:
        questions: what is asked.
        index: what is searched, n rows.
        row_groups: int32[n], the group of each of its rows; empty where all are one.
        barred: bool[n], which rows may be no answer to anything; empty where all may.

    Returns:
        int32[q, sum of the lengths] rows, one list beside the other, each padded with -1, and
        similarities of the same shape in millionths, from 1 to 1_000_000, padded with 0.
    """
    n_queries, lengths = questions.rows.size, questions.lengths
    rows = np.full((n_queries, lengths.sum()), -1, np.int32)
    similarity = np.zeros((n_queries, lengths.sum()), np.int32)
    room, nobody = room_for(questions, index), np.empty(0, np.int32)
    for q in range(n_queries):
        load(room.lookup, questions.vectors, questions.rows[q])
        scan.begin(room.sums, barred, row_groups, questions.groups[q], questions.excluded[q])
        left = add_up(questions, q, index, room, nobody)
        fill_lists(questions, q, index, room, left, rows[q], similarity[q])
        unload(room.lookup, questions.vectors, questions.rows[q])
    return rows, similarity


@compiled
def room_for(questions: Questions, index: Index) -> Room:
    """Return room for any of the queries."""
    n_rows = index.forward[0].size - 1
    return Room(
        lookup_for(index.stops[0], longest(questions)),
        np.empty(n_rows, np.float32),
        np.empty(n_rows, np.int32),
        np.empty(questions.lengths.max(), np.int64),
    )


@compiled
def add_up(
    questions: Questions, q: int, index: Index, room: Room, entry: NDArray[np.int32]
) -> Left:
    """Return what is left when to add more up would take longer than to complete the rows.

    Args:
        questions: what is asked.
        q: which of the queries; it is in the room's tables.
        index: what is searched, n rows.
        room: its sums have begun (`scan.begin`).
        entry: int32[n], what the query must reach to enter each row's own list (`both_ways`), in
            millionths; empty where nobody asks that.
    """
    vectors, query = questions.vectors, questions.rows[q]
    least = np.zeros(questions.lengths.size, np.float32)
    begin, end = vectors[0][query], vectors[0][query + 1]
    error = scan.error_of(end - begin)
    left = Left(0, np.float32(0), index.rest[0], least, error)
    for which in range(index.stops.size):
        first = _first_from(vectors, begin, end, index.stops[which])
        scan.add_postings(room.sums, vectors, first, end, index.postings)
        end = first
        length = _length(vectors, begin, end)
        left = Left(index.stops[which], length, index.rest[which], least, error)
        if which == 0:
            for one in range(least.size):
                least[one] = _least(questions, q, one, index, room, left)
        if end == begin:
            break
        following = _first_from(vectors, begin, end, index.stops[which + 1])
        n_postings = _n_postings(vectors, following, end, index.postings)
        n_reached = _n_within_reach(questions, q, room, left)
        n_reached += scan.n_entering(room.sums, left.rest, left.length, entry, left.error)
        if n_reached * POSTINGS_PER_ROW <= n_postings:
            break
    return left


@compiled
def _first_from(vectors: Compressed, begin: int, end: int, stop: int) -> int:
    """Return the first entry from `begin` on whose column is not below a stop, or `end`."""
    first = end
    while first > begin and vectors[1][first - 1] >= stop:
        first -= 1
    return first


@compiled
def _n_postings(vectors: Compressed, begin: int, end: int, postings: Compressed) -> int:
    """Return how many postings the columns of some entries have."""
    n = 0
    for column in vectors[1][begin:end]:
        n += postings[0][column + 1] - postings[0][column]
    return n


@compiled
def _length(vectors: Compressed, begin: int, end: int) -> np.float32:
    """Return the length of a part of a vector, rounded up."""
    squares = 0.0
    for weight in vectors[2][begin:end]:
        squares += np.float64(weight) * np.float64(weight)
    return np.float32(np.sqrt(squares) * ROUNDED_UP)


@compiled
def _least(
    questions: Questions, q: int, which: int, index: Index, room: Room, left: Left
) -> np.float32:
    """Return what the answers of a list have in common with the query at least."""
    k, first_row = questions.lengths[which], questions.first_rows[q, which]
    sums = room.sums[first_row : questions.end_rows[which]]
    spans = spans_of(sums, k)
    least = max(reached_by(spans, k), scan.NEXT_TO_NOTHING)
    n_reached = reaching(sums, spans, least, first_row, room.reached)
    return finish.least_of(complete(n_reached, index, room, left), k, left.error)


@compiled
def fill_lists(  # noqa: PLR0913 - the lists of one query: where it stands, and what they are made of
    questions: Questions,
    q: int,
    index: Index,
    room: Room,
    left: Left,
    rows: NDArray[np.int32],
    similarity: NDArray[np.int32],
) -> None:
    """Write the lists of a query, one behind the other, into two lines made of padding.

    Args:
        questions: what is asked.
        q: which of the queries.
        index: what is searched.
        room: with its sums.
        left: what they lack.
        rows: int32[sum of the lengths], written to.
        similarity: int32[sum of the lengths], written to.
    """
    start = 0
    for which in range(questions.lengths.size):
        best = room.best[: questions.lengths[which]]
        n_found = _list(questions, q, which, index, room, left, best)
        for rank in range(n_found):
            rows[start + rank] = row_of(best[rank])
            similarity[start + rank] = value_of(best[rank])
        start += questions.lengths[which]


@compiled
def complete(n_reached: int, index: Index, room: Room, left: Left) -> NDArray[np.float32]:
    """Return what each row reached has in common with the query, but for rounding."""
    reached = room.reached[:n_reached]
    completed = products_below(room.lookup, index.forward, reached, left.stop)
    for place in range(n_reached):
        completed[place] += room.sums[reached[place]]
    return completed


@compiled
def _n_within_reach(questions: Questions, q: int, room: Room, left: Left) -> int:
    """Return how many rows may be answers, in all lists."""
    n = 0
    for which in range(questions.lengths.size):
        first_row, end_row = questions.first_rows[q, which], questions.end_rows[which]
        sums, rest = room.sums[first_row:end_row], left.rest[first_row:end_row]
        n += scan.n_within_reach(sums, rest, left.length, left.least[which])
    return n


@compiled
def _list(  # noqa: PLR0913 - one list of one query: where it stands, and what it is made of
    questions: Questions,
    q: int,
    which: int,
    index: Index,
    room: Room,
    left: Left,
    best: NDArray[np.int64],
) -> int:
    """Return how many neighbours there are, and leave them in `best`, best first."""
    least, first_row = left.least[which], questions.first_rows[q, which]
    sums = room.sums[first_row : questions.end_rows[which]]
    rest = left.rest[first_row : questions.end_rows[which]]
    n_reached = scan.within_reach(sums, rest, left.length, least, first_row, room.reached)
    completed = complete(n_reached, index, room, left)
    rows = room.reached[:n_reached]
    return finish.rank(rows, completed, least, room.lookup, index.forward, best)
