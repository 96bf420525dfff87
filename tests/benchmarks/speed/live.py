"""The articles of a benchmark as a live state, to which articles come and of which some are asked.

Rows stand newest first, as everywhere: here an hour apart.
"""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.engine import Engine
from recommender.ranking.live import Live

HOUR_US = 3_600_000_000


class Hourly:
    """When the articles of an index appeared, and what they are called.

    Attributes:
        published_us: int64[n], microseconds since 1970, descending.
        language: uint32[n], nothing known.
        has_image: bool[n], no picture.
    """

    def __init__(self, n: int) -> None:
        self.published_us: NDArray[np.int64] = np.arange(n, 0, -1, dtype=np.int64) * HOUR_US
        self.language: NDArray[np.uint32] = np.zeros(n, np.uint32)
        self.has_image: NDArray[np.bool_] = np.zeros(n, np.bool_)

    def id_of(self, row: int) -> str:
        """Return the id of the article of a row."""
        return f"{row:08d}"

    def rows_with_tag(self, slug: str) -> NDArray[np.int32]:
        """Return no rows: nothing is known of tags."""
        del slug
        return np.empty(0, np.int32)

    rows_in_section = rows_by_author = rows_with_tag


def live_of(engine: Engine) -> Live:
    """Return the state in which nothing has happened yet."""
    return Live.of(engine, Hourly(engine.rows.n_rows))
