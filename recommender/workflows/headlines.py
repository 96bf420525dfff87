"""Headlines in the order of their rows, and where some words stand in them, as they are typed.

The vectors know which words an article has and not where; and a name that one article alone has is
in no vector at all. Both an editor looks for. So the headlines lie end to end in memory, sixty
bytes each, and are read through: six megabytes for 100,000, which takes a few milliseconds.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.text import is_unspaced
from recommender.workflows.spelling import plain

_BEFORE = b"\n "
"""Stands in front of each headline, so that every word of it has a blank there."""


class Headlines:
    """Headlines in one spelling, by row."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Spell them.

        Args:
            texts: one a row.
        """
        spelt = plain("\n".join(text.replace("\n", " ") for text in texts))
        self._text = _BEFORE + spelt.replace("\n", "\n ").encode("utf-8", "surrogatepass") + b"\n"
        self._starts = np.flatnonzero(np.frombuffer(self._text, np.uint8) == _BEFORE[0])

    def __len__(self) -> int:
        return self._starts.size - 1

    def __getitem__(self, row: int) -> str:
        """Return the headline of a row, in one spelling."""
        start, end = self._starts[row : row + 2].tolist()
        return str(self._text[start + len(_BEFORE) : end], "utf-8", "surrogatepass")

    def rows_with(self, words: str, most: int) -> NDArray[np.int64]:
        """Return the rows of headlines that have some words, one after the other.

        Args:
            words: in one spelling; the last may be the beginning of one. In writing without blanks
                the first may be in the midst of a text.
            most: rows at most, the first of all.

        Returns:
            int64[m], ascending.
        """
        rows: list[int] = []
        lead = "" if is_unspaced(words) else " "
        wanted = f"{lead}{words}".encode("utf-8", "surrogatepass")
        place = self._text.find(wanted) if words else -1
        while place >= 0 and len(rows) < most:
            rows.append(int(self._starts.searchsorted(place, "right")) - 1)
            place = self._text.find(wanted, int(self._starts[rows[-1] + 1]))
        return np.array(rows, np.int64)


def has_word(headline: str, word: str) -> bool:
    """Return whether a word, or one that begins so, stands in a headline.

    Args:
        headline: in one spelling.
        word: likewise.
    """
    return word in headline if is_unspaced(word) else f" {word}" in f" {headline}"


def has_whole_word(headline: str, word: str) -> bool:
    """Return whether a word stands in a headline just so.

    Args:
        headline: in one spelling.
        word: likewise.
    """
    return word in headline if is_unspaced(word) else f" {word} " in f" {headline} "
