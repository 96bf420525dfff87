"""What is being served, for Prometheus: from the same files that the workers map."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime

from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from recommender.errors import BrokenBundle, NoChampion
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings


class Served(Collector):
    """Ages and sizes, looked up whenever somebody asks."""

    def __init__(self, settings: Settings, problem: Callable[[], str | None]) -> None:
        """Begin without having looked.

        Args:
            settings: of which home.
            problem: tells what stands in the way, None for nothing.
        """
        self._settings = settings
        self._problem = problem
        self._snapshot: Snapshot | None = None

    def collect(self) -> Iterator[Metric]:
        """Yield what is served; of the model and the overlay nothing while there are none.

        Yields:
            Gauges.
        """
        has_problem = self._problem() is not None
        yield _gauge(
            "problem", "1 while something stands in the way of anything newer.", has_problem
        )
        with suppress(BrokenBundle, NoChampion, OSError):
            self._snapshot = Snapshot.open(self._settings, self._snapshot)
        if self._snapshot is None:
            return
        bundle, overlay = self._snapshot.bundle, self._snapshot.overlay
        trained_at = bundle.metadata.get("trained_at", bundle.taken_at)
        yield InfoMetricFamily(
            "morefrom_model", "The model version that is served.", {"version": bundle.version}
        )
        yield _gauge("model_age_seconds", "Time since it was trained.", _age_s(trained_at))
        yield _gauge("model_articles", "Articles that it was trained on.", len(bundle.articles))
        yield _gauge(
            "overlay_age_seconds", "Time since the overlay was made.", _age_s(overlay.generated_at)
        )
        yield _gauge(
            "overlay_articles",
            "Articles that were corrected, or are new, since the training.",
            len(overlay.articles),
        )
        yield _gauge(
            "last_event", "Number of the last event that the overlay has.", overlay.last_event
        )


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(f"morefrom_{name}", said, value)


def _age_s(instant: str) -> float:
    return max(0.0, time.time() - datetime.fromisoformat(instant).timestamp())
