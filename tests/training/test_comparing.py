"""Whoever compares, in whatever room and after whatever interruption, the lists are the same."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from joblib import parallel_config

from recommender.errors import Interrupted, WorkersKilled
from recommender.ranking import tiles
from recommender.ranking.budgeted import Budget
from recommender.ranking.engine import Neighbours
from recommender.ranking.questions import Wanted
from recommender.ranking.rows import SparseRows
from recommender.ranking.tiles import Archive
from recommender.training import all_lists as all_lists_module
from recommender.training import comparing
from recommender.training import room as room_module
from recommender.training.all_lists import all_lists
from recommender.training.comparing import Comparison
from recommender.training.keeping import Keeper
from recommender.training.room import Room
from tests.ranking.pairs import random_rows

N = 600
GROUPS = (np.arange(N) % 3).astype(np.int32)
WANTED = (Wanted(20), Wanted(9, np.minimum(np.arange(N) + 70, N), 550))
SMALL, LARGE = 500_000, 10**9
"""Memory for three shards, and for one."""


@pytest.fixture(autouse=True)
def large_archives_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "_IN_MEMORY", 0)
    monkeypatch.setattr(comparing, "KEPT_FROM", 100)
    monkeypatch.setattr(room_module, "STRIP_ROWS", 150)
    monkeypatch.setattr(room_module, "_BYTES_IN_HAND", 1)


@pytest.fixture
def mapped(tmp_path: Path) -> SparseRows:
    """Rows with ties, duplicates and empty ones, in files."""
    rows, arrays = random_rows(N), []
    for name in ("indptr", "columns", "weights"):
        np.save(tmp_path / f"{name}.npy", getattr(rows, name))
        arrays.append(np.load(tmp_path / f"{name}.npy", mmap_mode="r"))
    return SparseRows(*arrays, rows.n_columns)


def hashed(lists: list[Neighbours]) -> list[str]:
    return [hashlib.sha256(array.tobytes()).hexdigest() for one in lists for array in one]


def expected(budget: Budget | None) -> list[str]:
    return hashed(all_lists(Archive.of(random_rows(N), GROUPS), WANTED, budget=budget))


def compared(
    rows: SparseRows, place: Path, budget: Budget | None, n_jobs: int = 1, memory: int = LARGE
) -> list[str]:
    place.mkdir(exist_ok=True)
    with Keeper(place) as keeper:
        room = Room(new_folder(place), memory, keeper)
        comparison = Comparison.of(rows, GROUPS, budget, n_jobs, room)
        return hashed(comparison.all(WANTED, lambda _: None))


def new_folder(place: Path) -> Path:
    folder = place / f"scratch{len(list(place.glob('scratch*')))}"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as one,
        distributed.Client(one) as client,
    ):
        yield client


@pytest.mark.parametrize("budget", [None, Budget(60, 1.5)])
@pytest.mark.parametrize("memory", [SMALL, LARGE])
@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_workers_of_any_kind_and_number_find_the_same(
    mapped: SparseRows, tmp_path: Path, backend: str, memory: int, budget: Budget | None
) -> None:
    for n_jobs in (1, 2):
        with parallel_config(backend=backend):
            found = compared(mapped, tmp_path / f"home{n_jobs}", budget, n_jobs, memory)
        assert found == expected(budget)


@pytest.mark.filterwarnings("ignore")  # of what a cluster says as it comes and goes
@pytest.mark.parametrize("budget", [None, Budget(60, 1.5)])
def test_a_cluster_finds_the_same(
    cluster: Any, mapped: SparseRows, tmp_path: Path, budget: Budget | None
) -> None:
    del cluster
    for n_jobs in (1, 2):
        with parallel_config(backend="dask"):
            found = compared(mapped, tmp_path / f"home{n_jobs}", budget, n_jobs, SMALL)
        assert found == expected(budget)


def test_little_memory_makes_several_shards(mapped: SparseRows, tmp_path: Path) -> None:
    archive = Comparison.of(mapped, GROUPS, None, 1, Room(tmp_path, SMALL)).archive

    assert len(archive.shards) == 3
    assert sum(shard.n_rows for shard in archive.shards) == N
    assert len(Comparison.of(mapped, GROUPS, None, 1, None).archive.shards) == 1


def test_nothing_is_left_of_what_was_kept_once_there_is_a_version(
    mapped: SparseRows, tmp_path: Path
) -> None:
    stale = tmp_path / "home" / ".comparing-0123"
    stale.mkdir(parents=True)

    compared(mapped, tmp_path / "home", None)

    assert [path.name for path in (tmp_path / "home").iterdir()] == ["scratch0"]


class Counting:
    """Counts tiles, and has something happen at one of them."""

    def __init__(self, real: Any, at: int, happens: BaseException | None) -> None:
        self.real, self.at, self.happens, self.n = real, at, happens, 0

    def __call__(self, *arguments: Any) -> Any:
        self.n += 1
        if self.n == self.at and self.happens is not None:
            raise self.happens
        return self.real(*arguments)


def counting(
    monkeypatch: pytest.MonkeyPatch, at: int = 0, happens: BaseException | None = None
) -> Counting:
    one = Counting(tiles.tile, at, happens)
    monkeypatch.setattr(tiles, "tile", one)
    return one


@pytest.mark.parametrize("budget", [None, Budget(60, 1.5)])
def test_what_is_done_is_taken_up_after_an_interruption(
    mapped: SparseRows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, budget: Budget | None
) -> None:
    with monkeypatch.context() as patch:
        counting(patch, 4, KeyboardInterrupt())
        with pytest.raises(Interrupted, match=r"450 of 600 articles compared"):
            compared(mapped, tmp_path / "home", budget)
    again = counting(monkeypatch)
    told: list[int] = []

    with Keeper(tmp_path / "home") as keeper:
        room = Room(new_folder(tmp_path / "home"), LARGE, keeper)
        comparison = Comparison.of(mapped, GROUPS, budget, 1, room)
        found = hashed(comparison.all(WANTED, told.append))

    assert again.n == 1
    assert told[:2] == [450, 75 if budget else 150]
    assert found == expected(budget)


def test_nothing_is_taken_up_that_depends_on_something_else(
    mapped: SparseRows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        counting(patch, 3, KeyboardInterrupt())
        with pytest.raises(Interrupted):
            compared(mapped, tmp_path / "home", None)
    budget = Budget(60, 1.5)
    anew = expected(budget)
    again = counting(monkeypatch)

    assert compared(mapped, tmp_path / "home", budget) == anew
    assert again.n == 4


@pytest.mark.parametrize("harm", ["turned", "cut", "gone", "no word"])
def test_a_strip_that_was_harmed_is_compared_again(
    mapped: SparseRows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    with monkeypatch.context() as patch:
        counting(patch, 4, KeyboardInterrupt())
        with pytest.raises(Interrupted):
            compared(mapped, tmp_path / "home", None)
    (kept,) = (tmp_path / "home").glob(".comparing-*")
    path = kept / "similarity-0"
    held = bytearray(path.read_bytes())
    if harm == "turned":
        held[200 * 20 * 4 + 3] ^= 1
        path.write_bytes(held)
    elif harm == "cut":
        path.write_bytes(held[: 300 * 20 * 4 + 1])
    elif harm == "gone":
        path.unlink()
    else:
        (kept / "done-150-300").write_bytes(b"")
    exact = expected(None)
    again = counting(monkeypatch)

    assert compared(mapped, tmp_path / "home", None) == exact
    assert again.n == {"turned": 2, "cut": 2, "gone": 4, "no word": 2}[harm]


def test_two_at_once_do_not_meet(mapped: SparseRows, tmp_path: Path) -> None:
    place = tmp_path / "home"
    place.mkdir()
    with Keeper(place) as keeper:
        room = Room(new_folder(place), LARGE, keeper)
        first = Comparison.of(mapped, GROUPS, None, 1, room).all(WANTED, lambda _: None)
        assert compared(mapped, place, None) == hashed(first) == expected(None)
        assert len(list(place.glob(".comparing-*"))) == 1


_KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from recommender.training import comparing, keeping, room
from tests.training import test_comparing as here

comparing._IN_MEMORY, comparing.KEPT_FROM, room.STRIP_ROWS = 0, 100, 150
place, n_words = Path(sys.argv[1]), int(sys.argv[2])
names = ("indptr", "columns", "weights")
arrays = [np.load(place / f"{name}.npy", mmap_mode="r") for name in names]
real = keeping.write_file

def write_file(*arguments):
    global n_words
    n_words -= 1
    if n_words < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    real(*arguments)

keeping.write_file = write_file
here.compared(here.SparseRows(*arrays, 60), place / "home", None)
"""


