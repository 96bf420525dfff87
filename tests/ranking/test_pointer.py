"""The pointer: what it holds, and everything that it is not."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from recommender.errors import BrokenBundle, NoChampion
from recommender.ranking.pointer import Pointer, pointer_path, read_pointer, write_pointer

POINTER = Pointer(
    version="20240501T120000Z-0123456789ab",
    manifest_sha256="a" * 64,
    overlay="overlay-000000000012-01234567",
    overlay_sha256="b" * 64,
    last_event=12,
    written_at="2024-05-01T12:00:00Z",
)


def test_it_comes_back_and_moves(tmp_path: Path) -> None:
    write_pointer(tmp_path, POINTER)
    assert read_pointer(tmp_path) == POINTER
    moved = replace(POINTER, last_event=13)
    write_pointer(tmp_path, moved)
    assert read_pointer(tmp_path) == moved
    assert [path.name for path in tmp_path.iterdir()] == ["current.json"]


def test_none_yet(tmp_path: Path) -> None:
    with pytest.raises(NoChampion):
        read_pointer(tmp_path / "serving")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", 2),
        ("format", True),
        ("version", "../../../etc"),
        ("version", None),
        ("manifest_sha256", "a" * 63),
        ("manifest_sha256", "A" * 64),
        ("overlay", ".."),
        ("overlay", "overlay-12-01234567/.."),
        ("overlay_sha256", 7),
        ("last_event", -1),
        ("last_event", True),
        ("last_event", 1.5),
        ("last_event", "12"),
        ("written_at", None),
        ("more", 1),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, key: str, value: object) -> None:
    content = {"format": 1, **asdict(POINTER), key: value}
    pointer_path(tmp_path).write_text(json.dumps(content))
    with pytest.raises(BrokenBundle, match=r"current\.json is damaged.*restart"):
        read_pointer(tmp_path)


@pytest.mark.parametrize("key", ["format", *asdict(POINTER)])
def test_a_missing_part_is_refused(tmp_path: Path, key: str) -> None:
    content = {"format": 1, **asdict(POINTER)}
    del content[key]
    pointer_path(tmp_path).write_text(json.dumps(content))
    with pytest.raises(BrokenBundle):
        read_pointer(tmp_path)


def test_every_cut_is_refused(tmp_path: Path) -> None:
    write_pointer(tmp_path, POINTER)
    content = pointer_path(tmp_path).read_bytes()
    for length in range(len(content)):
        pointer_path(tmp_path).write_bytes(content[:length])
        with pytest.raises(BrokenBundle):
            read_pointer(tmp_path)


@pytest.mark.parametrize(
    "content", [b"[]", b"7", b"\xff\xfe", b"[" * 9_999], ids=["list", "number", "binary", "deep"]
)
def test_other_content_is_refused(tmp_path: Path, content: bytes) -> None:
    pointer_path(tmp_path).write_bytes(content)
    with pytest.raises(BrokenBundle):
        read_pointer(tmp_path)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    pointer_path(tmp_path).mkdir()
    with pytest.raises(BrokenBundle, match="Is a directory"):
        read_pointer(tmp_path)
