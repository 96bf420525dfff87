"""What an index can be asked, in the form in which the compiled loops want it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommender.ranking.compiled import compiled

Compressed = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]
"""Lists, one after the other: where each starts, int64[n + 1]; their entries, int32[nnz], ascending
within a list; the entries' weights, float32[nnz]. A forward index has a list of columns for each
row, an inverted index a list of rows, the postings, for each column."""

Number = TypeVar("Number", bound=np.generic)


class Wanted(NamedTuple):
    """A list to find for each of q queries.

    Attributes:
        k: how many neighbours, at least 1.
        first_rows: q rows, the first that may be an answer to each query, n_rows where none may;
            None for row 0. As newer rows come first, those published at some time or earlier are
            the rows from one on.
        end_row: the row from which on none may be an answer; None for all.
    """

    k: int
    first_rows: ArrayLike | None = None
    end_row: int | None = None


class Questions(NamedTuple):
    """What is asked of an index: q queries, and for each of them the same s lists of rows.

    Attributes:
        vectors: the forward index that the queries are rows of.
        rows: int64[q], which of its rows to answer.
        excluded: int64[q], the row that may not be an answer to each; -1 for none.
        groups: int32[q], the group to which the answers to each must belong.
        first_rows: int64[q, s], the first row that may be an answer, in each list.
        end_rows: int64[s], the row from which on none may be an answer, in each list.
        lengths: int64[s], how many neighbours to find for each list.
    """

    vectors: Compressed
    rows: NDArray[np.int64]
    excluded: NDArray[np.int64]
    groups: NDArray[np.int32]
    first_rows: NDArray[np.int64]
    end_rows: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        vectors: Compressed,
        rows: NDArray[np.int64],
        excluded: NDArray[np.int64],
        groups: NDArray[np.int32],
        wanted: Sequence[Wanted],
        n_rows: int,
    ) -> "Questions":
        """Return questions, sure that no limit lies outside of the index.

        Args:
            vectors: the forward index that the queries are rows of.
            rows: int64[q], which of its rows to answer.
            excluded: int64[q], the row that may not be an answer to each; -1 for none.
            groups: int32[q], each query's group; int32[0] where there are none.
            wanted: the lists, at least one.
            n_rows: how many rows there are to answer with.

        Returns:
            The questions.

        Raises:
            ValueError: a number of neighbours is not positive.
        """
        lengths = np.array([one.k for one in wanted], np.int64)
        if lengths.min() < 1:
            message = f"k is {lengths.min()}, expected at least 1"
            raise ValueError(message)
        ends = [n_rows if one.end_row is None else one.end_row for one in wanted]
        end_rows = np.array(ends, np.int64)
        check_rows(end_rows, 0, n_rows + 1)
        first_rows = [_first_rows(one.first_rows, rows.size, n_rows) for one in wanted]
        of_queries = groups if groups.size else np.zeros(rows.size, np.int32)
        by_query = np.stack(first_rows, axis=1)
        return cls(vectors, rows, excluded, of_queries, by_query, end_rows, lengths)

    def blocks(self, n_rows: int) -> Iterator["Questions"]:
        """Yield the same questions, of a few queries at a time, in order.

        Args:
            n_rows: queries in a block.
        """
        for first in range(0, self.rows.size, n_rows):
            part = slice(first, first + n_rows)
            yield Questions(
                self.vectors,
                self.rows[part],
                self.excluded[part],
                self.groups[part],
                self.first_rows[part],
                self.end_rows,
                self.lengths,
            )

    def frozen(self) -> "Questions":
        """Return the same questions in read-only views."""
        return Questions(
            frozen(self.vectors),
            read_only(self.rows),
            read_only(self.excluded),
            read_only(self.groups),
            read_only(self.first_rows),
            read_only(self.end_rows),
            read_only(self.lengths),
        )


@compiled
def longest(questions: Questions) -> int:
    """Return how many columns a query has at most."""
    indptr, most = questions.vectors[0], 0
    for query in questions.rows:
        most = max(most, indptr[query + 1] - indptr[query])
    return most


def groups_of(groups: ArrayLike | None, n: int) -> NDArray[np.int32]:
    """Return the group of each of n rows as int32[n]; nothing, int32[0], where all are one.

    Args:
        groups: n whole numbers, or None.
        n: how many rows there are; a ValueError refuses groups of others.
    """
    if groups is None:
        return np.empty(0, np.int32)
    return sized(np.asarray(groups, np.int32), n, "groups")


def check_rows(rows: NDArray[np.int64], lowest: int, end: int) -> None:
    """Refuse rows outside [lowest, end): compiled loops would read beyond their arrays.

    Args:
        rows: any numbers.
        lowest: the least that is allowed.
        end: the least that is too great.

    Raises:
        IndexError: there is one.
    """
    outside = rows[(rows < lowest) | (rows >= end)]
    if outside.size:
        message = f"row {outside[0]} is not in [{lowest}, {end})"
        raise IndexError(message)


def frozen(arrays: Compressed) -> Compressed:
    """Return read-only views of the three arrays of an index."""
    starts, indices, weights = arrays
    return read_only(starts), read_only(indices), read_only(weights)


def read_only(array: NDArray[Number]) -> NDArray[Number]:
    """Return a view that cannot be written to.

    To numba a read-only array, such as a mapped file, is of another type than a writable one. Here
    all are made the same, so that each loop is compiled once.
    """
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def _first_rows(first_rows: ArrayLike | None, n_queries: int, n_rows: int) -> NDArray[np.int64]:
    """Return the first row that may be an answer to each query, int64[n_queries]."""
    if first_rows is None:
        return np.zeros(n_queries, np.int64)
    held = sized(np.asarray(first_rows, np.int64), n_queries, "first rows")
    check_rows(held, 0, n_rows + 1)
    return held


def sized(array: NDArray[Number], n: int, name: str) -> NDArray[Number]:
    """Return an array that has one value for each of n.

    Raises:
        ValueError: it has another shape.
    """
    if array.shape != (n,):
        message = f"{list(array.shape)} {name}, expected [{n}]"
        raise ValueError(message)
    return array
