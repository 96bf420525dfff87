"""The benchmarks of steadiness and of publishing tell the truth about figures that are known."""

import json
import math
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from recommender.domain.picks_id import ID, PicksInputs
from tests.benchmarks.publishing import insert
from tests.benchmarks.publishing.arrivals import Arrival, lines
from tests.benchmarks.publishing.cms import Told
from tests.benchmarks.publishing.departures import shows
from tests.benchmarks.steady.asking import gist
from tests.benchmarks.steady.readers import Reading, reading

FIRST, SECOND = (f"20310501T12000{n}Z-0123456789ab" for n in "12")


def content(version: str, *picks: str, replayed: str | None = None) -> dict[str, object]:
    inputs = PicksInputs(replayed or version, 1, 0, "more-from", 4, ID, "a")
    items = [{"id": pick, "score": 0.5} for pick in picks]
    return {
        "picks_id": inputs.encode(),
        "query": {"id": "a"},
        "model": {"version": version},
        "items": items,
    }


class Flaky(BaseHTTPRequestHandler):
    """Answers, breaks every connection at `/break`, and the first one at `/once`."""

    protocol_version = "HTTP/1.1"
    n_broken = 0

    def do_GET(self) -> None:
        if self.path == "/break" or (self.path == "/once" and not Flaky.n_broken):
            Flaky.n_broken += 1
            self.close_connection = True
            return
        body = json.dumps(content(FIRST, "b")).encode()
        self.send_response(503 if self.path == "/fault" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def flaky() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Flaky) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def read(url: str, *paths: str) -> Reading:
    with reading(url, paths, per_s=100) as told:
        time.sleep(1.5)
    return told


def test_readers_tell_answers_errors_and_whose_they_are(flaky: str) -> None:
    good, bad = read(flaky, "/a"), read(flaky, "/a", "/fault")
    right = gist(content(FIRST, "b"))[1]

    assert good.n_answers > 20
    assert (good.n_errors, good.broken) == (0, 0)
    assert good.n_wrong({FIRST: {"/a": right}}) == 0
    assert good.n_wrong({FIRST: {"/a": "another"}}) == good.n_answers
    assert good.n_wrong({SECOND: {"/a": right}}) == good.n_answers
    assert 0 < bad.n_errors < bad.n_answers


def test_a_request_that_breaks_is_sent_once_more(flaky: str) -> None:
    once, always = read(flaky, "/once"), read(flaky, "/break")

    assert (once.n_errors, once.broken) == (0, 1)
    assert always.n_answers == 0
    assert always.n_errors == always.broken > 1


def test_a_gist_is_of_picks_scores_and_both_versions() -> None:
    one = gist(content(FIRST, "b"))

    assert one == gist(content(FIRST, "b"))
    assert one[0] == FIRST
    assert gist(content(FIRST, "c"))[1] != one[1]
    assert gist(content(FIRST, "b", replayed=SECOND))[1] != one[1]


def test_an_answer_shows_its_picks_and_its_query() -> None:
    answer = content(FIRST, "b")

    assert [shows(answer, one) for one in "abc"] == [True, True, False]
    assert not shows({**answer, "query": None}, "a")


def test_lines_of_arrivals_say_whether_what_was_asked_is_reached() -> None:
    facts = {"changed_lists": ["a", "b"], "visible": True}
    soon = Arrival(Told(201, facts, 0.1, 0.0), 0.2, 0.01)
    late = Arrival(Told(201, {"changed_lists": None, "visible": False}, 0.4, 0.0), math.inf, 0.01)

    told = {line.work.strip(): line for line in lines([soon, soon, late], 10)}

    assert [told[work].ours for work in ("visible in the acknowledgement",)] == ["66.7%"]
    assert told["lists of others that changed, median"].ours == "2"
    assert told["an article acknowledged (p50)"].ratio == "1/10.0"
    assert [line.reached for line in lines([soon], 10) if line.asked] == [True, True]
    assert [line.reached for line in lines([late], 10) if line.asked] == [False, False]


def test_the_peer_stores_what_it_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(insert.FILE, str(tmp_path / "insert.db"))
    client = insert.create_app().test_client()

    sizes = []
    for title in ("One", "Two"):
        response = client.put("/v1/articles/a", json={"title": title, "body": "Words."})
        assert response.status_code == 201
        sizes.append((tmp_path / "insert.db-wal").stat().st_size)
    assert np.all(np.diff(sizes) > 0)
