"""What happened to a catalogue after a bundle was trained, before it becomes an overlay."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, pairwise, takewhile
from typing import NamedTuple, Self

from recommender.domain.article import Article, Status
from recommender.domain.corpus import epoch_us
from recommender.domain.decisions import Decisions
from recommender.domain.placement import Placements
from recommender.domain.synonyms import Synonyms
from recommender.ranking.former import Former
from recommender.ranking.languages import language_of_article
from recommender.ranking.list_rules import ListRules
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


class Dated(NamedTuple):
    """When an article was published, by one of its revisions.

    Attributes:
        number: of the revision's event.
        published_us: microseconds since 1970, or `UNDATED_US`; None if it is not published.
        opened_us: when its embargo ends, `UNDATED_US` for none.
    """

    number: int
    published_us: int | None
    opened_us: int

    @classmethod
    def of(cls, one: Revised) -> "Dated":
        """Return the dates of a revision.

        Args:
            one: the revision.
        """
        article = one.article
        published_us = epoch_us(article.published_at)
        is_published = article.status is Status.PUBLISHED
        opened_us = epoch_us(article.embargoed_until)
        return cls(one.number, published_us if is_published else None, opened_us)


@dataclass(frozen=True)
class Changes:
    """What revisions and decisions since a training come to, at one instant.

    Attributes:
        entries: those that may leave the newsroom, in row order.
        removed: id of those that may not, and number of the event that closed them.
        former: revisions that were open, and are no longer in force.
        dates: by id the dates of publication of the successive revisions.
        next_change: the next instant at which a revision opens by itself, or None.
        overrides: what editors decided against the model.
        placements: the recipes of the lists.
        synonyms: the tags that are one; those of the entries are folded.
        rules: those of editors and of the policy, their tags under all of their names.
        decided_until: number of the last event of all these decisions, 0 for none.
    """

    entries: tuple[Entry, ...] = ()
    removed: tuple[tuple[str, int], ...] = ()
    former: tuple[Former, ...] = ()
    dates: Mapping[str, tuple[Dated, ...]] = field(default_factory=dict)
    next_change: datetime | None = None
    overrides: Overrides = field(default_factory=Overrides)
    placements: Placements = field(default_factory=Placements.default)
    synonyms: Synonyms = field(default_factory=Synonyms)
    rules: ListRules = field(default_factory=ListRules)
    decided_until: int = 0

    @classmethod
    def of(
        cls, revisions: Iterable[Revised], at: datetime, decisions: Decisions | None = None
    ) -> Self:
        """Sort out revisions.

        Args:
            revisions: all that were in force since, in any order; of an id that comes more than
                once the greatest number counts. Read once.
            at: the instant.
            decisions: those in force; None for no override, and the default placements.

        Returns:
            What they come to.
        """
        decided = decisions or Decisions()
        gathered: dict[str, dict[int, _State]] = {}
        openings = []
        for one in revisions:
            article, entry = one.article, None
            if article.is_open(at):
                entry = Entry.of(decided.synonyms.fold(article), one.language, one.number)
            gathered.setdefault(article.id, {})[one.number] = _State(Dated.of(one), entry)
            openings += _opens_after(article, at)
        lives = {key: [life[one] for one in sorted(life)] for key, life in gathered.items()}
        entries = [life[-1].entry for life in lives.values()]
        closed = [(key, _closed_by(life)) for key, life in lives.items() if life[-1].entry is None]
        return cls(
            entries=tuple(sorted(filter(None, entries), key=lambda entry: entry.order)),
            removed=tuple(sorted(closed)),
            former=tuple(chain.from_iterable(map(_former, lives.values()))),
            dates={key: tuple(state.dated for state in life) for key, life in lives.items()},
            next_change=min(openings, default=None),
            overrides=Overrides(decided.overrides.values()),
            placements=decided.placements,
            synonyms=decided.synonyms,
            rules=ListRules(decided.all_rules, decided.policy.event),
            decided_until=decided.last_event,
        )


def _opens_after(article: Article, at: datetime) -> list[datetime]:
    until = article.embargoed_until
    waits = article.status is Status.PUBLISHED and until is not None and until > at
    return [until] if waits and until is not None else []


class _State(NamedTuple):
    """What an article was by one of its revisions; no entry for one that may not leave."""

    dated: Dated
    entry: Entry | None


def _closed_by(life: Sequence[_State]) -> int:
    """Return the event that closed an article which is not open.

    That is the first of its last revisions that are not published, or the very last if that waits
    for the end of an embargo.
    """
    closed = takewhile(lambda state: state.dated.published_us is None, reversed(life))
    return min((state.dated.number for state in closed), default=life[-1].dated.number)


def _former(life: Sequence[_State]) -> Iterator[Former]:
    for state, successor in pairwise(life):
        if state.entry is not None:
            yield Former(state.entry, successor.dated.number)
