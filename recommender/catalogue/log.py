"""The history read backwards, as people ask for it: whose acts, of which kind, when, about what.

Every question is a walk down an index from the newest number on, so that a page of the log takes as
long in a history of a million events as in a short one. Kinds and authors are walked each for
itself and merged; what is about one article is found by the article's revisions and by the events
that name it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from itertools import chain

from sqlalchemy import ColumnElement, Connection, and_, func, select

from recommender.catalogue import history
from recommender.catalogue.tables import article, event, revision
from recommender.domain.article import Status
from recommender.domain.event import Event, EventKind

_BEGINS = event.c.act == event.c.number
_NAMES = {EventKind.OVERRIDE: "query_id", EventKind.RATING: "article_id"}
"""Where the detail of an event names a second article."""

Statuses = tuple[Status | None, Status]


@dataclass(frozen=True, slots=True)
class Sought:
    """What is asked of the log.

    Attributes:
        kinds: of events; empty for all.
        author: who did it; None for all.
        subject: the id of an article, or what else an event is about; None for all.
        since: the earliest instant, in UTC; None for the beginning.
        until: the instant before which; None for now.
    """

    kinds: frozenset[EventKind] = frozenset()
    author: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did in one go.

    Attributes:
        first: its first event.
        last: its last one, the same where it is one.
    """

    first: Event
    last: Event

    @property
    def n_events(self) -> int:
        """How many events it has: they follow each other without gaps."""
        return self.last.number - self.first.number + 1


def acts(connection: Connection, sought: Sought, before: int, limit: int) -> list[Act]:
    """Return acts, the newest first; what is about one subject event by event.

    Args:
        connection: a reading transaction.
        sought: which.
        before: a number; those that began with a smaller one are looked at.
        limit: how many at most.
    """
    last = history.last_event(connection)
    found = events(connection, sought, min(before, last + 1), limit, only_first=True)
    if sought.subject is not None:
        return [Act(one, one) for one in found]
    ends = {one.number: _end(connection, one.number, last) for one in found}
    held = {one.number: one for one in _numbered(connection, ends.values())}
    return [Act(one, held[ends[one.number]]) for one in found]


def events(
    connection: Connection, sought: Sought, before: int, limit: int, *, only_first: bool = False
) -> list[Event]:
    """Return events, the newest first.

    Args:
        connection: a reading transaction.
        sought: which.
        before: a number greater than all of theirs.
        limit: how many at most.
        only_first: those alone that an act began with; of a subject always all.
    """
    after, before = _bounds(connection, sought, before)
    within = and_(event.c.number > after, event.c.number < before, *_conditions(sought))
    if sought.subject is not None:
        ways = _about(sought.subject)
    elif only_first and (sought.kinds or sought.author is not None):
        ways = [_BEGINS & (event.c.kind == kind.value) for kind in sought.kinds or EventKind]
    else:
        ways = [_BEGINS] if only_first else [event.c.number > 0]
    walks = (select(event).where(way, within) for way in ways)
    rows = chain.from_iterable(
        connection.execute(walk.order_by(event.c.number.desc()).limit(limit)).mappings()
        for walk in walks
    )
    found = {row["number"]: row for row in rows}
    return [history.to_event(found[number]) for number in nlargest(limit, found)]


def within(connection: Connection, act: int, after: int, limit: int) -> list[Event]:
    """Return events of one act, the earliest first.

    Args:
        connection: a reading transaction.
        act: number of its first event.
        after: a number smaller than all of theirs.
        limit: how many at most.
    """
    end = _end(connection, act, history.last_event(connection))
    between = (event.c.number > after) & event.c.number.between(act, end)
    query = select(event).where(between, event.c.act == act).order_by(event.c.number).limit(limit)
    return [history.to_event(row) for row in connection.execute(query).mappings()]


