"""Taking a new article in, both ways: its own hundred nearest, and the lists that it enters.

Each of the unseen texts comes after the one before, as the newest article. The lists are those of
all articles that are there, of which the last similarity is known, as a bundle knows it.
"""

from functools import partial

import numpy as np
import scipy.sparse as sp

from recommender.ranking.engine import Engine, Neighbours
from recommender.ranking.live import Newcomer
from recommender.ranking.live_engine import LiveEngine
from recommender.ranking.live_search import Lasts, Listing
from recommender.ranking.segments import Vector
from tests.benchmarks.speed.clock import Way, latencies
from tests.benchmarks.speed.live import HOUR_US, live_of
from tests.benchmarks.speed.made import Made
from tests.benchmarks.speed.table import Line, Table

ASKED_S = {1_000_000: 50e-3}
"""Seconds for one article at most, by size of the archive."""


class Desk:
    """Takes articles in, one after the other."""

    def __init__(self, engine: Engine, lists: Neighbours) -> None:
        """Begin with the articles of an index.

        Args:
            engine: the index, n articles.
            lists: of each of them, [n, k].
        """
        self.live = LiveEngine(live_of(engine))
        self.n_entered = 0
        self._lasts = Lasts(lists.similarity[:, -1].copy(), lists.rows[:, -1].copy())
        self._listings = [Listing(lists.rows.shape[1])]
        self._later = Lasts(np.empty(0, np.int32), np.empty(0, np.int32))

    def take(self, vectors: list[sp.csr_matrix], at: int) -> None:
        """Take an article in.

        Args:
            vectors: of some articles.
            at: which of them.
        """
        row = self.live.state.n_rows
        vector = Vector(vectors[at].indices, vectors[at].data)
        newcomer = Newcomer(f"{row:08d}", (row + 1) * HOUR_US, vector)
        _, found = self.live.add(newcomer, self._listings, self._lasts, self._later)
        self.n_entered += found.entered.size
        own = found.lists[0]
        self._later = Lasts(
            np.append(self._later.similarity, own.similarity[-1]),
            np.append(self._later.rows, own.rows[-1]),
        )


def measure(made: Made, engine: Engine, lists: Neighbours, table: Table) -> None:
    """Print the lines of newcomers.

    Args:
        made: the articles.
        engine: their index.
        lists: of each of them.
        table: to print to.
    """
    desk, vectors = Desk(engine, lists), list(made.queries)
    seconds = latencies({"": Way(partial(desk.take, vectors), len(vectors))})[""]
    work = f"one new article into {made.n:,}, both ways"
    table.add(Line.under(work, float(np.median(seconds)), ASKED_S.get(made.n, np.inf)))
    table.add(Line.under("  p99", float(np.percentile(seconds, 99))))
    n_taken = desk.live.state.n_rows - made.n
    table.add(Line("  lists it enters, on average", f"{desk.n_entered / n_taken:.0f}"))
