"""The inverted index at rest: what a search reads beside the vectors, as arrays of a bundle.

`postings.starts`, `postings.rows` and `postings.weights` are the rows that have each column,
`postings.stops` and `postings.rest` where a search may stop and what is then left of each row: as
`postings.Index` has them. They double what the vectors take, and in return a process that maps them
searches at once, with the same pages of memory as its neighbours.

This module is numpy alone: who only maps a bundle need not load what compiles loops.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.blobs import Arrays
from recommender.ranking.rows import SparseRows, require
from recommender.ranking.sink import ArraySink

INDEX_LAYOUT = {
    "postings.starts": "int64 terms+1",
    "postings.rows": "int32 entries",
    "postings.weights": "float32 entries",
    "postings.stops": "int64 stops",
    "postings.rest": "float32 stops articles",
}
"""The arrays of the index, for the layout of the folder that it is part of."""


class StoredIndex(NamedTuple):
    """The arrays of an index, beside n rows with nnz entries.

    Attributes:
        starts: int64[n_columns + 1], where each column's rows begin.
        rows: int32[nnz], in [0, n), ascending within a column.
        weights: float32[nnz], finite.
        stops: int64[s], columns, descending to 0.
        rest: float32[s, n], finite.
    """

    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]
    stops: NDArray[np.int64]
    rest: NDArray[np.float32]

    @classmethod
    def of(cls, arrays: Arrays) -> "StoredIndex":
        """Take the index out of a folder.

        Args:
            arrays: the folder's arrays.

        Returns:
            The index, mapped.
        """
        return cls(*(arrays[name] for name in INDEX_LAYOUT))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays under the names that they have in a folder."""
        arrays: tuple[NDArray[Any], ...] = self
        return dict(zip(INDEX_LAYOUT, arrays, strict=True))

    def write(self, sink: ArraySink) -> None:
        """Write the index.

        Args:
            sink: where the arrays go.
        """
        for name, array in self.arrays().items():
            sink.array(name, array)

    def check(self, vectors: SparseRows) -> None:
        """Read everything and refuse what would lead compiled loops out of their arrays.

        A ValueError says what is out of range. Whether postings and vectors are of the same
        articles is not looked at: a search with others ends well, and finds something else.

        Args:
            vectors: the rows beside it, known to be sound.
        """
        n, n_columns, nnz = vectors.n_rows, vectors.n_columns, vectors.columns.size
        require(self.starts.size == n_columns + 1, f"{self.starts.size} starts of postings")
        ends_well = self.starts[0] == 0 and self.starts[-1] == nnz
        require(bool(ends_well), f"the postings do not run from 0 to {nnz}")
        require(bool((self.starts[1:] >= self.starts[:-1]).all()), "the postings' starts descend")
        require(self.rows.size == self.weights.size == nnz, f"{self.rows.size} postings")
        if nnz:
            lowest, highest = int(self.rows.min()), int(self.rows.max())
            problem = f"postings run from row {lowest} to {highest}, expected within [0, {n})"
            require(lowest >= 0 and highest < n, problem)
        require(bool(np.isfinite(self.weights).all()), "the weight of a posting is not finite")
        falls = self.stops.size > 0 and self.stops[-1] == 0 and self.stops[0] <= n_columns
        falls = falls and (self.stops[1:] < self.stops[:-1]).all()
        require(bool(falls), f"stops do not fall from {n_columns} at most to 0")
        require(self.rest.shape == (self.stops.size, n), f"rest {list(self.rest.shape)}")
        require(bool(np.isfinite(self.rest).all()), "the rest of a row is not finite")
