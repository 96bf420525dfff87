"""Many texts in their one spelling: `text.normal_form`, only where something may change.

Python's `unicodedata` takes a text apart and puts it together again, whole. Most characters have
one spelling and are joined to none before them, so a text can be cut in front of each of them
(Unicode's normalisation boundaries, UAX 15, section 9): what is left to spell are short pieces,
such as a letter and its accent, and most of those are met again and again.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled
from recommender.ranking.letters import SPELLINGS, kinds
from recommender.ranking.strings import Strings
from recommender.ranking.text import normal_form
from recommender.ranking.utf8 import character

_ASCII = 0x80

_spelt = lru_cache(maxsize=1 << 14)(normal_form)


def respelt(texts: Sequence[str]) -> Strings:
    """Return texts in their `text.normal_form`.

    Args:
        texts: plain texts of any language.
    """
    strings = Strings.of(texts)
    if all(map(str.isascii, texts)):
        return strings
    firsts, lengths = _pieces(*strings, kinds())
    if not firsts.size:
        return strings
    pieces = Strings.cut(strings.data, firsts, lengths).texts()
    return Strings(*_replaced(*strings, firsts, lengths, Strings.of(list(map(_spelt, pieces)))))


@compiled
def _pieces(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], kinds: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return where the pieces begin that may be spelt in other ways, and the bytes of each.

    Args:
        data: texts in UTF-8.
        offsets: int64[n + 1], where each text begins and the last ends.
        kinds: the bits of each character.
    """
    firsts, lengths = np.empty(data.size, np.int64), np.empty(data.size, np.int32)
    n = 0
    for text in range(offsets.size - 1):
        before = place = offsets[text]
        while place < offsets[text + 1]:
            code, after = character(data, place)
            if code < _ASCII or not kinds[code] & SPELLINGS:
                before, place = place, after
                continue
            firsts[n] = before  # with the character that accents may be joined to
            while place < offsets[text + 1] and kinds[code] & SPELLINGS:
                place = after
                if place < offsets[text + 1]:
                    code, after = character(data, place)
            lengths[n] = place - before
            n += 1
            before = place
    return firsts[:n].copy(), lengths[:n].copy()


@compiled
def _replaced(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    firsts: NDArray[np.int64],
    lengths: NDArray[np.int32],
    pieces: Strings,
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return texts with other pieces instead of some, and where each begins.

    Args:
        data: texts, end to end.
        offsets: int64[n + 1], where each begins and the last ends.
        firsts: int64[m], where each piece begins, ascending.
        lengths: int32[m], bytes of each.
        pieces: what to put there.
    """
    spelt = np.empty(data.size + pieces.data.size, np.uint8)
    starts = np.zeros(offsets.size, np.int64)
    piece = size = 0
    for text in range(offsets.size - 1):
        place, end = offsets[text], offsets[text + 1]
        while piece < firsts.size and firsts[piece] < end:
            as_it_is, other = firsts[piece] - place, pieces.offsets[piece]
            spelt[size : size + as_it_is] = data[place : firsts[piece]]
            size += as_it_is
            n_other = pieces.offsets[piece + 1] - other
            spelt[size : size + n_other] = pieces.data[other : other + n_other]
            size += n_other
            place = firsts[piece] + lengths[piece]
            piece += 1
        spelt[size : size + end - place] = data[place:end]
        size += end - place
        starts[text + 1] = size
    return spelt[:size].copy(), starts
