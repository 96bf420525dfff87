"""How much people agree who judged the same picks, beyond what chance would give.

For two of them Cohen's kappa ("A coefficient of agreement for nominal scales", Educational and
Psychological Measurement 20(1), 1960), and weighted, where poor against good is worse than
acceptable against good ("Weighted kappa", Psychological Bulletin 70(4), 1968). For any number, each
having judged what they liked, Krippendorff's alpha for ordered grades ("Computing Krippendorff's
Alpha-Reliability", University of Pennsylvania, 2011). Both are 1 for full agreement and 0 for
chance.

Intervals are percentile bootstraps over what was judged (Zapf, Castell, Morawietz and Karch,
"Measuring inter-rater reliability for nominal data", BMC Medical Research Methodology 16:93, 2016).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.intervals import CONFIDENCE, weights
from recommender.evaluation.results import Estimate

MISSING = -1
"""Stands in a table for what a rater did not judge."""

RELIABLE, TENTATIVE = 0.800, 0.667
"""From which alpha on data can be relied upon, and tentative conclusions drawn: Krippendorff,
"Content Analysis", 2nd edition, 2004, page 241."""

Floats = NDArray[np.float64]


def kappa(table: NDArray[np.int64], n_grades: int, *, weighted: bool = False) -> Estimate | None:
    """Return Cohen's kappa of two raters.

    Args:
        table: int64[u, 2], their grades from 0 of each of u units, or `MISSING`.
        n_grades: how many grades there are.
        weighted: count a disagreement by the square of its distance.

    Returns:
        Kappa with its interval; None where they judged nothing in common, or both gave one and
        the same grade throughout, of which chance explains all.
    """
    both = table[(table != MISSING).all(axis=1)]
    units = np.zeros((len(both), n_grades, n_grades))
    units[np.arange(len(both)), both[:, 0], both[:, 1]] = 1.0
    distance = _squares(n_grades) if weighted else 1.0 - np.eye(n_grades)
    return _estimate(units, lambda pairs: _kappa(pairs, distance))


def alpha(table: NDArray[np.int64], n_grades: int) -> Estimate | None:
    """Return Krippendorff's alpha of any number of raters, for ordered grades.

    Args:
        table: int64[u, r], the grades from 0 that r raters gave u units, or `MISSING`.
        n_grades: how many grades there are.

    Returns:
        Alpha with its interval; None where no unit was judged twice, or all grades are the same.
    """
    given = np.stack([(table == grade).sum(axis=1) for grade in range(n_grades)], axis=1)
    given = given[given.sum(axis=1) > 1].astype(np.float64)
    pairs = given[:, :, None] * given[:, None, :] - given[:, :, None] * np.eye(n_grades)
    units = pairs / (given.sum(axis=1) - 1)[:, None, None]
    return _estimate(units, _alpha)


def agreed(table: NDArray[np.int64]) -> float | None:
    """Return the share of units that two raters gave the same grade.

    Args:
        table: int64[u, 2], their grades, or `MISSING`.

    Returns:
        0 to 1; None where they judged nothing in common.
    """
    both = table[(table != MISSING).all(axis=1)]
    return float((both[:, 0] == both[:, 1]).mean()) if len(both) else None


def _kappa(pairs: Floats, distance: Floats) -> Floats:
    """Return kappa of tables of grades float64[..., g, g], NaN where it has none."""
    total = pairs.sum(axis=(-2, -1))
    by_chance = pairs.sum(axis=-1)[..., :, None] * pairs.sum(axis=-2)[..., None, :]
    observed = (pairs * distance).sum(axis=(-2, -1)) * total
    return _one_minus(observed, (by_chance * distance).sum(axis=(-2, -1)))


def _alpha(pairs: Floats) -> Floats:
    """Return alpha of tables of coincidences float64[..., g, g], NaN where it has none."""
    given = pairs.sum(axis=-1)
    total = given.sum(axis=-1)
    distance = _ordinal(given)
    by_chance = given[..., :, None] * given[..., None, :]  # the diagonal has no distance
    observed = (pairs * distance).sum(axis=(-2, -1)) * (total - 1)
    return _one_minus(observed, (by_chance * distance).sum(axis=(-2, -1)))


def _ordinal(given: Floats) -> Floats:
    """Return the squared distances of ordered grades, by how many of each were given.

    The distance of two grades is how many lie between them, each of the two counted by half.

    Args:
        given: float64[..., g].

    Returns:
        float64[..., g, g].
    """
    middle = given.cumsum(axis=-1) - given / 2
    return np.asarray((middle[..., :, None] - middle[..., None, :]) ** 2)


def _squares(n_grades: int) -> Floats:
    grades = np.arange(n_grades, dtype=np.float64)
    return np.asarray((grades[:, None] - grades[None, :]) ** 2)


def _one_minus(observed: Floats, expected: Floats) -> Floats:
    quotient = np.full(np.shape(observed), np.nan)
    np.divide(observed, expected, out=quotient, where=expected > 0)
    return 1.0 - quotient


def _estimate(units: Floats, of: Callable[[Floats], Floats]) -> Estimate | None:
    """Return a figure of all units with its interval.

    Args:
        units: float64[u, g, g], what each adds to a table.
        of: returns the figure of each of several tables float64[..., g, g], NaN for none.
    """
    value = float(of(units.sum(axis=0)))
    if np.isnan(value):
        return None
    n, flat = len(units), units.reshape(len(units), -1)
    drawn = [of((weight * n @ flat).reshape(-1, *units.shape[1:])) for weight in weights(n)]
    figures = np.concatenate(drawn)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(figures[np.isfinite(figures)], (tail, 1 - tail))
    return Estimate(value, float(low), float(high))
