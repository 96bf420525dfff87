"""What was compared before an interruption, kept for the next training over the same vectors.

A large comparison keeps its results in a work folder, `.comparing-FINGERPRINT` among the versions:
the lists as they will be, in plain files, and for each strip that is done a small file beside them,
named by its rows, with the sha256 of its lists. The fingerprint is that of everything the lists
depend on, so whoever comes to the same one may take them up. Whatever a kill or a bad disk leaves,
a strip counts only if its hash is right.

Who works in a folder holds its lock. What nobody holds and nobody takes up is litter: it goes with
the next training, or with `morefrom doctor --fix`.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.atomic import take_over, write_file, writing
from recommender.ranking.engine import Neighbours

_PREFIX = ".comparing-"
_DONE = re.compile(r"done-(\d+)-(\d+)")


class KeptLists:
    """Lists of n rows, strip by strip, in a folder that somebody holds.

    The methods raise CannotWrite where the disk refuses.
    """

    def __init__(self, folder: Path, n_rows: int, lengths: Sequence[int]) -> None:
        """Open what is there, or begin.

        Args:
            folder: an existing one.
            n_rows: rows in all.
            lengths: how many neighbours each list has.
        """
        self._folder = folder
        self._n_rows = n_rows
        self._lengths = list(lengths)
        with writing(folder):
            for path, _ in self._files():
                path.touch()
        self._done = sorted(self._sound())

    @property
    def left(self) -> list[tuple[int, int]]:
        """Return the first row, and the row that ends them, of each stretch that is not done."""
        ends = [0, *(end for _, end in self._done)]
        firsts = [*(first for first, _ in self._done), self._n_rows]
        return [(end, first) for end, first in zip(ends, firsts, strict=True) if end < first]

    def keep(self, first: int, lists: Sequence[Neighbours]) -> None:
        """Write down the lists of a strip.

        Args:
            first: its first row.
            lists: of its rows.
        """
        digest, end = hashlib.sha256(), first + len(lists[0].rows)
        arrays = [array for one in lists for array in one]
        with writing(self._folder):
            for (path, width), array in zip(self._files(), arrays, strict=True):
                data = np.ascontiguousarray(array, np.int32).data
                digest.update(data)
                with path.open("r+b") as file:
                    file.seek(first * width * data.itemsize)
                    file.write(data)
        write_file(self._folder / f"done-{first}-{end}", digest.hexdigest().encode())
        self._done = sorted([*self._done, (first, end)])

    def lists(self) -> list[Neighbours]:
        """Return all lists, mapped, once nothing is left."""
        arrays = [self._mapped(path, width) for path, width in self._files()]
        return [Neighbours(*pair) for pair in zip(arrays[::2], arrays[1::2], strict=True)]

    def _files(self) -> Iterator[tuple[Path, int]]:
        """Yield each file, and how many numbers it has a row."""
        for which, length in enumerate(self._lengths):
            for name in ("rows", "similarity"):
                yield self._folder / f"{name}-{which}", length

    def _mapped(self, path: Path, width: int) -> NDArray[np.int32]:
        shape = (self._n_rows, width)
        if not self._n_rows:
            return np.empty(shape, np.int32)
        return np.memmap(path, np.int32, "r", shape=shape)

    def _sound(self) -> Iterator[tuple[int, int]]:
        """Yield each strip that is done and unharmed; another's word is taken away."""
        for word in self._folder.iterdir():
            if found := _DONE.fullmatch(word.name):
                first, end = map(int, found.groups())
                if self._sha256(first, end) == word.read_bytes():
                    yield first, end
                else:
                    word.unlink()

    def _sha256(self, first: int, end: int) -> bytes:
        digest = hashlib.sha256()
        for path, width in self._files():
            with path.open("rb") as file:
                file.seek(first * width * 4)
                digest.update(file.read((end - first) * width * 4))
        return digest.hexdigest().encode()


class Keeper:
    """Gives a training its work folder, and takes it away once there is a version.

    A context manager: leaving it removes the folder, or after an error leaves it to the next.
    """

    def __init__(self, parent: Path) -> None:
        """Begin without a folder.

        Args:
            parent: where work folders are; an existing one.
        """
        self._parent = parent
        self._folder: Path | None = None
        self._lock: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._lock is None or self._folder is None:
            return
        if kind is None:
            shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)

    def take_up(
        self, fingerprint: str | None, n_rows: int, lengths: Sequence[int]
    ) -> KeptLists | None:
        """Remove the folders that nobody holds, but for one.

        Args:
            fingerprint: of everything that the lists depend on; None to take up nothing.
            n_rows: rows in all.
            lengths: how many neighbours each list has.

        Returns:
            What is kept under the fingerprint, perhaps nothing yet; None where another training is
            at it, or has it on a disk without locks.
        """
        folder = self._parent / f"{_PREFIX}{fingerprint}"
        remove_litter(self._parent, folder)
        if fingerprint is None:
            return None
        with writing(folder):
            folder.mkdir(exist_ok=True)
        self._lock = take_over(folder)
        if self._lock is None:
            return None
        self._folder = folder
        return KeptLists(folder, n_rows, lengths)


def litter(parent: Path) -> list[Path]:
    """Return the work folders that nobody holds.

    Args:
        parent: where they are; need not exist.
    """
    found = []
    for folder in sorted(parent.glob(f"{_PREFIX}*")):
        if (lock := take_over(folder)) is not None:
            os.close(lock)
            found.append(folder)
    return found


def remove_litter(parent: Path, but: Path | None = None) -> list[Path]:
    """Remove work folders that nobody holds.

    Args:
        parent: where they are; need not exist.
        but: one to leave alone.

    Returns:
        What was removed.
    """
    removed = []
    for folder in sorted(parent.glob(f"{_PREFIX}*")):
        if folder == but or (lock := take_over(folder)) is None:
            continue
        with suppress(OSError):  # a disk that refuses this too; the next training tries again
            shutil.rmtree(folder)
            removed.append(folder)
        os.close(lock)
    return removed
