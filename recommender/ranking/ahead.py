"""Memory is waited for once for many lists, not once for each.

A list that may lie anywhere in gigabytes takes as long to come as a hundred additions. Who walks
one list after the other waits at the head of each. Who looks at the heads of many first, none of
which says where the next one is, waits for all of them together, and finds them in the cache when
it walks the lists (Chen, Gibbons and Mowry, Improving index performance through prefetching, 2001).
"""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled
from recommender.ranking.questions import Compressed

N_AHEAD = 64
"""Lists to look at: so many that waiting is little, so few that none is pushed out before its
turn."""


@compiled
def fetch(lists: Compressed, numbers: NDArray[np.int32]) -> NDArray[np.float32]:
    """Look at the heads of some lists.

    Args:
        lists: rows, or postings.
        numbers: int32[m], which of them.

    Returns:
        float32[m], a weight of each, or what follows where one is empty: of no use, but what
        nobody takes, no compiler fetches.
    """
    starts, others, weights = lists
    heads = np.empty(numbers.size, np.float32)
    for place in range(numbers.size):
        head = min(starts[numbers[place]], weights.size - 1)
        heads[place] = weights[head] + others[head]
    return heads
