"""A worker's counts: each answer once, told when somebody listens, never lost meanwhile."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client

from recommender.domain.counts import (
    FIRST_ORIGIN,
    FIRST_TIME,
    MOST,
    N_COUNTS,
    PIPE,
    REQUESTS,
    TIME_SUM,
    unpacked,
)
from service.public.counting import Counts
from service.public.front import Front
from tests.service.newsroom import Newsroom
from tests.service.test_front import MB


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / PIPE)
    return tmp_path / PIPE


@pytest.fixture
def ear(pipe: Path) -> Iterator[int]:
    descriptor = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    yield descriptor
    os.close(descriptor)


def heard(ear: int) -> list[int]:
    """Return the sums of all that was told."""
    sums = [0] * N_COUNTS
    try:
        while True:
            for which, many in unpacked(os.read(ear, 8000)):
                sums[which] += many
    except BlockingIOError:
        return sums


def test_what_nobody_hears_is_told_later(pipe: Path) -> None:
    counts = Counts(pipe)
    counts.hit("/healthz", "200 OK")
    assert not counts.tell()

    ear = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    assert counts.tell()
    assert sum(heard(ear)) == 1
    os.close(ear)
    counts.hit("/healthz", "200 OK")
    assert not counts.tell(), "whoever read has gone"

    ear = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    assert counts.tell()
    assert sum(heard(ear)) == 1
    os.close(ear)


def test_a_full_pipe_delays_and_loses_nothing(pipe: Path, ear: int) -> None:
    counts, n_told = Counts(pipe), 0
    while counts.tell():
        for path in ("/healthz", "/readyz", "/v1/related"):
            counts.hit(path, "200 OK")
        n_told += 3
        assert n_told < 1_000_000

    sums = heard(ear)
    assert counts.tell()
    assert sum(sums) + sum(heard(ear)) == n_told


def test_a_number_beyond_a_record_is_told_in_parts(pipe: Path, ear: int) -> None:
    counts = Counts(pipe)
    counts.answered("/v1/related", "200 OK", (MOST + 5) * 1000)
    counts.tell()
    counts.tell()

    assert heard(ear)[TIME_SUM] == MOST + 5


def test_everything_at_once_fits_into_whole_messages(pipe: Path, ear: int) -> None:
    counts = Counts(pipe)
    counts._counted = list(range(N_COUNTS))

    assert counts.tell()
    assert heard(ear) == list(range(N_COUNTS))


@pytest.mark.parametrize("kind", ["missing", "file", "folder"])
def test_what_is_no_pipe_is_never_written_to(tmp_path: Path, kind: str) -> None:
    place = tmp_path / PIPE
    if kind == "file":
        place.write_text("mine")
    elif kind == "folder":
        place.mkdir()
    counts = Counts(place)
    counts.hit("/healthz", "200 OK")

    assert not counts.tell()
    assert kind != "file" or place.read_text() == "mine"


def test_every_answer_is_counted_once(served: Newsroom, pipe: Path, ear: int) -> None:
    app = served.app()
    counts = Counts(pipe)
    app.extensions["morefrom.counts"] = counts
    client = Client(Front(app, app.extensions["morefrom.live"], MB, counts=counts))
    first = client.get("/v1/related?id=russia-1&limit=2")
    tags = {"If-None-Match": first.headers["ETag"]}
    for path, method, headers in (
        ("/v1/related?limit=2&id=russia-1", "GET", {}),
        ("/v1/related?id=russia-1&limit=2", "HEAD", {}),
        ("/v1/related?id=russia-1&limit=2", "GET", tags),
        ("/v1/related?id=china-1&limit=0", "GET", {}),
        ("/v1/articles/china-1/related.html?limit=1", "HEAD", {}),
        ("/v1/related/batch?id=china-1&id=lonely&limit=1", "GET", {}),
        ("/v1/related", "POST", {}),
        ("/healthz", "GET", {}),
        ("/nowhere", "GET", {}),
        ("/embed.js", "GET", {}),
        ("/docs", "GET", {"If-None-Match": client.get("/docs").headers["ETag"]}),
    ):
        client.open(path, method=method, headers=headers)

    counts.tell()
    sums = heard(ear)

    found = {REQUESTS[at]: many for at, many in enumerate(sums[:FIRST_TIME]) if many}
    assert found == {
        ("related", "2xx", "app"): 1,
        ("related", "2xx", "hit"): 2,
        ("related", "3xx", "hit"): 1,
        ("related", "4xx", "app"): 2,
        ("block", "2xx", "app"): 1,
        ("batch", "2xx", "app"): 1,
        ("healthz", "2xx", "app"): 1,
        ("other", "4xx", "app"): 1,
        ("embed", "2xx", "app"): 1,
        ("docs", "2xx", "app"): 1,
        ("docs", "3xx", "app"): 1,
    }
    assert sum(sums[FIRST_TIME:TIME_SUM]) == 1 + 2 + 1 + 1, "of questions alone"
    assert sums[TIME_SUM] > 0
    assert sum(sums[FIRST_ORIGIN:]) == 2 + 1 + 1 + 1, "of lists that the app made"
