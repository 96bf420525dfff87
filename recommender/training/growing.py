"""A long array that grows at its end, in memory or in a file that is mapped when it is whole."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Growing:
    """Values of one type, appended piece by piece."""

    def __init__(self, dtype: DTypeLike, path: Path | None = None) -> None:
        """Begin with no value.

        Args:
            dtype: of the values.
            path: a new file that holds them; None to hold them in memory.
        """
        self._dtype = np.dtype(dtype)
        self._pieces: list[NDArray[Any]] = []
        self._path = path
        self._file = None if path is None else path.open("wb")
        self.size = 0

    def append(self, values: NDArray[Any]) -> None:
        """Add values at the end.

        Args:
            values: of one dimension; held where the whole is in memory.
        """
        values = np.ascontiguousarray(values, self._dtype)
        self.size += values.size
        if self._file is None:
            self._pieces.append(values)
        else:
            self._file.write(values.data)

    def whole(self) -> NDArray[Any]:
        """Return all values, writable; nothing can be appended after this."""
        if self._file is not None:
            self._file.close()
        if self._path is None or not self.size:
            return np.concatenate([np.empty(0, self._dtype), *self._pieces])
        return np.asarray(np.memmap(self._path, self._dtype, "r+"))
