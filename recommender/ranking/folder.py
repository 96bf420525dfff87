"""Reading a folder of arrays: every check before the first use, then mapped.

`open_folder` is what a serving process does: it reads the manifest and each header, compares
sizes, dtypes and shapes with the manifest and with the layout that this code expects, and maps;
milliseconds, whatever the size. `verify_folder` also hashes every file: once, by the process that
hands a folder on to the others. Both raise `BrokenBundle` if anything differs.

To change a format: change its layout, raise its number. A reader refuses every number but its own,
with a sentence. Reading an older one too is a second `FolderFormat`, never an `if`.
"""

import hashlib
import json
import math
import mmap
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from recommender.errors import BrokenBundle, shorten
from recommender.ranking.files import FILE_NAME, MANIFEST, together

Value = TypeVar("Value")

MAX_MANIFEST_BYTES = 1 << 20
_MAX_HEADER_BYTES = 1024
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(?s:.{2})"
    rb"\{'descr': '(<[iuf][48]|[|][iu]1)', 'fortran_order': False, 'shape': \(([0-9, ]+)\), \} *\n"
)
"""The only headers that `FolderWriter` writes: native numbers in C order.
numpy's own parser accepts far more, objects included."""


@dataclass(frozen=True)
class FolderFormat:
    """What a folder of one kind must hold.

    Attributes:
        kind: what the manifest calls it.
        number: the only format number that this code reads and writes.
        layout: for each array its dtype and dimensions, as in `int64 articles+1`; a name stands for
            the same length wherever it is used in the folder.
        remedy: what a person does about a damaged one.
    """

    kind: str
    number: int
    layout: Mapping[str, str]
    remedy: str

    @property
    def heading(self) -> dict[str, object]:
        """The first entries of the manifest."""
        return {"kind": self.kind, "format": self.number}


@dataclass(frozen=True, eq=False)
class Folder:
    """An open folder.

    Attributes:
        path: where it was opened.
        manifest: what its manifest says.
        manifest_sha256: what that hashes to, in hexadecimal.
        arrays: by name, mapped and read-only.
        remedy: what a person does if it is damaged.
    """

    path: Path
    manifest: Mapping[str, Any]
    manifest_sha256: str
    arrays: Mapping[str, NDArray[Any]]
    remedy: str

    def value(self, key: str, kind: type[Value]) -> Value:
        """Return what the manifest says under a key.

        Args:
            key: one that the folder's writer gave.
            kind: the value's type in Python.

        Raises:
            BrokenBundle: if it says nothing, or something of another type.
        """
        value = self.manifest.get(key)
        if isinstance(value, kind):
            return value
        found, expected = f"{key} {shorten(value)}", f"{key} of type {kind.__name__}"
        raise BrokenBundle(self.path / MANIFEST, found, expected, self.remedy)

    def expect(self, key: str, expected: str) -> None:
        """Check that the manifest says a thing.

        Args:
            key: one that the folder's writer gave.
            expected: what must stand there.
        """
        _Reader(self.path, self.remedy).expect(
            MANIFEST, f"{key} {shorten(self.value(key, str))}", f"{key} {shorten(expected)}"
        )


def open_folder(path: Path, expected: FolderFormat, manifest_sha256: str | None = None) -> Folder:
    """Check a folder's manifest and sizes, and map its arrays.

    Args:
        path: the folder.
        expected: what it must hold.
        manifest_sha256: what its manifest must hash to, in hexadecimal; None where nobody has said.

    Returns:
        The open folder. It stays readable if the folder is renamed or deleted.
    """
    reader = _Reader(path, expected.remedy)
    content = reader.manifest()
    digest = hashlib.sha256(content).hexdigest()
    if manifest_sha256 is not None:
        reader.expect(MANIFEST, f"sha256 {digest}", f"sha256 {manifest_sha256}")
    manifest = reader.parse(content)
    for key, value in expected.heading.items():
        reader.expect(MANIFEST, f"{key} {shorten(manifest.get(key))}", f"{key} {value!r}")
    arrays = reader.arrays(manifest, expected.layout)
    return Folder(path, manifest, digest, arrays, expected.remedy)


def verify_folder(path: Path, expected: FolderFormat, manifest_sha256: str | None = None) -> Folder:
    """Open a folder as `open_folder` does, and hash every file that its manifest lists.

    Args:
        path: the folder.
        expected: what it must hold.
        manifest_sha256: what its manifest must hash to, in hexadecimal; None where nobody has said.

    Returns:
        The open folder.
    """
    folder = open_folder(path, expected, manifest_sha256)
    reader = _Reader(path, expected.remedy)
    listed = [
        listing
        for key in ("files", "notebook_files")
        for listing in reader.entries(folder.manifest, key).items()
    ]
    together(lambda listing: reader.check_hash(*listing), listed)
    return folder


