"""What the preview shows of an article: its card as it stands now, and its body from the file.

The card decides. An article that the snapshot no longer knows has no page, and a corrected headline
is the page's headline at once, whatever the file says.
"""

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from recommender.domain.elements import unescaped
from recommender.domain.markup import Plain, plain
from recommender.ranking.cards import Card


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a paragraph, and where a link on them leads, as the newsroom wrote it."""

    text: str
    url: str | None = None


Paragraph = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """What a card does not hold of an article: its byline and its body."""

    authors: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """An article as the preview shows it."""

    card: Card
    text: Text

    @property
    def date_label(self) -> str:
        """The day of publication in UTC, as readers write it; empty where unknown."""
        if self.card.published_at is None:
            return ""
        day = datetime.fromisoformat(self.card.published_at)
        return f"{day.day} {day:%B %Y}"


class TextFile:
    """The bodies in a JSON Lines file, read again whenever it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: tuple[tuple[int, int], Mapping[str, Text]] | None = None

    def texts(self) -> Mapping[str, Text]:
        """Return the texts by article id, in the order of the file; none while it is not there.

        A line that is no article is left out: the import has named it already.
        """
        try:
            found = self._path.stat()
            mark = (found.st_mtime_ns, found.st_size)
            if self._held is None or self._held[0] != mark:
                self._held = (mark, _read(self._path.read_bytes()))
        except OSError:
            return {}
        return self._held[1]


def _read(content: bytes) -> Mapping[str, Text]:
    texts: dict[str, Text] = {}
    for line in content.splitlines():
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            texts[row["id"]] = _text(row)
    return texts


def _text(row: Mapping[str, object]) -> Text:
    body, authors = row.get("body"), row.get("authors") or row.get("author") or ()
    names: Sequence[object] = authors if isinstance(authors, list) else [authors]
    return Text(
        tuple(unescaped(name) for name in names if isinstance(name, str) and name),
        tuple(_paragraphs(plain(body))) if isinstance(body, str) else (),
    )


def _paragraphs(body: Plain) -> Iterator[Paragraph]:
    """Cut a body at its line ends, and each line at its links.

    Args:
        body: a text whose links are in order and none inside another.

    Yields:
        The lines that are not blank.
    """
    links = deque(body.anchors)
    start = 0
    for line in body.text.splitlines(keepends=True):
        runs, place, end = [], start, start + len(line)
        while links and links[0].start < end:
            link = links[0]
            runs.append(Run(body.text[place : link.start]))
            place = min(link.end, end)
            runs.append(Run(body.text[max(link.start, start) : place], link.url))
            if link.end > end:
                break
            links.popleft()
        runs.append(Run(body.text[place:end]))
        if line.strip():
            yield tuple(run for run in runs if run.text)
        start = end
