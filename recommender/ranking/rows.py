"""Sparse vectors in rows, and the one number that two of them have in common.

This module is all that a reader of a bundle needs: numpy alone, no compiled kernels.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

MILLION = 1_000_000
"""Similarities are kept as whole millionths: 1_000_000 is a cosine of 1."""


@dataclass(frozen=True, eq=False)
class SparseRows:
    """A matrix of articles by terms in compressed rows: the forward index.

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
        for name, dtype in (("indptr", "int64"), ("columns", "int32"), ("weights", "float32")):
            array = getattr(self, name)
            require(array.ndim == 1, f"{name} has {array.ndim} dimensions, expected 1")
            if array.dtype != dtype:  # to print one takes longer than all the rest
                require(holds=False, problem=f"{name} is {array.dtype}, expected {dtype}")
        nnz = self.columns.size
        require(self.weights.size == nnz, f"{nnz} columns but {self.weights.size} weights")
        require(
            self.indptr.size > 0 and self.indptr[0] == 0 and self.indptr[-1] == nnz,
            f"indptr does not run from 0 to {nnz}",
        )

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return self.indptr.size - 1

    def row(self, row: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the columns and weights of one row, as views, columns ascending.

        Args:
            row: in [0, n_rows).
        """
        held = slice(int(self.indptr[row]), int(self.indptr[row + 1]))
        return self.columns[held], self.weights[held]

    def check(self) -> None:
        """Read everything and refuse what compiled loops could not be trusted with.

        A ValueError says that indptr descends, that a column is out of range, out of order or
        repeated, or that a weight is not finite.
        """
        require(bool((self.indptr[1:] >= self.indptr[:-1]).all()), "indptr descends")
        if self.columns.size == 0:
            return
        lowest, highest = int(self.columns.min()), int(self.columns.max())
        require(
            lowest >= 0 and highest < self.n_columns,
            f"columns run from {lowest} to {highest}, expected within [0, {self.n_columns})",
        )
        ascends = self.columns[1:] > self.columns[:-1]
        starts = self.indptr[(self.indptr > 0) & (self.indptr < self.columns.size)]
        ascends[starts - 1] = True  # where a row begins, its column may be anything
        require(bool(ascends.all()), "the columns of a row are not strictly ascending")
        require(bool(np.isfinite(self.weights).all()), "a weight is not finite")


class HasRows(Protocol):
    """What has a vector for each row: `SparseRows`, or several of them."""

    def row(self, row: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the columns and weights of one row, columns ascending."""


def shares(rows: HasRows, one: int, other: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return what two rows have in common, column by column.

    Args:
        rows: unit vectors.
        one: a row.
        other: a row; the order of the two makes no difference.

    Returns:
        int32[m] common columns, ascending, and float64[m] products of the two weights in each. The
        products are exact: two float32 have 48 bits of significand between them, a float64 has 53.
    """
    columns, weights = rows.row(one)
    other_columns, other_weights = rows.row(other)
    if not columns.size:
        return columns, np.zeros(0)
    here = np.minimum(columns.searchsorted(other_columns), columns.size - 1)
    there = (columns[here] == other_columns).nonzero()[0]
    return other_columns[there], weights[here[there]].astype(np.float64) * other_weights[there]


def similarity(rows: HasRows, one: int, other: int) -> int:
    """Return the similarity of two rows in millionths, from 0 to 1_000_000.

    The readable definition of the one score, which the engine's compiled loop repeats bit for bit:
    a float64 sum over the common columns, ascending, rounded after each addition. `cumsum` adds in
    that order, whereas `np.sum` adds in pairs and `sum` compensates from Python 3.12 on.

    Args:
        rows: unit vectors.
        one: a row.
        other: a row; the order of the two makes no difference.
    """
    _, products = shares(rows, one, other)
    return in_millionths(float(products.cumsum()[-1]) if products.size else 0.0)


def similarities(
    rows: SparseRows, columns: NDArray[np.int32], weights: NDArray[np.float32]
) -> NDArray[np.int32]:
    """Return the similarity of a vector with each row, int32[n] in millionths, as `similarity`.

    Args:
        rows: unit vectors, n rows; so few that all their entries may be looked at.
        columns: int32[m], ascending.
        weights: float32[m].
    """
    if not columns.size or not rows.columns.size:
        return np.zeros(rows.n_rows, np.int32)
    here = np.minimum(columns.searchsorted(rows.columns), columns.size - 1)
    common = (columns[here] == rows.columns).nonzero()[0]
    products = weights[here[common]].astype(np.float64) * rows.weights[common]
    of_entries = np.arange(rows.n_rows).repeat(np.diff(rows.indptr))[common]
    # bincount adds one product after another, as `similarity` does.
    cosines = np.bincount(of_entries, products, rows.n_rows)
    return np.clip(np.rint(cosines * MILLION), 0, MILLION).astype(np.int32)


def in_millionths(cosine: float) -> int:
    """Return a cosine as whole millionths, clipped to [0, 1_000_000]; a half goes to the even."""
    return min(max(round(cosine * MILLION), 0), MILLION)


def require(holds: bool, problem: str) -> None:
    """Refuse arrays of which something does not hold.

    Args:
        holds: what must be so.
        problem: what to say if it is not.

    Raises:
        ValueError: it is not so.
    """
    if not holds:
        raise ValueError(problem)