def authors(connection: Connection) -> list[str]:
    """Return everybody who ever did anything, by name, however much each has done."""
    found: set[str] = set()
    for kind in EventKind:
        of_kind = select(func.min(event.c.author)).where(_BEGINS, event.c.kind == kind.value)
        name = connection.execute(of_kind).scalar()
        while name is not None:
            found.add(name)
            name = connection.execute(of_kind.where(event.c.author > name)).scalar()
    return sorted(found)


def titles(connection: Connection, article_ids: Collection[str]) -> dict[str, str]:
    """Return the headlines in force of articles, by id; empty where there is none or no more."""
    joined = article.join(revision, revision.c.number == article.c.number)
    query = select(article.c.id, revision.c.title).select_from(joined)
    wanted = article.c.id.in_(list(article_ids))
    return {found[0]: found[1] for found in connection.execute(query.where(wanted))}


def statuses(connection: Connection, numbers: Collection[int]) -> dict[int, Statuses]:
    """Return what revisions made of their articles.

    Args:
        connection: a reading transaction.
        numbers: of the revisions.

    Returns:
        By number the status before, None for a new article, and the status since. Those of articles
        that were erased are left out: nobody knows any more.
    """
    older = revision.alias()
    of_same = (older.c.article_id == revision.c.article_id) & (older.c.number < revision.c.number)
    before = select(older.c.status).where(of_same).order_by(older.c.number.desc()).limit(1)
    query = select(revision.c.number, before.scalar_subquery(), revision.c.status)
    erased = select(event.c.subject).where(event.c.kind == EventKind.ERASURE.value)
    known = revision.c.number.in_(list(numbers)) & revision.c.article_id.not_in(erased)
    rows = connection.execute(query.where(known))
    return {
        number: (None if was is None else Status(was), Status(now)) for number, was, now in rows
    }


def _numbered(connection: Connection, numbers: Iterable[int]) -> list[Event]:
    query = select(event).where(event.c.number.in_(list(numbers)))
    return [history.to_event(row) for row in connection.execute(query).mappings()]


def _conditions(sought: Sought) -> Iterable[ColumnElement[bool]]:
    """Yield what must hold of each event; by what it is found is decided elsewhere."""
    if sought.kinds:
        yield event.c.kind.in_([kind.value for kind in sought.kinds])
    if sought.author is not None:
        yield event.c.author == sought.author
    if sought.since is not None:
        yield event.c.at >= sought.since
    if sought.until is not None:
        yield event.c.at < sought.until


def _about(subject: str) -> list[ColumnElement[bool]]:
    """Return the ways to find what is about a subject: they may meet, and leave nothing out."""
    revisions = select(revision.c.number).where(revision.c.article_id == subject)
    named = [
        and_(event.c.kind == kind.value, event.c.detail[key].as_string() == subject)
        for kind, key in _NAMES.items()
    ]
    own = and_(event.c.kind != EventKind.ARTICLE.value, event.c.subject == subject)
    return [event.c.number.in_(revisions), own, *named]


def _bounds(connection: Connection, sought: Sought, before: int) -> tuple[int, int]:
    """Return between which numbers the instants lie, both not included.

    A clock that was set back makes some events lie elsewhere. Those are left out, for finding them
    would take reading all; none of another time is ever let in.
    """
    last = history.last_event(connection)
    after = 0 if sought.since is None else _n_before(connection, sought.since, last)
    if sought.until is not None:
        before = min(before, _n_before(connection, sought.until, last) + 1)
    return after, before


def _n_before(connection: Connection, instant: datetime, last: int) -> int:
    """Return the number of the last event before an instant, by halving; 0 for none."""
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        at = connection.execute(select(event.c.at).where(event.c.number == middle)).scalar_one()
        low, high = (middle, high) if at < instant else (low, middle - 1)
    return low


def _end(connection: Connection, act: int, last: int) -> int:
    """Return the number of the last event of an act: the next one's first has the one behind."""
    following = select(event.c.number).where(_BEGINS, event.c.number > act)
    found = connection.execute(following.order_by(event.c.number).limit(1)).scalar()
    return last if found is None else found - 1
