"""How old articles are, and what their age leaves of a score.

Ages are whole days between UTC dates, so that an answer says the same all day long.
"""

import math

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import DAY_US, UNDATED_US


def day_of(instant_us: int) -> int:
    """Return the UTC date of an instant, in days since 1970.

    Args:
        instant_us: microseconds since 1970.
    """
    return instant_us // DAY_US


def age_days(published_us: int, day: int) -> int | None:
    """Return how old an article is; negative for one of a later date, None for one without.

    Args:
        published_us: when it was published, or `UNDATED_US`.
        day: the date up to which its age counts, in days since 1970.
    """
    return None if published_us == UNDATED_US else day - day_of(published_us)


def freshness(
    published_us: NDArray[np.int64], day: int, half_life_days: float, lowest: float
) -> NDArray[np.float64]:
    """Return what the age of articles leaves of their scores: half after each half-life.

    Args:
        published_us: int64[m], when each was published; `UNDATED_US` counts as infinitely old.
        day: the date up to which their age counts, in days since 1970; what is newer counts as new.
        half_life_days: above 0.
        lowest: what freshness never falls below, 0 to 1.

    Returns:
        float64[m], from `lowest` to 1: 2 to the power of -age / half-life.
    """
    days = np.maximum(day - published_us // DAY_US, 0)
    faded: NDArray[np.float64] = np.maximum(np.exp2(days * (-1.0 / half_life_days)), lowest)
    return faded


def days_to_fade(half_life_days: float, lowest: float) -> float:
    """Return the age at which freshness reaches its lowest, infinite for 0.

    Args:
        half_life_days: above 0.
        lowest: what freshness never falls below, 0 to 1.
    """
    return half_life_days * -math.log2(lowest) if lowest else math.inf
