"""How long a CMS waits when it publishes, and how soon every reader sees it.

    python -m tests.benchmarks.bench_publishing [--markdown] [--page docs/publishing.md]
        [--articles 20000] [--published 200] [--retracted 50]

A made archive is imported and trained in a home of its own, then `morefrom serve` with two workers
and `morefrom desk` run as a user runs them. New articles of the same archive, which neither has
seen, are published one by one over HTTP with a token; some are taken back. Which worker gave an
answer is told by the connection: one is kept to each, found by the process that holds its other
end, so “every worker” is every one and not those that happened to answer. The peer is a Flask app
of one view in the same server, which commits each article to SQLite with `synchronous=FULL` and
does nothing else; it has its turn before each of ours. It takes three minutes, most of it pauses.
"""

import argparse
import os
import platform
import signal
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.benchmarks.publishing import arrivals, departures, insert
from tests.benchmarks.publishing.cms import Cms, new_secret
from tests.benchmarks.serving import home, servers
from tests.benchmarks.serving.each_worker import each_worker
from tests.benchmarks.speed import page
from tests.benchmarks.speed.table import Table, named


def main() -> None:
    options = argparse.ArgumentParser(description="How soon readers see what is published.")
    options.add_argument("--markdown", action="store_true", help="as a page has it")
    options.add_argument("--page", type=Path, metavar="FILE.md", help="put it there too")
    options.add_argument("--articles", type=int, default=20_000, help="in the archive")
    options.add_argument("--published", type=int, default=200, help="new ones")
    options.add_argument("--retracted", type=int, default=50, help="of those")
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no server is left behind

    told = (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores for all,"
        f" Python {platform.python_version()}, {named('granian')}, {named('flask')},"
        f" {named('sqlalchemy')}.\n{servers.WORKERS} workers, one request at a time."
    )
    print(told, end="\n\n", flush=True)
    table = Table(markdown=chosen.markdown)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        filled = home.make(place, chosen.articles, chosen.published)
        settings = filled.settings
        table.head()
        file = {insert.FILE: str(place / "insert.db")}
        with (
            servers.site(settings) as site,
            servers.desk(settings) as desk,
            servers.in_place_of_desk(settings, insert.TARGET, file) as peer,
            each_worker(site, servers.WORKERS) as connections,
            closing(Cms(desk.url, new_secret(settings))) as cms,
            closing(Cms(peer.url, "none")) as storing,
        ):
            done = arrivals.measure(
                filled.newcomers, cms, storing, connections, chosen.articles, table
            )
            departures.measure(done[: chosen.retracted], cms, connections, table)
    if chosen.page:
        page.write(chosen.page, "publishing", [told, "", *table.told])


if __name__ == "__main__":
    main()
