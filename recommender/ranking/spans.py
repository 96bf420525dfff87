"""Rows looked over in spans: which sum some of them reach, and who reaches it.

The best sum of each span is found by a loop without branches, which the compiler turns into vector
instructions. Most spans are never looked at again.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled

_SPAN_ROWS = 64
_SPANS_PER_ROW = 4
"""So many spans for each row wanted, at least, or two that are wanted often share one."""


class Spans(NamedTuple):
    """What rows look like from afar.

    Attributes:
        n_rows: how many follow one another in a span, but for the last.
        best: float32[s], the best sum of each span, 0 where there is none above it.
    """

    n_rows: int
    best: NDArray[np.float32]


@compiled
def spans_of(sums: NDArray[np.float32], k: int) -> Spans:
    """Look rows over.

    Args:
        sums: float32[m].
        k: how many rows will be wanted.

    Returns:
        Their spans.
    """
    n_rows = max(1, min(_SPAN_ROWS, sums.size // (_SPANS_PER_ROW * k)))
    in_order = sums.view(np.int32)  # floats that are not negative are in the order of their bits
    best = np.empty(-(-sums.size // n_rows), np.int32)
    for which in range(best.size):
        best_of_span, span = np.int32(0), in_order[which * n_rows : (which + 1) * n_rows]
        for place in range(span.size):
            best_of_span = span[place] if span[place] > best_of_span else best_of_span
        best[which] = best_of_span
    return Spans(n_rows, best.view(np.float32))


@compiled
def reached_by(spans: Spans, k: int) -> np.float32:
    """Return a sum that k rows reach at least, and few more: the k-th of the spans' best sums.

    Args:
        spans: of the rows.
        k: how many rows, at least 1.

    Returns:
        The sum; 0 where there may be no k rows above 0.
    """
    place = spans.best.size - k
    if place < 0:
        return np.float32(0)
    in_order = np.partition(spans.best.view(np.int32), place)
    k_th_best: np.float32 = in_order[place : place + 1].view(np.float32)[0]
    return k_th_best


@compiled
def reaching(
    sums: NDArray[np.float32],
    spans: Spans,
    least: np.float32,
    first_row: int,
    reached: NDArray[np.int32],
) -> int:
    """Write down the rows whose sums come to something, ascending; most spans have none.

    Args:
        sums: float32[m].
        spans: of them.
        least: what to come to, above 0.
        first_row: the row of the first sum.
        reached: int32[m], overwritten from the beginning.

    Returns:
        How many there are.
    """
    n = 0
    for which in range(spans.best.size):
        if spans.best[which] >= least:
            first = which * spans.n_rows
            for row in range(first, min(first + spans.n_rows, sums.size)):
                if sums[row] >= least:
                    reached[n] = first_row + row
                    n += 1
    return n
