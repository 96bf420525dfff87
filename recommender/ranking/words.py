"""The words of many texts at once: `text.tokens` as a compiled loop over UTF-8.

The loop reads each text once, from the left, and looks at most one character ahead. What it finds
are places in the bytes, never strings: a word that was met before (`lexicon`) is never made a
Python object again. A test holds that it finds what the patterns find, in every language.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled
from recommender.ranking.letters import BEGINS_RUN, BEGINS_WORD, IN_RUN, IN_WORD, INITIAL, kinds
from recommender.ranking.respelling import respelt
from recommender.ranking.text import MAX_TOKEN_CHARS
from recommender.ranking.utf8 import character

_POINT, _APOSTROPHE, _QUOTE = ord("."), ord("'"), ord("’")


@dataclass(frozen=True, eq=False)
class Words:
    """The m words of n texts, in order.

    Attributes:
        data: uint8, the texts end to end in UTF-8, in `text.normal_form`.
        firsts: int64[m], where each word begins.
        lengths: int32[m], bytes of each.
        ends: int64[n], the number of words up to the end of each text.
    """

    data: NDArray[np.uint8]
    firsts: NDArray[np.int64]
    lengths: NDArray[np.int32]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Words":
        """Find the words of texts, but for those longer than `MAX_TOKEN_CHARS`.

        Args:
            texts: plain texts of any language.

        Returns:
            Their words.
        """
        data, starts = respelt(texts)
        return cls(data, *_find(data, starts, kinds()))


@compiled
def _find(
    data: NDArray[np.uint8], starts: NDArray[np.int64], kinds: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return where words begin, their lengths in bytes, and how many there are up to each end.

    Args:
        data: texts in UTF-8.
        starts: int64[n + 1], where each begins and the last ends.
        kinds: the bits of each character.
    """
    n = starts.size - 1
    most = (data.size + n) // 2  # two words take three bytes at least
    firsts, lengths, ends = (
        np.empty(most, np.int64),
        np.empty(most, np.int32),
        np.empty(n, np.int64),
    )
    found = 0
    for text in range(n):
        place, end = starts[text], starts[text + 1]
        while place < end:
            code, after = character(data, place)
            if kinds[code] & BEGINS_RUN:
                found, after = _pairs(data, place, end, kinds, firsts, lengths, found)
            elif kinds[code] & BEGINS_WORD:
                has_point = after < end and data[after] == _POINT
                after = _end_of_abbreviation(data, place, end, kinds) if has_point else place
                if after == place:
                    after = _end_of_word(data, place, end, kinds)
                if _is_short(data, place, after):
                    firsts[found], lengths[found] = place, after - place
                    found += 1
            place = after
        ends[text] = found
    return firsts[:found].copy(), lengths[:found].copy(), ends


@compiled
def _end_of_abbreviation(
    data: NDArray[np.uint8], place: int, end: int, kinds: NDArray[np.uint8]
) -> int:
    """Return where an abbreviation with its points ends that begins at a place, else the place."""
    last, n_letters = place, 0
    while last < end:
        code, after = character(data, last)
        if not kinds[code] & INITIAL or after >= end or data[after] != _POINT:
            break
        last, n_letters = after + 1, n_letters + 1
    return last if n_letters > 1 else place


@compiled
def _end_of_word(data: NDArray[np.uint8], place: int, end: int, kinds: NDArray[np.uint8]) -> int:
    """Return where the word ends that begins at a place: its letters, accents, apostrophes."""
    while place < end:
        code, after = character(data, place)
        if not kinds[code] & IN_WORD:
            if code not in (_APOSTROPHE, _QUOTE) or after >= end:
                return place
            code, after = character(data, after)
            if not kinds[code] & BEGINS_WORD:
                return place
        place = after
    return place


@compiled
def _pairs(  # noqa: PLR0913 - where to read, and where to write
    data: NDArray[np.uint8],
    place: int,
    end: int,
    kinds: NDArray[np.uint8],
    firsts: NDArray[np.int64],
    lengths: NDArray[np.int32],
    found: int,
) -> tuple[int, int]:
    """Write down the overlapping pairs of characters of an unspaced run.

    Args:
        data: texts in UTF-8.
        place: where the run begins.
        end: of its text.
        kinds: the bits of each character.
        firsts: where each word begins; written at `found`.
        lengths: bytes of each; likewise.
        found: how many words there are before the run.

    Returns:
        How many there are with it, and where it ends.
    """
    first = place
    _, second = character(data, first)
    place = second
    while place < end:
        code, after = character(data, place)
        if not kinds[code] & IN_RUN:
            break
        firsts[found], lengths[found] = first, after - first
        found += 1
        first, place = place, after
    if place == second:  # a lone character
        firsts[found], lengths[found] = first, place - first
        found += 1
    return found, place


@compiled
def _is_short(data: NDArray[np.uint8], first: int, end: int) -> bool:
    """Return whether a word has no more than `MAX_TOKEN_CHARS` characters."""
    if end - first <= MAX_TOKEN_CHARS:
        return True
    n = 0
    for place in range(first, end):
        n += data[place] & 0xC0 != 0x80  # all but the second and later bytes of a character
    return n <= MAX_TOKEN_CHARS
