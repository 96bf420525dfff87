"""What each character is to the finding of words: the patterns of `text` as one table of bits."""

import re
import sys
import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.text import INVISIBLE, UNSPACED, marks

BEGINS_WORD = 1
"""A letter or digit of writing with spaces."""

IN_WORD = 2
"""That, or an accent."""

BEGINS_RUN = 4
"""A character of writing without spaces."""

IN_RUN = 8
"""That, or an accent."""

INITIAL = 16
"""A letter that, with a point after it, may be part of an abbreviation."""

SPELLINGS = 32
"""A character that `text.normal_form` may change, or join to the one before."""

CAPITAL = 64
DIGIT = 128
"""As `str.isupper` and `str.isdigit` say."""

_PLANE = 0x10000
"""Characters from here on are rare: which of them have several spellings is not worth a look."""

_WRITTEN = 0x40000
"""No character from here on is a letter."""


@cache
def kinds() -> NDArray[np.uint8]:
    """Return uint8[n_characters]: the bits of each character, by its code point."""
    patterns = {
        BEGINS_WORD | IN_WORD: rf"[^\W_{UNSPACED}]+",
        IN_WORD | IN_RUN: f"[{marks()}]+",
        BEGINS_RUN | IN_RUN: f"[{UNSPACED}]+",
        INITIAL: r"[^\W\d_]+",
        SPELLINGS: rf"{INVISIBLE.pattern}|[{marks()}\u1160-\u11ff]+",
    }
    table = np.zeros(sys.maxunicode + 1, np.uint8)
    written = "".join(map(chr, range(_WRITTEN)))
    for bits, pattern in patterns.items():
        for match in re.finditer(pattern, written):
            table[match.start() : match.end()] |= bits
    for bit, is_such in ((CAPITAL, str.isupper), (DIGIT, str.isdigit)):
        table[:_WRITTEN] |= np.fromiter(map(is_such, written), np.uint8) * np.uint8(bit)
    table[_PLANE:] |= SPELLINGS
    changed = [not unicodedata.is_normalized("NFKC", letter) for letter in written[:_PLANE]]
    table[:_PLANE][changed] |= SPELLINGS
    table.flags.writeable = False
    return table
