"""A disk, or a terminal, that is really full: a small file system, /dev/full, closed streams."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.settings import load_settings
from service.public.app import create_app
from tests.accidents import judge, state, tally
from tests.accidents.homes import Homes
from tests.accidents.test_disk import said_one_sentence

ROOT = Path(__file__).parents[2]
START_S = 60.0
ROOMY = "64m"
FULL = "morefrom: Cannot write to standard output: No space left on device; "


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a file system of its own, to be made smaller and larger."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() != 0 or mount is None or umount is None:
        pytest.skip("needs root, who alone may mount a small file system")
    place = tmp_path / "disk"
    place.mkdir()
    command = [mount, "-t", "tmpfs", "-o", f"size={ROOMY}", "tmpfs", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no small file system can be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run([umount, "--lazy", str(place)], check=True)


def resize(disk: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


def leave_free(disk: Path, n_bytes: int) -> None:
    """Make a disk so small that a few bytes are left."""
    status = os.statvfs(disk)
    used = (status.f_blocks - status.f_bfree) * status.f_frsize
    resize(disk, str(max(used + n_bytes, 4096)))  # to tmpfs nothing means no limit at all


def answers(home: Path) -> int:
    """Return how many picks the public app gives, which needs nothing but files that are there."""
    client = create_app(load_settings(home, {})).test_client()
    answer = client.get(f"/v1/articles/{state.ASKED}/related")
    assert answer.status_code == 200
    return len(answer.get_json()["items"])


@pytest.mark.parametrize(
    ("name", "most_free", "step"),
    [
        ("import", 640, 32),
        ("first import", 640, 64),
        ("train", 640, 80),
        ("promote", 192, 32),
        ("rollback", 192, 64),
    ],
)
def test_a_small_disk_leaves_whole_transactions(
    homes: Homes, small_disk: Path, name: str, most_free: int, step: int
) -> None:
    """SQLite's own files run out of space too, at every stage of a command."""
    verb = homes.verb(name)
    codes: set[int] = set()
    n_stored: set[int] = set()
    for free in range(0, most_free + 1, step):
        home = homes.copy(verb.start, small_disk)
        leave_free(small_disk, free << 10)
        outcome = homes.warm.run(home, *verb.arguments)
        if name != "first import":
            assert answers(home) == 4
        resize(small_disk, ROOMY)
        found = homes.warm.inspect(home)
        judge.is_old_or_new(verb, found)
        judge.is_as_acknowledged(outcome, found)
        codes.add(outcome.code)
        if outcome.code:
            said_one_sentence(outcome, "full", "No space left on device", "disk I/O error")
            n_stored.add(len(outcome.stored))
            assert found["litter"] == []
            assert found["orphans"] == []
            homes.do(home, *verb.arguments)
            tally.note(refused=1)
        judge.is_done(verb, homes.warm.inspect(home))
        homes.remove(home)
    assert 1 in codes
    assert 0 in codes
    if name == "import":
        assert len(n_stored) > 1, "the disk was never full in the middle of an import"


def morefrom(home: Path, arguments: str, streams: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell does, with its streams redirected."""
    command = f'exec "$0" -m recommender.cli --home "$1" {arguments} {streams}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["sh", "-c", command, sys.executable, str(home)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("arguments", ["versions", "--help", "rollback"])
def test_a_report_that_cannot_be_written_is_one_sentence(homes: Homes, arguments: str) -> None:
    verb = homes.verb("rollback")
    home = homes.copy(verb.start)
    outcome = morefrom(home, arguments, ">/dev/full")
    assert outcome.returncode == 1
    (sentence,) = outcome.stderr.splitlines()
    assert sentence.startswith(FULL)
    found = homes.warm.inspect(home)
    done = arguments == "rollback"
    assert found["champion"] == (verb.after if done else verb.before)["champion"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(
    ("arguments", "streams", "code"),
    [
        ("versions", "<&- >&- 2>&-", 0),
        ("train --jobs 1", "<&- >&- 2>&-", 0),
        ("versions", ">/dev/full 2>/dev/full", 1),
        ("promote nobody --reason test", "2>/dev/full", 1),
        ("promote nobody --reason test", ">&- 2>&-", 1),
        ("import", "2>&-", 2),
    ],
)
def test_exit_codes_hold_where_nothing_can_be_said(
    homes: Homes, arguments: str, streams: str, code: int
) -> None:
    home = homes.copy(homes.verb("rollback").start)
    outcome = morefrom(home, arguments, streams)
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (code, "", "")
    judge.is_sound(homes.warm.inspect(home))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_follower_to_whom_nobody_listens_goes_on(tmp_path: Path) -> None:
    """There is no catalogue, which it would like to say."""
    command = [sys.executable, "-m", "recommender.cli", "--home", str(tmp_path), "follow"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (
        Path("/dev/full").open("wb") as full,
        subprocess.Popen(command, stderr=full, env=environment) as follower,
    ):
        try:
            status = tmp_path / "models" / "serving" / "status.json"
            deadline = time.monotonic() + START_S
            while not status.exists():
                assert follower.poll() is None, "it ended"
                assert time.monotonic() < deadline
                time.sleep(0.02)
        finally:
            follower.terminate()
    assert follower.returncode == 0
    assert "there is none" in status.read_text()
