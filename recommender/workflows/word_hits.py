"""In which articles a word stands, and how much it is to each: read off the index of a bundle.

A list of picks asks for the articles nearest to an article, and common words count for little
there. An editor who types three words wants the articles that have all three. So each word is
looked up for itself, in the same postings that the engine searches, and says of every article how
much of what it says anywhere it says there: from `LEAST`, for a word in passing, to 1.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.rows import SparseRows
from recommender.ranking.stored_index import StoredIndex

LEAST = 0.5
"""What it counts that a word stands anywhere in a text."""


BEGUN = 0.8
"""What it counts beside 1 that a word begins as the one that is being typed."""


class Word(NamedTuple):
    """A word that is sought.

    Attributes:
        text: in one spelling, for headlines.
        columns: int32[m], the columns of vectors that it may be, in several languages.
        begun: int32[b], those that begin so, while it is being typed.
        stems: what headlines may have instead of it, in one spelling: the same without an ending.
        is_empty: whether it is one that says nothing, such as “the”.
    """

    text: str
    columns: NDArray[np.int32]
    begun: NDArray[np.int32]
    stems: tuple[str, ...] = ()
    is_empty: bool = False

    @property
    def all_columns(self) -> NDArray[np.int32]:
        """Both, int32, ascending."""
        return np.union1d(self.columns, self.begun).astype(np.int32)


def in_bundle(word: Word, index: StoredIndex, n: int) -> NDArray[np.float32]:
    """Return how much a word is to each article of a bundle.

    Args:
        word: the word.
        index: of the bundle.
        n: how many articles it has.

    Returns:
        float32[n], 0 where it does not stand, else up to 1.
    """
    whole, begun = (np.zeros(n, np.float32) for _ in range(2))
    for found, columns in ((whole, word.columns), (begun, word.begun)):
        for column in columns.tolist():
            start, end = int(index.starts[column]), int(index.starts[column + 1])
            rows, weights = index.rows[start:end], index.weights[start:end]
            found[rows] = np.maximum(found[rows], weights)
    return _together(whole, begun)


def in_rows(words: Sequence[Word], rows: SparseRows) -> list[NDArray[np.float32]]:
    """Return how much each of some words is to articles whose vectors are not inverted.

    Args:
        words: the words.
        rows: n unit rows, few enough to be read through.

    Returns:
        For each word float32[n], as `in_bundle`.
    """
    of_entries = np.arange(rows.n_rows, dtype=np.int32).repeat(np.diff(rows.indptr))
    is_wanted = np.zeros(rows.n_columns, np.bool_)
    for word in words:
        is_wanted[word.columns] = is_wanted[word.begun] = True
    entries = np.flatnonzero(is_wanted[rows.columns])
    columns, weights, held = rows.columns[entries], rows.weights[entries], of_entries[entries]
    found = []
    for word in words:
        whole, begun = (np.zeros(rows.n_rows, np.float32) for _ in range(2))
        for most, wanted in ((whole, word.columns), (begun, word.begun)):
            is_of_word = np.isin(columns, wanted)
            np.maximum.at(most, held[is_of_word], weights[is_of_word])
        found.append(_together(whole, begun))
    return found


def _together(whole: NDArray[np.float32], begun: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what counts of a whole word and of those that begin so: the greater of the two."""
    both: NDArray[np.float32] = np.maximum(_as_share(whole), np.float32(BEGUN) * _as_share(begun))
    return both


def _as_share(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return weights between `LEAST` and 1, by the square root: twice as often is no twice as much.

    Args:
        weights: float32[n], at least 0.
    """
    highest = weights.max(initial=0)
    if not highest:
        return weights
    share = LEAST + (1 - LEAST) * np.sqrt(weights / highest)
    return np.where(weights > 0, share, 0).astype(np.float32)
