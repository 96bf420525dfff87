"""The noise floor finds the tail of unrelated pairs, whatever share of the pairs is related."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from recommender.ranking.rows import MILLION, SparseRows, similarity
from recommender.training.floor import MIN_ARTICLES, noise_floor

N_COLUMNS = 4_000


def archive(
    n: int = 600, n_related: int = 0, lengths: tuple[int, ...] = (60,), seed: int = 1
) -> SparseRows:
    """Return articles of random words, of which each `n_related` share many of theirs."""
    rng = np.random.default_rng(seed)
    commonness = 1 / np.arange(5, N_COLUMNS + 5)
    rarity = np.log(1 / commonness)
    values = np.zeros((n, N_COLUMNS))
    for row in range(n):
        length = lengths[row % len(lengths)]
        words = rng.choice(N_COLUMNS, length, replace=False, p=commonness / commonness.sum())
        if n_related and row % n_related:
            before = rng.permutation(np.flatnonzero(values[row - row % n_related]))
            words = np.concatenate([words[: length // 2], before[: length // 2]])
        values[row, words] = rarity[words]
    return unit_rows(values)


def unit_rows(values: NDArray[np.float64]) -> SparseRows:
    norms = np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-12)
    matrix = sparse.csr_matrix(values / norms)
    return SparseRows(
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float32),
        matrix.shape[1],
    )


def one_language(rows: SparseRows) -> NDArray[np.int32]:
    return np.zeros(rows.n_rows, np.int32)


def floor_of(rows: SparseRows, noise_quantile: float = 0.999) -> NDArray[np.float64]:
    floor = noise_floor(rows, one_language(rows), noise_quantile)
    assert floor.dtype == np.int32
    return floor / MILLION


@pytest.mark.parametrize("noise_quantile", [0.9, 0.99])
def test_share_of_random_pairs_above_it_is_what_was_asked_for(noise_quantile: float) -> None:
    rows = archive()
    floor = noise_floor(rows, one_language(rows), noise_quantile)
    above = [
        similarity(rows, one, other) >= floor[one]
        for one in range(0, 600, 10)
        for other in range(600)
        if one != other
    ]

    assert np.mean(above) == pytest.approx(1 - noise_quantile, rel=0.5)


def test_related_pairs_hardly_move_it() -> None:
    alone, related = floor_of(archive()), floor_of(archive(n_related=6))

    assert np.median(related) == pytest.approx(np.median(alone), rel=0.25)


def test_random_pairs_quantile_would_be_moved_by_them() -> None:
    """Why it is not simply read off: one pair in a hundred is related, and far closer."""
    rows = archive(n_related=6)
    pairs = [similarity(rows, one, other) for one in range(0, 600, 9) for other in range(one)]

    assert np.quantile(pairs, 0.999) / MILLION > 1.5 * np.median(floor_of(rows))


def test_it_rises_with_the_quantile_and_with_the_length() -> None:
    lengths = tuple(range(20, 320, 10))
    rows = archive(lengths=lengths)
    floor = floor_of(rows)

    assert (floor_of(rows, 0.99) < floor).all()
    middles = [np.median(floor[kind::30]) for kind in (2, 15, 28)]
    assert middles[2] > middles[1] * 1.1 > middles[0]
    assert len(set(floor.tolist())) > 20, "between the bins it is interpolated"


def test_languages_are_apart_and_a_small_one_has_the_floor_of_the_commonest() -> None:
    english, russian = archive(seed=1), archive(n=200, lengths=(240,), seed=2)
    values = sparse.block_diag([as_matrix(english), as_matrix(russian)]).toarray()
    rows = unit_rows(values)
    groups = np.repeat(np.array([7, 3], np.int32), [600, 200])

    floor = noise_floor(rows, groups, 0.999)

    np.testing.assert_array_equal(floor[:600], noise_floor(english, one_language(english), 0.999))
    np.testing.assert_array_equal(floor[600:], noise_floor(russian, one_language(russian), 0.999))
    groups[600 : 600 + MIN_ARTICLES - 1] = 9
    held = noise_floor(rows, groups, 0.999)[600 : 600 + MIN_ARTICLES - 1]
    np.testing.assert_array_equal(held, floor[0])


def as_matrix(rows: SparseRows) -> sparse.csr_matrix:
    shape = (rows.n_rows, rows.n_columns)
    return sparse.csr_matrix((rows.weights, rows.columns, rows.indptr), shape)


@pytest.mark.parametrize("n", [MIN_ARTICLES, 151])
def test_small_archive_lets_one_article_through_by_chance(n: int) -> None:
    rows = archive(n=n)

    assert 0 < floor_of(rows).max() < 1
    np.testing.assert_array_equal(floor_of(rows), floor_of(rows, 1 - 1 / n))
    assert (floor_of(rows) > floor_of(rows, 0.9)).all()


@pytest.mark.parametrize("n", [0, 1, MIN_ARTICLES - 1])
def test_too_few_articles_have_none(n: int) -> None:
    assert not floor_of(archive(n=n)).any()


def test_articles_that_share_nothing_and_articles_that_are_all_the_same() -> None:
    assert not floor_of(unit_rows(np.eye(50))).any()
    assert not floor_of(unit_rows(np.zeros((50, 3)))).any()
    np.testing.assert_allclose(floor_of(unit_rows(np.ones((50, 3)))), 1, atol=1e-5)


def test_article_without_a_word_has_none_and_changes_nothing() -> None:
    values = np.vstack([as_matrix(archive()).toarray(), np.zeros((300, N_COLUMNS))])

    floor = floor_of(unit_rows(values))

    np.testing.assert_array_equal(floor[:600], floor_of(archive()))
    assert not floor[600:].any()
