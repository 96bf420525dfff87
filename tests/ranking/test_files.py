"""Folders of arrays: what was written is what is read, whole or not at all."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.errors import BrokenBundle, CannotWrite
from recommender.ranking import files
from recommender.ranking.files import FolderWriter
from recommender.ranking.folder import MAX_MANIFEST_BYTES, FolderFormat, open_folder, verify_folder

FORMAT = FolderFormat(
    kind="example",
    number=3,
    layout={"table": "int32 rows columns", "starts": "int64 rows+1", "grown": "uint64 total"},
    remedy="make another",
)
TABLE = np.arange(12, dtype=np.int32).reshape(4, 3)


def write(
    path: Path, table: NDArray[Any] = TABLE, starts: int = 5, **manifest: object
) -> tuple[Path, str]:
    with FolderWriter(path) as folder:
        folder.array("table", table)
        grown = folder.growing("grown", "uint64")
        folder.array("starts", np.arange(starts, dtype=np.int64))
        for value in (1, 2**63):
            grown.write(value.to_bytes(8, "little"))
        folder.notebook_file("notes.txt", lambda file: file.write_text("hello"))
        return path, folder.publish({**FORMAT.heading, **manifest})


def test_arrays_come_back_as_they_went_in(tmp_path: Path) -> None:
    path, sha256 = write(tmp_path / "one", wanted="so")
    folder = verify_folder(path, FORMAT, sha256)
    assert folder.manifest["wanted"] == "so"
    assert folder.manifest_sha256 == sha256
    np.testing.assert_array_equal(folder.arrays["table"], TABLE)
    assert folder.arrays["grown"].tolist() == [1, 2**63]
    assert folder.arrays["grown"].dtype == np.uint64
    assert list(tmp_path.iterdir()) == [path]


def test_numpy_opens_the_files_too(tmp_path: Path) -> None:
    path, _ = write(tmp_path / "one")
    for name, array in open_folder(path, FORMAT).arrays.items():
        np.testing.assert_array_equal(np.load(path / f"{name}.npy", allow_pickle=False), array)


def test_large_and_unordered_arrays_are_written_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_CHUNK", 20)
    table = np.asfortranarray(np.arange(300, dtype=np.int32).reshape(100, 3))
    path, _ = write(tmp_path / "one", table, starts=101)
    np.testing.assert_array_equal(open_folder(path, FORMAT).arrays["table"], table)


@pytest.mark.parametrize("shape", [(0, 3), (4, 0), (0, 0)])
def test_empty_arrays_keep_their_shape(tmp_path: Path, shape: tuple[int, int]) -> None:
    path, sha256 = write(tmp_path / "one", np.empty(shape, np.int32), starts=shape[0] + 1)
    assert verify_folder(path, FORMAT, sha256).arrays["table"].shape == shape


def test_what_is_mapped_cannot_be_written_and_outlives_its_folder(tmp_path: Path) -> None:
    path, _ = write(tmp_path / "one")
    table = open_folder(path, FORMAT).arrays["table"]
    with pytest.raises(ValueError, match="read-only"):
        table[0, 0] = 7
    for file in path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o444
        file.unlink()  # the folder is writable, so an operator can delete a version
    path.rmdir()
    np.testing.assert_array_equal(table, TABLE)


def test_nothing_is_there_before_publishing_or_after_an_error(tmp_path: Path) -> None:
    with FolderWriter(tmp_path / "one") as folder:
        folder.array("table", TABLE)
        assert not (tmp_path / "one").exists()
    with FolderWriter(tmp_path / "one") as folder:
        folder.growing("grown", "int32").write(b"1234")
        with pytest.raises(ZeroDivisionError):
            folder.notebook_file("notes.txt", lambda _: 1 / 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fails_at", range(1, 9))
def test_every_flush_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    fsync, calls = os.fsync, 0

    def flush(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == fails_at:
            raise OSError(5, "Input/output error")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", flush)
    if fails_at <= 7:  # three arrays, a notebook file, the manifest, the folder and its parent
        with pytest.raises(CannotWrite, match="one: Input/output error"):
            write(tmp_path / "one")
        assert list(tmp_path.iterdir()) == []
    else:
        write(tmp_path / "one")
        assert calls == 7


def test_a_folder_that_exists_is_not_replaced(tmp_path: Path) -> None:
    path, sha256 = write(tmp_path / "one")
    with pytest.raises(CannotWrite, match="exists already"):
        write(tmp_path / "one", np.zeros((4, 3), np.int32))
    verify_folder(path, FORMAT, sha256)


@pytest.mark.parametrize("name", ["../table", "a/b", ".hidden", "", "A", "a..b"])
def test_names_lead_nowhere_else(tmp_path: Path, name: str) -> None:
    with FolderWriter(tmp_path / "one") as folder, pytest.raises(ValueError, match="cannot be"):
        folder.array(name, TABLE)


def test_mistakes_of_the_writer_are_noticed(tmp_path: Path) -> None:
    with FolderWriter(tmp_path / "one") as folder:
        folder.array("table", TABLE)
        with pytest.raises(ValueError, match="twice"):
            folder.array("table", TABLE)
        folder.growing("grown", "int64").write(b"123")
        with pytest.raises(ValueError, match="do not make"):
            folder.publish({})


@pytest.mark.parametrize(
    ("table", "starts", "file"),
    [
        (TABLE.astype(np.int64), 5, "table.npy"),
        (TABLE.astype(">i4"), 5, "table.npy"),
        (TABLE.ravel(), 13, "table.npy"),
        (TABLE, 4, "starts.npy"),
        (TABLE, 6, "starts.npy"),
        (np.empty((0, 3), np.int32), 0, "starts.npy"),
    ],
)
def test_what_the_layout_does_not_expect_is_refused(
    tmp_path: Path, table: NDArray[Any], starts: int, file: str
) -> None:
    path, sha256 = write(tmp_path / "one", table, starts)
    with pytest.raises(BrokenBundle, match=f"{file} is damaged: .*; make another") as caught:
        open_folder(path, FORMAT, sha256)
    assert caught.value.path == path / file


def rewrite(path: Path, keys: str, value: object) -> None:
    """Change what the manifest says at the end of some keys; None takes the last one out."""
    held = json.loads((path / "manifest.json").read_text())
    inner, (*outer, last) = held, keys.split("/")
    for key in outer:
        inner = inner[key]
    inner[last] = value
    if value is None:
        del inner[last]
    (path / "manifest.json").chmod(0o644)
    (path / "manifest.json").write_text(json.dumps(held))


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ("format", 4),
        ("format", "3"),
        ("kind", "bundle"),
        ("files", None),
        ("files", []),
        ("notebook_files", {"../../etc/passwd": {}}),
        ("files/table.npy", None),
        ("files/more.npy", {}),
        ("files/table.npy", 7),
        ("files/table.npy/size", 0),
        ("files/table.npy/dtype", "object"),
        ("files/table.npy/shape", [3, 4]),
        ("files/table.npy/shape", None),
        ("files/table.npy/sha256", "0" * 64),
        ("notebook_files/notes.txt/size", 1),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(
    tmp_path: Path, keys: str, value: object
) -> None:
    path, sha256 = write(tmp_path / "one")
    rewrite(path, keys, value)
    with pytest.raises(BrokenBundle, match="sha256"):
        open_folder(path, FORMAT, sha256)
    with pytest.raises(BrokenBundle, match="is damaged: found"):
        verify_folder(path, FORMAT)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b"\xff", b"[" * 100_000],
    ids=["empty", "list", "torn", "binary", "deep"],
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    path, _ = write(tmp_path / "one")
    (path / "manifest.json").chmod(0o644)
    (path / "manifest.json").write_bytes(content)
    with pytest.raises(BrokenBundle, match=r"manifest\.json is damaged"):
        open_folder(path, FORMAT)


def test_a_huge_manifest_is_not_read(tmp_path: Path) -> None:
    path, _ = write(tmp_path / "one", padding="x" * MAX_MANIFEST_BYTES)
    with pytest.raises(BrokenBundle, match="at most 1048576 bytes"):
        open_folder(path, FORMAT)


def test_a_pickle_in_a_file_never_runs(tmp_path: Path) -> None:
    path, _ = write(tmp_path / "one")
    canary = tmp_path / "canary"

    class Planted:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(canary),)

    (path / "table.npy").unlink()
    np.save(path / "table.npy", np.array([Planted()], dtype=object), allow_pickle=True)
    size = (path / "table.npy").stat().st_size
    rewrite(path, "files/table.npy/size", size)
    with pytest.raises(BrokenBundle, match=r"table\.npy"):
        open_folder(path, FORMAT)
    assert not canary.exists()


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BrokenBundle, match="no such file or directory"):
        open_folder(tmp_path / "none", FORMAT)
