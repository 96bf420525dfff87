"""Followers killed and doubled, clocks set wrong, bundles deleted under those who serve them."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from recommender.errors import CannotWrite
from recommender.ranking.pointer import read_pointer
from recommender.workflows import follower
from recommender.workflows.following import LOCK_FILE
from recommender.workflows.promoting import versions
from tests.accidents import figures
from tests.accidents.clockwork import Clock, Home, ids, quick_folder
from tests.test_story import FOLLOWED_WITHIN_S, Newsroom

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PROC = Path("/proc")
needs_proc = pytest.mark.skipif(
    not (PROC / "locks").exists(), reason="finds processes through /proc, which is not here"
)


def row(number: int, **more: Any) -> dict[str, Any]:
    said = f"Ministers met in Geneva on sanctions, day {number}"
    return {"id": f"post-{number}", "title": f"Post {number}", "body": said, **more}


# Real processes.


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """Return a home with two promoted versions, for one worker."""
    newsroom = Newsroom(tmp_path)
    newsroom.environment["MOREFROM_WORKERS"] = "1"
    newsroom.import_rows(*map(row, range(6)))
    newsroom.run("train", "--promote")
    newsroom.import_rows(row(6))
    newsroom.run("train", "--promote")
    return newsroom


def follower_pid(newsroom: Newsroom) -> int | None:
    """Return which process is at work as the follower of a home, None while there is none."""
    inode = (newsroom.home / "models" / "serving" / LOCK_FILE).stat().st_ino
    held = re.compile(rf"FLOCK +ADVISORY +WRITE (\d+) \w+:\w+:{inode} ")
    found = held.search((PROC / "locks").read_text())
    return int(found[1]) if found else None


def worker_pids(newsroom: Newsroom) -> list[int]:
    """Return the processes that answer requests for a home: those that another server started."""
    home = f"MOREFROM_HOME={newsroom.home}\0".encode()
    parents = {}
    for place in PROC.glob("[0-9]*"):
        try:
            is_server = b"service.public.server" in (place / "cmdline").read_bytes()
            if is_server and home in (place / "environ").read_bytes():
                parents[int(place.name)] = int((place / "stat").read_text().split()[3])
        except OSError:  # it has ended, or is another user's
            continue
    return [pid for pid, parent in parents.items() if parent in parents]


def ready(newsroom: Newsroom) -> dict[str, Any]:
    return dict(newsroom.get("/readyz"))


@needs_proc
def test_a_follower_that_is_killed_and_one_too_many(newsroom: Newsroom) -> None:
    with newsroom.serving():
        newsroom.wait_for(lambda: follower_pid(newsroom) is not None)
        before = newsroom.related("post-1")
        command = [sys.executable, "-m", "recommender.cli", "follow"]
        done = subprocess.run(command, env=newsroom.environment, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (3, "")
        (sentence,) = done.stderr.splitlines()
        assert "already being done by another “morefrom follow”" in sentence

        pid = follower_pid(newsroom)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        newsroom.wait_for(lambda: follower_pid(newsroom) != pid)
        assert newsroom.related("post-1") == before
        newsroom.import_rows(row(2, title="Corrected"))
        newsroom.wait_for(lambda: follower_pid(newsroom) is not None)
        took = newsroom.wait_for(lambda: "Corrected" in str(newsroom.related("post-1")))
        assert took < FOLLOWED_WITHIN_S
        assert ready(newsroom)["problem"] is None
    figures.note("a follower killed", f"caught up {took:.2f} s after its restart")


@needs_proc
def test_bundles_that_are_deleted_under_a_running_worker(newsroom: Newsroom) -> None:
    versions_dir = newsroom.home / "models" / "versions"
    with newsroom.serving():
        newsroom.wait_for(lambda: ready(newsroom)["problem"] is None)
        second = newsroom.related("post-1")["model"]["version"]
        (first,) = {path.name for path in versions_dir.iterdir()} - {second}

        shutil.rmtree(versions_dir / second)
        assert newsroom.related("post-1")["items"]
        newsroom.wait_for(lambda: newsroom.related("post-1")["model"]["version"] == first)
        newsroom.wait_for(lambda: ready(newsroom)["problem"] is not None)
        problem = ready(newsroom)["problem"]["detail"]
        assert f"{first} is in its place" in problem
        assert f"{second}/manifest.json is damaged: found no such file" in problem

        shutil.rmtree(versions_dir / first)
        newsroom.import_rows(row(3, status="retracted"))
        newsroom.wait_for(lambda: "post-3" not in ids(newsroom.related("post-1")))
        assert newsroom.related("post-1")["items"], "from what is mapped"

        (worker,) = worker_pids(newsroom)
        os.kill(worker, signal.SIGKILL)
        status, told = 200, {}
        while status == 200:
            status, told = ask_anyhow(newsroom, "/readyz")
        assert status == 503
        assert f"{first}/manifest.json is damaged: found no such file" in told["problem"]["detail"]
        status, told = ask_anyhow(newsroom, "/v1/related?id=post-1")
        assert (status, told["type"]) == (503, "urn:morefrom:problem:not-ready")
        assert told["detail"].startswith("What was promoted cannot be read")
        assert str(newsroom.home) not in json.dumps(told)

        third = newsroom.run("train", "--promote")["version"]
        newsroom.wait_for(lambda: ask_anyhow(newsroom, "/v1/related?id=post-1")[0] == 200)
        answer = newsroom.related("post-1")
        assert answer["model"]["version"] == third
        assert "post-3" not in ids(answer)


def ask_anyhow(newsroom: Newsroom, path: str) -> tuple[int, Any]:
    """Return status and JSON of an answer, waiting for a worker that is just starting."""
    for _ in range(400):
        try:
            address = f"http://127.0.0.1:{newsroom.port}{path}"
            with urllib.request.urlopen(address, timeout=10) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)
        except OSError:
            time.sleep(0.05)
    pytest.fail("nobody answers")


# Clocks, by a follower that is stepped by hand.


@pytest.fixture
def home() -> Iterator[Home]:
    clock = Clock()
    with quick_folder() as folder, clock.ruling(), Home(folder / "home", clock) as home:
        yield home


def shown(home: Home) -> set[str]:
    """Return everything that an answer for another article shows."""
    return set(ids(home.related(id="post-0")))


@pytest.mark.parametrize("trained", ["before the embargo", "under it", "after it"])
def test_a_clock_set_back_closes_what_had_opened(home: Home, trained: str) -> None:
    until = (home.clock.now() + 2 * HOUR).isoformat()
    if trained == "before the embargo":
        home.bring(*map(row, range(4)))
        home.promote()
    home.bring(*map(row, range(3)), row(3, embargoed_until=until))
    if trained == "under it":
        home.promote()
    home.clock.shift(3 * HOUR)
    if trained == "after it":
        home.promote()
    home.follow()
    assert "post-3" in shown(home)

    home.clock.shift(-DAY)
    assert home.follow()
    assert "post-3" not in shown(home)
    assert home.related(id="post-3")["query"] is None
    assert not home.follow(), "once is enough"

    home.bring(row(1, title="Corrected under a clock that is wrong"))
    assert home.follow()
    assert home.related(id="post-1")["query"]["title"].startswith("Corrected")
    home.clock.shift(DAY)
    assert home.follow()
    assert "post-3" in shown(home)


def test_a_clock_set_back_hides_the_future_and_keeps_the_order_of_events(home: Home) -> None:
    home.bring(*map(row, range(3)), row(3, published_at=home.clock.now().isoformat()))
    first = home.promote()
    home.follow()
    assert "post-3" in shown(home)
    home.clock.shift(-DAY)
    assert "post-3" not in shown(home)

    second = home.promote()
    home.bring(row(2, status="retracted"))
    home.follow()
    assert home.pointer().version == second
    assert shown(home) == {"post-1"}
    assert [one.id for one in versions(home.settings)] == [second, first]
    events = home.catalogue.events()
    assert [one.number for one in events] == list(range(1, len(events) + 1))
    assert events[-1].at < events[0].at, "the clock was wrong, the order is not"
    assert home.roll_back() == first
    home.follow()
    assert shown(home) == {"post-1"}, "what was retracted by an earlier clock stays so"


def test_a_clock_ten_days_fast_and_right_again(home: Home) -> None:
    soon = home.clock.now() + 3 * DAY
    home.bring(
        row(0),
        row(1),
        row(2, embargoed_until=soon.isoformat()),
        row(3, published_at=soon.isoformat()),
    )
    first = home.promote()
    home.follow()
    assert shown(home) == {"post-1"}
    home.clock.shift(10 * DAY)
    assert home.follow()
    assert shown(home) == {"post-1", "post-2", "post-3"}
    second = home.promote()
    home.follow()
    home.clock.shift(-10 * DAY)
    home.follow()
    assert shown(home) == {"post-1"}
    home.restart_follower()
    home.restart_app()
    home.follow()
    assert shown(home) == {"post-1"}
    assert home.pointer().version == second
    third = home.promote()
    assert [one.id for one in versions(home.settings)] == [third, second, first]
    assert [third, second, first] != sorted([third, second, first], reverse=True)


def test_a_promotion_that_the_disk_refused_loses_no_retraction(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was gathered for a version that never came to be served is not taken for another's."""
    home.bring(*map(row, range(4)))
    first = home.promote()
    home.follow()
    home.bring(row(3, status="retracted"))
    home.follow()
    home.promote()

    def refuse(*_arguments: object) -> None:
        raise CannotWrite("current.json", "no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(follower, "write_pointer", refuse)
        with pytest.raises(CannotWrite):
            home.follow()
    home.roll_back()
    home.follow()

    assert read_pointer(home.settings.serving_dir).version == first
    assert "post-3" not in shown(home)
