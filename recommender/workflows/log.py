"""`morefrom log`: who did what, when and why, the newest first.

A line is an act (`catalogue.acts`): an import of a million articles is one, so that it does not
bury what people did; what is asked of one article is told event by event.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from recommender.catalogue import log as held
from recommender.catalogue.database import Database
from recommender.catalogue.log import Act, Sought
from recommender.domain.event import Event, EventKind
from recommender.ranking.cards import iso_utc
from recommender.settings import Settings
from recommender.workflows.log_words import Mention, Words, flat, words
from recommender.workflows.spreadsheet import lines as csv_lines

NEWEST = 2**62
"""Stands for the number before which the whole history is."""

PAGE = 50
_PORTION = 500
_LOOKED_UP = 50
"""Of an act of more articles only their number is told."""

COLUMNS = (
    "event", "last_event", "events", "at", "author", "kind", "what", "subject", "headline",
    "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log.

    Attributes:
        act: what was done.
        said: in words, for behind the author's name.
        titles: headlines of the articles mentioned, by id, and of the subject.
    """

    act: Act
    said: Words
    titles: dict[str, str]

    @property
    def first(self) -> Event:
        """The event that it begins with."""
        return self.act.first

    @property
    def what(self) -> str:
        """The words as one text."""
        return flat(self.said, self.titles)


class Log:
    """The log of one catalogue; several threads may read it at once."""

    def __init__(self, database: Database) -> None:
        """Take a database.

        Args:
            database: of a catalogue.
        """
        self._database = database

    def page(self, sought: Sought, before: int = NEWEST, limit: int = PAGE) -> list[Line]:
        """Return lines, the newest first.

        Args:
            sought: what is asked for.
            before: the number of an event; what began earlier is told.
            limit: how many at most.
        """
        found = self._database.read(partial(held.acts, sought=sought, before=before, limit=limit))
        return self._told(found)

    def inside(self, act: int, after: int = 0, limit: int = PAGE) -> list[Line]:
        """Return the events of one act, each as a line, the earliest first.

        Args:
            act: the number of its first event.
            after: the number of an event; those later are told.
            limit: how many at most.
        """
        read = partial(held.within, act=act, after=after, limit=limit)
        return self._told([Act(one, one) for one in self._database.read(read)])

    def each(self, sought: Sought, before: int = NEWEST, limit: int = PAGE) -> list[Line]:
        """Return every event as a line of its own, the newest first.

        Args:
            sought: what is asked for.
            before: the number of an event; earlier ones are told.
            limit: how many at most.
        """
        read = partial(held.events, sought=sought, before=before, limit=limit)
        return self._told([Act(one, one) for one in self._database.read(read)])

    def authors(self) -> list[str]:
        """Return everybody who ever did anything."""
        return self._database.read(held.authors)

    def titles(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the headlines in force of articles, by id.

        Args:
            article_ids: theirs; others are passed over.
        """
        return self._database.read(partial(held.titles, article_ids=article_ids))

    def csv(self, sought: Sought, *, each: bool = False) -> Iterator[str]:
        """Write all lines that are asked for as a table for spreadsheets.

        Args:
            sought: what is asked for.
            each: every event of an act by itself.

        Yields:
            Lines of CSV, a portion read at a time, so that nobody else waits for the database.
        """
        yield from csv_lines(COLUMNS, map(cells, self.all(sought, each=each)))

    def all(self, sought: Sought, *, each: bool = False) -> Iterator[Line]:
        """Read all lines that are asked for, the newest first.

        Args:
            sought: what is asked for.
            each: every event of an act by itself.

        Yields:
            The lines; a portion is read at a time.
        """
        read, before = (self.each if each else self.page), NEWEST
        while portion := read(sought, before, _PORTION):
            yield from portion
            before = portion[-1].first.number

    def _told(self, acts: Sequence[Act]) -> list[Line]:
        looked_up = [
            number
            for act in acts
            if act.first.kind is EventKind.ARTICLE and act.n_events <= _LOOKED_UP
            for number in range(act.first.number, act.last.number + 1)
        ]
        statuses = self._database.read(partial(held.statuses, numbers=looked_up))
        said = [words(act, statuses) for act in acts]
        named = {one.article_id for line in said for one in line if isinstance(one, Mention)}
        titles = self.titles(named)
        return [Line(act, line, titles) for act, line in zip(acts, said, strict=True)]


@contextmanager
def opened(settings: Settings) -> Iterator[Log]:
    """Open the log of a home for as long as the block lasts.

    Args:
        settings: whose home.

    Yields:
        The log.
    """
    database = Database.open(settings.catalogue_url, must_exist=True)
    try:
        yield Log(database)
    finally:
        database.close()


def as_json(line: Line) -> dict[str, object]:
    """Return a line as JSON values.

    Args:
        line: any.
    """
    first, last = line.act.first, line.act.last
    return {
        "event": first.number,
        "last_event": last.number,
        "n_events": line.act.n_events,
        "at": iso_utc(first.at),
        "until": iso_utc(last.at),
        "author": first.author,
        "kind": first.kind.value,
        "what": line.what,
        "subject": first.subject if line.act.n_events == 1 else None,
        "reason": first.reason,
        "detail": dict(first.detail),
    }


def cells(line: Line) -> tuple[object, ...]:
    """Return a line as the cells of `COLUMNS`.

    Args:
        line: any.
    """
    first, n = line.first, line.act.n_events
    subject = first.subject if n == 1 else ""
    return (
        first.number, line.act.last.number, n, iso_utc(first.at), first.author, first.kind.value,
        line.what, subject, line.titles.get(subject, ""), first.reason,
    )  # fmt: skip
