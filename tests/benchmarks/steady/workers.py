"""Workers renewed by SIGUSR1, and workers killed, while readers ask.

An old worker that is renewed closes the connections that it kept alive; whoever asks on one at that
very moment asks again, which is told and is no error. One that is killed takes with it what it was
at, and what the system hands it until it has gone: no more than one request on each connection.
"""

import os
import signal
import time
from collections.abc import Sequence
from statistics import median

from tests.benchmarks.serving.servers import WORKERS, Server
from tests.benchmarks.speed.table import Line, Table
from tests.benchmarks.steady.readers import CONNECTIONS, reading

PATIENCE_S = 60.0
LOOK_INTERVAL_S = 0.05
APART_S = 6.0
"""Seconds between two kills: where workers end within five, granian takes the app to be faulty."""


def measure_renewals(
    site: Server, paths: Sequence[str], n: int, per_s: float, table: Table
) -> None:
    """Renew all workers again and again, and print the lines of it.

    Args:
        site: `morefrom serve`.
        paths: what readers ask for.
        n: how often.
        per_s: requests a second.
        table: to print to.
    """
    took = []
    with reading(site.url, paths, per_s) as readers:
        for _ in range(n):
            old = {worker.pid for worker in site.workers()}
            os.kill(site.process.pid, signal.SIGUSR1)
            took.append(_until_replaced(site, old))
    table.add(Line(f"{n:,} renewals of all workers, {per_s:g} requests a second"))
    table.add(readers.errors())
    table.add(Line("  asked again on a new connection", str(readers.broken)))
    table.add(Line.under("  an answer meanwhile (p99)", readers.p99_s))
    table.add(Line.under("  all are new after, median", median(took)))


def measure_kills(site: Server, paths: Sequence[str], n: int, per_s: float, table: Table) -> None:
    """Kill one worker after the other, and print the lines of it.

    Args:
        site: `morefrom serve`.
        paths: what readers ask for.
        n: how many.
        per_s: requests a second.
        table: to print to.
    """
    took = []
    with reading(site.url, paths, per_s) as readers:
        for _ in range(n):
            time.sleep(APART_S)
            oldest = min(site.workers(), key=lambda worker: worker.create_time())
            os.kill(oldest.pid, signal.SIGKILL)
            took.append(_until_replaced(site, {oldest.pid}))
    table.add(Line(f"{n:,} workers killed (kill -9), {per_s:g} requests a second"))
    table.add(readers.errors(most := CONNECTIONS * n))
    is_few = readers.broken <= most
    table.add(Line("  broken, and asked again", str(readers.broken), f"at most {most}", is_few))
    table.add(Line.under("  an answer meanwhile (p99)", readers.p99_s))
    table.add(Line.under("  replaced after, median", median(took)))


def _until_replaced(site: Server, gone: set[int]) -> float:
    """Return the seconds until others are there in the place of some workers.

    Raises:
        TimeoutError: nobody came.
    """
    since = time.perf_counter()
    while time.perf_counter() - since < PATIENCE_S:
        there = {worker.pid for worker in site.workers()}
        if len(there) == WORKERS and not there & gone:
            return time.perf_counter() - since
        time.sleep(LOOK_INTERVAL_S)
    message = f"the workers {sorted(gone)} were not replaced in {PATIENCE_S:g} s"
    raise TimeoutError(message)
