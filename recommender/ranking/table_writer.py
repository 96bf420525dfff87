"""The writing of a table: entries in row order, made into parts, in other processes if need be."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article, tag_slug
from recommender.domain.corpus import UNDATED_US, epoch_us
from recommender.domain.url import canonical_url
from recommender.ranking.blobs import BlobWriter, KeysWriter
from recommender.ranking.cards import Card
from recommender.ranking.groups import GroupsWriter
from recommender.ranking.language_codes import packed
from recommender.ranking.sink import ArraySink

_ROWS_A_PART = 1_000
"""Rows that are written together: for one by one, half of the time goes into calls."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a table before it is written: all of an article but its text.

    Attributes:
        card: what is shown of it.
        published_us: int64, microseconds since 1970, or `UNDATED_US`.
        event: number of the event of its revision.
        language: ISO 639 code of the language that it is written in; the card's is what the
            newsroom said.
        authors: slugs of the names of those who wrote it.
        opened_us: when its embargo ended, `UNDATED_US` where it had none; no table has it.
    """

    card: Card
    published_us: int
    event: int
    language: str
    authors: tuple[str, ...] = ()
    opened_us: int = UNDATED_US

    @classmethod
    def of(cls, article: Article, language: str, event: int = 0) -> "Entry":
        """Return the entry of an article.

        Args:
            article: any.
            language: what `languages.language_of_article` found.
            event: number of the event of its revision.
        """
        authors = tuple(dict.fromkeys(map(tag_slug, article.authors)))
        return cls(
            card=Card.of(article),
            published_us=epoch_us(article.published_at),
            event=event,
            language=language,
            authors=authors,
            opened_us=epoch_us(article.embargoed_until),
        )

    @property
    def order(self) -> tuple[int, str]:
        """The key of row order, as `corpus.row_order` has it."""
        return (-self.published_us, self.card.id)


@dataclass(frozen=True, eq=False)
class TablePart:
    """Successive rows of a table as they are written; cheap to send to another process.

    Attributes:
        ids: of the articles.
        pages: canonical URLs, empty where there is none.
        cards: as JSON.
        published_us: int64[n].
        event: int64[n].
        language: uint32[n], packed codes.
        tags: of each row, the slugs.
        sections: slugs, empty where there is none.
        authors: of each row, the slugs.
        has_image: bool[n].
    """

    ids: list[str]
    pages: list[str]
    cards: list[str]
    published_us: NDArray[np.int64]
    event: NDArray[np.int64]
    language: NDArray[np.uint32]
    tags: list[tuple[str, ...]]
    sections: list[str]
    authors: list[tuple[str, ...]]
    has_image: NDArray[np.bool_]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "TablePart":
        """Return entries as a part.

        Args:
            entries: in row order.
        """
        held = list(entries)
        cards = [entry.card for entry in held]
        return cls(
            ids=[card.id for card in cards],
            pages=[canonical_url(card.url) if card.url else "" for card in cards],
            cards=[card.to_json() for card in cards],
            published_us=np.array([entry.published_us for entry in held], np.int64),
            event=np.array([entry.event for entry in held], np.int64),
            language=np.array([packed(entry.language) for entry in held], np.uint32),
            tags=[tuple([tag.slug for tag in card.tags]) for card in cards],
            sections=[tag_slug(card.section) if card.section else "" for card in cards],
            authors=[entry.authors for entry in held],
            has_image=np.array([card.image is not None for card in cards], np.bool_),
        )

    def __len__(self) -> int:
        return len(self.ids)


def write_table(sink: ArraySink, entries: Iterable[Entry]) -> int:
    """Write a table in one pass.

    Args:
        sink: where the arrays go.
        entries: in row order, each id once; ValueError if they are not.

    Returns:
        How many rows it has.
    """
    return write_parts(sink, _parts(iter(entries)))


def write_parts(sink: ArraySink, parts: Iterable[TablePart]) -> int:
    """Write a table, holding some 40 bytes a row and the cards of one part.

    Args:
        sink: where the arrays go.
        parts: in row order, each id once; ValueError if they are not.

    Returns:
        How many rows it has.
    """
    ids, pages = KeysWriter(sink, "articles.ids"), KeysWriter(sink, "articles.pages")
    cards = BlobWriter(sink, "articles.cards")
    tags, sections, authors = GroupsWriter(), GroupsWriter(), GroupsWriter()
    published_us = sink.growing("articles.published_us", "int64")
    event = sink.growing("articles.event", "int64")
    language = sink.growing("articles.language", "uint32")
    has_image = sink.growing("articles.has_image", "uint8")
    n = 0
    for part in _ordered(parts):
        ids.extend(part.ids)
        pages.extend(part.pages)
        cards.extend(part.cards)
        published_us.write(part.published_us.tobytes())
        event.write(part.event.tobytes())
        language.write(part.language.tobytes())
        has_image.write(part.has_image.tobytes())
        labels = zip(part.tags, part.sections, part.authors, strict=True)
        for row, (slugs, section, names) in enumerate(labels, n):
            for slug in slugs:
                tags.add(slug, row)
            if section:
                sections.add(section, row)
            for name in names:
                authors.add(name, row)
        n += len(part)
    ids.finish()
    pages.finish()
    tags.write(sink, "articles.tags")
    sections.write(sink, "articles.sections")
    authors.write(sink, "articles.authors")
    return n


def _parts(entries: Iterator[Entry]) -> Iterator[TablePart]:
    while portion := list(islice(entries, _ROWS_A_PART)):
        yield TablePart.of(portion)


def _ordered(parts: Iterable[TablePart]) -> Iterator[TablePart]:
    """Pass parts on, sure of the order of their rows.

    Args:
        parts: in row order, each id once.

    Yields:
        The same parts.

    Raises:
        ValueError: if they are not in row order.
    """
    last: tuple[int, str] | None = None
    for part in parts:
        for us, article_id in zip((-part.published_us).tolist(), part.ids, strict=True):
            if last is not None and (us, article_id) <= last:
                problem = f"article {article_id!r} comes after {last[1]!r} against the row order"
                raise ValueError(problem)
            last = us, article_id
        yield part
