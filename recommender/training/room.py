"""How much memory a comparison of all with all may take, and what follows from it."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.rows import SparseRows
from recommender.ranking.tiles import Archive
from recommender.training.all_lists import STRIP_ROWS
from recommender.training.keeping import Keeper

_LIBRARIES = 160 * 2**20
"""Bytes that Python and its libraries take. Worker processes have their own, on top."""

_BYTES_A_COLUMN = 24
"""While a shard is indexed: where a column begins, where it is filled to, and how many have it."""

_BYTES_AN_ENTRY = 8
"""Of a column in its rows: a number and a weight."""

_BYTES_A_ROW = 32
"""Of a shard, beside its entries: where it starts, its lengths below some columns, its group."""

_BYTES_IN_HAND = 24
"""Of each entry that a strip carries from shard to shard: itself, another, what comes of it."""

_BYTES_A_SUM = 8
"""Of each row of a shard, for each worker: its sum, and whether it is within reach."""

_HELD_SHARE = 3 / 4
"""Of what is left beside the libraries and the columns: what a whole archive in memory may take."""

_SHARDS_SHARE, _STRIPS_SHARE, _SUMS_SHARE = 1 / 2, 1 / 8, 1 / 8
"""The same, for a shard of an archive that is in files, the queries in hand, and the sums."""

_LEAST_SHARE = 1 / 16
"""Of the memory, where libraries and columns alone take all of it."""


class Room(NamedTuple):
    """Where a training may work.

    Attributes:
        folder: for files that are mapped, an empty one that the caller removes in the end.
        memory: bytes that it should hold at once, all workers together, without mapped files.
        keeper: of what was compared before an interruption; None to keep nothing.
    """

    folder: Path
    memory: int
    keeper: Keeper | None = None

    def holds(self, rows: SparseRows, n_shards: int) -> bool:
        """Return whether a whole archive, rows and postings, has room in memory.

        Args:
            rows: the archive.
            n_shards: into which it is cut, each of which says where its columns begin.
        """
        n_entries = int(rows.indptr[-1])
        columns = rows.n_columns * np.dtype(np.int64).itemsize * n_shards
        taken = 2 * n_entries * _BYTES_AN_ENTRY + rows.n_rows * _BYTES_A_ROW + columns
        return taken <= self._spare(rows.n_columns) * _HELD_SHARE

    def cuts(
        self, rows: SparseRows, n_jobs: int, most_rows: int | None = None
    ) -> Iterator[tuple[int, int]]:
        """Cut an archive into shards, none of which takes too much, as even as can be.

        Args:
            rows: the archive.
            n_jobs: workers, each of which has sums of its own.
            most_rows: of a shard, about; None where it may have any number.

        Yields:
            For each shard its first row, and the row that ends it.
        """
        n_rows, n_entries = rows.n_rows, int(rows.indptr[-1])
        spare = self._spare(rows.n_columns)
        postings = n_entries * _BYTES_AN_ENTRY + n_rows * _BYTES_A_ROW
        sums = n_rows * _BYTES_A_SUM * max(1, n_jobs)
        by_postings = postings / (spare * _SHARDS_SHARE)
        by_sums = sums / (spare * _SUMS_SHARE)
        by_rows = 1 if most_rows is None else n_rows / most_rows
        n_shards = max(1, int(np.ceil(max(by_postings, by_sums, by_rows))))
        shares = np.arange(n_shards + 1) * n_entries // n_shards
        ends = np.searchsorted(rows.indptr, shares)
        ends[0], ends[-1] = 0, n_rows
        for first, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            if end > first or n_rows == 0:
                yield first, end

    def strip_rows(self, widths: NDArray[np.int64], archive: Archive) -> int:
        """Return how many queries to carry from shard to shard at once.

        Args:
            widths: int64[s], how many entries each of their lists has on the way.
            archive: the more shards it has, the longer strips are worth while, for each goes
                through all of them.
        """
        a_query = int(widths.sum()) * _BYTES_IN_HAND
        fitting = int(self._spare(archive.n_with.size) * _STRIPS_SHARE) // a_query
        return max(1, min(fitting, STRIP_ROWS * len(archive.shards)))

    def _spare(self, n_columns: int) -> float:
        """Return how many bytes are left for shards, strips and sums."""
        left = self.memory - _LIBRARIES - n_columns * _BYTES_A_COLUMN
        return max(left, self.memory * _LEAST_SHARE)


_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def default_memory() -> int:
    """Return half of the memory of this machine, or of the container, in bytes."""
    n_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # no container, or one without a limit, which is “max”
        n_bytes = min(n_bytes, int(_CGROUP_LIMIT.read_text(encoding="ascii")))
    return n_bytes // 2
