"""One query of one index, by whichever way is quickest; the answer is the same."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking import both_ways, direct, quickest
from recommender.ranking.postings import Index
from recommender.ranking.questions import Questions, read_only

NOBODY = read_only(np.empty(0, np.int32))
"""No rows."""


class Answer(NamedTuple):
    """What is found for a query.

    Attributes:
        rows: int32[1, sum of the lengths], as `exact.nearest` has them.
        similarity: int32[1, sum of the lengths], in millionths.
        entered: int32[m], ascending: the rows whose own lists the query enters.
        entered_similarity: int32[m], in millionths.
    """

    rows: NDArray[np.int32]
    similarity: NDArray[np.int32]
    entered: NDArray[np.int32] = NOBODY
    entered_similarity: NDArray[np.int32] = NOBODY


def nearest(
    questions: Questions,
    index: Index,
    row_groups: NDArray[np.int32],
    barred: NDArray[np.bool_],
    entry: NDArray[np.int32] | None = None,
) -> Answer:
    """Return the most similar rows, and whose lists the query enters.

    Args:
        questions: one query, and the lists to find for it; read-only, as all arrays here.
        index: what is searched, n rows; it may lack postings, if it has few.
        row_groups: int32[n], the group of each of its rows; empty where all are one.
        barred: bool[n], which rows may be no answer and have no list; empty for none.
        entry: int32[n], as for `both_ways.nearest`; None where lists of others do not matter.
    """
    few = direct.few_allowed(questions, index, row_groups, barred)
    if few is not None:
        similarity = direct.scores_of(questions, index, few)
        lists = direct.lists(questions, few, similarity)
        if entry is None:
            return Answer(*lists)
        enters = similarity >= entry[few]
        return Answer(*lists, few[enters], similarity[enters])
    if entry is None:
        return Answer(*quickest.nearest(questions, index, row_groups, barred))
    return Answer(*both_ways.nearest(questions, index, row_groups, barred, entry))
