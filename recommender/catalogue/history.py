"""The history: what happened, in one order that every reader sees.

Numbers come from one counter row that a writer locks before it does anything else, so they have no
gaps and become visible in their own order: a reader that has seen number n will never meet a
smaller one that it does not know.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from recommender.catalogue.acts import begun_at
from recommender.catalogue.tables import counter, event
from recommender.domain.event import Event, EventKind
from recommender.errors import Busy

_SAID = tuple(one.name for one in fields(Event))


@dataclass(frozen=True, slots=True)
class Entry:
    """An event before it has a number and a time."""

    kind: EventKind
    subject: str
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expected:
    """What must still be true for an event to be appended.

    Attributes:
        kinds: the kinds of event that are looked at.
        number: number of the last event of those kinds that the writer knows, 0 for none.
    """

    kinds: tuple[EventKind, ...]
    number: int


def lock(connection: Connection) -> int:
    """Become the only writer until the transaction ends.

    Args:
        connection: a writing transaction that has not read anything yet.

    Returns:
        Number of the last event.
    """
    return int(connection.execute(select(counter.c.number).with_for_update()).scalar_one())


def last_event(connection: Connection) -> int:
    """Return the number of the last event, 0 for an empty history."""
    return int(connection.execute(select(counter.c.number)).scalar_one())


def last_event_at(connection: Connection, instant: datetime) -> int:
    """Return the number of the last event recorded by an instant, 0 if none was."""
    query = select(event.c.number).where(event.c.at <= instant).order_by(event.c.number.desc())
    return int(connection.execute(query.limit(1)).scalar() or 0)


def find(connection: Connection, number: int) -> Event | None:
    """Return the event of a number, None if there is none."""
    row = _row_of(connection, number)
    return None if row is None else to_event(row)


def append(
    connection: Connection, last: int, entries: Sequence[Entry], author: str, reason: str
) -> list[Event]:
    """Write events behind the last one.

    Args:
        connection: the writing transaction.
        last: what `lock` returned, plus what was appended since.
        entries: what happened, in order.
        author: who did it.
        reason: why.

    Returns:
        The events, numbered from `last` + 1.
    """
    now = datetime.now(UTC)
    author, reason = _storable(author), _storable(reason)
    events = [
        Event(last + place, entry.kind, entry.subject, now, author, reason, _storable(entry.detail))
        for place, entry in enumerate(entries, start=1)
    ]
    if events:
        rows = begun_at(map(_to_row, events), _row_of(connection, last))
        connection.execute(insert(event), rows)
        connection.execute(update(counter).values(number=events[-1].number))
    return events


def check(connection: Connection, expected: Expected) -> None:
    """See that nobody has been quicker.

    Args:
        connection: a writing transaction that holds the lock.
        expected: what the writer believes.

    Raises:
        Busy: if there is a later event of those kinds.
    """
    kinds = [kind.value for kind in expected.kinds]
    newest = select(func.max(event.c.number)).where(event.c.kind.in_(kinds)).scalar_subquery()
    row = connection.execute(select(event).where(event.c.number == newest)).mappings().first()
    if row is not None and row["number"] != expected.number:
        found = to_event(row)
        what = f"{'An' if found.kind[0] in 'aeio' else 'A'} {found.kind}"
        raise Busy(what, holder=f"{found.author} (event {found.number})")


def events(connection: Connection, kinds: Collection[EventKind], after: int) -> list[Event]:
    """Return the events of some kinds behind a number, in order."""
    wanted = event.c.kind.in_([kind.value for kind in kinds])
    query = select(event).where(wanted, event.c.number > after).order_by(event.c.number)
    return [to_event(row) for row in connection.execute(query).mappings()]


def to_event(row: RowMapping) -> Event:
    """Return the event that a row of the table holds."""
    said = {name: row[name] for name in _SAID}
    return Event(**{**said, "kind": EventKind(row["kind"])})


def _row_of(connection: Connection, number: int) -> RowMapping | None:
    query = select(event).where(event.c.number == number)
    return connection.execute(query).mappings().first()


def _to_row(made: Event) -> dict[str, object]:
    return {
        "number": made.number,
        "kind": made.kind.value,
        "subject": made.subject,
        "at": made.at,
        "author": made.author,
        "reason": made.reason,
        "detail": made.detail,
    }


def _storable(value: Any) -> Any:
    """Return a text, or JSON values, from a shell or a file name without what no database keeps."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    if isinstance(value, Mapping):
        return {_storable(key): _storable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(one) for one in value]
    return value
