"""`/metrics` for Prometheus, from the follower: what all workers counted, and what is served.

Workers come and go; the follower stays, so their counts are added up here. A worker's counts come
through a pipe (`domain.counts`); what is served is read from the files that the workers map. When
the follower itself is started again its sums begin at nothing, as Prometheus expects of counters.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import accumulate
from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from recommender.domain.counts import (
    BUCKETS_S,
    FIRST_ORIGIN,
    FIRST_TIME,
    N_COUNTS,
    PIPE,
    RECORD_BYTES,
    REQUESTS,
    TIME_SUM,
    unpacked,
)
from recommender.domain.pick import Origin
from recommender.logs import tell
from recommender.settings import Settings
from recommender.workflows.served import Served
from recommender.workflows.waking import has_something

READ_BYTES = 8192 * RECORD_BYTES
LOOK_INTERVAL_S = 0.5
"""Seconds after which a reader that hears nothing looks whether it shall end."""

_log = logging.getLogger(__name__)


@contextmanager
def metrics_served(settings: Settings, problem: Callable[[], str | None]) -> Iterator[None]:
    """Serve `/metrics` as long as the block lasts, if the settings name a port for it.

    A port that cannot be had is no reason not to follow: it is told in the log.

    Args:
        settings: where, and of which home.
        problem: tells what stands in the follower's way, None for nothing.

    Yields:
        Nothing.
    """
    if settings.metrics_port is None:
        yield
        return
    registry = CollectorRegistry()
    tally = Tally()
    registry.register(tally)
    registry.register(Served(settings, problem))
    with ExitStack() as held:
        try:
            held.enter_context(_listening(settings.metrics_host, settings.metrics_port, registry))
            held.enter_context(reading(settings.serving_dir / PIPE, tally))
        except OSError as error:
            place = f"port {settings.metrics_port} of {settings.metrics_host}"
            said = f"Metrics cannot be served on {place}: {error.strerror or error}."
            tell(_log, "no-metrics", said, logging.WARNING)
        yield


@contextmanager
def _listening(host: str, port: int, registry: CollectorRegistry) -> Iterator[None]:
    server, thread = start_http_server(port, host, registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Tally(Collector):
    """What all workers counted since the follower began."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._sums = [0] * N_COUNTS
        self._adding = threading.Lock()

    def add(self, message: bytes) -> None:
        """Add what workers told.

        Args:
            message: whole records.
        """
        with self._adding:
            for which, many in unpacked(message):
                self._sums[which] += many

    def collect(self) -> Iterator[Metric]:
        """Yield the sums, as Prometheus takes them.

        Yields:
            Requests, times and picks.
        """
        with self._adding:
            sums = self._sums.copy()
        requests = CounterMetricFamily(
            "morefrom_requests",
            "Requests answered, by route, class of status, and whether ready or made by the app.",
            labels=("route", "status", "way"),
        )
        for labels, many in zip(REQUESTS, sums, strict=False):
            requests.add_metric(labels, many)
        yield requests
        bounds = (*map(str, BUCKETS_S), "+Inf")
        times = HistogramMetricFamily(
            "morefrom_answer_seconds", "Time that the app took for each question that it answered."
        )
        times.add_metric(
            (),
            list(zip(bounds, accumulate(sums[FIRST_TIME:TIME_SUM]), strict=True)),
            sums[TIME_SUM] / 1e6,
        )
        yield times
        picks = CounterMetricFamily(
            "morefrom_picks", "Picks in the lists that the app made, by origin.", labels=("origin",)
        )
        for origin, many in zip(Origin, sums[FIRST_ORIGIN:], strict=True):
            picks.add_metric((origin,), many)
        yield picks


@contextmanager
def reading(pipe: Path, tally: Tally) -> Iterator[None]:
    """Add what comes through a pipe to a tally, in a thread that lasts as long as the block.

    Args:
        pipe: made if it is not there; `OSError` if it cannot be.
        tally: takes it.

    Yields:
        Nothing.
    """
    descriptor = _opened(pipe)
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            if has_something(descriptor, LOOK_INTERVAL_S):
                tally.add(os.read(descriptor, READ_BYTES))

    thread = threading.Thread(target=read, daemon=True, name="counts")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        os.close(descriptor)


def _opened(pipe: Path) -> int:
    """Return a descriptor to read a pipe by.

    It is open for writing too, so that the pipe never ends while no worker has it open.
    """
    if pipe.exists() and not pipe.is_fifo():
        pipe.unlink()
    if not pipe.exists():
        os.mkfifo(pipe, 0o600)
    return os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
