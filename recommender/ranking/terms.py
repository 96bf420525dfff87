"""What the columns of a bundle's vectors are: words, phrases and tags.

`terms.keys` are `blobs.Keys`, `terms.labels` a `blobs.BlobStore`, `terms.kind` uint8.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.errors import shorten
from recommender.ranking.blobs import Arrays, BlobStore, BlobWriter, Keys, KeysWriter
from recommender.ranking.sink import ArraySink

KINDS = ("term", "tag", "phrase")
"""What the numbers in `terms.kind` mean, as in `domain.pick.Share`; a column's key begins with its
kind and a colon."""
_WRITTEN_AT_ONCE = 100_000

_PHRASE = KINDS.index("phrase")
"""Phrases are most of the columns, and nobody looks one up: their keys are left empty."""

TERMS_LAYOUT = {
    **Keys.layout("terms.keys", "terms"),
    **BlobStore.layout("terms.labels", "terms"),
    "terms.kind": "uint8 terms",
}
"""The arrays of the terms, for the layout of the folder that they are part of."""


class TermTable(Protocol):
    """What the columns are, one entry for each, in order, as the training hands it over."""

    @property
    def keys(self) -> Sequence[str]:
        """`term:` and an analysed term, `phrase:` and two, or `tag:` and a slug; none twice."""

    @property
    def labels(self) -> Sequence[str]:
        """How people write it."""


class Terms:
    """The columns' kinds and labels, mapped.

    Attributes:
        kinds: uint8, the place in `KINDS` of each column's kind.
    """

    def __init__(self, arrays: Arrays) -> None:
        """Take the terms out of a folder.

        Args:
            arrays: the folder's arrays.
        """
        self._keys = Keys(arrays, "terms.keys")
        self._labels = BlobStore(arrays, "terms.labels")
        self.kinds: NDArray[np.uint8] = arrays["terms.kind"]

    def __len__(self) -> int:
        return len(self.kinds)

    def __getitem__(self, column: int) -> tuple[str, str]:
        """Return the kind (`term`, `tag` or `phrase`) and the label of a column.

        Args:
            column: in [0, len).
        """
        return KINDS[self.kinds[column]], self._labels[column]

    def key_of(self, column: int) -> str:
        """Return the key of a column: `tag:` and a slug, `term:` and a term; empty for a phrase.

        Args:
            column: in [0, len).
        """
        return self._keys[column]

    def column_of(self, key: str) -> int | None:
        """Return the column of a tag or term, or None where the model knows none.

        Args:
            key: `tag:` and a slug, or `term:` and an analysed term.
        """
        return self._keys.row_of(key)


def write_terms(sink: ArraySink, terms: TermTable, n_columns: int) -> None:
    """Write what the columns are.

    Args:
        sink: where the arrays go.
        terms: one entry for each column.
        n_columns: how many there are.

    Raises:
        ValueError: if there is not one term for each column; or a key has no known prefix.
    """
    keys, labels = KeysWriter(sink, "terms.keys"), BlobWriter(sink, "terms.labels")
    kinds = bytearray()
    if not len(terms.keys) == len(terms.labels) == n_columns:
        problem = f"{len(terms.keys)} keys, {len(terms.labels)} labels, and {n_columns} columns"
        raise ValueError(problem)
    for start in range(0, n_columns, _WRITTEN_AT_ONCE):
        portion = slice(start, start + _WRITTEN_AT_ONCE)
        written = terms.keys[portion]
        of_portion = bytes(map(_kind, written))
        kinds += of_portion
        keys.extend(
            ["" if kind == _PHRASE else key for kind, key in zip(of_portion, written, strict=True)]
        )
        labels.extend(terms.labels[portion])
    keys.finish()
    sink.array("terms.kind", np.frombuffer(bytes(kinds), np.uint8))


def _kind(key: str) -> int:
    """Return the place in `KINDS` of a column's kind.

    Args:
        key: the column's.

    Raises:
        ValueError: if it is no key.
    """
    kind, colon, _ = key.partition(":")
    if not colon or kind not in KINDS:
        problem = f"{shorten(key)} is no key of a term, phrase or tag"
        raise ValueError(problem)
    return KINDS.index(kind)
