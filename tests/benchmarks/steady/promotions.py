"""Two versions take turns while readers ask: nobody fails, nobody sees a mixture, all follow soon.

The second version is trained after more articles were imported, so the two differ in most lists,
and the first brings an overlay that has to be worked out anew at each of its promotions. What each
version answers to every question is asked before, in peace, of every worker. Promotions are made by
the function that `morefrom promote` calls: a thousand starts of Python would be the load. The next
one comes as soon as all workers have followed.
"""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from recommender.domain.article import Article
from recommender.settings import Settings
from recommender.workflows.promoting import promote
from tests.benchmarks.archive.__main__ import record
from tests.benchmarks.publishing.arrivals import at_most
from tests.benchmarks.serving import home
from tests.benchmarks.serving.each_worker import Connections, ask, until_all
from tests.benchmarks.speed.table import Line, Table, duration
from tests.benchmarks.steady.asking import gist
from tests.benchmarks.steady.readers import reading

ALL_ON_IT_S = 2.0
"""Seconds after a promotion in which every worker is asked to serve it."""

SLOWER = 3.0
"""Times the quiet p99, at most."""

QUIET_S = 10.0


def second_version(settings: Settings, articles: Sequence[Article]) -> str:
    """Import more articles, and return the version that is trained with them.

    Args:
        settings: of the home.
        articles: which it has never seen.
    """
    file = settings.home / "more.jsonl"
    file.write_text("".join(f"{json.dumps(record(one))}\n" for one in articles), encoding="utf-8")
    home.run(settings, "import", str(file))
    return str(json.loads(home.run(settings, "train", "--json"))["version"])


def measure(
    settings: Settings,
    versions: Sequence[str],
    url: str,
    connections: Connections,
    paths: Sequence[str],
    n: int,
    per_s: float,
    table: Table,
) -> None:
    """Let versions take turns, and print the lines of it.

    Args:
        settings: of the home.
        versions: two of them; the first is the champion.
        url: of the site.
        connections: to each worker.
        paths: what readers ask for.
        n: how many promotions.
        per_s: requests a second.
        table: to print to.
    """
    turns = (versions[1], versions[0])
    right = {}
    for version in turns:
        exchange(settings, version, connections, paths[0])
        right[version] = gists(connections, paths)
    differing = sum(right[turns[0]][path] != right[turns[1]][path] for path in paths)
    with reading(url, paths, per_s) as quiet:
        time.sleep(QUIET_S)
    today = datetime.now(UTC).date()
    with reading(url, paths, per_s) as busy:
        took = [exchange(settings, turns[number % 2], connections, paths[0]) for number in range(n)]
    if datetime.now(UTC).date() != today:
        raise SystemExit("Midnight in UTC came in between, and freshness with it: run it again.")
    slower = busy.p99_s / quiet.p99_s
    n_wrong, on_it_s = busy.n_wrong(right), at_most(took, 99)
    of = f"{differing:,} of {len(paths):,} lists differ"
    table.add(Line(f"{n:,} promotions at {per_s:g} requests a second, {of}"))
    table.add(busy.errors())
    table.add(Line("  of another version than they name", str(n_wrong), "none", n_wrong == 0))
    table.add(Line("  connections that broke", str(busy.broken), "none", busy.broken == 0))
    table.add(Line.under("  all workers on it after (p50)", at_most(took, 50)))
    table.add(Line.under("  the slowest (p99)", on_it_s, ALL_ON_IT_S))
    table.add(
        Line(
            "  an answer meanwhile (p99)",
            duration(busy.p99_s),
            f"at most {SLOWER:g}×",
            slower <= SLOWER,
            "ours, quiet",
            duration(quiet.p99_s),
            f"1/{slower:.1f}",
        )
    )


def exchange(settings: Settings, version: str, connections: Connections, path: str) -> float:
    """Promote a version; return the seconds until all workers serve it."""
    promote(settings, version, "bench", "its turn")
    since = time.perf_counter()
    return until_all(connections, path, lambda it: it["model"]["version"] == version, since)


def gists(connections: Connections, paths: Sequence[str]) -> dict[str, str]:
    """Return the gist of every answer, in which all workers must agree.

    Raises:
        ValueError: they do not.
    """
    found = {}
    for path in paths:
        answers = {gist(ask(one, path)) for one in connections.values()}
        if len(answers) != 1:
            message = f"{path}: the workers do not agree"
            raise ValueError(message)
        found[path] = answers.pop()[1]
    return found
