"""One spelling for what people type and for the headlines that they look for.

Whoever types `orban` means Orbán, `us` means U.S., and nobody types a hyphen for certain. So case,
the accents of Latin letters, points and the vowels of Arabic go, and all else that is neither
letter nor digit becomes a blank. Endings stay: what is typed so far may be the half of a word.
"""

import re
import unicodedata
from functools import cache

from recommender.ranking.text import ONE_SPELLING, marks, normal_form

_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")


def plain(text: str) -> str:
    """Return a text in the one spelling.

    Args:
        text: any; its line ends stay, so that many texts can be spelt as one.

    Returns:
        Lines of words with a blank between them, and none at either end of a line.

    >>> plain("  Orbán’s “U.S.” visit: what’s next?")
    'orban s us visit what s next'
    """
    text = normal_form(text).casefold().translate(ONE_SPELLING)
    if not text.isascii():
        apart = unicodedata.normalize("NFD", text).replace("ё", "е")
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", apart))
    spaced = _no_words().sub(" ", text)
    return re.sub("(?m)^ | $", "", spaced)


@cache
def _no_words() -> re.Pattern[str]:
    """Return what stands between words; a combining mark is a part of one."""
    return re.compile(rf"(?:[^\w\n{marks()}]|_)+")
