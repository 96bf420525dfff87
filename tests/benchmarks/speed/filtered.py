"""One text, of articles that a filter lets pass alone: never much slower than without.

Filters are made anew for each search, which counts. Who passes lies scattered over the archive, or
together, for a filter by date.
"""

from functools import partial

import numpy as np

from recommender.ranking.engine import Engine
from recommender.ranking.filters import Filter
from recommender.ranking.live_search import Barred, Listing, search
from recommender.ranking.segments import Vector
from tests.benchmarks.speed.clock import Way, latencies
from tests.benchmarks.speed.live import Hourly, live_of
from tests.benchmarks.speed.made import Made
from tests.benchmarks.speed.table import Line, Table, duration

K = 10
SHARES = (0.9, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001, 0.0001)
"""Of the articles, that pass."""

ASKED = 3.0
"""Times the unfiltered median, at most, whatever passes."""


def measure(made: Made, engine: Engine, table: Table) -> None:
    """Print the lines of filters.

    Args:
        made: the articles.
        engine: their index.
        table: to print to.
    """
    live, articles = live_of(engine), Hourly(made.n)
    vectors = [Vector(query.indices, query.data) for query in made.queries]
    chance = np.random.default_rng(0).random(made.n)

    def answer(filtered: Filter | None, at: int) -> None:
        barred = Barred(None if filtered is None else filtered.barred(articles))
        search(live, vectors[at], [Listing(K)], barred=barred)

    filters = {f"{share:.2%} pass": Filter(allowed=chance < share) for share in SHARES}
    for share in SHARES:
        first = articles.published_us[int(share * made.n)]
        filters[f"the newest {share:.2%} pass"] = Filter(published_from_us=int(first))
    ways = {name: Way(partial(answer, one), len(vectors)) for name, one in filters.items()}
    seconds = latencies({"": Way(partial(answer, None), len(vectors), repeats=5)} | ways)
    p50 = {name: float(np.median(each)) for name, each in seconds.items()}
    free_s = p50.pop("")
    slowest = max(p50, key=lambda name: p50[name])
    ratio = p50[slowest] / free_s
    table.add(
        Line(
            f"a filter on {made.n:,}, at worst ({slowest})",
            duration(p50[slowest]),
            f"at most {ASKED:g}×",
            ratio <= ASKED,
            "ours, unfiltered",
            duration(free_s),
            f"1/{ratio:.1f}",
        )
    )
