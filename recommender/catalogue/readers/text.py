"""Cleaning of text: one form for every spelling, nothing in it that cannot be stored or shown."""

import re
import unicodedata
from functools import cache

from recommender.catalogue.readers.found import Described, describe
from recommender.errors import InvalidField

MAX_MARKS = 30
"""Most accents that may follow each other, as in Unicode's stream-safe text format (UAX 15).

Sorting a longer run into normal form takes time by the square of its length."""

_TO_MEND = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a pair: valid in Python and in JSON's escapes, in no encoding of text."""

_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean(field: str, found: object, max_chars: int) -> str:
    """Check and clean a text of several lines.

    Args:
        field: the field's name, for the sentence.
        found: a string, or None for an empty one.
        max_chars: the longest accepted, in characters.

    Returns:
        The text in normal form C, its lines ended by one newline, without control characters other
        than newline and tab, and without blanks at its ends.

    Raises:
        InvalidField: if it is not a string, too long, or no valid Unicode.
    """
    if found is None:
        return ""
    if not isinstance(found, str):
        raise InvalidField(field, describe(found), "text or null")
    if len(found) > max_chars:
        size = Described(f"{len(found):,} characters long")
        raise InvalidField(field, size, f"at most {max_chars:,} characters")
    if _TO_MEND.search(found):
        if SURROGATE.search(found):
            raise InvalidField(field, found, "valid Unicode, not half of a surrogate pair")
        found = _CONTROL.sub("", _LINE_END.sub("\n", found))
    return (found if found.isascii() else _normal_form(field, found)).strip()


def clean_line(field: str, found: object, max_chars: int) -> str:
    """Return a text as `clean` makes it, with every run of blanks as one space."""
    if isinstance(found, str) and len(found) <= max_chars and _is_plain(found):
        return " ".join(found.split())
    return " ".join(clean(field, found, max_chars).split())


def _is_plain(text: str) -> bool:
    """Return whether nothing in a text can need mending, as in nearly all texts of one line."""
    return text.isascii() and text.isprintable()


def _normal_form(field: str, text: str) -> str:
    if not _marks().isdisjoint(text) and _too_many_marks().search(text):
        found = Described(f"text with more than {MAX_MARKS} combining marks in a row")
        raise InvalidField(field, found, "text as people write it")
    return unicodedata.normalize("NFC", text)


@cache
def _marks() -> frozenset[str]:
    """Return all marks; most texts have none, which this tells twenty times as fast as a search."""
    return frozenset(
        chr(code) for code in range(0x300, 0x20000) if unicodedata.combining(chr(code))
    )


@cache
def _too_many_marks() -> re.Pattern[str]:
    return re.compile(f"[{''.join(sorted(_marks()))}]{{{MAX_MARKS + 1}}}")
