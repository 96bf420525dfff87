"""Sparse vectors in rows, and the one number that two of them have in common.

This module is all that a reader of a bundle needs: numpy alone, no compiled kernels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MILLION = 1_000_000
"""Similarities are kept as whole millionths: 1_000_000 is a cosine of 1."""


@dataclass(frozen=True, eq=False)
class SparseRows:
    """A matrix of articles × terms in compressed rows: the forward index.

    The arrays are held, never copied, and may be mapped files. Making one checks dtypes, sizes and
    ends only, which reads no page of a mapped file beyond the first and the last; `check` reads
    everything.

    Attributes:
        indptr: int64[n_rows + 1], ascending; row i lies at indptr[i]:indptr[i + 1].
        columns: int32[nnz], in [0, n_columns), strictly ascending within each row.
        weights: float32[nnz], finite; where the rows are unit vectors, their products are cosines.
        n_columns: how many columns there are, used or not.

    Raises:
        ValueError: the arrays do not belong together.
    """

    indptr: NDArray[np.int64]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]
    n_columns: int

    def __post_init__(self) -> None:
        for name, dtype in (("indptr", np.int64), ("columns", np.int32), ("weights", np.float32)):
            array = getattr(self, name)
            if array.ndim != 1 or array.dtype != dtype:
                raise ValueError(
                    f"{name} is {array.dtype}, {array.ndim}-d; expected {dtype.__name__}, 1-d"
                )
        if self.columns.size != self.weights.size:
            raise ValueError(f"{self.columns.size} columns but {self.weights.size} weights")
        if self.indptr.size == 0 or self.indptr[0] != 0 or self.indptr[-1] != self.columns.size:
            raise ValueError(f"indptr does not run from 0 to {self.columns.size}")

    def __len__(self) -> int:
        return self.n_rows

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return self.indptr.size - 1

    def row(self, row: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the columns and weights of one row, as views, columns ascending.

        Args:
            row: in [0, n_rows).

        Raises:
            IndexError: there is no such row.
        """
        if not 0 <= row < self.n_rows:
            raise IndexError(f"row {row} of {self.n_rows}")
        held = slice(int(self.indptr[row]), int(self.indptr[row + 1]))
        return self.columns[held], self.weights[held]

    def check(self) -> None:
        """Read everything and refuse what the kernels could not be trusted with.

        Raises:
            ValueError: indptr descends, a column is out of range, out of order or repeated, or a
                weight is not finite.
        """
        if np.any(self.indptr[1:] < self.indptr[:-1]):
            raise ValueError("indptr descends")
        if self.columns.size == 0:
            return
        if self.columns.min() < 0 or self.columns.max() >= self.n_columns:
            raise ValueError(f"a column lies outside [0, {self.n_columns})")
        ascends = self.columns[1:] > self.columns[:-1]
        starts = self.indptr[(self.indptr > 0) & (self.indptr < self.columns.size)]
        ascends[starts - 1] = (
            True  # a row's first column need not exceed the last of the row before
        )
        if not ascends.all():
            raise ValueError("the columns of a row are not strictly ascending")
        if not np.isfinite(self.weights).all():
            raise ValueError("a weight is not finite")


def similarity(rows: SparseRows, one: int, other: int) -> int:
    """Return the similarity of two rows, in millionths from 0 to 1_000_000.

    The readable definition of the one score; the engine's compiled loop gives the same bits. It is
    a float64 sum over the common columns, ascending, each addition rounded in turn. `cumsum` adds
    in that order, whereas `np.sum` adds pairwise and, from Python 3.12, `sum` compensates.

    Args:
        rows: unit vectors.
        one: a row.
        other: a row; the order of the two makes no difference.
    """
    return in_millionths(float(shares(rows, one, other)[1].cumsum()[-1:].sum()))


def shares(rows: SparseRows, one: int, other: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the common columns of two rows, ascending, and the product of their weights in each.

    Args:
        rows: unit vectors.
        one: a row.
        other: a row.

    Returns:
        int32[m] columns and float64[m] products; the products are exact, for two float32 have 48
        bits of significand between them.
    """
    columns, weights = rows.row(one)
    other_columns, other_weights = rows.row(other)
    common, here, there = np.intersect1d(
        columns, other_columns, assume_unique=True, return_indices=True
    )
    return common, weights[here].astype(np.float64) * other_weights[there]


def in_millionths(cosine: float) -> int:
    """Return a cosine as whole millionths, clipped to [0, 1_000_000]; halves go to the even one."""
    return min(max(round(cosine * MILLION), 0), MILLION)
