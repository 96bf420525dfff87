"""Texts by row, and rows by text, as mapped arrays.

A million Python strings in a dictionary cost each worker some 200 MB and seconds to build. Here the
texts lie end to end in one array of bytes, and their hashes, sorted, in another: a look-up is a
binary search and a comparison with the real text, and nothing is read that is not asked for.

`<prefix>.offsets` int64[n+1], `<prefix>.data` uint8 the texts in UTF-8; for `Keys` also
`<prefix>.hashes` uint64 ascending and `<prefix>.rows` int32, the row of each hash.
"""

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.sink import ArraySink

_ENCODING = ("utf-8", "surrogatepass")
"""A lone surrogate, which JSON can hold, comes back as it went in."""

Arrays = Mapping[str, NDArray[Any]]


class BlobStore:
    """Texts by row.

    Attributes:
        prefix: where in the folder they are.
    """

    def __init__(self, arrays: Arrays, prefix: str) -> None:
        """Take the store out of a folder.

        Args:
            arrays: the folder's arrays.
            prefix: where in the folder the store is.
        """
        self._offsets = arrays[f"{prefix}.offsets"]
        self._data = arrays[f"{prefix}.data"]
        self._n = len(self._offsets) - 1

    @staticmethod
    def layout(prefix: str, n: str) -> dict[str, str]:
        """Return the dtypes and dimensions of a store's arrays.

        Args:
            prefix: where in the folder the store is.
            n: the name of its length.
        """
        return {f"{prefix}.offsets": f"int64 {n}+1", f"{prefix}.data": f"uint8 {prefix}.bytes"}

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, row: int) -> str:
        if not 0 <= row < self._n:
            problem = f"row {row} of {len(self)}"
            raise IndexError(problem)
        return str(self.bytes_of(row), *_ENCODING)

    def bytes_of(self, row: int) -> bytes:
        """Return the text of a row, encoded.

        Args:
            row: in [0, len).
        """
        return self._data[self._offsets[row] : self._offsets[row + 1]].tobytes()


def with_texts(arrays: Arrays, prefix: str, texts: Mapping[int, bytes]) -> Arrays:
    """Return a store's arrays with other texts in some rows.

    Args:
        arrays: those of a folder.
        prefix: where in the folder the store is.
        texts: by row, encoded.

    Returns:
        The two arrays, new.
    """
    offsets, data = arrays[f"{prefix}.offsets"], arrays[f"{prefix}.data"]
    pieces, lengths, end = [], np.diff(offsets), 0
    for row in sorted(texts):
        pieces += [data[end : offsets[row]], np.frombuffer(texts[row], np.uint8)]
        lengths[row], end = len(texts[row]), offsets[row + 1]
    starts = np.cumsum(np.append(np.int64(0), lengths), dtype=np.int64)
    return {
        f"{prefix}.offsets": starts,
        f"{prefix}.data": np.concatenate([*pieces, data[end : offsets[-1]]]),
    }


def without_keys(arrays: Arrays, prefix: str, rows: NDArray[np.int64]) -> Arrays:
    """Return the arrays of keys of which some are empty, and found no more.

    Args:
        arrays: those of a folder.
        prefix: where in the folder the keys are.
        rows: whose texts go.

    Returns:
        The four arrays, new.
    """
    stays = ~np.isin(arrays[f"{prefix}.rows"], rows)
    index = {f"{prefix}.{name}": arrays[f"{prefix}.{name}"][stays] for name in ("hashes", "rows")}
    return {**with_texts(arrays, prefix, dict.fromkeys(rows.tolist(), b"")), **index}


class BlobWriter:
    """Writes a `BlobStore`, one text after another."""

    def __init__(self, sink: ArraySink, prefix: str) -> None:
        """Begin a store.

        Args:
            sink: where its arrays go.
            prefix: where in the folder it is.
        """
        self._data = sink.growing(f"{prefix}.data", "uint8")
        self._offsets = sink.growing(f"{prefix}.offsets", "int64")
        self._end = 0
        self._offsets.write(bytes(8))

    def append(self, text: str) -> bytes:
        """Add the text of the next row.

        Args:
            text: anything.

        Returns:
            The text, encoded.
        """
        return self.extend([text])[0]

    def extend(self, texts: Sequence[str]) -> list[bytes]:
        """Add the texts of the next rows; for many far faster than one by one.

        Args:
            texts: anything.

        Returns:
            The texts, encoded.
        """
        encoded = [text.encode(*_ENCODING) for text in texts]
        ends = array("q", accumulate(map(len, encoded), initial=self._end))
        self._data.write(b"".join(encoded))
        self._offsets.write(ends[1:].tobytes())
        self._end = ends[-1]
        return encoded


class Keys(BlobStore):
    """Texts by row, and rows by text; an empty text is not found."""

    def __init__(self, arrays: Arrays, prefix: str) -> None:
        """Take the keys out of a folder.

        Args:
            arrays: the folder's arrays.
            prefix: where in the folder the keys are.
        """
        super().__init__(arrays, prefix)
        self._hashes = arrays[f"{prefix}.hashes"]
        self._rows = arrays[f"{prefix}.rows"]

    @staticmethod
    def layout(prefix: str, n: str) -> dict[str, str]:
        """Return the dtypes and dimensions of the keys' arrays.

        Args:
            prefix: where in the folder the keys are.
            n: the name of their number.
        """
        indexed = f"{prefix}.indexed"
        index = {f"{prefix}.hashes": f"uint64 {indexed}", f"{prefix}.rows": f"int32 {indexed}"}
        return BlobStore.layout(prefix, n) | index

    def rows_of(self, text: str) -> list[int]:
        """Return all rows that hold a text, ascending.

        Args:
            text: what is looked up.
        """
        encoded = text.encode(*_ENCODING)
        wanted = np.uint64(_hash(encoded))
        position = int(self._hashes.searchsorted(wanted))
        rows = []
        while position < len(self._hashes) and self._hashes[position] == wanted:
            row = int(self._rows[position])
            if self.bytes_of(row) == encoded:  # else two texts of one hash
                rows.append(row)
            position += 1
        return rows

    def row_of(self, text: str) -> int | None:
        """Return the first row that holds a text, or None.

        Args:
            text: what is looked up.
        """
        rows = self.rows_of(text)
        return rows[0] if rows else None


class KeysWriter:
    """Writes `Keys`, one text after another; the index when all are known."""

    def __init__(self, sink: ArraySink, prefix: str) -> None:
        """Begin the keys.

        Args:
            sink: where their arrays go.
            prefix: where in the folder they are.
        """
        self._sink = sink
        self._prefix = prefix
        self._texts = BlobWriter(sink, prefix)
        self._hashes = array("Q")
        self._rows = array("i")
        self._n = 0

    def append(self, text: str) -> None:
        """Add the text of the next row.

        Args:
            text: anything; an empty text will not be found.
        """
        self.extend([text])

    def extend(self, texts: Sequence[str]) -> None:
        """Add the texts of the next rows.

        Args:
            texts: anything; an empty text will not be found.
        """
        for encoded in self._texts.extend(texts):
            if encoded:
                self._hashes.append(_hash(encoded))
                self._rows.append(self._n)
            self._n += 1

    def finish(self) -> None:
        """Write the index."""
        hashes = np.array(self._hashes, np.uint64)
        order = np.argsort(hashes, kind="stable")  # so that rows ascend where hashes are equal
        self._sink.array(f"{self._prefix}.hashes", hashes[order])
        self._sink.array(f"{self._prefix}.rows", np.array(self._rows, np.int32)[order])


def _hash(encoded: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(encoded, digest_size=8).digest(), "little")
