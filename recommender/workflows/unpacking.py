"""Reads the file of a backup as if an enemy had written it, byte for byte verified.

Tar's own library is asked for nothing but the meaning of one header: it would follow links, make
devices and read headers of any length. What `archive` does not write is refused.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import tarfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from recommender.errors import BrokenBackup, CannotWrite, UnreadableFile, shorten
from recommender.ranking.atomic import sync_folder, writing
from recommender.workflows.archive import FORMAT, KIND, LIMITS, MANIFEST, SEAL, Member

_BLOCK = tarfile.BLOCKSIZE
_CHUNK = 1 << 20
_FAULTS_OF_TAR = (tarfile.HeaderError, ValueError, OverflowError)
_FAULTS_OF_GZIP = (EOFError, gzip.BadGzipFile, zlib.error)


def unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup into an empty folder, every byte of it verified.

    Args:
        path: the backup.
        folder: a temporary one, which the caller removes if this raises.

    Returns:
        The manifest; BrokenBackup if it is not what `ArchiveWriter` writes.

    Raises:
        UnreadableFile: if it cannot be opened.
    """
    try:
        with path.open("rb") as raw, gzip.GzipFile(fileobj=raw, mode="rb") as file:
            found = _Reader(path, file, folder).unpack()
    except OSError as error:
        raise UnreadableFile(path, (error.strerror or str(error)).lower()) from error
    return _checked_manifest(path, folder, found)


def pieces(folder: Path, kind: str) -> Iterable[bytes]:
    """Yield the lines of a part of an unpacked catalogue, in order."""
    for piece in sorted((folder / "catalogue").glob(f"{kind}-*.jsonl")):
        with piece.open("rb") as file:
            yield from file


class _Reader:
    """Takes members from a stream into a folder."""

    def __init__(self, path: Path, file: gzip.GzipFile, folder: Path) -> None:
        self._path = path
        self._file = file
        self._folder = folder
        self._found: dict[str, Member] = {}

    def unpack(self) -> dict[str, Member]:
        while (header := self._header()) is not None:
            if MANIFEST in self._found and header.name != SEAL:
                self._refuse(f"{shorten(header.name)} comes after its manifest")
            self._found[header.name] = self._take(header)
        if self._read(_CHUNK).strip(b"\0") or self._read(1):
            self._refuse("something comes after its end")
        return self._found

    def _header(self) -> tarfile.TarInfo | None:
        block = self._read(_BLOCK)
        if block == bytes(_BLOCK):
            return None
        try:
            header = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        except _FAULTS_OF_TAR:
            self._refuse("it is cut off" if len(block) < _BLOCK else "it is no tar file of ours")
        limits = (limit for name, limit in LIMITS.items() if re.fullmatch(name, header.name))
        limit = next(limits, None)
        if limit is None or header.type != tarfile.REGTYPE:
            self._refuse(f"no {shorten(header.name)} of type {header.type!r} belongs in one")
        if header.name in self._found:
            self._refuse(f"{header.name} stands in it twice")
        if not 0 <= header.size <= limit:
            self._refuse(f"{header.name} has {header.size:,} bytes, more than the {limit:,} of any")
        return header

    def _take(self, header: tarfile.TarInfo) -> Member:
        target = self._folder / header.name
        digest = hashlib.sha256()
        with writing(self._folder):
            free = shutil.disk_usage(self._folder).free
            if header.size > free:
                reason = f"{header.name} needs {header.size:,} bytes, its disk has {free:,} left"
                raise CannotWrite(self._folder, reason)
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                left = header.size
                while left:
                    data = self._read(min(left, _CHUNK))
                    if not data:
                        self._refuse("it is cut off")
                    digest.update(data)
                    file.write(data)
                    left -= len(data)
                os.fchmod(file.fileno(), 0o444 if "/" in header.name else 0o600)
                file.flush()
                os.fsync(file.fileno())
        self._read(-header.size % _BLOCK)
        return Member(header.size, digest.hexdigest())

    def _read(self, size: int) -> bytes:
        """Return that many bytes, or fewer where the file ends.

        Raises:
            UnreadableFile: if its disk does not give them.
        """
        try:
            return self._file.read(size)
        except _FAULTS_OF_GZIP as error:
            self._refuse(f"its compression is damaged or cut off ({error})".rstrip("."))
        except OSError as error:  # of the backup's disk, and not of the one that is written to
            raise UnreadableFile(self._path, (error.strerror or str(error)).lower()) from error

    def _refuse(self, problem: str) -> NoReturn:
        raise BrokenBackup(self._path, problem)


def _checked_manifest(path: Path, folder: Path, found: dict[str, Member]) -> dict[str, Any]:
    members = {name: one for name, one in found.items() if name not in {MANIFEST, SEAL}}
    if not {MANIFEST, SEAL} <= found.keys():
        raise BrokenBackup(path, "its end is missing, it was never finished or is cut off")
    seal = (folder / SEAL).read_text("ascii", "replace").strip()
    if found[MANIFEST].sha256 != seal:
        raise BrokenBackup(path, f"{MANIFEST} has another hash than {SEAL} says")
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        listed = {name: Member(**one) for name, one in manifest["members"].items()}
        heading = (manifest["kind"], manifest["format"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BrokenBackup(path, f"{MANIFEST} is not what a manifest is") from None
    if heading != (KIND, FORMAT):
        problem = f"it is {shorten(heading[0])} of format {shorten(heading[1])}, expected {FORMAT}"
        raise BrokenBackup(path, problem)
    for name in sorted(members.keys() | listed.keys()):
        if members.get(name) != listed.get(name):
            raise BrokenBackup(path, f"{name} is not what {MANIFEST} says")
    for place in {(folder / name).parent for name in found}:
        sync_folder(place)
    return dict(manifest)
