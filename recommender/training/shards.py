"""An archive indexed shard by shard, so that none of it has to be in memory at once.

Where it is in files, workers map them and share their pages. The rows themselves are not written
again: a shard's are a stretch of those of the archive, which lie in a file already where they are
many.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.blobs import Arrays
from recommender.ranking.budgeted import Budget
from recommender.ranking.postings import Index, index_of
from recommender.ranking.questions import frozen, groups_of, read_only
from recommender.ranking.rows import SparseRows
from recommender.ranking.scratch import ScratchArrays
from recommender.ranking.sink import ArraySink, MemoryArrays
from recommender.ranking.tiles import Archive, Shard, stretch
from recommender.training.room import Room
from recommender.training.workers import shares_memory

BUDGETED_ROWS = 262_144
"""Of a shard that is searched within a budget: their sums, a megabyte, stay in a nearby cache. An
exact search has less to do the fewer shards there are, for each asks for bounds of its own."""

_PARTS = ("indptr", "starts", "rows", "weights", "stops", "rest", "groups")


def indexed(
    rows: SparseRows,
    groups: NDArray[np.int32] | None,
    room: Room,
    n_jobs: int,
    budget: Budget | None,
) -> Archive:
    """Index an archive: in memory where it has room and all workers share that, else in files.

    A search looks at rows and postings that lie far apart. In memory they come in large pages; in a
    mapped file each worker has to be told by the system where each small one is, and that takes as
    long again.

    Args:
        rows: unit vectors; copied if the archive is in memory, else held.
        groups: int32[n], the group of each row; None where all are one.
        room: where the files go, and how much of the archive a shard may have.
        n_jobs: workers that will search it.
        budget: within which they will; None for exactly.

    Returns:
        The archive.
    """
    row_groups = groups_of(groups, rows.n_rows)
    most_rows = None if budget is None else BUDGETED_ROWS
    stretches = list(room.cuts(rows, n_jobs, most_rows))
    if shares_memory() and room.holds(rows, len(stretches)):
        held = SparseRows(
            np.array(rows.indptr), np.array(rows.columns), np.array(rows.weights), rows.n_columns
        )
        sink = MemoryArrays()
        _index(held, row_groups, stretches, sink)
        return _archive(held, stretches, sink.arrays())
    with ScratchArrays(room.folder) as files:
        _index(rows, row_groups, stretches, files)
        return _archive(rows, stretches, files.arrays())


def _index(
    rows: SparseRows,
    row_groups: NDArray[np.int32],
    stretches: Sequence[tuple[int, int]],
    sink: ArraySink,
) -> None:
    """Write an index for each stretch of an archive."""
    n_with = np.zeros(rows.n_columns, np.int64)
    for number, (first, end) in enumerate(stretches):
        part = stretch(rows, first, end)
        part.check()
        index = index_of(part)
        n_with += np.diff(index.postings[0])
        ends = (index.stops, index.rest, row_groups[first:end])
        arrays: list[NDArray[Any]] = [part.indptr, *index.postings, *ends]
        for name, array in zip(_PARTS, arrays, strict=True):
            sink.array(f"shard{number}.{name}", array)
    sink.array("n_with", n_with)


def _archive(rows: SparseRows, stretches: Sequence[tuple[int, int]], arrays: Arrays) -> Archive:
    """Return an archive of what `_index` has written."""
    shards = []
    for number, (first, end) in enumerate(stretches):
        indptr, starts, their_rows, weights, stops, rest, of_rows = (
            arrays[f"shard{number}.{name}"] for name in _PARTS
        )
        part = stretch(rows, first, end)
        forward = (indptr, part.columns, part.weights)
        index = Index(forward, (starts, their_rows, weights), stops, rest)
        shards.append(Shard(first, index, of_rows))
    forward = frozen((rows.indptr, rows.columns, rows.weights))
    return Archive(forward, read_only(arrays["n_with"]), tuple(shards))
