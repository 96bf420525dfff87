"""Texts compared by what they say, not by how they are typed.

A folded text is its letters and digits without case and accents beside them, run together. So
straight and curly quotes, hyphens and dashes, `...` and `…`, and spaces of every kind make no
difference.
"""

import hashlib
import re

_BESIDE_WORDS = re.compile(r"[\W_]+")
_ASCII_BESIDE_WORDS = bytes(code for code in range(128) if not chr(code).isalnum())

HASH_BYTES = 8


def fold(text: str) -> bytes:
    """Return the folded form of a text in UTF-8; empty if there is no letter or digit in it.

    >>> fold("It’s “over” — he said…") == fold("it's 'over' -- He said...")
    True
    """
    if text.isascii():
        return text.lower().encode().translate(None, _ASCII_BESIDE_WORDS)
    return _BESIDE_WORDS.sub("", text).casefold().encode()


def digest(folded: bytes) -> bytes:
    """Return 8 bytes that stand for a folded text; two texts share them once in 2^64."""
    return hashlib.blake2b(folded, digest_size=HASH_BYTES).digest()
