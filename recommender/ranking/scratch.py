"""Arrays in a folder for as long as a piece of work takes: what is larger than memory should hold.

Nothing is flushed to the disk, hashed or described: whoever is killed leaves litter, no more.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.atomic import writing


class ScratchArrays:
    """A sink that keeps each array in a file of a folder, and gives it back mapped.

    A context manager: leaving it closes what is still being written. The methods raise CannotWrite
    where the disk refuses.
    """

    def __init__(self, folder: Path) -> None:
        """Begin with no array.

        Args:
            folder: an existing one; who made it removes it.
        """
        self._folder = folder
        self._files: dict[str, ScratchFile] = {}

    def __enter__(self) -> "ScratchArrays":
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def array(self, name: str, values: NDArray[Any]) -> None:
        """Add a whole array.

        Args:
            name: dotted words, each once.
            values: of any shape, not of objects.
        """
        file = self.growing(name, values.dtype.name)
        file.write(np.ascontiguousarray(values).reshape(-1).view(np.uint8).data)
        file.shape = values.shape

    def growing(self, name: str, dtype: str) -> "ScratchFile":
        """Begin an array whose length shows as it is written.

        Args:
            name: dotted words, each once.
            dtype: a numpy name of numbers.

        Returns:
            Where its elements go.
        """
        with writing(self._folder):
            self._files[name] = ScratchFile(self._folder / name, np.dtype(dtype))
        return self._files[name]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all arrays by name, read-only, as they are now."""
        return {name: file.mapped() for name, file in self._files.items()}


class ScratchFile:
    """One array while it grows.

    Attributes:
        shape: of the array, None where its length is what was written.
    """

    def __init__(self, path: Path, dtype: np.dtype[Any]) -> None:
        """Begin without an element.

        Args:
            path: where nothing stands yet.
            dtype: of the elements.
        """
        self.shape: tuple[int, ...] | None = None
        self._path = path
        self._dtype = dtype
        self._file = path.open("xb")

    def write(self, data: bytes | memoryview, /) -> None:
        """Append elements: their bytes, little-endian."""
        with writing(self._path.parent):
            self._file.write(data)

    def mapped(self) -> NDArray[Any]:
        """Return the array as it is now, read-only."""
        with writing(self._path.parent):
            self._file.flush()
        n_items = self._file.tell() // self._dtype.itemsize
        shape = (n_items,) if self.shape is None else self.shape
        if not n_items:  # nothing to map
            return np.empty(shape, self._dtype)
        return np.memmap(self._path, self._dtype, "r", shape=shape)

    def close(self) -> None:
        """Write no more; what is mapped stays so."""
        self._file.close()
