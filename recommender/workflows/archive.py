"""The file of a backup: what is in it, and how it is written, in one stream.

A gzipped tar file, so that anybody's tools can look inside:

    morefrom.toml                        the settings, if there are any
    versions/<version>/<file>            the folders of the model versions
    catalogue/events-000001.jsonl …      the history and all revisions, in pieces of some megabytes
    catalogue/revisions-000001.jsonl …
    manifest.json                        {"kind", "format", …, "members": {name: {size, sha256}}}
    manifest.sha256                      the hash of that

The manifest comes last: what has none was not finished. Reading (`unpacking`) takes plain files
with these names and no others, each once, in any order before the manifest; tar's links, devices,
folders and long names have no meaning here, which leaves nothing that could lead out of a folder.

To change the format, raise its number; a reader refuses every number but its own.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, Self

from recommender.errors import BrokenBundle

FORMAT = 1
KIND = "morefrom backup"
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"

_COMPRESSION = 1
"""Of gzip's levels: higher ones cost several times the time for a few percent."""

_PIECE = 8 << 20
LIMITS = {
    r"morefrom\.toml": 1 << 20,
    r"catalogue/(events|revisions)-[0-9]{6,9}\.jsonl": 256 << 20,
    r"versions/[0-9]{8}T[0-9]{6}Z-[0-9a-f]{12}/[a-z][a-z0-9_]*(\.[a-z0-9_]+)*": 1 << 62,
    r"manifest\.json": 64 << 20,
    r"manifest\.sha256": 1 << 10,
}
"""What a member may be called, and how many bytes it may have; a piece of the catalogue holds at
least one article, however long. Versions are bounded by the disk alone."""


class Member(NamedTuple):
    """What the manifest says of a member."""

    size: int
    sha256: str


class ArchiveWriter:
    """Writes a backup to a stream; a context manager that `finish` makes whole."""

    def __init__(self, sink: BinaryIO) -> None:
        self._gzip = gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=_COMPRESSION)
        self._tar = tarfile.TarFile(fileobj=self._gzip, mode="w", format=tarfile.GNU_FORMAT)
        self._members: dict[str, Member] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # only after an error is anything left to write, and thrown away
            self._gzip.close()

    def add(self, name: str, content: bytes) -> None:
        """Add a small member."""
        digest = hashlib.sha256(content).hexdigest()
        self._tar.addfile(_header(name, len(content)), io.BytesIO(content))
        self._members[name] = Member(len(content), digest)

    def add_lines(self, kind: str, lines: Iterable[bytes]) -> None:
        """Add a part of the catalogue in pieces, so that no file holds it before.

        Args:
            kind: `events` or `revisions`.
            lines: of JSON.
        """
        n, piece = 0, bytearray()
        for line in lines:
            piece += line
            if len(piece) >= _PIECE:
                n += 1
                self.add(_piece(kind, n), bytes(piece))
                piece.clear()
        if piece or not n:
            self.add(_piece(kind, n + 1), bytes(piece))

    def add_file(self, name: str, path: Path, expected: Mapping[str, Any]) -> None:
        """Add a file that must still be what it was.

        Args:
            name: of the member.
            path: where the file is.
            expected: its `size` and `sha256`.

        Raises:
            BrokenBundle: if it is something else; the archive is then to be thrown away.
        """
        remedy = "serve another version, or train again"
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                hashing = _Hashing(file)
                self._tar.addfile(_header(name, size), hashing)  # type: ignore[arg-type]  # it reads
        except FileNotFoundError:
            raise BrokenBundle(path, "nothing", "a readable file", remedy) from None
        found = Member(size, hashing.digest.hexdigest())
        wanted = Member(expected["size"], expected["sha256"])
        if found != wanted:
            raise BrokenBundle(path, f"{found}", f"{wanted}", remedy)
        self._members[name] = found

    def finish(self, facts: Mapping[str, object]) -> int:
        """Write the manifest and its seal.

        Args:
            facts: what the manifest says beside its kind, its format and the members.

        Returns:
            How many bytes went into the archive before they were compressed.
        """
        members = {name: member._asdict() for name, member in self._members.items()}
        whole = {"kind": KIND, "format": FORMAT, **facts, "members": members}
        content = json.dumps(whole, ensure_ascii=False, indent=1).encode()
        self.add(MANIFEST, content)
        self.add(SEAL, f"{hashlib.sha256(content).hexdigest()}\n".encode())
        self._tar.close()
        self._gzip.close()
        return sum(member.size for member in self._members.values())


class _Hashing:
    """Hashes a file while tar reads it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size = size
    return header


def _piece(kind: str, number: int) -> str:
    return f"catalogue/{kind}-{number:06}.jsonl"
