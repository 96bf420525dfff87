"""The benchmark of serving tells the truth about figures that are known."""

import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.benchmarks.serving import constant, load
from tests.benchmarks.serving.home import shares
from tests.benchmarks.serving.load import Load, put_on
from tests.benchmarks.serving.questions import lines

WAIT_S = 0.02


class Slow(BaseHTTPRequestHandler):
    """Takes its time, keeps connections alive, and fails for one path."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(WAIT_S)
        self.send_response(500 if self.path == "/fault" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def slow() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(params=["wrk", "knock"])
def generator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "knock":
        monkeypatch.setattr(shutil, "which", lambda _: None)
    elif shutil.which("wrk") is None:
        pytest.skip("wrk is not installed")
    monkeypatch.setattr(load, "CONNECTIONS", 1)


@pytest.mark.usefixtures("generator")
def test_load_counts_answers_failures_and_the_slowest(slow: str) -> None:
    good, bad = put_on(slow, ["/a", "/b"], 1), put_on(slow, ["/fault"], 1)

    assert 1 <= good.per_s <= 1 / WAIT_S
    assert good.p99_s >= WAIT_S * 0.9
    assert good.n_failures == 0
    assert bad.n_failures >= 1


@pytest.mark.usefixtures("generator")
def test_too_few_questions_for_the_time_end_the_benchmark(slow: str) -> None:
    with pytest.raises(SystemExit, match="2 questions are too few for 1 s"):
        put_on(slow, ["/a", "/b"], 1, once=True)


def test_shares_have_no_question_in_common() -> None:
    assert shares(list("abcdefg"), 3) == [["a", "b"], ["c", "d"], ["e", "f"]]


def test_constant_answers_are_as_long_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(constant.SIZE, "345")
    response = constant.create_app().test_client().get("/v1/related?id=a")
    assert (len(response.data), response.is_json, response.json is not None) == (345, True, True)


def test_lines_say_whether_what_was_asked_is_reached() -> None:
    turns = [[Load(300, 0.002, 0), Load(100, 0.003, 0)], [Load(310, 0.002, 1), Load(90, 0.003, 0)]]

    faster, p99, failures = lines("work", turns, 3, is_p99_asked=True)

    assert (faster.ours, faster.theirs, faster.ratio, faster.reached) == (
        *("305/s", "95/s", "3.21×"),
        True,
    )
    assert (p99.ours, p99.reached) == ("2.00 ms", True)
    assert (failures.ours, failures.reached) == ("1", False)
    assert lines("work", turns, 4)[0].reached is False
