"""What happened to a catalogue after a bundle was trained, before it becomes an overlay."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from recommender.domain.article import Article, Status
from recommender.domain.decisions import Decisions
from recommender.domain.placement import Placements
from recommender.domain.synonyms import Synonyms
from recommender.ranking.languages import language_of_article
from recommender.ranking.overrides import Overrides
from recommender.ranking.table_writer import Entry


@dataclass(frozen=True, slots=True)
class Revised:
    """A current revision, of which an overlay needs to know nearly all but the text.

    Attributes:
        number: of its event.
        article: the revision without body and links, and with a title.
        language: ISO 639 code of the language that it is written in.
    """

    number: int
    article: Article
    language: str

    @classmethod
    def of(cls, number: int, article: Article, language: str) -> Self:
        """Return what is kept of a revision.

        Args:
            number: of its event.
            article: the revision, whole.
            language: ISO 639 code for an article whose language nothing tells.
        """
        found = language_of_article(article, language)
        return cls(number, replace(article, title=article.headline, body="", links=()), found)


def revisions(articles: Iterable[tuple[int, Article]], language: str) -> Iterator[Revised]:
    """Read revisions one by one, and let go of their texts.

    Args:
        articles: event number and article.
        language: ISO 639 code for articles whose language nothing tells, as the bundle had it.

    Yields:
        What is kept of each.
    """
    for number, article in articles:
        yield Revised.of(number, article, language)


@dataclass(frozen=True)
class Changes:
    """What revisions and decisions since a training come to, at one instant.

    Attributes:
        entries: those that may leave the newsroom, in row order.
        removed: id and event number of those that may not.
        next_change: the next instant at which one of the latter opens by itself, or None.
        overrides: what editors decided against the model.
        placements: the recipes of the lists.
        synonyms: the tags that are one; those of the entries are folded.
    """

    entries: tuple[Entry, ...] = ()
    removed: tuple[tuple[str, int], ...] = ()
    next_change: datetime | None = None
    overrides: Overrides = field(default_factory=Overrides)
    placements: Placements = field(default_factory=Placements.default)
    synonyms: Synonyms = field(default_factory=Synonyms)

    @classmethod
    def of(
        cls, revisions: Iterable[Revised], at: datetime, decisions: Decisions | None = None
    ) -> Self:
        """Sort out current revisions.

        Args:
            revisions: of an id that comes more than once, the greatest number counts. Read once.
            at: the instant.
            decisions: those in force; None for no override, and the default placements.

        Returns:
            What they come to.
        """
        decided = decisions or Decisions()
        latest: dict[str, tuple[int, Entry | None, datetime | None]] = {}
        for one in revisions:
            number, article = one.number, one.article
            if article.id not in latest or latest[article.id][0] <= number:
                entry = None
                if article.is_open(at):
                    entry = Entry.of(decided.synonyms.fold(article), one.language, number)
                latest[article.id] = (number, entry, _opens_after(article, at))
        entries = [entry for _, entry, _ in latest.values() if entry is not None]
        removed = [(key, number) for key, (number, entry, _) in latest.items() if entry is None]
        openings = [instant for _, _, instant in latest.values() if instant is not None]
        return cls(
            entries=tuple(sorted(entries, key=lambda entry: entry.order)),
            removed=tuple(sorted(removed)),
            next_change=min(openings, default=None),
            overrides=Overrides(decided.overrides.values()),
            placements=decided.placements,
            synonyms=decided.synonyms,
        )


def _opens_after(article: Article, at: datetime) -> datetime | None:
    until = article.embargoed_until
    waits = article.status is Status.PUBLISHED and until is not None and until > at
    return until if waits else None
