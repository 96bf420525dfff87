"""`/metrics`: the sums of all workers are right, however often these end, and what is served."""

import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from recommender.domain.counts import PIPE
from recommender.settings import Settings
from recommender.workflows import serving
from recommender.workflows.address import Address
from recommender.workflows.metrics import Tally, metrics_served, reading
from tests.service.newsroom import NOON, Newsroom, article, open_newsroom, seven
from tests.workflows.test_serving import free_port, wait_until

LIVES = """
import multiprocessing, sys
from pathlib import Path
from service.public import counting

def live(pipe, n_requests):
    counting.TELL_INTERVAL_S = 0.001
    counts = counting.Counts(pipe)
    counts.start()
    for _ in range(n_requests):
        counts.hit("/v1/related", "200 OK")
        counts.answered("/v1/articles/a/related", "404 NOT FOUND", 1_500_000)

pipe, n_lives, n_requests, at_once = Path(sys.argv[1]), *map(int, sys.argv[2:])
fork = multiprocessing.get_context("fork")
for _ in range(n_lives // at_once):
    workers = [fork.Process(target=live, args=(pipe, n_requests)) for _ in range(at_once)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
"""
"""Workers that are processes of `multiprocessing`, as those of the server."""

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples_of(families: Iterator[object]) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples  # type: ignore[attr-defined]
    }


def asked(port: int) -> Samples:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as response:
        return samples_of(text_string_to_metric_families(response.read().decode()))


def requests(route: str, status: str, way: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    labels = {"route": route, "status": status, "way": way}
    return "morefrom_requests_total", tuple(sorted(labels.items()))


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return open_newsroom(tmp_path)


def test_sums_are_right_over_a_thousand_lives_of_workers(tmp_path: Path) -> None:
    n_lives, n_requests, at_once = 1_000, 100, 4
    tally = Tally()
    with reading(tmp_path / PIPE, tally):
        arguments = map(str, (tmp_path / PIPE, n_lives, n_requests, at_once))
        subprocess.run([sys.executable, "-c", LIVES, *arguments], check=True, timeout=120)
        wait_until(lambda: n_hits(tally) == n_lives * n_requests, timeout_s=10)
        found = samples_of(tally.collect())

    assert found[requests("related", "2xx", "hit")] == n_lives * n_requests
    assert found[requests("related", "4xx", "app")] == n_lives * n_requests
    assert found["morefrom_answer_seconds_count", ()] == n_lives * n_requests
    assert found["morefrom_answer_seconds_bucket", (("le", "0.001"),)] == 0
    assert found["morefrom_answer_seconds_bucket", (("le", "0.002"),)] == n_lives * n_requests
    assert found["morefrom_answer_seconds_sum", ()] == pytest.approx(0.0015 * n_lives * n_requests)
    assert sum(value for (name, _), value in found.items() if name == "morefrom_picks_total") == 0


def n_hits(tally: Tally) -> float:
    return samples_of(tally.collect())[requests("related", "2xx", "hit")]


def settings_of(newsroom: Newsroom) -> Settings:
    return newsroom.settings.model_copy(update={"metrics_port": free_port()})


def test_what_is_served_is_told(newsroom: Newsroom) -> None:
    settings = settings_of(newsroom)
    problem: list[str | None] = [None]
    with metrics_served(settings, lambda: problem[0]):
        assert settings.metrics_port is not None
        before = asked(settings.metrics_port)
        version = newsroom.train(seven())
        newsroom.serve(version, [article("new", "Russia"), article("russia-1", "China")])
        problem[0] = "Ink is out."
        after = asked(settings.metrics_port)

    assert before["morefrom_problem", ()] == 0
    assert ("morefrom_model_articles", ()) not in before
    assert after["morefrom_problem", ()] == 1
    assert after["morefrom_model_info", (("version", version),)] == 1
    assert after["morefrom_model_articles", ()] == 7
    assert after["morefrom_overlay_articles", ()] == 2
    assert after["morefrom_last_event", ()] == newsroom.last_event
    for name in ("model", "overlay"):
        age_s = after[f"morefrom_{name}_age_seconds", ()]
        assert age_s == pytest.approx(time.time() - NOON.timestamp(), abs=60)


def test_a_port_that_is_taken_keeps_nobody_from_following(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_of(newsroom)
    with metrics_served(settings, lambda: None), metrics_served(settings, lambda: None):
        pass

    assert "Metrics cannot be served on port" in caplog.text


def test_without_a_port_there_is_no_pipe(newsroom: Newsroom) -> None:
    with metrics_served(newsroom.settings, lambda: None):
        assert list(newsroom.settings.serving_dir.iterdir()) == []


def test_a_file_in_the_place_of_the_pipe_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / PIPE).write_text("a file")

    with reading(tmp_path / PIPE, Tally()):
        assert (tmp_path / PIPE).is_fifo()


def test_workers_that_are_renewed_lose_no_count(newsroom: Newsroom) -> None:
    newsroom.serve(newsroom.train(seven()))
    port, n_asked = free_port(), 0
    settings = settings_of(newsroom).model_copy(update={"port": port})
    with metrics_served(settings, lambda: None):
        running = subprocess.Popen(
            serving.server_command(settings), env=serving._server_environment(settings)
        )
        try:
            wait_until(lambda: Address("127.0.0.1", port).ask_readiness())
            for _ in range(2):
                for _ in range(50):
                    url = f"http://127.0.0.1:{port}/v1/related?id=russia-1"
                    with urllib.request.urlopen(url, timeout=5) as response:
                        assert response.status == 200
                    n_asked += 1
                running.send_signal(signal.SIGHUP)
                time.sleep(serving.RELOAD_OVERLAP_S + 0.5)
        finally:
            running.terminate()
            assert running.wait(20) is not None
        assert settings.metrics_port is not None
        metrics_port = settings.metrics_port

        def n_counted() -> float:
            found = asked(metrics_port)
            ways = ("hit", "app")
            return sum(found[requests("related", "2xx", way)] for way in ways)

        wait_until(lambda: n_counted() == n_asked, timeout_s=5)
        picks = asked(metrics_port)["morefrom_picks_total", (("origin", "model"),)]
    assert picks > 0
