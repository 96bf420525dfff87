"""A floor that graded pairs teach: the similarity from which a pick is more likely relevant."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.training.calibration import Calibration

MIN_GRADED_PAIRS = 200
"""Graded pairs from which a floor is learnt: with fewer its interval is as wide as the scale."""

_SEED = 1_729
_N_RESAMPLES = 200


@dataclass(frozen=True)
class Floor:
    """The similarity from which a pick is more likely relevant than not.

    Attributes:
        similarity: that, 0 to 1.
        low: lower end of its 95 % interval, by a bootstrap over pairs.
        high: upper end.
        n_pairs: graded pairs of older queries that it was learnt from.
    """

    similarity: float
    low: float
    high: float
    n_pairs: int


def learn_floor(similarity: NDArray[np.float64], is_relevant: NDArray[np.bool_]) -> Floor | None:
    """Return what graded pairs say of the floor, None if they are too few or all alike.

    Args:
        similarity: float64[m], of the pairs, in [0, 1].
        is_relevant: bool[m], whether people found each relevant.
    """
    n = len(similarity)
    if n < MIN_GRADED_PAIRS:
        return None
    found = _even_odds(similarity, is_relevant)
    if found is None:
        return None
    rng = np.random.default_rng(_SEED)
    drawn = [
        _even_odds(similarity[own], is_relevant[own])
        for own in rng.integers(0, n, (_N_RESAMPLES, n))
    ]
    low, high = np.quantile([1.0 if one is None else one for one in drawn], (0.025, 0.975)).tolist()
    return Floor(found, low, high, n)


def _even_odds(similarity: NDArray[np.float64], is_relevant: NDArray[np.bool_]) -> float | None:
    if is_relevant.all() or not is_relevant.any():
        return None
    return Calibration.fit(similarity, is_relevant).similarity_at(0.5)
