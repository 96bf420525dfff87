"""All lists of many rows: tiles of an archive, shared out to joblib's workers.

The queries go in strips. A strip is searched shard by shard: a task is a tile, the queries of one
block in one shard, and what tiles find is merged here. So workers go through one shard at a time,
whose postings are all that need be in memory, and a strip is as long as there is room for what is
carried from shard to shard. Neither blocks, strips and shards nor workers change any list.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommender.ranking import tiles
from recommender.ranking.budgeted import Budget
from recommender.ranking.engine import Neighbours
from recommender.ranking.questions import (
    Compressed,
    Questions,
    Wanted,
    check_rows,
    groups_of,
    read_only,
)
from recommender.ranking.rows import SparseRows
from recommender.ranking.tiles import Archive
from recommender.training.by_path import ByPath
from recommender.training.workers import dismissed, in_order

BLOCK_ROWS = 256
"""Queries in one task: long enough to hide what a task costs, short enough to share out evenly."""

STRIP_ROWS = 32_768
"""Queries whose best so far are carried from shard to shard, where nothing is said of memory."""


class Work(NamedTuple):
    """How to share out work; nothing of it changes a result.

    Attributes:
        n_jobs: workers, as joblib has it, whose current backend does the work; threads by default.
        progress: called with how many rows more are done, or as good as.
        block_rows: queries in one task.
        strip_rows: queries in one strip.
    """

    n_jobs: int | None = None
    progress: Callable[[int], object] | None = None
    block_rows: int = BLOCK_ROWS
    strip_rows: int = STRIP_ROWS


class Strip(NamedTuple):
    """The lists of some queries.

    Attributes:
        first: the first of the queries, by its place among all.
        lists: for each list wanted the neighbours of each query.
    """

    first: int
    lists: list[Neighbours]


def all_lists(
    archive: Archive,
    wanted: Sequence[Wanted],
    work: Work = Work(),  # noqa: B008 - a tuple that cannot be changed
    *,
    query_rows: ArrayLike | None = None,
    budget: Budget | None = None,
) -> list[Neighbours]:
    """Return several lists of each row of an archive, for little more than one costs.

    Args:
        archive: what is searched; a row is left out of its own lists.
        wanted: what each list may hold; at least one.
        work: how to share it out.
        query_rows: q rows whose lists to find; all if not given.
        budget: for an approximate search; exact if not given.

    Returns:
        For each list wanted, `Neighbours` of the q rows.
    """
    questions = questions_of(archive, wanted, query_rows)
    return _gathered(archive, questions, budget, work)


def nearest_to(
    queries: SparseRows,
    archive: Archive,
    wanted: Wanted,
    work: Work = Work(),  # noqa: B008 - a tuple that cannot be changed
    *,
    query_groups: ArrayLike | None = None,
) -> Neighbours:
    """Return the nearest rows to each of many vectors that need not be in the archive, exactly.

    Args:
        queries: q unit vectors over the columns of the archive.
        archive: what is searched.
        wanted: what each list may hold.
        work: how to share it out.
        query_groups: q groups, whose rows alone may be answers to each query; 0 if not given.

    Returns:
        `Neighbours` of the q vectors.

    Raises:
        ValueError: the queries are not sound, or are over other columns.
    """
    queries.check()
    if queries.n_columns != archive.n_with.size:
        message = f"queries have {queries.n_columns} columns, expected {archive.n_with.size}"
        raise ValueError(message)
    n = queries.n_rows
    vectors = (queries.indptr, queries.columns, queries.weights)
    rows, excluded = np.arange(n, dtype=np.int64), np.full(n, -1, np.int64)
    groups = groups_of(query_groups, n)
    questions = Questions.of(vectors, rows, excluded, groups, [wanted], archive.n_rows)
    return _gathered(archive, questions, None, work)[0]


def _gathered(
    archive: Archive, questions: Questions, budget: Budget | None, work: Work
) -> list[Neighbours]:
    """Return the lists of all strips as one."""
    shapes = [(questions.rows.size, k) for k in questions.lengths.tolist()]
    found = [Neighbours(np.empty(s, np.int32), np.empty(s, np.int32)) for s in shapes]
    for strip in strips(archive, questions, budget, work):
        for whole, part in zip(found, strip.lists, strict=True):
            held = slice(strip.first, strip.first + len(part.rows))
            whole.rows[held], whole.similarity[held] = part
    return found


def questions_of(
    archive: Archive, wanted: Sequence[Wanted], query_rows: ArrayLike | None = None
) -> Questions:
    """Return what to ask an archive of its own rows.

    Args:
        archive: what is searched.
        wanted: what each list may hold; at least one.
        query_rows: the rows whose lists to find; all if not given. An IndexError refuses others.
    """
    n = archive.n_rows
    asked = np.arange(n) if query_rows is None else np.asarray(query_rows, np.int64)
    check_rows(asked, 0, n)
    groups = np.concatenate([shard.groups for shard in archive.shards])
    of_queries = groups[asked] if groups.size else groups
    return Questions.of(archive.forward, asked, asked, of_queries, wanted, n)


def strips(
    archive: Archive, questions: Questions, budget: Budget | None, work: Work
) -> Iterator[Strip]:
    """Find lists, strip by strip.

    Args:
        archive: what is searched.
        questions: what is asked, of its rows or of others.
        budget: for an approximate search; None for an exact one.
        work: how to share it out.

    Yields:
        Each strip, in order.
    """
    sent = ByPath((archive, questions.vectors, budget))
    ends = questions.lengths.cumsum()[:-1]
    first = 0
    with dismissed("threads"):
        for strip in questions.blocks(work.strip_rows):
            rows, similarity = _strip(sent, strip, work)
            halves = (np.split(rows, ends, axis=1), np.split(similarity, ends, axis=1))
            yield Strip(first, [Neighbours(*pair) for pair in zip(*halves, strict=True)])
            first += strip.rows.size


Sent = ByPath[tuple[Archive, Compressed, Budget | None]]


def _strip(sent: Sent, strip: Questions, work: Work) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return rows and similarities of one strip, all lists beside each other."""
    (archive, _, budget), n = sent.held, strip.rows.size
    blocks = [_without_vectors(block) for block in strip.blocks(work.block_rows)]
    n_shards, n_blocks = len(archive.shards), len(blocks)
    told = _Told(work.progress, n_shards + (budget is not None))

    list_widths = read_only(tiles.widths(strip.lengths, budget))
    best = np.zeros((n, list_widths.sum()), np.int64)
    parts = [best[at : at + work.block_rows] for at in range(0, n, work.block_rows)]

    def tile(number: int) -> tuple[Sent, int, Questions, NDArray[np.int64]]:
        which, block = divmod(number, n_blocks)
        return sent, which, blocks[block], tiles.least_of(parts[block], list_widths)

    tasks = in_order(_tile, n_shards * n_blocks, tile, work.n_jobs, "threads", stay=True)
    for number, entries in enumerate(tasks):
        part = parts[number % n_blocks]
        tiles.merge(part, entries, list_widths)
        told.done(len(part))

    def block(number: int) -> tuple[Sent, Questions, NDArray[np.int64]]:
        return sent, blocks[number], parts[number]

    if budget is None:
        return tiles.finished(archive, strip, best, None)
    rows, similarity = (np.empty((n, strip.lengths.sum()), np.int32) for _ in range(2))
    at = 0
    for found in in_order(_finished, n_blocks, block, work.n_jobs, "threads", stay=True):
        held = slice(at, at + len(found[0]))
        rows[held], similarity[held] = found
        told.done(len(found[0]))
        at = held.stop
    return rows, similarity


class _Told:
    """Tells of rows as they have gone through so many steps, in whole rows."""

    def __init__(self, progress: Callable[[int], object] | None, n_steps: int) -> None:
        self._progress = progress
        self._n_steps = n_steps
        self._n_told = self._n_done = 0

    def done(self, n_rows: int) -> None:
        """Note that some rows have gone one step further."""
        self._n_done += n_rows
        n_new = self._n_done // self._n_steps - self._n_told
        self._n_told += n_new
        if self._progress is not None:
            self._progress(n_new)


def _without_vectors(questions: Questions) -> Questions:
    """Return questions that are short enough to be sent."""
    nothing = (np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.float32))
    return questions._replace(vectors=nothing)


def _tile(sent: Sent, which: int, block: Questions, least: NDArray[np.int64]) -> NDArray[np.int64]:
    archive, vectors, budget = sent.held
    return tiles.tile(archive, which, block._replace(vectors=vectors), budget, least)


def _finished(
    sent: Sent, block: Questions, entries: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    archive, vectors, budget = sent.held
    return tiles.finished(archive, block._replace(vectors=vectors), entries, budget)
