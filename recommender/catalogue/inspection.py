"""What the catalogue can say against itself: damage of the file, and facts that contradict others.

Nothing here changes anything, and nothing here says what to do; that is the doctor's business. A
restore asks the same questions before it lets a catalogue appear.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, and_, exists, func, make_url, or_, select

from recommender.catalogue.database import Database, translated
from recommender.catalogue.revisions import fingerprint, to_article, to_row
from recommender.catalogue.sqlite import SqliteBackend
from recommender.catalogue.tables import article, counter, event, revision
from recommender.domain.article import Status
from recommender.domain.event import EventKind
from recommender.errors import CatalogueUnavailable

_PATIENCE_S = 5.0
_SAID = 5
"""Complaints of SQLite that are passed on: one damaged page can cause thousands."""


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite catalogue, None for another database.

    Args:
        url: a SQLAlchemy URL that has been opened before.
    """
    address = make_url(url)
    return Path(address.database or "") if address.get_backend_name() == "sqlite" else None


def damage(file: Path, *, thorough: bool) -> list[str]:
    """Ask SQLite whether its file is sound.

    Args:
        file: an existing file.
        thorough: compare every index with its table too.

    Returns:
        What is wrong, in SQLite's own words; a file that it cannot read at all raises
        CatalogueUnavailable.
    """
    pragma = "integrity_check" if thorough else "quick_check"
    with (
        translated(SqliteBackend(str(file), _PATIENCE_S)),
        closing(sqlite3.connect(file, timeout=_PATIENCE_S)) as connection,
    ):
        said = [str(row[0]) for row in connection.execute(f"PRAGMA {pragma}({_SAID})")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(_SAID)
    found = [] if said == ["ok"] else said
    return [*found, *(f"row {row[1]} of {row[0]} has no {row[2]}" for row in orphans)]


def checkpoint(file: Path) -> None:
    """Carry SQLite's log over into its file, and cut the log down to nothing.

    Args:
        file: an existing file.

    Raises:
        CatalogueUnavailable: if readers or writers kept it from that.
    """
    with (
        translated(SqliteBackend(str(file), _PATIENCE_S)),
        closing(sqlite3.connect(file, timeout=_PATIENCE_S)) as connection,
    ):
        is_busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        remedy = "try again when no import runs"
        raise CatalogueUnavailable(str(file), "its log is in use", remedy)


def contradictions(connection: Connection) -> list[str]:
    """Compare the tables with each other.

    Args:
        connection: a reading or writing transaction.

    Returns:
        What does not hold, one clause each; empty for a sound catalogue.
    """
    return [*_numbers(connection), *_counted(connection)]


def turned_back(connection: Connection) -> list[int]:
    """Return the numbers of the events that say to be earlier than the one before, ascending."""
    before = func.lag(event.c.at).over(order_by=event.c.number).label("before")
    dated = select(event.c.number, event.c.at, before).subquery()
    query = select(dated.c.number).where(dated.c.at < dated.c.before).order_by(dated.c.number)
    return list(connection.execute(query).scalars())


def newest_at(connection: Connection) -> datetime | None:
    """Return the latest instant that any event says to be of, None for an empty history."""
    return connection.execute(select(func.max(event.c.at))).scalar()


def dates(connection: Connection, far: datetime) -> tuple[int, int]:
    """Count the published articles without a date, and those dated after an instant.

    Args:
        connection: a reading transaction.
        far: an aware instant.

    Returns:
        How many there are of each.
    """
    latest = revision.join(article, revision.c.number == article.c.number)
    published = article.c.status == Status.PUBLISHED.value
    undated = func.count().filter(revision.c.published_at.is_(None))
    future = func.count().filter(revision.c.published_at > far)
    found = connection.execute(select(undated, future).select_from(latest).where(published)).one()
    return int(found[0]), int(found[1])


def altered(database: Database, step: int) -> Iterator[int]:
    """Compute fingerprints again.

    Args:
        database: the catalogue's.
        step: of how many revisions one is looked at, 1 for all.

    Yields:
        The number of each revision that does not say what its fingerprint stands for.
    """
    with database.reading() as connection:
        numbers = list(connection.execute(select(revision.c.number).order_by(revision.c.number)))
    wanted = [number for (number,) in numbers[::step]]
    for start in range(0, len(wanted), 200):
        query = select(revision).where(revision.c.number.in_(wanted[start : start + 200]))
        with database.reading() as connection:
            rows = list(connection.execute(query.order_by(revision.c.number)).mappings())
        for row in rows:
            try:
                is_same = fingerprint(to_row(to_article(row))) == row["fingerprint"]
            except (KeyError, TypeError, ValueError):  # damaged beyond being an article
                is_same = False
            if not is_same:
                yield int(row["number"])


@contextmanager
def _opened(file: Path) -> Iterator[None]:
    with translated(SqliteBackend(str(file), _PATIENCE_S)):
        yield


def _numbers(connection: Connection) -> Iterator[str]:
    extremes = select(func.count(), func.min(event.c.number), func.max(event.c.number))
    n_events, first, last = connection.execute(extremes.select_from(event)).one()
    counted = connection.execute(select(counter.c.number)).scalar()
    if n_events and (first != 1 or last != n_events):
        yield f"its {n_events:,} events are numbered from {first} to {last}, with gaps"
    if counted != (last or 0):
        yield f"its counter stands at {counted}, its last event has number {last or 0}"


def _counted(connection: Connection) -> Iterator[str]:
    later = revision.alias()
    of_article = event.c.kind == EventKind.ARTICLE.value
    has_revision = exists().where(revision.c.number == event.c.number)
    has_event = exists().where(
        and_(event.c.number == revision.c.number, event.c.subject == revision.c.article_id)
    )
    has_article = exists().where(article.c.id == revision.c.article_id)
    is_latest = exists().where(
        and_(
            revision.c.number == article.c.number,
            revision.c.article_id == article.c.id,
            revision.c.fingerprint == article.c.fingerprint,
        )
    )
    has_later = exists().where(
        and_(later.c.article_id == article.c.id, later.c.number > article.c.number)
    )
    questions: dict[str, ColumnElement[bool]] = {
        "{} events tell of a revision that is not there": and_(of_article, ~has_revision),
        "{} revisions have no event of theirs": ~has_event,
        "{} revisions belong to an article that is not listed": ~has_article,
        "{} articles do not point to their latest revision": or_(~is_latest, has_later),
    }
    tables = (event, revision, revision, article)
    for (clause, where), table in zip(questions.items(), tables, strict=True):
        n = connection.execute(select(func.count()).select_from(table).where(where)).scalar_one()
        if n:
            yield clause.format(f"{n:,}")
