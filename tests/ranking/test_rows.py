"""Rows that are not sound are refused; what two of them share is defined here."""

import numpy as np
import pytest

from recommender.ranking.rows import MILLION, SparseRows, in_millionths, shares, similarity


def rows(indptr: list[int], columns: list[int], weights: list[float], n_columns: int) -> SparseRows:
    return SparseRows(
        np.array(indptr, np.int64),
        np.array(columns, np.int32),
        np.array(weights, np.float32),
        n_columns,
    )


@pytest.mark.parametrize(
    ("indptr", "columns", "weights", "problem"),
    [
        ([0, 2], [0, 1], [1.0], "2 columns but 1 weights"),
        ([0, 1], [0, 1], [1.0, 1.0], "indptr does not run from 0 to 2"),
        ([], [], [], "indptr does not run"),
        ([0, 2, 1, 3], [0, 1, 2], [1.0, 1.0, 1.0], "indptr descends"),
        ([0, 2], [1, 1], [1.0, 1.0], "not strictly ascending"),
        ([0, 1, 3], [2, 1, 0], [1.0, 1.0, 1.0], "not strictly ascending"),
        ([0, 1], [3], [1.0], "columns run from 3 to 3"),
        ([0, 1], [-1], [1.0], "columns run from -1 to -1"),
        ([0, 1], [0], [np.inf], "a weight is not finite"),
    ],
)
def test_unsound_rows_are_refused(
    indptr: list[int], columns: list[int], weights: list[float], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        rows(indptr, columns, weights, 3).check()


def test_arrays_of_other_types_are_refused() -> None:
    with pytest.raises(ValueError, match="columns is int64, expected int32"):
        SparseRows(np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32), 3)


def test_row_gives_its_columns_and_weights() -> None:
    columns, weights = rows([0, 1, 3], [1, 0, 1], [1.0, 0.6, 0.8], 2).row(1)

    assert columns.tolist() == [0, 1]
    assert weights.tolist() == pytest.approx([0.6, 0.8])


def test_shares_are_the_products_in_common_columns() -> None:
    held = rows([0, 3, 5, 5], [0, 2, 4, 2, 4], [0.5, 0.25, 0.5, 0.75, 0.5], 5)

    columns, products = shares(held, 0, 1)

    assert columns.tolist() == [2, 4]
    assert products.tolist() == [0.1875, 0.25]
    assert similarity(held, 0, 1) == similarity(held, 1, 0) == 437_500
    assert similarity(held, 0, 2) == 0


@pytest.mark.parametrize(
    ("cosine", "millionths"),
    [
        (0.0, 0),
        (0.5e-6, 0),
        (1.5e-6, 2),
        (0.25, 250_000),
        (1.0000004, MILLION),
        (2.0, MILLION),
        (-0.1, 0),
    ],
)
def test_cosines_become_whole_millionths(cosine: float, millionths: int) -> None:
    assert in_millionths(cosine) == millionths
