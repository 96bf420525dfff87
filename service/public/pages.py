"""What the preview shows of an article: its card as it stands now, and its body from the file.

The card decides. An article that the snapshot no longer knows has no page, and a corrected headline
is the page's headline at once, whatever the file says.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from recommender.ranking.cards import Card


@dataclass(frozen=True, slots=True)
class Text:
    """What a card does not hold of an article: its byline and its body, both plain."""

    authors: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()


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
    lines = body.splitlines() if isinstance(body, str) else []
    names: Sequence[object] = authors if isinstance(authors, list) else [authors]
    return Text(
        tuple(name for name in names if isinstance(name, str) and name),
        tuple(line.strip() for line in lines if line.strip()),
    )
