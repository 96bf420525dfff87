"""What follows from a memory: shards that cover the archive, strips that fit."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.ranking.rows import SparseRows
from recommender.ranking.tiles import Archive
from recommender.training import room as module
from recommender.training.room import Room, default_memory
from tests.ranking.pairs import random_rows

GIB = 2**30


def room(memory: int) -> Room:
    return Room(Path("nowhere"), memory)


def long_rows(n_rows: int, n_entries: int) -> SparseRows:
    """Return rows of many entries that take no memory: each repeats one."""
    indptr = np.linspace(0, n_entries, n_rows + 1).astype(np.int64)
    columns = np.broadcast_to(np.int32(0), n_entries)
    return SparseRows(indptr, columns, np.broadcast_to(np.float32(0), n_entries), 1)


@given(st.integers(0, 300), st.integers(1, 10**6), st.integers(1, 9))
def test_shards_follow_one_another_and_none_is_empty(n: int, memory: int, n_jobs: int) -> None:
    rows = (
        random_rows(n, seed=n)
        if n > 3
        else SparseRows(
            np.zeros(n + 1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32), 5
        )
    )

    cuts = list(room(memory).cuts(rows, n_jobs))

    assert (cuts[0][0], cuts[-1][1]) == (0, n)
    assert all(end == first for (_, end), (first, _) in pairwise(cuts))
    assert n == 0 or all(first < end for first, end in cuts)


@pytest.mark.parametrize(("memory", "n_shards"), [(8 * GIB, 1), (GIB, 3), (GIB // 2, 7)])
def test_more_shards_for_less_memory(memory: int, n_shards: int) -> None:
    rows = long_rows(300_000, 150_000_000)

    cuts = list(room(memory).cuts(rows, 2))

    assert len(cuts) == n_shards
    most = max(int(rows.indptr[end] - rows.indptr[first]) * 8 for first, end in cuts)
    assert most < memory // 2


def test_many_workers_sum_up_in_smaller_shards() -> None:
    rows = long_rows(1_000_000, 1_000_000)

    assert len(list(room(GIB).cuts(rows, 1))) == 1
    assert len(list(room(GIB).cuts(rows, 64))) > 4


def test_no_shard_has_many_more_rows_than_it_may() -> None:
    rows = long_rows(1_000_000, 1_000_000)

    assert list(room(8 * GIB).cuts(rows, 2, 250_000))[1:3] == [
        (250_000, 500_000),
        (500_000, 750_000),
    ]


def test_strips_fit_and_are_longer_where_there_are_more_shards() -> None:
    archive = Archive.of(random_rows())
    widths = np.array([250, 120])

    assert room(8 * GIB).strip_rows(widths, archive) == module.STRIP_ROWS
    twice = archive._replace(shards=archive.shards * 2)
    assert room(8 * GIB).strip_rows(widths, twice) == 2 * module.STRIP_ROWS
    few = room(GIB // 4).strip_rows(widths, archive)
    assert 1_000 < few < module.STRIP_ROWS
    assert few * 370 * 24 < GIB // 16
    assert room(1).strip_rows(widths, archive) == 1


def test_half_of_the_machine_or_of_the_container(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(module, "_CGROUP_LIMIT", limit)
    whole = default_memory()
    assert whole > 2**27

    limit.write_text("max\n", encoding="ascii")
    assert default_memory() == whole
    limit.write_text("200000000\n", encoding="ascii")
    assert default_memory() == 100_000_000


def test_an_archive_is_held_where_there_is_room_for_rows_and_postings() -> None:
    rows = long_rows(1_000_000, 300_000_000)  # 2.4 GB of rows, as much of postings

    assert room(8 * GIB).holds(rows, 4)
    assert not room(5 * GIB).holds(rows, 4)
