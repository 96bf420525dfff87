"""The catalogue as lines of JSON that belong to no database: what a backup holds of it.

The history only grows. So the events and revisions up to a number *are* the catalogue of that
instant, however much is written meanwhile: they are read in many short transactions, nobody waits,
and no log has to be kept for the reader. Which revision of each article is in force follows from
them, and is worked out again on the way in. What went out of SQLite may come into PostgreSQL.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, Table, func, insert, select, update

from recommender.catalogue import history, inspection
from recommender.catalogue.acts import begun_at
from recommender.catalogue.database import Database
from recommender.catalogue.history import to_event
from recommender.catalogue.revisions import chunks, fingerprint, to_article, to_row
from recommender.catalogue.store import state_of
from recommender.catalogue.tables import EPOCH, Instant, article, counter, event, revision
from recommender.domain.article import Article, is_article_id
from recommender.domain.corpus import epoch_us
from recommender.errors import CatalogueUnavailable, shorten

_WINDOW = 500
_FOUND_WRONG = (KeyError, TypeError, ValueError, OverflowError, AttributeError, RecursionError)
"""What a row of the wrong shape makes our own constructors raise."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=epoch_us)
_NOTHING_SAID = to_row(Article(id=""))
_SAID = [column for column in event.columns if column is not event.c.act]

Row = dict[str, Any]
Parsed = TypeVar("Parsed")


class BrokenLine(ValueError):
    """A line, or all of them together, are not what was written; the text is a clause."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a catalogue holds; of articles whatever their status."""

    events: int
    revisions: int
    articles: int


def event_lines(database: Database, until: int) -> Iterator[bytes]:
    """Write the history.

    Args:
        database: where it is.
        until: number of the last event wanted.

    Yields:
        A line of JSON for each event, in order.
    """
    for last in range(0, until, _WINDOW):
        wanted = event.c.number.between(last + 1, min(last + _WINDOW, until))
        with database.reading() as connection:
            found = connection.execute(select(*_SAID).where(wanted).order_by(event.c.number))
            rows = found.mappings().all()
        yield from map(_line, rows)


def revision_lines(database: Database, until: int) -> Iterator[bytes]:
    """Write every revision of every article.

    Args:
        database: where they are.
        until: number of the last event wanted.

    Yields:
        A line of JSON for each revision, in order of their events.
    """
    for last in range(0, until, _WINDOW):
        wanted = revision.c.number.between(last + 1, min(last + _WINDOW, until))
        sizes = func.length(revision.c.summary) + func.length(revision.c.body)
        query = select(revision.c.number, sizes).where(wanted).order_by(revision.c.number)
        with database.reading() as connection:
            found = connection.execute(query).all()
        for numbers in chunks([row[0] for row in found], [row[1] for row in found]):
            some = select(revision).where(revision.c.number.in_(list(numbers)))
            with database.reading() as connection:
                rows = connection.execute(some.order_by(revision.c.number)).mappings().all()
            yield from map(_line, rows)


def load(database: Database, events: Iterable[bytes], revisions: Iterable[bytes]) -> Counts:
    """Fill an empty catalogue: whole, or not at all.

    Args:
        database: one whose history is empty.
        events: what `event_lines` wrote.
        revisions: what `revision_lines` wrote.

    Returns:
        What it holds now.

    Raises:
        BrokenLine: if nobody can have written the lines so.
        CatalogueUnavailable: if the catalogue is not empty.
    """
    with database.writing() as connection:
        if history.lock(connection):
            reason, remedy = "it has a history already", "name another database"
            raise CatalogueUnavailable(database.where, reason, remedy)
        n_events = _insert(connection, event, _in_acts(_parsed(events, _event_row)))
        states: dict[str, Row] = {}
        rows = (_noted(row, one, states) for row, one in _parsed(revisions, _revision_row))
        n_revisions = _insert(connection, revision, rows)
        _insert(connection, article, states.values())
        connection.execute(update(counter).values(number=n_events))
        for problem in inspection.contradictions(connection):
            raise BrokenLine(problem)
    return Counts(n_events, n_revisions, len(states))


def counts(database: Database, until: int) -> Counts:
    """Return how much there was at an event, however much there is now."""
    of_revisions = select(func.count(), func.count(revision.c.article_id.distinct()))
    with database.reading() as connection:
        found = connection.execute(of_revisions.where(revision.c.number <= until)).one()
    return Counts(until, found[0], found[1])


def _line(row: RowMapping) -> bytes:
    return f"{_ENCODER.encode(dict(row))}\n".encode()


def _parsed(lines: Iterable[bytes], parse: Callable[[Row, int], Parsed]) -> Iterator[Parsed]:
    """Read lines, sure that each one is what it should be.

    Args:
        lines: of JSON.
        parse: makes of an object, and the line's number, what is wanted.

    Yields:
        One result a line.

    Raises:
        BrokenLine: if a line is anything else.
    """
    for number, line in enumerate(lines, start=1):
        try:
            yield parse(json.loads(line), number)
        except _FOUND_WRONG as error:
            problem = f"line {number} of its catalogue cannot be read ({shorten(str(error))})"
            raise BrokenLine(problem) from None


def _event_row(held: Row, number: int) -> Row:
    row = _instants(event, held, {})
    _check_texts(row, "subject", "author", "reason")
    made = to_event(row)  # type: ignore[arg-type]  # a mapping of the same names
    if made.number != number or not isinstance(made.detail, dict):
        problem = f"event {number} is missing"
        raise BrokenLine(problem)
    return row


def _revision_row(held: Row, _line_number: int) -> tuple[Row, Article]:
    row = _instants(revision, held, _NOTHING_SAID)
    one = to_article(row)  # type: ignore[arg-type]  # a mapping of the same names
    _check_texts(row, "title", "summary", "body", "fingerprint")
    words = [*one.authors, *(word for tag in one.tags for word in (tag.slug, tag.label))]
    is_sound = is_article_id(one.id) and all(isinstance(word, str) for word in words)
    said = to_row(one)
    if not is_sound or fingerprint(said) != row["fingerprint"] or type(row["number"]) is not int:
        problem = "it does not say what its fingerprint stands for"
        raise BrokenLine(problem)
    return {"number": row["number"], "fingerprint": row["fingerprint"], **said}, one


def _instants(table: Table, held: Row, absent: Row) -> Row:
    """Return a row with instants for the numbers that stood for them in JSON.

    Args:
        table: that it belongs to.
        held: what a line says.
        absent: what a field holds that an older morefrom did not know.

    Raises:
        BrokenLine: if it has fields that the table has not.
    """
    if not held.keys() <= set(table.columns.keys()):
        problem = f"it has fields that no {table.name} has"
        raise BrokenLine(problem)
    said = {
        name: EPOCH + timedelta(microseconds=value)
        if value is not None and isinstance(table.columns[name].type, Instant)
        else value
        for name, value in held.items()
    }
    return {**absent, **said}


def _check_texts(row: Row, *names: str) -> None:
    wrong = [name for name in names if not isinstance(row[name], str)]
    if wrong:
        problem = f"its {wrong[0]} is no text"
        raise BrokenLine(problem)


def _in_acts(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows of events with what follows from them: the event with which each act began."""
    before: Row | None = None
    for row in rows:
        (before,) = begun_at([row], before)
        yield before


def _noted(row: Row, one: Article, states: dict[str, Row]) -> Row:
    states[one.id] = state_of(one, row["number"], row["fingerprint"])
    return row


def _insert(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    n, waiting = 0, iter(rows)
    while portion := list(islice(waiting, _WINDOW)):
        connection.execute(insert(table), portion)
        n += len(portion)
    return n
