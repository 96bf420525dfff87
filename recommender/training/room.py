"""How much memory a comparison of all with all may take, and what follows from it."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.rows import SparseRows
from recommender.training.all_lists import STRIP_ROWS
from recommender.training.keeping import Keeper

_BYTES_AN_ENTRY = 8
"""Of a row in its columns, and of a column in its rows: a number and a weight each."""

_BYTES_A_ROW = 32
"""Of a shard, beside its entries: where it starts, its lengths below some columns, its group."""

_BYTES_IN_HAND = 24
"""Of each entry that a strip carries from shard to shard: itself, another, what comes of it."""

_BYTES_A_SUM = 8
"""Of each row of a shard, for each worker: its sum, and whether it is within reach."""

_SHARDS_SHARE, _STRIPS_SHARE, _SUMS_SHARE = 1 / 4, 1 / 8, 1 / 16
"""Shares of the memory. What is left is for Python, its libraries and the vocabulary."""


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

    def cuts(self, rows: SparseRows, n_jobs: int) -> Iterator[tuple[int, int]]:
        """Cut an archive into shards, none of which takes too much, as even as can be.

        Args:
            rows: the archive.
            n_jobs: workers, each of which has sums of its own.

        Yields:
            For each shard its first row, and the row that ends it.
        """
        n_rows, n_entries = rows.n_rows, int(rows.indptr[-1])
        n_bytes = n_entries * _BYTES_AN_ENTRY + n_rows * _BYTES_A_ROW
        sums = n_rows * _BYTES_A_SUM * max(1, n_jobs)
        by_postings = n_bytes / (self.memory * _SHARDS_SHARE)
        by_sums = sums / (self.memory * _SUMS_SHARE)
        n_shards = max(1, int(np.ceil(max(by_postings, by_sums))))
        shares = np.arange(n_shards + 1) * n_entries // n_shards
        ends = np.searchsorted(rows.indptr, shares)
        ends[0], ends[-1] = 0, n_rows
        for first, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            if end > first or n_rows == 0:
                yield first, end

    def strip_rows(self, widths: NDArray[np.int64], n_shards: int) -> int:
        """Return how many queries to carry from shard to shard at once.

        Args:
            widths: int64[s], how many entries each of their lists has on the way.
            n_shards: the more, the longer strips are worth while: each goes through all shards.
        """
        a_query = int(widths.sum()) * _BYTES_IN_HAND
        fitting = int(self.memory * _STRIPS_SHARE) // a_query
        return max(1, min(fitting, STRIP_ROWS * n_shards))


_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def default_memory() -> int:
    """Return half of the memory of this machine, or of the container, in bytes."""
    n_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # no container, or one without a limit, which is “max”
        n_bytes = min(n_bytes, int(_CGROUP_LIMIT.read_text(encoding="ascii")))
    return n_bytes // 2