def test_a_comparison_that_is_killed_between_tiles_is_taken_up_by_the_next(
    mapped: SparseRows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", _KILLED, str(tmp_path), "2"]
    ended = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
    assert ended.returncode == -signal.SIGKILL
    exact = expected(None)
    again = counting(monkeypatch)

    assert compared(mapped, tmp_path / "home", None) == exact
    assert again.n == 2


def die_once(sent: Any, which: int, block: Any, least: Any) -> Any:
    """Kill this process at the second tile of all, the first time."""
    mark = Path(os.environ["KILL_MARK"])
    if len(marks := list(mark.iterdir())) == 1:
        (mark / "dead").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    (mark / str(len(marks))).touch()
    archive, vectors, budget = sent.held
    return tiles.tile(archive, which, block._replace(vectors=vectors), budget, least)


def die(*_: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("always", [False, True])
def test_a_killed_worker_costs_its_tile_and_nothing_else(
    mapped: SparseRows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, always: bool
) -> None:
    (tmp_path / "marks").mkdir()
    monkeypatch.setenv("KILL_MARK", str(tmp_path / "marks"))
    monkeypatch.setattr(all_lists_module, "_tile", die if always else die_once)
    with parallel_config(backend="loky"):
        if always:
            with pytest.raises(WorkersKilled):
                compared(mapped, tmp_path / "home", None, n_jobs=2)
        else:
            assert compared(mapped, tmp_path / "home", None, n_jobs=2) == expected(None)
            assert (tmp_path / "marks" / "dead").exists()
