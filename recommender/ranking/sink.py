"""Where arrays are written: a folder on disk (`files.FolderWriter`), or memory."""

from io import BytesIO
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Growing(Protocol):
    """An array of one dimension that grows at its end."""

    def write(self, data: bytes, /) -> object:
        """Append elements.

        Args:
            data: their bytes as the array stores them, little-endian.
        """


class ArraySink(Protocol):
    """Takes named arrays, whole or growing."""

    def array(self, name: str, values: NDArray[Any]) -> None:
        """Add a whole array.

        Args:
            name: dotted words, each once.
            values: of any shape, not of objects.
        """

    def growing(self, name: str, dtype: str) -> Growing:
        """Begin an array whose length shows as it is written.

        Args:
            name: dotted words, each once.
            dtype: a numpy name of numbers.
        """


class MemoryArrays:
    """A sink that keeps the arrays in memory, for what is never read by another process."""

    def __init__(self) -> None:
        self._whole: dict[str, NDArray[Any]] = {}
        self._growing: dict[str, tuple[BytesIO, str]] = {}

    def array(self, name: str, values: NDArray[Any]) -> None:
        """Add a whole array; it is held, not copied."""
        self._whole[name] = values

    def growing(self, name: str, dtype: str) -> Growing:
        """Return where the elements of a new array go."""
        self._growing[name] = (BytesIO(), dtype)
        return self._growing[name][0]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all arrays by name, as they are now."""
        grown = {
            name: np.frombuffer(data.getvalue(), dtype)
            for name, (data, dtype) in self._growing.items()
        }
        return self._whole | grown
