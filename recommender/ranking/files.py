"""Folders of arrays: written once, described by a manifest, verified, mapped, never touched again.

A folder holds `<name>.npy` for each array, other files if any, and `manifest.json`:

    {"kind": "bundle", "format": 1, …what the writer says of itself…,
     "files": {"<name>.npy": {"sha256", "size", "dtype", "shape"}},
     "notebook_files": {"<name>": {"sha256", "size"}}}

So the sha256 of the manifest's bytes stands for the whole folder. Arrays are plain `.npy`, version
1.0, C order, no objects: `numpy.load` opens them in a notebook, and no pickle can hide in one.

Files are published without write permission, for changing one in place would change the answers of
every process that has it mapped, and cutting one short would kill them. The folder itself stays
writable: `rm -rf` of a version that nobody wants any more just works, and processes that still have
it mapped do not notice.

This module writes; `folder` reads and says how to change a format.
"""

import hashlib
import json
import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from recommender.errors import CannotWrite
from recommender.ranking.atomic import sync_folder, temporary_folder, writing
from recommender.ranking.sink import Growing

Item = TypeVar("Item")
Result = TypeVar("Result")

MANIFEST = "manifest.json"
FILE_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
"""What a file of a folder may be called: nothing that could lead out of it."""

_CHUNK = 1 << 22
"""Bytes of an array that are gathered, or copied at once, on their way to a file."""


class FolderWriter:
    """Writes a folder beside its final place and puts it there whole, or leaves nothing.

    A context manager: leaving it without `publish` removes what was written. It is an `ArraySink`.
    """

    def __init__(self, path: Path) -> None:
        """Prepare to write.

        Args:
            path: the folder's final place, where nothing may stand; its parents are made.
        """
        self._path = path
        self._folder = path
        self._arrays: dict[str, _ArrayFile] = {}
        self._notebook_files: dict[str, Path] = {}
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        with writing(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._folder = self._cleanup.enter_context(temporary_folder(self._path.parent))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for array in self._arrays.values():
            array.abandon()
        self._cleanup.close()

    def array(self, name: str, values: NDArray[Any]) -> None:
        """Write a whole array.

        Args:
            name: dotted words, each once a folder.
            values: of one dimension or more, not of objects; written in C order.
        """
        file = self._open(name, values.dtype, values.shape)
        rows_at_once = max(1, _CHUNK * len(values) // max(1, values.nbytes))
        for start in range(0, len(values), rows_at_once):
            file.write(values[start : start + rows_at_once].tobytes())

    def growing(self, name: str, dtype: str) -> Growing:
        """Begin an array of one dimension whose length shows as it is written.

        Args:
            name: dotted words, each once a folder.
            dtype: a numpy name of numbers.

        Returns:
            Where its elements go.
        """
        return self._open(name, np.dtype(dtype), None)

    def notebook_file(self, name: str, write: Callable[[Path], object]) -> None:
        """Add a file that serving neither maps nor needs.

        Args:
            name: what it is called in the folder.
            write: makes the file at the path that it is given.
        """
        path = self._folder / _checked(name)
        with writing(self._path):
            write(path)
        self._notebook_files[name] = path

    def publish(self, manifest: Mapping[str, object]) -> str:
        """Flush everything to the disk and put the folder in its place.

        Args:
            manifest: what the writer says of itself, in JSON values; `files` and `notebook_files`
                are added.

        Returns:
            The sha256 of the manifest, in hexadecimal.

        Raises:
            CannotWrite: if the disk refuses, or something stands in the folder's place. The other
                methods raise it for the first reason.
        """
        with writing(self._path):
            finished = together(lambda file: file.finish(), self._arrays.values())
            files = {f"{name}.npy": one for name, one in zip(self._arrays, finished, strict=True)}
            settled = together(_settle, self._notebook_files.values())
            notebook = dict(zip(self._notebook_files, settled, strict=True))
            whole = {**manifest, "files": files, "notebook_files": notebook}
            content = json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1).encode()
            (self._folder / MANIFEST).write_bytes(content)
            _settle(self._folder / MANIFEST)
            sync_folder(self._folder)
            if self._path.exists():
                raise CannotWrite(self._path, "it exists already")
            self._move_into_place()
        return hashlib.sha256(content).hexdigest()

    def _move_into_place(self) -> None:
        self._folder.rename(self._path)
        try:
            sync_folder(self._path.parent)
        except OSError:
            self._path.rename(self._folder)  # what may be gone after a power cut is not published
            raise

    def _open(self, name: str, dtype: np.dtype[Any], shape: tuple[int, ...] | None) -> "_ArrayFile":
        if name in self._arrays:
            problem = f"{name} is written twice"
            raise ValueError(problem)
        path = self._folder / f"{_checked(name)}.npy"
        with writing(self._path):
            self._arrays[name] = _ArrayFile(path, self._path, dtype, shape)
        return self._arrays[name]


class _ArrayFile:
    """A `.npy` file being written; where its shape is not known before, the header waits for it."""

    def __init__(
        self, path: Path, shown: Path, dtype: np.dtype[Any], shape: tuple[int, ...] | None
    ) -> None:
        self._shown = shown
        self._dtype = dtype
        self._shape = shape
        self._n_bytes = 0
        self._pending = bytearray()
        self._path = path
        self._file = path.open("xb")
        self._header_size = self._write_header(shape or (0,))

    def write(self, data: bytes, /) -> None:
        self._pending += data
        self._n_bytes += len(data)
        if len(self._pending) >= _CHUNK:
            self._write_pending()

    def _write_pending(self) -> None:
        with writing(self._shown):
            self._file.write(self._pending)
        self._pending.clear()

    def finish(self) -> dict[str, object]:
        """Complete the file and flush it.

        Returns:
            Its entry in the manifest.

        Raises:
            ValueError: if what was written is not what was announced.
        """
        self._write_pending()
        shape = self._shape or (self._n_bytes // self._dtype.itemsize,)
        n_bytes = self._dtype.itemsize * math.prod(shape)
        self._file.seek(0)
        if n_bytes != self._n_bytes or self._write_header(shape) != self._header_size:
            problem = f"{self._path.name}: {self._n_bytes} bytes do not make {shape}"
            raise ValueError(problem)
        self._file.close()
        return {**_settle(self._path), "dtype": self._dtype.name, "shape": list(shape)}

    def abandon(self) -> None:
        with suppress(OSError):  # a full disk refuses the rest of the buffer; the file goes anyway
            self._file.close()

    def _write_header(self, shape: tuple[int, ...]) -> int:
        descr = np.lib.format.dtype_to_descr(self._dtype)
        header = {"descr": descr, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, header)
        return self._file.tell()


def together(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Do something with several files at once: hashing and flushing do not hold Python up.

    Args:
        work: what to do with each.
        items: the files.

    Returns:
        What each came to, in order; if any of it failed, the first failure is raised.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, items))


def _settle(path: Path) -> dict[str, object]:
    """Hash a finished file, take away the permission to write it, and flush it to the disk.

    Args:
        path: the file.

    Returns:
        Its hash and size, as the manifest has them.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fchmod(file.fileno(), 0o444)
        os.fsync(file.fileno())
        return {"sha256": digest, "size": os.fstat(file.fileno()).st_size}


def _checked(name: str) -> str:
    if not FILE_NAME.fullmatch(name):
        problem = f"{name!r} cannot be the name of a file in a folder of arrays"
        raise ValueError(problem)
    return name
