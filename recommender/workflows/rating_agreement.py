"""How far the people who rate agree, all of them and each two."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.rating import Grade, Rating
from recommender.evaluation.agreement import MISSING, agreed, alpha, kappa
from recommender.evaluation.results import Estimate


@dataclass(frozen=True, slots=True)
class Two:
    """How far two raters agree.

    Attributes:
        raters: their names.
        n_common: pairs that both judged.
        agreed: share of those with the same grade.
        kappa: Cohen's, weighted; None where it cannot be told.
    """

    raters: tuple[str, str]
    n_common: int
    agreed: float
    kappa: Estimate | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree.

    Attributes:
        n_raters: who judged anything.
        n_ratings: that stand.
        n_common: pairs that at least two of them judged.
        alpha: Krippendorff's, of all raters; None where it cannot be told.
        pairs: of each two raters with something in common.
    """

    n_raters: int
    n_ratings: int
    n_common: int
    alpha: Estimate | None
    pairs: tuple[Two, ...]


def agreement(ratings: Sequence[Rating]) -> Agreement:
    """Return how far raters agree.

    Args:
        ratings: those in force, of everybody.
    """
    raters = sorted({one.author for one in ratings})
    table = _table(ratings, raters)
    pairs = (_two(raters, table, places) for places in combinations(range(len(raters)), 2))
    return Agreement(
        n_raters=len(raters),
        n_ratings=len(ratings),
        n_common=int(((table != MISSING).sum(axis=1) > 1).sum()),
        alpha=alpha(table, len(Grade)),
        pairs=tuple(one for one in pairs if one is not None),
    )


def _two(raters: Sequence[str], table: NDArray[np.int64], places: tuple[int, int]) -> Two | None:
    """Return how far two raters agree, None if they have nothing in common."""
    grades = table[:, list(places)]
    share = agreed(grades)
    if share is None:
        return None
    names = (raters[places[0]], raters[places[1]])
    n_common = int((grades != MISSING).all(axis=1).sum())
    return Two(names, n_common, share, kappa(grades, len(Grade), weighted=True))


def _table(ratings: Sequence[Rating], raters: Sequence[str]) -> NDArray[np.int64]:
    """Return int64[pairs, raters] grades, `MISSING` where somebody did not judge."""
    units: dict[tuple[str, str], int] = {}
    for one in ratings:
        units.setdefault((one.query_id, one.article_id), len(units))
    table = np.full((len(units), max(len(raters), 1)), MISSING, np.int64)
    for one in ratings:
        table[units[one.query_id, one.article_id], raters.index(one.author)] = one.grade
    return table
