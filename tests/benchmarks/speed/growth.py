"""What a search costs as the archive grows: the exponent, and a drawing of it.

If n times the articles took n ** e times the time, e is the exponent: 1 for whoever reads in
proportion to the archive, less for whoever can leave out ever more of it.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from tests.benchmarks.speed.one_text import OURS
from tests.benchmarks.speed.table import Line, Table

ASKED = 0.8

Costs = Mapping[int, Mapping[str, float]]
"""For each size of archive the median seconds of a search, by `OURS` and by each peer."""


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Return the exponent of the power law nearest to some figures, by least squares of logarithms.

    Args:
        sizes: of the archives, two or more.
        seconds: of a search in each.

    >>> round(exponent([10, 1000], [1.0, 10.0]), 6)
    0.5
    """
    slope, _ = np.polyfit(np.log(sizes), np.log(seconds), 1)
    return float(slope)


def measure(costs: Costs, table: Table) -> None:
    """Print the lines of growth.

    Args:
        costs: of two sizes or more.
        table: to print to.
    """
    sizes = sorted(costs)
    mine = exponent(sizes, [costs[size][OURS] for size in sizes])
    work = f"exponent of a search's cost, {sizes[0]:,} to {sizes[-1]:,}"
    table.add(Line(work, f"{mine:.2f}", f"at most {ASKED}", mine <= ASKED))
    for peer in by_everybody(costs)[1:]:
        theirs = exponent(sizes, [costs[size][peer] for size in sizes])
        table.add(Line("  the same", f"{mine:.2f}", peer=peer, theirs=f"{theirs:.2f}"))


def by_everybody(costs: Costs) -> list[str]:
    """Return who was measured at every size: ours, then peers by name."""
    everywhere = set.intersection(*(set(each) for each in costs.values()))
    return [OURS, *sorted(everywhere - {OURS})]
