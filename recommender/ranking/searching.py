"""Looking deeper where it is asked for: the engine over the bundle that is served.

The compiled loops take half a second to load, which a worker does beside its first answers. At most
one search a process runs at a time: who comes second waits for it, for a search takes milliseconds.
"""

from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.bundle import Bundle
from recommender.ranking.deeper import Vector

if TYPE_CHECKING:
    from recommender.ranking.engine import Engine

_WHOLE_BUNDLES = 2
"""Bundles whose engines are kept: the one served, and the one before it."""


class LiveSearch:
    """What finds the nearest articles of a bundle that the follower has verified."""

    def __init__(self) -> None:
        self._searching = Lock()
        self._engine = lru_cache(_WHOLE_BUNDLES)(_opened)

    def warm(self) -> None:
        """Load the compiled loops now, so that no reader waits for them."""
        from recommender.ranking.engine import warm

        warm()

    def nearest(
        self, bundle: Bundle, vector: Vector, k: int, barred: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the nearest articles, as `deeper.Searcher` has it.

        Args:
            bundle: whose articles.
            vector: columns and weights of the query.
            k: how many at most.
            barred: bool[n], which rows may be no answers.

        Returns:
            int32[m] rows, best first, and int32[m] similarities in millionths, above 0.
        """
        with self._searching:
            engine = self._engine(bundle)
            found = engine.search(*vector, k, barred=barred)
        n_found = int(np.count_nonzero(found.similarity))
        return found.rows[:n_found], found.similarity[:n_found]


def _opened(bundle: Bundle) -> "Engine":
    from recommender.ranking.opening import open_engine  # compiled loops, when they are asked for

    return open_engine(bundle, is_verified=True)