class _Reader:
    """Reads the files of one folder, and phrases what is wrong with them."""

    def __init__(self, path: Path, remedy: str) -> None:
        self._path = path
        self._remedy = remedy

    def expect(self, name: str, found: str, expected: str) -> None:
        if found != expected:
            raise BrokenBundle(self._path / name, found, expected, self._remedy)

    def manifest(self) -> bytes:
        with self._file(MANIFEST) as file:
            content = file.read(MAX_MANIFEST_BYTES + 1)
        if len(content) > MAX_MANIFEST_BYTES:
            self.expect(MANIFEST, "more", f"at most {MAX_MANIFEST_BYTES} bytes")
        return content

    def parse(self, content: bytes) -> dict[str, Any]:
        try:
            manifest = json.loads(content)
        except (ValueError, RecursionError):
            manifest = None
        if isinstance(manifest, dict):
            return manifest
        raise BrokenBundle(self._path / MANIFEST, "something else", "a JSON object", self._remedy)

    def entries(self, manifest: Mapping[str, Any], key: str) -> dict[str, dict[str, Any]]:
        entries = manifest.get(key)
        if isinstance(entries, dict) and all(
            isinstance(entry, dict) and FILE_NAME.fullmatch(name) for name, entry in entries.items()
        ):
            return entries
        raise BrokenBundle(self._path / MANIFEST, "no", f"a list of {key}", self._remedy)

    def arrays(
        self, manifest: Mapping[str, Any], layout: Mapping[str, str]
    ) -> dict[str, NDArray[Any]]:
        entries = self.entries(manifest, "files")
        listed, needed = entries.keys(), {f"{name}.npy" for name in layout}
        self.expect(MANIFEST, f"files {sorted(listed - needed)}", "files []")
        lengths: dict[str, int] = {}
        return {
            name: self._mapped(f"{name}.npy", entries.get(f"{name}.npy", {}), dimensions, lengths)
            for name, dimensions in layout.items()
        }

    def check_hash(self, name: str, entry: Mapping[str, Any]) -> None:
        with self._file(name) as file:
            size = os.fstat(file.fileno()).st_size
            self.expect(name, f"{size} bytes", f"{entry.get('size')} bytes")
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.expect(name, f"sha256 {digest}", f"sha256 {entry.get('sha256')}")

    def _mapped(
        self, name: str, entry: Mapping[str, Any], dimensions: str, lengths: dict[str, int]
    ) -> NDArray[Any]:
        with self._file(name) as file:
            size = os.fstat(file.fileno()).st_size
            self.expect(name, f"{size} bytes", f"{entry.get('size')} bytes")
            dtype, shape = self._header(name, file)
            found = f"{dtype.name}{list(shape)}"
            self.expect(name, found, f"{entry.get('dtype')}{entry.get('shape')}")
            self.expect(name, found, _resolved(dimensions, shape, lengths))
            n_items = math.prod(shape)
            self.expect(name, f"{size} bytes", f"{file.tell() + n_items * dtype.itemsize} bytes")
            if n_items == 0:  # nothing to map
                return np.empty(shape, dtype)
            mapped = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
            return np.frombuffer(mapped, dtype, n_items, file.tell()).reshape(shape)

    def _header(self, name: str, file: BufferedReader) -> tuple[np.dtype[Any], tuple[int, ...]]:
        start = file.read(_MAX_HEADER_BYTES)
        header = _HEADER.match(start)
        if header is None:
            raise BrokenBundle(self._path / name, "another beginning", "an array", self._remedy)
        file.seek(header.end())
        lengths = header[2].decode().replace(",", " ").split()
        return np.dtype(header[1].decode()), tuple(int(length) for length in lengths)

    @contextmanager
    def _file(self, name: str) -> Iterator[BufferedReader]:
        path = self._path / name
        try:
            with path.open("rb") as file:
                yield file
        except OSError as error:
            reason = error.strerror or str(error)
            raise BrokenBundle(path, reason.lower(), "a readable file", self._remedy) from error


def _resolved(dimensions: str, shape: tuple[int, ...], lengths: dict[str, int]) -> str:
    """Return what the layout says that dtype and shape must be, given the lengths known so far.

    A name met for the first time takes its length from the array at hand.
    """
    dtype, *names = dimensions.split()
    expected = []
    for position, dimension in enumerate(names):
        name, _, more = dimension.partition("+")
        extra = int(more or 0)
        found = shape[position] if position < len(shape) else 0
        expected.append(lengths.setdefault(name, max(found - extra, 0)) + extra)
    return f"{dtype}{expected}"
