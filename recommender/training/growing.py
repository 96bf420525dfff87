"""A long array that grows at its end, in memory or in a file that is mapped when it is whole."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Growing:
    """Values of one type, appended piece by piece.

    Attributes:
        size: how many there are.
    """

    def __init__(self, dtype: DTypeLike, path: Path | None = None) -> None:
        """Begin with no value.

        Args:
            dtype: of the values.
            path: a new file that holds them; None to hold them in memory.
        """
        self.size = 0
        self._held = np.empty(0, dtype)
        self._path = path
        self._file = None if path is None else path.open("wb")

    def append(self, values: NDArray[Any]) -> None:
        """Add values at the end.

        Args:
            values: of one dimension, copied.
        """
        first, self.size = self.size, self.size + values.size
        if self._file is not None:
            self._file.write(np.ascontiguousarray(values, self._held.dtype).data)
            return
        if self.size > self._held.size:  # in place, where the system can move pages
            self._held.resize(max(self.size, self._held.size * 5 // 4), refcheck=False)
        self._held[first : self.size] = values

    def whole(self) -> NDArray[Any]:
        """Return all values, writable; nothing can be appended after this."""
        if self._file is not None:
            self._file.close()
        if self._path is not None and self.size:
            return np.asarray(np.memmap(self._path, self._held.dtype, "r+"))
        self._held.resize(self.size, refcheck=False)
        return self._held
