"""A backup is read as if an enemy had written it: every difference is one sentence."""

import gzip
import hashlib
import io
import json
import os
import random
import shutil
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recommender.errors import BrokenBackup, CannotWrite
from recommender.settings import Settings
from recommender.workflows import archive, unpacking
from recommender.workflows.backup import backup
from recommender.workflows.restore import restore
from tests.workflows.conftest import FEW, Newsroom

Member = tuple[tarfile.TarInfo, bytes]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    newsroom = Newsroom(Settings(home=folder / "home"))
    newsroom.store(*FEW)
    newsroom.promote()
    backup(newsroom.settings, folder / "whole.tar.gz", force=False, progress=lambda *_: None)
    return folder / "whole.tar.gz"


@pytest.fixture(autouse=True)
def _no_flushing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here outlives a loss of power, and hundreds of restores would wait for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def whole(made: Path, tmp_path: Path) -> Path:
    """Return a sound backup of five articles and their model."""
    return Path(shutil.copy(made, tmp_path))


def members(path: Path) -> list[Member]:
    with tarfile.open(path) as file:
        return [(one, file.extractfile(one).read()) for one in file.getmembers()]


def written(path: Path, held: list[Member], *, seal: bool = True) -> Path:
    """Write an archive; its manifest is made to agree with the members, as an enemy would."""
    target = path.with_name("hostile.tar.gz")
    if seal:
        held = sealed(held)
    with tarfile.open(target, "w:gz", format=tarfile.GNU_FORMAT) as file:
        for header, content in held:
            header.size = len(content) if header.isreg() else 0
            file.addfile(header, io.BytesIO(content))
    return target


def sealed(held: list[Member]) -> list[Member]:
    kept = {one.name: content for one, content in held}
    manifest = json.loads(kept.pop("manifest.json"))
    kept.pop("manifest.sha256")
    manifest["members"] = {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in kept.items()
    }
    content = json.dumps(manifest).encode()
    digest = hashlib.sha256(content).hexdigest().encode()
    ends = {"manifest.json": content, "manifest.sha256": digest}
    return [(one, ends.get(one.name, content)) for one, content in held]


def refused(path: Path, tmp_path: Path) -> str:
    """Return the sentence with which a restore refuses, sure that nothing appeared."""
    home = tmp_path / "elsewhere"
    with pytest.raises(BrokenBackup) as caught:
        restore(Settings(home=home), path, lambda *_: None)
    assert [one for one in home.rglob("*") if one.is_file()] == []
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith("restore another one.")
    return sentence


def plain(name: str, content: bytes = b"x") -> Member:
    return tarfile.TarInfo(name), content


def special(name: str, kind: bytes, link: str = "") -> Member:
    header = tarfile.TarInfo(name)
    header.type, header.linkname = kind, link
    return header, b""


VERSION = "versions/20240501T063000Z-ddd9c40767f9"

