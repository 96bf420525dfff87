"""Background is what a slow search among old articles finds, two of a story at most."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from recommender.domain.corpus import UNDATED_US
from recommender.ranking.rows import SparseRows, similarity
from recommender.training import older as older_module
from recommender.training.comparing import Comparison
from recommender.training.older import N_OLDER, OlderArticles

DAY_US = 86_400_000_000


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(older_module, "_ROWS_AT_ONCE", 7)


def random_rows(n: int, seed: int) -> SparseRows:
    rng = np.random.default_rng(seed)
    values = rng.integers(1, 4, (n, 12)) * (rng.random((n, 12)) < 0.5).astype(float)
    norms = np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1)
    matrix = sparse.csr_matrix(values / norms)
    return SparseRows(
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float32),
        12,
    )


def instants(days: list[int | None]) -> NDArray[np.int64]:
    """Return instants in row order: newest first, undated last."""
    held = [UNDATED_US if day is None else day * DAY_US for day in days]
    return np.array(sorted(held, reverse=True), np.int64)


def slowly(
    rows: SparseRows,
    published_us: NDArray[np.int64],
    days: int,
    stories: NDArray[np.int32],
    groups: NDArray[np.int32] | None,
) -> list[list[tuple[int, int]]]:
    """Return (row, similarity) of each article's background, by looking at every other one."""
    found = []
    for query, at in enumerate(published_us.tolist()):
        old = [
            (-similarity(rows, query, row), row)
            for row, then in enumerate(published_us.tolist())
            if UNDATED_US < then <= at - days * DAY_US
            and (groups is None or groups[row] == groups[query])
        ]
        held: list[tuple[int, int]] = []
        told: list[int] = []
        for negative, row in sorted(old):
            if negative < 0 and told.count(stories[row]) < 2 and len(held) < N_OLDER:
                held.append((row, -negative))
                told.append(stories[row])
        found.append(held)
    return found


def listed(
    rows: SparseRows,
    published_us: NDArray[np.int64],
    days: int,
    stories: NDArray[np.int32],
    groups: NDArray[np.int32] | None,
) -> list[list[tuple[int, int]]]:
    older = OlderArticles.of(published_us, days)
    comparison = Comparison.of(rows, groups, None, 1, None)
    (drawn,) = comparison.all((older.wanted(),), lambda _: None)
    found = older.spread(drawn, stories, comparison)
    assert found.rows.shape == found.similarity.shape == (rows.n_rows, N_OLDER)
    assert found.rows.dtype == found.similarity.dtype == np.int32
    assert not found.similarity[found.rows < 0].any()
    return [
        [(row, near) for row, near in zip(*lists, strict=True) if row >= 0]
        for lists in zip(found.rows.tolist(), found.similarity.tolist(), strict=True)
    ]


@given(
    st.lists(st.none() | st.integers(0, 12), min_size=1, max_size=25),
    st.integers(1, 6),
    st.integers(1, 4),
    st.booleans(),
    st.integers(0, 9),
)
def test_slow_search_agrees(
    days: list[int | None], older_days: int, n_stories: int, has_groups: bool, seed: int
) -> None:
    rows, published_us = random_rows(len(days), seed), instants(days)
    rng = np.random.default_rng(seed)
    stories = rng.integers(0, n_stories, len(days)).astype(np.int32)
    groups = rng.integers(0, 2, len(days)).astype(np.int32) if has_groups else None

    found = listed(rows, published_us, older_days, stories, groups)

    assert found == slowly(rows, published_us, older_days, stories, groups)


@pytest.mark.parametrize("n_of_one_story", [0, 90, 250])
def test_story_that_fills_the_first_places_leaves_room_for_others(n_of_one_story: int) -> None:
    rows, published_us = random_rows(300, 4), instants([500, *range(299)])
    stories = np.maximum(np.arange(300) - n_of_one_story, 0).astype(np.int32)
    is_near = np.argsort([-similarity(rows, 0, row) for row in range(300)], kind="stable")
    stories[is_near] = stories.copy()

    found = listed(rows, published_us, 90, stories, None)

    assert found == slowly(rows, published_us, 90, stories, None)
    assert len(found[0]) == N_OLDER


def test_undated_articles_have_no_background_and_are_nobodys() -> None:
    rows = random_rows(6, 1)
    published_us = instants([900, 400, None, None, None, None])

    found = listed(rows, published_us, 90, np.arange(6, dtype=np.int32), None)

    assert [len(held) for held in found] == [1, 0, 0, 0, 0, 0]


def test_just_old_enough() -> None:
    published_us = np.array([90 * DAY_US, 1, 0], np.int64)

    assert OlderArticles.of(published_us, 90).first_rows.tolist() == [2, 3, 3]
