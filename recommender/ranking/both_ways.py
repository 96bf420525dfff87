"""A new article both ways: what is nearest to it, and to whom it is among the nearest.

The similarity of two articles is the same from either side, so one walk over the postings finds
both. A row whose own list a newcomer may enter asks for a similarity, that of the last on its list,
and is looked at as long as its sum may still come to that: the bound of `exact`, with a different
threshold for each row.
"""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking import exact, scan
from recommender.ranking.compiled import compiled
from recommender.ranking.exact import Left, Room
from recommender.ranking.finish import in_millionths
from recommender.ranking.lookup import cosine, load
from recommender.ranking.postings import Index
from recommender.ranking.questions import Questions


@compiled
def nearest(
    questions: Questions,
    index: Index,
    row_groups: NDArray[np.int32],
    barred: NDArray[np.bool_],
    entry: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return the rows most similar to a query, and those whose lists it enters.

    Args:
        questions: one query, and the lists to find for it.
        index: what is searched, n rows.
        row_groups: int32[n], the group of each of its rows; empty where all are one.
        barred: bool[n], which rows may be no answer and have no list; empty for none.
        entry: int32[n], the least similarity with which the query enters each row's list, from 1;
            above 1_000_000 where it cannot.

    Returns:
        rows and similarity as `exact.nearest` has them, int32[1, sum of the lengths]; then the rows
        whose lists the query enters, int32[m] ascending, and the similarity with each, int32[m].
    """
    n_listed = questions.lengths.sum()
    rows, similarity = np.full((1, n_listed), -1, np.int32), np.zeros((1, n_listed), np.int32)
    room = exact.room_for(questions, index)
    load(room.lookup, questions.vectors, questions.rows[0])
    scan.begin(room.sums, barred, row_groups, questions.groups[0], questions.excluded[0])
    left = exact.add_up(questions, 0, index, room, entry)
    exact.fill_lists(questions, 0, index, room, left, rows[0], similarity[0])
    entered, near = _entered(index, room, left, entry)
    return rows, similarity, entered, near


@compiled
def _entered(
    index: Index, room: Room, left: Left, entry: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the rows that let the query in, and their similarity."""
    n_reached = scan.entering(room.sums, left.rest, left.length, entry, left.error, room.reached)
    entered, near = np.empty(n_reached, np.int32), np.empty(n_reached, np.int32)
    sums = exact.complete(n_reached, index, room, left)
    n = 0
    for place in range(n_reached):
        row = room.reached[place]
        if sums[place] >= np.float32(entry[row]) * scan.MILLIONTH - left.error:
            score = in_millionths(cosine(room.lookup, index.forward, row))
            if score >= entry[row]:
                entered[n], near[n] = row, score
                n += 1
    return entered[:n], near[:n]
