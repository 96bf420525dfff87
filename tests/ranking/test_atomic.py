"""Files that are whole or not there, and the clearing up after writers that were killed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from recommender.errors import CannotWrite
from recommender.ranking import atomic
from recommender.ranking.atomic import replacing, temporary_folder, write_file

KILLED_WRITER = """
import os, signal, sys
from pathlib import Path
from recommender.ranking.atomic import temporary_folder
with temporary_folder(Path(sys.argv[1])) as folder:
    (folder / "half").write_bytes(b"x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_made_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "current.json"
    for content in (b"", b"one", b"two" * 100_000):
        write_file(path, content)
        assert path.read_bytes() == content
    assert names(tmp_path) == ["current.json"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_refuses_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "current.json"
    write_file(path, b"old")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if call == "fsync" else (Path, "replace")), refuse)
    with pytest.raises(CannotWrite, match=r"current\.json: No space left on device"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["current.json"]


def test_a_block_that_raises_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "picks.jsonl"
    write_file(path, b"old")

    def fail_half_way() -> None:
        with replacing(path) as file:
            file.write(b"n" * 1_000_000)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["picks.jsonl"]


def test_what_is_no_plain_file_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_file(pipe, b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_folder_that_does_not_exist_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="No such file"):
        write_file(tmp_path / "none" / "current.json", b"")


def test_what_a_killed_writer_left_goes_with_the_next_write(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    command = [sys.executable, "-c", KILLED_WRITER, str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == -9
    (litter,) = tmp_path.glob(".morefrom-tmp-*")
    assert (litter / "half").exists()
    write_file(tmp_path / "current.json", b"new")
    assert names(tmp_path) == ["current.json", "versions"]


def test_work_in_progress_of_another_is_left_alone(tmp_path: Path) -> None:
    with temporary_folder(tmp_path) as folder:
        (folder / "half").write_bytes(b"x")
        write_file(tmp_path / "current.json", b"new")
        with temporary_folder(tmp_path) as other:
            assert other != folder
        assert (folder / "half").read_bytes() == b"x"
    assert names(tmp_path) == ["current.json"]


def test_a_cleaner_that_is_faster_than_the_lock_costs_a_new_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = atomic._lock
    taken: list[int] = []

    def lock_late(descriptor: int) -> bool:
        if not taken:
            taken.append(descriptor)
            (unlocked,) = tmp_path.glob(".morefrom-tmp-*")
            unlocked.rmdir()
        return lock(descriptor)

    monkeypatch.setattr(atomic, "_lock", lock_late)
    with temporary_folder(tmp_path) as folder:
        assert folder.is_dir()
    assert taken
