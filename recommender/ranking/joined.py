"""Two columns as one: what a bundle says of its articles, and what is known of later ones.

A bundle is mapped, and may be of gigabytes: nothing of it is copied to put a few rows behind it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Joined:
    """An array of n + m rows, of which two arrays hold a part each."""

    def __init__(self, first: "Column", later: NDArray[Any]) -> None:
        """Put one behind the other.

        Args:
            first: n rows.
            later: m rows of the same shape and dtype.
        """
        self._first = first
        self._later = later
        self._n = len(first)

    def __len__(self) -> int:
        return self._n + len(self._later)

    def __getitem__(self, rows: Any) -> Any:
        """Return some of the rows.

        Args:
            rows: a row, or an array of rows, each in [0, n + m).

        Returns:
            As an array of n + m rows would.
        """
        if isinstance(rows, int):
            return self._first[rows] if rows < self._n else self._later[rows - self._n]
        is_later = rows >= self._n
        if not is_later.any():
            return self._first[rows]
        found = self._first[np.where(is_later, 0, rows)]
        found[is_later] = self._later[rows[is_later] - self._n]
        return found


Column = NDArray[Any] | Joined
"""Rows of one kind, of a bundle alone or of a bundle and what came later."""
