"""The follower is woken by a byte, and never depends on it."""

import fcntl
import os
import resource
import stat
import threading
import time
from pathlib import Path

import pytest

from recommender.workflows.waking import PIPE, Sleeper, has_something, wake


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()


def slept(sleeper: Sleeper, stop: threading.Event, seconds: float) -> float:
    begun = time.monotonic()
    sleeper.sleep(stop, seconds)
    return time.monotonic() - begun


def test_who_is_woken_looks_at_once_and_then_sleeps_again(
    tmp_path: Path, stop: threading.Event
) -> None:
    with Sleeper(tmp_path) as sleeper:
        for _ in range(3):
            assert wake(tmp_path)
        assert slept(sleeper, stop, 30) < 5
        assert 0.05 <= slept(sleeper, stop, 0.05) < 5

        threading.Timer(0.05, wake, [tmp_path]).start()
        assert slept(sleeper, stop, 30) < 5


def test_who_is_told_to_stop_does(tmp_path: Path, stop: threading.Event) -> None:
    with Sleeper(tmp_path) as sleeper:
        threading.Timer(0.05, stop.set).start()
        begun = time.monotonic()
        assert sleeper.sleep(stop, 30)
        assert time.monotonic() - begun < 5
        assert sleeper.sleep(stop, 30)


def test_nobody_needs_to_listen(tmp_path: Path) -> None:
    assert not wake(tmp_path / "none")
    assert not wake(tmp_path)
    os.mkfifo(tmp_path / PIPE)
    assert not wake(tmp_path)
    (tmp_path / PIPE).unlink()
    (tmp_path / PIPE).write_text("a file")
    assert not wake(tmp_path)
    assert (tmp_path / PIPE).read_text() == "a file"


def test_a_full_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    with Sleeper(tmp_path):
        for _ in range(70_000):
            assert wake(tmp_path)


def test_the_pipe_is_private_new_each_time_and_gone_in_the_end(
    tmp_path: Path, stop: threading.Event
) -> None:
    place = tmp_path / PIPE
    place.write_text("what a killed one may have left")
    with Sleeper(tmp_path) as sleeper:
        assert stat.S_ISFIFO(place.stat().st_mode)
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert wake(tmp_path)
        assert slept(sleeper, stop, 30) < 5
    assert not place.exists()


def test_where_no_pipe_can_be_made_it_waits_all_the_same(
    tmp_path: Path, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "mkfifo", refuse)
    with Sleeper(tmp_path) as sleeper:
        assert 0.05 <= slept(sleeper, stop, 0.05) < 5
        assert not wake(tmp_path)


def test_a_descriptor_beyond_the_first_thousand_is_waited_for() -> None:
    """Every mapped file takes a descriptor, and a process may have mapped very many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2_000), hard))
    reader, writer = os.pipe()
    far = fcntl.fcntl(reader, fcntl.F_DUPFD, 1_050)
    try:
        assert not has_something(far, 0.01)
        os.write(writer, b"x")
        assert has_something(far, 5)
    finally:
        for one in (reader, writer, far):
            os.close(one)
