"""The supervisor: one command, two processes, no port shared with a stranger, no child left."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from recommender.errors import CannotListen, ServerFailed
from recommender.settings import Settings, load_settings
from recommender.workflows import serving
from recommender.workflows.address import Address
from recommender.workflows.child import FIRST_PAUSE_S, LONGEST_PAUSE_S, STEADY_S, Child

SERVE = """
import sys
from pathlib import Path
from recommender.settings import load_settings
from recommender.workflows.serving import serve

serve(load_settings(Path(sys.argv[1])))
"""


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Listen as a server does that shares its port among its workers."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held


def test_port_in_use_is_one_sentence(listener: socket.socket) -> None:
    port = listener.getsockname()[1]

    with pytest.raises(
        CannotListen, match=rf"^Cannot listen on port {port} of 127.0.0.1: .* in use"
    ):
        Address("127.0.0.1", port).check_free()


def test_free_port_is_found_free_twice() -> None:
    address = Address("127.0.0.1", free_port())
    address.check_free()
    address.check_free()
    assert address.ask_readiness() is None


def test_host_of_another_machine_is_refused() -> None:
    with pytest.raises(CannotListen, match=r"192\.0\.2\.1"):
        Address("192.0.2.1", 8000).check_free()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80/"),
        ("0.0.0.0", "http://127.0.0.1:80/"),
        ("::", "http://[::1]:80/"),
        ("news.example", "http://news.example:80/"),
    ],
)
def test_url_is_one_that_this_machine_can_open(host: str, url: str) -> None:
    assert Address(host, 80).url == url


def test_children_get_exactly_these_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"MOREFROM_PORT": "8123", "MOREFROM_DATABASE_URL": "sqlite:///a.db"}
    settings = load_settings(tmp_path, given).model_copy(update={"site_name": "The Ünited Post"})
    monkeypatch.setenv("MOREFROM_UNKNOWN_ARTICLE", "404")
    monkeypatch.setenv("KEPT", "yes")

    follower = serving.environment_of(settings)
    server = serving._server_environment(settings)

    assert load_settings(environment=follower) == settings
    assert "MOREFROM_DATABASE_URL" not in server
    assert load_settings(environment=server) == settings.model_copy(update={"database_url": None})
    assert follower["KEPT"] == server["KEPT"] == "yes"


def child(code: str, said: list[str], clock: Clock) -> Child:
    def say(event: str, line: str) -> None:
        assert event == "ended"
        said.append(line)

    return Child("helper", [sys.executable, "-c", code], os.environ, say, clock)


def test_child_that_ends_is_started_again_later_each_time() -> None:
    clock, said = Clock(), list[str]()
    helper = child("raise SystemExit(7)", said, clock)
    helper.start()
    pauses = [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, 4 * FIRST_PAUSE_S]
    for pause in pauses:
        wait_until(lambda: helper.exit_code() is not None)
        helper.keep_alive()
        clock.now += pause - 0.01
        helper.keep_alive()
        assert helper.exit_code() == 7, "started before its time"
        clock.now += 0.01
        helper.keep_alive()
    helper.wait(10)

    assert said == [
        f"The helper ended with exit code 7; starting it again in {pause:g} s." for pause in pauses
    ]


def test_pause_is_bounded_and_forgotten_after_a_steady_life() -> None:
    clock, said = Clock(), list[str]()
    helper = child("raise SystemExit(1)", said, clock)
    helper._pause_s = LONGEST_PAUSE_S
    helper.start()
    wait_until(lambda: helper.exit_code() is not None)
    helper.keep_alive()
    assert helper._pause_s == LONGEST_PAUSE_S

    clock.now += LONGEST_PAUSE_S
    helper.keep_alive()
    wait_until(lambda: helper.exit_code() is not None)
    clock.now += STEADY_S
    helper.keep_alive()
    helper.wait(10)
    assert said[-1].endswith(f"again in {FIRST_PAUSE_S:g} s.")


def test_child_that_does_not_listen_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    code = f"""
import pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path({str(pid_file)!r}).write_text(str(grandchild.pid))
time.sleep(60)
"""
    helper = child(code, [], Clock())
    helper.start()
    wait_until(lambda: pid_file.exists() and pid_file.read_text())
    helper.terminate()
    helper.wait(0.2)

    assert helper.exit_code() == -signal.SIGKILL
    grandchild = int(pid_file.read_text())
    wait_until(lambda: not is_running(grandchild))


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_server_that_cannot_start_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def idle(_: Settings) -> list[str]:
        return [sys.executable, "-c", "import time; time.sleep(60)"]

    def failing(_: Settings) -> list[str]:
        return [sys.executable, "-c", "raise SystemExit(3)"]

    settings = load_settings(tmp_path, {"MOREFROM_PORT": str(free_port())})
    monkeypatch.setattr(serving, "follower_command", idle)
    monkeypatch.setattr(serving, "server_command", failing)
    before = signal.getsignal(signal.SIGTERM)

    with pytest.raises(ServerFailed, match="exit code 3"):
        serving.serve(settings)
    assert signal.getsignal(signal.SIGTERM) is before


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return int(response.status)
    except HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_starts_before_any_promotion_and_stops_when_told(
    tmp_path: Path, number: signal.Signals
) -> None:
    port = free_port()
    environment = {**os.environ, "MOREFROM_PORT": str(port), "MOREFROM_WORKERS": "1"}
    command = [sys.executable, "-c", SERVE, str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == f"Serving on http://127.0.0.1:{port}/ (Ctrl-C stops).\n"
        assert running.stdout.readline().startswith("Nothing to show yet: No model has been")
        assert status_of(f"http://127.0.0.1:{port}/healthz") == 200
        assert status_of(f"http://127.0.0.1:{port}/v1/related?id=a") == 503
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        assert len(children) == 2

        started = time.monotonic()
        running.send_signal(number)
        assert running.wait(20) == 0
        assert time.monotonic() - started < 8
    assert not any(is_running(int(pid)) for pid in children)
    Address("127.0.0.1", port).check_free()
