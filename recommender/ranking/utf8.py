"""Characters in UTF-8, for compiled loops."""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled


@compiled
def character(data: NDArray[np.uint8], place: int) -> tuple[int, int]:
    """Return the code point of a character, and the place after it.

    Args:
        data: text in UTF-8.
        place: where the character begins.
    """
    lead = int(np.int64(data[place]))
    if lead < 0x80:
        return lead, place + 1
    if lead < 0xE0:
        return (lead & 0x1F) << 6 | _low(data, place + 1), place + 2
    if lead < 0xF0:
        high = (lead & 0x0F) << 6 | _low(data, place + 1)
        return high << 6 | _low(data, place + 2), place + 3
    high = (lead & 0x07) << 6 | _low(data, place + 1)
    return (high << 6 | _low(data, place + 2)) << 6 | _low(data, place + 3), place + 4


@compiled
def _low(data: NDArray[np.uint8], place: int) -> int:
    """Return the six bits that a later byte of a character holds."""
    return int(np.int64(data[place] & 0x3F))
