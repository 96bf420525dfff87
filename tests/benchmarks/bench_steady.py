"""Whether the site goes on: promotions, renewals, kill -9, and a database that is away, under load.

    python -m tests.benchmarks.bench_steady [--long] [--markdown] [--page docs/serving.md]
        [--promotions N] [--renewals N] [--kills N] [--desk-kills N] [--away SECONDS]
        [--articles 5000] [--per-second 300]

`morefrom serve` with two workers runs on a made archive, and readers ask at a steady pace from a
process of their own. Each part stands in a module of `steady`; 0 leaves one out. The short form
takes under four minutes, `--long` half an hour: a thousand promotions, 200 kills of the
desk, ten minutes without a database.
"""

import argparse
import os
import platform
import random
import signal
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from recommender.workflows.promoting import versions as list_versions
from tests.benchmarks.publishing.cms import new_secret
from tests.benchmarks.serving import home, servers
from tests.benchmarks.serving.each_worker import each_worker
from tests.benchmarks.speed import page
from tests.benchmarks.speed.table import Table, named
from tests.benchmarks.steady import database_away, desk_killed, promotions, workers
from tests.benchmarks.steady.readers import CONNECTIONS

N_PATHS = 100
N_MORE = 200
"""Articles that the second version has and the first has not."""

PUBLISHED_A_KILL = 20
"""Articles kept ready for each round; no desk acknowledges more between two kills."""


class Counts(NamedTuple):
    """How much of each part.

    Attributes:
        promotions: of two versions in turn.
        renewals: of all workers.
        kills: of a worker.
        desk_kills: of the desk.
        away: seconds without a database.
    """

    promotions: int
    renewals: int
    kills: int
    desk_kills: int
    away: int


SHORT = Counts(promotions=60, renewals=4, kills=3, desk_kills=20, away=20)
LONG = Counts(promotions=1_000, renewals=20, kills=10, desk_kills=200, away=600)


def main() -> None:
    options = argparse.ArgumentParser(description="Whether the site goes on.")
    options.add_argument("--markdown", action="store_true", help="as a page has it")
    options.add_argument("--page", type=Path, metavar="FILE.md", help="put it there too")
    options.add_argument("--long", action="store_true", help="much of everything")
    options.add_argument("--articles", type=int, default=5_000)
    options.add_argument("--per-second", type=float, default=300, help="requests of all readers")
    for name, few, many in zip(Counts._fields, SHORT, LONG, strict=True):
        flag = f"--{name.replace('_', '-')}"
        options.add_argument(flag, type=int, help=f"{few}, or {many:,} with --long; 0 for none")
    chosen = options.parse_args()
    given = {name: getattr(chosen, name) for name in Counts._fields}
    counts = LONG if chosen.long else SHORT
    counts = counts._replace(**{name: n for name, n in given.items() if n is not None})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no server is left behind

    told = (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores for all,"
        f" Python {platform.python_version()}, {named('granian')}.\n"
        f"{chosen.articles:,} articles, {servers.WORKERS} workers, {CONNECTIONS} connections at"
        f" {chosen.per_second:g} requests a second together."
    )
    print(told, end="\n\n", flush=True)
    table = Table(markdown=chosen.markdown)
    with tempfile.TemporaryDirectory() as folder:
        if any(counts[:4]):
            _with_sqlite(Path(folder) / "one", chosen.articles, chosen.per_second, counts, table)
        else:
            table.head()
        if counts.away:
            database_away.measure(Path(folder) / "two", counts.away, chosen.per_second, table)
    if chosen.page:
        page.write(chosen.page, "steady", [told, "", *table.told])


def _with_sqlite(folder: Path, n_articles: int, per_s: float, counts: Counts, table: Table) -> None:
    """Run the parts that need no other database than a file."""
    n_published = PUBLISHED_A_KILL * counts.desk_kills
    filled = home.make(folder, n_articles, N_MORE + n_published)
    settings, more = filled.settings, filled.newcomers[:N_MORE]
    first = list_versions(settings)[0].id
    versions = [first, promotions.second_version(settings, more)]
    paths = random.Random(0).sample(filled.paths, N_PATHS)
    table.head()
    with servers.site(settings) as site:
        with each_worker(site, servers.WORKERS) as connections:
            if n := counts.promotions:
                args = (site.url, connections, paths, n, per_s, table)
                promotions.measure(settings, versions, *args)
            if n := counts.desk_kills:
                secret = new_secret(settings)
                published = filled.newcomers[N_MORE:]
                desk_killed.measure(settings, secret, published, connections, n, table)
        if n := counts.renewals:
            workers.measure_renewals(site, paths, n, per_s, table)
        if n := counts.kills:
            workers.measure_kills(site, paths, n, per_s, table)


if __name__ == "__main__":
    main()