HOSTILE = {
    "outside": plain("../outside"),
    "outside by a version": plain(f"{VERSION}/../../../outside"),
    "absolute": plain("/etc/cron.d/x"),
    "unknown": plain("data/catalogue.db"),
    "other version name": plain("versions/../x/manifest.json"),
    "hidden": plain(f"{VERSION}/.profile"),
    "newline": plain("morefrom.toml\n"),
    "long name": plain(f"{VERSION}/{'a' * 200}.npy"),
    "symbolic link": special(f"{VERSION}/stories.npy", tarfile.SYMTYPE, "/etc/passwd"),
    "hard link": special("morefrom.toml", tarfile.LNKTYPE, "/etc/passwd"),
    "device": special("morefrom.toml", tarfile.CHRTYPE),
    "pipe": special("morefrom.toml", tarfile.FIFOTYPE),
    "folder": special("versions", tarfile.DIRTYPE),
    "duplicate": plain("catalogue/events-000001.jsonl"),
    "too large": plain("morefrom.toml", bytes((1 << 20) + 1)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_member_is_refused(kind: str, whole: Path, tmp_path: Path) -> None:
    held = members(whole)
    held.insert(1 if kind != "duplicate" else len(held) - 2, HOSTILE[kind])

    refused(written(whole, held), tmp_path)
    assert not (tmp_path / "outside").exists()


def test_member_larger_than_the_disk_is_refused_before_it_is_written(tmp_path: Path) -> None:
    header = tarfile.TarInfo(f"{VERSION}/stories.npy")
    header.size = 1 << 50
    target = tmp_path / "bomb.tar.gz"
    target.write_bytes(gzip.compress(header.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20)))

    with pytest.raises(CannotWrite, match=r"stories.npy needs 1,125,899,906,842,624 bytes"):
        restore(Settings(home=tmp_path / "elsewhere"), target, lambda *_: None)


def changed(name: str, change: Callable[[Any], Any]) -> Callable[[list[Member]], list[Member]]:
    """Return what changes the JSON lines of a member."""

    def apply(held: list[Member]) -> list[Member]:
        done = []
        for header, content in held:
            if header.name == name:
                rows = change([json.loads(line) for line in content.splitlines()])
                content = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
            done.append((header, content))
        return done

    return apply


EVENTS, REVISIONS = "catalogue/events-000001.jsonl", "catalogue/revisions-000001.jsonl"

FORGED = {
    "event missing": changed(EVENTS, lambda rows: rows[:1] + rows[2:]),
    "last event missing": changed(EVENTS, lambda rows: rows[:3]),
    "unknown kind": changed(EVENTS, lambda rows: [rows[0] | {"kind": "coup"}, *rows[1:]]),
    "number as text": changed(EVENTS, lambda rows: [rows[0] | {"number": "1"}, *rows[1:]]),
    "time out of range": changed(EVENTS, lambda rows: [rows[0] | {"at": 10**30}, *rows[1:]]),
    "other field": changed(EVENTS, lambda rows: [rows[0] | {"x": 1}, *rows[1:]]),
    "no object": changed(EVENTS, lambda rows: [5, *rows[1:]]),
    "revision missing": changed(REVISIONS, lambda rows: rows[1:]),
    "revision twice": changed(REVISIONS, lambda rows: [*rows, rows[-1]]),
    "revision of nobody": changed(REVISIONS, lambda rows: [*rows, rows[-1] | {"number": 99}]),
    "words changed": changed(REVISIONS, lambda rows: [rows[0] | {"title": "Lies"}, *rows[1:]]),
    "half a surrogate": changed(REVISIONS, lambda rows: [rows[0] | {"title": "\ud800"}, *rows[1:]]),
    "title a number": changed(REVISIONS, lambda rows: [rows[0] | {"title": 5}, *rows[1:]]),
    "tags no list": changed(REVISIONS, lambda rows: [rows[0] | {"tags": 5}, *rows[1:]]),
}


@pytest.mark.parametrize("kind", FORGED)
def test_forged_catalogue_is_refused_though_all_its_hashes_agree(
    kind: str, whole: Path, tmp_path: Path
) -> None:
    refused(written(whole, FORGED[kind](members(whole))), tmp_path)


def test_archive_written_again_unchanged_is_accepted(whole: Path, tmp_path: Path) -> None:
    """Otherwise the tests above would prove nothing."""
    again = written(whole, members(whole))
    assert restore(Settings(home=tmp_path / "elsewhere"), again, lambda *_: None).articles == 5


@pytest.mark.parametrize("missing", ["manifest.sha256", "manifest.json", EVENTS, "versions"])
def test_missing_member_is_refused(missing: str, whole: Path, tmp_path: Path) -> None:
    held = [one for one in members(whole) if not one[0].name.startswith(missing)]

    refused(written(whole, held, seal=False), tmp_path)


def test_swapped_members_are_refused(whole: Path, tmp_path: Path) -> None:
    held = members(whole)
    (first, a), (second, b) = held[0], held[1]

    refused(written(whole, [(first, b), (second, a), *held[2:]], seal=False), tmp_path)


@pytest.mark.parametrize(
    "change", [{"format": 2}, {"kind": "x"}, {"members": []}, {"versions": {}}]
)
def test_manifest_of_something_else_is_refused(
    change: dict[str, object], whole: Path, tmp_path: Path
) -> None:
    held = members(whole)
    content = json.dumps(json.loads(dict_of(held)["manifest.json"]) | change).encode()
    digest = hashlib.sha256(content).hexdigest().encode()
    ends = {"manifest.json": content, "manifest.sha256": digest}
    held = [(one, ends.get(one.name, old)) for one, old in held]

    refused(written(whole, held, seal=False), tmp_path)


def dict_of(held: list[Member]) -> dict[str, bytes]:
    return {one.name: content for one, content in held}


def test_every_truncation_is_refused(whole: Path, tmp_path: Path) -> None:
    content = whole.read_bytes()
    for cut in range(0, len(content), max(1, len(content) // 20)):
        target = tmp_path / "cut.tar.gz"
        target.write_bytes(content[:cut])
        refused(target, tmp_path)
    target.write_bytes(content + b"more")
    refused(target, tmp_path)


def test_no_bit_flip_changes_what_is_restored(whole: Path, tmp_path: Path) -> None:
    content = whole.read_bytes()
    dice, n_refused = random.Random(1), 0
    for _ in range(60):
        damaged = bytearray(content)
        damaged[dice.randrange(10, len(content))] ^= 1 << dice.randrange(8)
        if says_the_same(damaged, content):  # another way to write the same run of zeros
            continue
        target = tmp_path / "flipped.tar.gz"
        target.write_bytes(damaged)
        refused(target, tmp_path)
        n_refused += 1
    assert n_refused > 50


def says_the_same(one: bytes, other: bytes) -> bool:
    try:
        return gzip.decompress(one) == gzip.decompress(other)
    except (OSError, EOFError, zlib.error):
        return False


def test_bit_flips_inside_the_tar_are_refused_without_help_of_gzip(
    whole: Path, tmp_path: Path
) -> None:
    content = gzip.decompress(whole.read_bytes())
    places = [one.offset_data + one.size // 2 for one in offsets(content) if one.size]
    for place in places:
        damaged = bytearray(content)
        damaged[place] ^= 1
        target = tmp_path / "flipped.tar.gz"
        target.write_bytes(gzip.compress(bytes(damaged), 1))
        refused(target, tmp_path)


def offsets(content: bytes) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(content)) as file:
        return file.getmembers()


def test_large_catalogue_is_written_in_pieces_that_come_back_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_PIECE", 100)
    lines = [f"{n:0>30}\n".encode() for n in range(50)]
    target = tmp_path / "a.tar.gz"
    with target.open("wb") as file, archive.ArchiveWriter(file) as writer:
        writer.add_lines("events", lines)
        writer.add_lines("revisions", [])
        writer.finish({"versions": {}})
    (tmp_path / "out").mkdir()

    manifest = unpacking.unpack(target, tmp_path / "out")

    assert len(manifest["members"]) == 14
    assert list(unpacking.pieces(tmp_path / "out", "events")) == lines
    assert list(unpacking.pieces(tmp_path / "out", "revisions")) == []
