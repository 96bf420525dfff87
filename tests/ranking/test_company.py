"""Articles are in one company as far as the same others are near to both."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.ranking.by_score import all_alike
from recommender.ranking.company import N_COMPANY, Company
from recommender.ranking.rows import MILLION


@st.composite
def nearest(draw: st.DrawFn) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return lists of nearest as a bundle has them: some short, padded, of descending values."""
    n = draw(st.integers(1, 9))
    k = draw(st.integers(1, N_COMPANY + 5))
    rows, similarity = np.full((n, k), -1, np.int32), np.zeros((n, k), np.int32)
    for row in range(n):
        others = draw(st.permutations([other for other in range(n) if other != row]))
        others = others[: draw(st.integers(0, k))]
        values = draw(st.lists(st.integers(1, MILLION), min_size=n, max_size=n))
        rows[row, : len(others)] = others
        similarity[row, : len(others)] = sorted(values[: len(others)], reverse=True)
    return rows, similarity


def company(
    rows: NDArray[np.int32], similarity: NDArray[np.int32], row: int
) -> NDArray[np.float64]:
    """Return the company of one article the slow way, as a vector over all articles."""
    vector = np.zeros(len(rows))
    vector[row] = 1.0
    for other, value in zip(rows[row, :N_COMPANY], similarity[row, :N_COMPANY], strict=True):
        if other >= 0:
            vector[other] = value / MILLION
    return vector


@given(nearest())
def test_it_is_the_cosine_of_two_companies(
    lists: tuple[NDArray[np.int32], NDArray[np.int32]],
) -> None:
    n = len(lists[0])
    vectors = np.array([company(*lists, row) for row in range(n)])
    unit = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    everyone = np.arange(n, dtype=np.int32)

    together = all_alike(Company(*lists), np.arange(n)[:, None], np.tile(everyone, (n, 1)))

    np.testing.assert_allclose(together, unit @ unit.T, atol=1e-12)
    assert together.max() <= 1
    for row in range(n):  # alone or beside others, to the last bit
        for other in range(n):
            alone = Company(*lists).alike(row, np.array([other], np.int32))
            assert alone.tolist() == [together[row, other]]


def test_no_more_than_the_nearest_count() -> None:
    k = N_COMPANY + 1
    rows = np.array([range(1, k + 1)] + [[-1] * k] * (k + 1), np.int32)
    similarity = np.where(rows >= 0, MILLION, 0).astype(np.int32)

    found = Company(rows, similarity).alike(0, np.array([N_COMPANY, N_COMPANY + 1], np.int32))

    np.testing.assert_allclose(found, [(1 + N_COMPANY) ** -0.5, 0])
