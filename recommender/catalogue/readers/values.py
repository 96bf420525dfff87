"""Single values of a row: instants, addresses, labels, names, codes.

Every function takes the field's name and what was found there, and raises InvalidField.
"""

import re
from datetime import UTC, datetime

from recommender.catalogue.readers.found import Described, describe
from recommender.catalogue.readers.text import SURROGATE, clean_line
from recommender.domain.article import Status, Tag, is_article_id, tag_slug
from recommender.domain.elements import unescaped
from recommender.domain.url import is_safe_url
from recommender.errors import InvalidField

MAX_LINE_CHARS = 1_000
"""Longest section, name of an author, or other text of one line."""

MAX_URL_CHARS = 4_096
MAX_TAG_CHARS = 200
MAX_LABELS = 200
"""Most tags, and most authors, of one article."""

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*")


def article_id(field: str, found: object) -> str:
    """Return an article's id: a text, or a whole number, which becomes its digits.

    Raises:
        InvalidField: if it is neither, or not 1 to 512 printable characters.
    """
    text = str(found) if isinstance(found, int) and not isinstance(found, bool) else found
    if not isinstance(text, str) or not is_article_id(text):
        expected = "1 to 512 printable characters without blanks at the ends"
        raise InvalidField(field, describe(found), expected)
    return text


def instant(field: str, found: object) -> datetime | None:
    """Return an ISO 8601 date or time in UTC, None for null or an empty text.

    A time without offset is taken as UTC, a date as its midnight in UTC.

    Raises:
        InvalidField: if it is something else, or leaves the years 1 to 9999 in UTC.
    """
    if found is None or found == "":
        return None
    expected = "an ISO 8601 date or time such as 2026-03-01T09:30:00Z, or null"
    if not isinstance(found, str):
        raise InvalidField(field, describe(found), expected)
    try:
        moment = datetime.fromisoformat(found.strip().upper())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidField(field, found, expected) from None


def line(field: str, found: object) -> str | None:
    """Return a text of one line, None for null or a blank one."""
    return _written(field, found, MAX_LINE_CHARS) or None


def url(field: str, found: object) -> str | None:
    """Return an address that is safe to store and to show, None for null or a blank text.

    Raises:
        InvalidField: if it is not `http`, `https`, or a path that begins with one slash.
    """
    expected = "an http or https address, or a path that begins with one slash"
    if found is None:
        return None
    if not isinstance(found, str):
        raise InvalidField(field, describe(found), expected)
    address = found.strip()
    if len(address) > MAX_URL_CHARS:
        size = Described(f"{len(address):,} characters long")
        raise InvalidField(field, size, f"at most {MAX_URL_CHARS:,} characters")
    if address and (not is_safe_url(address) or SURROGATE.search(address)):
        raise InvalidField(field, found, expected)
    return address or None


def tags(field: str, found: object) -> tuple[Tag, ...]:
    """Return tags in the editor's order; of those that compare equal the first, no blank ones."""
    labels = _labels(field, found, MAX_TAG_CHARS)
    by_slug: dict[str, Tag] = {}
    for label in labels:
        slug = tag_slug(label)
        if slug:
            by_slug.setdefault(slug, Tag(slug, label))
    return tuple(by_slug.values())


def names(field: str, found: object) -> tuple[str, ...]:
    """Return the names of a list, or of one text, each once and no blank ones."""
    return tuple(dict.fromkeys(_labels(field, [found] if isinstance(found, str) else found)))


def language(field: str, found: object) -> str | None:
    """Return the first part of a language tag in lower case ("en" for "en-GB"), None for null.

    Raises:
        InvalidField: if it is not spelt like a language tag.
    """
    text = line(field, found)
    match = _LANGUAGE.fullmatch(text or "en")
    if match is None:
        raise InvalidField(field, found, 'a language code such as "en" or "en-GB", or null')
    return match[1].lower() if text else None


def status(field: str, found: object) -> Status:
    """Return what a newsroom says of an article; null means published.

    Raises:
        InvalidField: if it is another word.
    """
    if found is None:
        return Status.PUBLISHED
    try:
        return Status(str(found).strip().lower())
    except ValueError:
        expected = f"{', '.join(Status)} or null"
        raise InvalidField(field, describe(found), expected) from None


def _labels(field: str, found: object, max_chars: int = MAX_LINE_CHARS) -> list[str]:
    if found is None:
        return []
    if not isinstance(found, list):
        raise InvalidField(field, describe(found), "a list of texts, or null")
    if len(found) > MAX_LABELS:
        raise InvalidField(field, describe(found), f"at most {MAX_LABELS} entries")
    for entry in found:
        if not isinstance(entry, str):
            raise InvalidField(field, describe(entry), "text in every entry of the list")
    lines = (_written(field, entry, max_chars) for entry in found)
    return [label for label in lines if label]


def _written(field: str, found: object, max_chars: int) -> str:
    """Return a text of one line with characters for what was escaped."""
    line = clean_line(field, found, max_chars)
    return clean_line(field, unescaped(line), max_chars) if "&" in line else line
