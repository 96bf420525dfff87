"""Texts that may be HTML: what they say, and what was taken out of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from recommender.catalogue.readers.text import clean, clean_line
from recommender.domain.article import Link
from recommender.domain.markup import Plain, plain

MAX_LINK_TEXT_CHARS = 1_000
"""What is kept of the words of one link."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out of the texts of an article.

    Attributes:
        had_markup: whether any text of it was HTML.
        elements: how many elements of each kind were dropped with their content.
    """

    had_markup: bool = False
    elements: Mapping[str, int] = field(default_factory=dict)


NOTHING_REMOVED = Removed()


class Prose:
    """Reads the texts of one row, and keeps account of their markup."""

    def __init__(self, max_chars: int) -> None:
        """Begin a row.

        Args:
            max_chars: the longest text accepted, in characters, markup included.
        """
        self._max_chars = max_chars
        self._had_markup = False
        self._elements: Counter[str] = Counter()

    @property
    def removed(self) -> Removed:
        """What was taken out so far."""
        return Removed(self._had_markup, dict(self._elements))

    def text(self, name: str, found: object) -> str:
        """Return a field of several lines, as `clean` makes it or refuses it, without markup."""
        return self.linked_text(name, found)[0]

    def linked_text(self, name: str, found: object) -> tuple[str, tuple[Link, ...]]:
        """Return a field of several lines as `text` does, and the links in it."""
        written = clean(name, found, self._max_chars)
        if "<" not in written and "&" not in written:
            return written, ()
        read = self._read(written)
        links = (
            Link(one.url, clean_line(name, read.text[one.start : one.end], self._max_chars))
            for one in read.anchors
        )
        kept = tuple(Link(one.url, one.text[:MAX_LINK_TEXT_CHARS]) for one in links)
        return clean(name, read.text, self._max_chars), kept

    def line(self, name: str, found: object, max_chars: int | None = None) -> str:
        """Return a field of one line, as `clean_line` makes it or refuses it, without markup."""
        limit = self._max_chars if max_chars is None else max_chars
        written = clean_line(name, found, limit)
        if "<" not in written and "&" not in written:
            return written
        return clean_line(name, self._read(written).text, limit)

    def _read(self, written: str) -> Plain:
        read = plain(written)
        self._had_markup |= read.had_markup
        self._elements.update(read.dropped)
        return read
