"""The real server under readers who never pause: workers killed and renewed, versions exchanged."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.accidents import figures
from tests.accidents.readers import Readers
from tests.accidents.test_followers import needs_proc, row, worker_pids
from tests.test_story import FOLLOWED_WITHIN_S, Newsroom

PATH = "/v1/related?id=post-1&limit=5"
WORKERS = 2
N_EXCHANGES = 6


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """Return a home with a promoted version."""
    newsroom = Newsroom(tmp_path)
    newsroom.environment["MOREFROM_WORKERS"] = str(WORKERS)
    newsroom.import_rows(*map(row, range(6)))
    newsroom.run("train", "--promote")
    return newsroom


def gist(body: bytes) -> Any:
    """Return what a version is to blame for."""
    answer = json.loads(body)
    return answer["model"]["version"], [(item["id"], item["score"]) for item in answer["items"]]


@needs_proc
def test_a_worker_that_is_killed_costs_what_was_in_flight_and_is_replaced(
    newsroom: Newsroom,
) -> None:
    with newsroom.serving():
        newsroom.wait_for(lambda: len(worker_pids(newsroom)) == WORKERS)
        expected = gist(json.dumps(newsroom.related("post-1", 5)).encode())
        before = worker_pids(newsroom)
        with Readers(newsroom.port, PATH) as readers:
            time.sleep(0.5)
            killed_at = time.monotonic()
            os.kill(before[0], signal.SIGKILL)
            while len(set(worker_pids(newsroom)) - {before[0]}) < WORKERS:
                assert time.monotonic() - killed_at < 20, "nobody took its place"
                time.sleep(0.05)
            replaced_s = time.monotonic() - killed_at
            time.sleep(0.5)
    assert len(readers.failures) <= readers.n
    assert {said.status for said in readers.said} == {200}
    assert [gist(said.body) for said in readers.said] == [expected] * len(readers.said)
    figures.note(
        "a worker killed under load",
        f"{len(readers.failures)} of {readers.said.total():,} requests broken, each in flight; "
        f"replaced after {replaced_s:.2f} s",
    )


@needs_proc
def test_workers_are_renewed_without_a_refused_connection(newsroom: Newsroom) -> None:
    with newsroom.serving():
        newsroom.wait_for(lambda: len(worker_pids(newsroom)) == WORKERS)
        before = worker_pids(newsroom)
        supervisor = parent(parent(before[0]))
        with Readers(newsroom.port, PATH) as readers:
            os.kill(supervisor, signal.SIGUSR1)
            deadline = time.monotonic() + 20
            while set(before) & set(worker_pids(newsroom)):
                assert time.monotonic() < deadline, "the old ones are still there"
                time.sleep(0.05)
            time.sleep(0.5)
    assert len(worker_pids(newsroom)) == 0
    assert {said.status for said in readers.said} == {200}
    assert not readers.refused
    most = readers.n * WORKERS  # who is sent away by one may meet the next before its turn
    assert len(readers.failures) <= most, "a connection was closed by more than its worker's end"
    figures.note(
        "workers renewed under load",
        f"{readers.said.total():,} answers, no connection refused, "
        f"{len(readers.failures)} kept alive were closed",
    )


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@needs_proc
def test_versions_exchanged_under_load_are_never_mixed(newsroom: Newsroom) -> None:
    newsroom.import_rows(*(row(number, body="Ministers met in Oslo") for number in range(2, 9)))
    other = newsroom.run("train")["version"]
    [version] = {held["version"] for held in newsroom.run("versions")} - {other}
    with newsroom.serving():
        expected = {}
        for one in (other, version):
            newsroom.run("promote", one, "--reason", "its turn")
            newsroom.wait_for(lambda one=one: gist_now(newsroom)[0] == one)
            expected[one] = gist_now(newsroom)
        slowest = 0.0
        with Readers(newsroom.port, PATH) as readers:
            for number in range(N_EXCHANGES):
                one = (other, version)[number % 2]
                newsroom.run("promote", one, "--reason", "its turn")
                slowest = max(
                    slowest, newsroom.wait_for(lambda one=one: gist_now(newsroom)[0] == one)
                )
    assert expected[other] != expected[version]
    assert not readers.failures
    for said in readers.said:
        found = gist(said.body)
        assert (said.status, found) == (200, expected[found[0]])
    assert {said.timing for said in readers.said} == {"app", "cache"}
    assert slowest < FOLLOWED_WITHIN_S
    figures.note(
        "versions exchanged under load",
        f"{N_EXCHANGES} promotions, {readers.said.total():,} answers, none mixed, none failed; "
        f"all workers on the new one within {slowest:.2f} s",
    )


def gist_now(newsroom: Newsroom) -> Any:
    return gist(json.dumps(newsroom.related("post-1", 5)).encode())
