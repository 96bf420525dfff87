"""HTML as the text that a reader sees: paragraphs, lines, and where the links stand in them.

Elements are read in order and none is remembered but the one being dropped, so that markup may be
broken, unclosed or nested a million deep, and costs time and memory in proportion to its length.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from recommender.domain.elements import (
    CELLS,
    DROPPED,
    LINES,
    PARAGRAPHS,
    Tag,
    is_markup,
    tags,
    unescaped,
)
from recommender.domain.url import is_safe_url

MAX_LINKS = 1_000
"""Most links that are kept of one text."""

MAX_URL_CHARS = 4_096

_BLANK_LINE = re.compile(r"\n[^\S\n]*+\n\s*+")
_HAS_PARAGRAPHS = re.compile(r"<(?:p|br|div)\b", re.IGNORECASE)
_RELATIVE = re.compile(r"[^\s:/?#\\<>\"`{}|^\x00-\x1f\x7f][^\s:\\<>\"`{}|^\x00-\x1f\x7f]*")

_NOTHING, _SPACE, _LINE, _PARAGRAPH = "", " ", "\n", "\n\n"
"""What separates two pieces of text; a longer one outdoes a shorter, and a line a space."""

_ORDER = {separator: rank for rank, separator in enumerate((_NOTHING, _SPACE, _LINE, _PARAGRAPH))}


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link and the words that carry it: `text[start:end]`, empty for a linked picture."""

    url: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Plain:
    """What a text says without its markup.

    Attributes:
        text: paragraphs separated by a blank line; unchanged where there was no markup.
        anchors: its links, in order.
        dropped: how many elements of each kind were left out with their content.
        had_markup: whether tags or comments were taken out of it.
    """

    text: str
    anchors: tuple[Anchor, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)
    had_markup: bool = False


def plain(text: str) -> Plain:
    """Read a text that may be HTML.

    Args:
        text: HTML, plain text with entities, or just text.

    Returns:
        What it says. Blank lines part paragraphs here too, as every editor that writes half of
        HTML means them; single line ends only do where nothing else makes lines.
    """
    if not is_markup(text):
        return Plain(unescaped(text))
    return _Reading(text).read()


def link_url(href: str) -> str | None:
    """Return a link's address as it is kept.

    Args:
        href: the attribute's value.

    Returns:
        An address that is safe to store and to show: `http` or `https`, or relative to the site or
        the page. None for any other, and for a place on the same page.
    """
    address = f"https:{href}" if href.startswith("//") else href
    kept = is_safe_url(address) or _RELATIVE.fullmatch(address) is not None
    return address if kept and len(address) <= MAX_URL_CHARS else None


def joined_url(page: str | None, url: str) -> str:
    """Return where a link leads that stands on a page.

    Args:
        page: the address of the page, None where it is not known.
        url: the link's, as `link_url` gives it.
    """
    return urljoin(page or "", url)


class _Reading:
    """One text being read."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._lines_count = _HAS_PARAGRAPHS.search(html) is None
        self._pieces: list[str] = []
        self._length = 0
        self._separator = _NOTHING
        self._in_pre = False
        self._inside: str | None = None
        self._depth = 0
        self._url: str | None = None
        self._link_start: int | None = None
        self._anchors: list[Anchor] = []
        self._dropped: Counter[str] = Counter()
        self._last_end: dict[str, int] | None = None

    def read(self) -> Plain:
        """Return what the text says."""
        start = 0
        for tag in tags(self._html):
            if self._inside is None:
                self._write(unescaped(self._html[start : tag.start]))
            self._take(tag)
            start = tag.end
        if self._inside is None:
            self._write(unescaped(self._html[start:]))
        self._end_link()
        return Plain("".join(self._pieces), tuple(self._anchors), dict(self._dropped), True)

    def _take(self, tag: Tag) -> None:
        if self._inside is not None:
            if tag.name == self._inside:
                self._depth += -1 if tag.closes else 1
                is_last = tag.start == self._last_end_of(tag.name)
                self._inside = None if is_last or not self._depth else self._inside
        elif tag.name in DROPPED:
            self._drop(tag)
        elif tag.name == "a":
            self._end_link()
            if not tag.closes and tag.href is not None:
                self._url = link_url(tag.href)
        else:
            self._part(tag)

    def _drop(self, tag: Tag) -> None:
        """Leave an element out, unless nothing ends it: the article is not a part of its form."""
        self._separate(_SPACE)
        if tag.closes:
            return
        self._dropped[tag.name] += 1
        if self._last_end_of(tag.name) > tag.start:
            self._inside, self._depth = tag.name, 1

    def _last_end_of(self, name: str) -> int:
        """Return where an element of some kind ends for the last time, -1 if none does."""
        if self._last_end is None:
            found = (tag for tag in tags(self._html) if tag.closes and tag.name in DROPPED)
            self._last_end = {tag.name: tag.start for tag in found}
        return self._last_end.get(name, -1)

    def _part(self, tag: Tag) -> None:
        if tag.name in PARAGRAPHS:
            self._in_pre = tag.name == "pre" and not tag.closes
            self._separate(_PARAGRAPH)
        elif tag.name in LINES:
            self._separate(_LINE)
        elif tag.name in CELLS:
            self._separate(_SPACE)

    def _separate(self, separator: str) -> None:
        self._separator = max(self._separator, separator, key=_ORDER.__getitem__)

    def _write(self, text: str) -> None:
        for place, paragraph in enumerate(_BLANK_LINE.split(text)):
            if place:
                self._separate(_PARAGRAPH)
            lines = paragraph.split("\n") if self._in_pre or self._lines_count else [paragraph]
            for number, line in enumerate(lines):
                if number:
                    self._separate(_LINE)
                self._write_line(line)

    def _write_line(self, text: str) -> None:
        words = " ".join(text.split())
        if text[:1].isspace():
            self._separate(_SPACE)
        if not words:
            return
        if self._length:
            self._add(self._separator)
        self._separator = _SPACE if text[-1:].isspace() else _NOTHING
        if self._url is not None and self._link_start is None:
            self._link_start = self._length
        self._add(words)

    def _add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)

    def _end_link(self) -> None:
        if self._url is not None and len(self._anchors) < MAX_LINKS:
            start = self._length if self._link_start is None else self._link_start
            self._anchors.append(Anchor(self._url, start, self._length))
        self._url = self._link_start = None
