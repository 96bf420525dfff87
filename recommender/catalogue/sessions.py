"""Who is signed in, in which browsers, and the wrong passwords that still count.

Neither is history: a session is deleted when it ends, an attempt when it no longer counts. What a
cookie holds has 256 random bits; only what it hashes to is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from recommender.catalogue import history
from recommender.catalogue.database import Database
from recommender.catalogue.people import to_person
from recommender.catalogue.tables import person, session, sign_in_attempt
from recommender.domain.person import Person

IDLE = timedelta(hours=12)
"""A session ends when it was not used for so long: a shift, not a night."""

LONGEST = timedelta(days=7)
"""A session ends after so long, however much it is used."""

SEEN_EVERY = timedelta(minutes=5)
"""How exactly it is known when a session was last used; noting it is a write."""

COUNTS_FOR = timedelta(hours=1)
"""How long a wrong password counts."""

_LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in, in one browser.

    Attributes:
        person: who.
        begun_at: since when, in UTC.
        seen_at: when they were last there, to within `SEEN_EVERY`.
    """

    person: Person
    begun_at: datetime
    seen_at: datetime


class Sessions:
    """The sessions of a catalogue."""

    def __init__(self, database: Database) -> None:
        """Name them.

        Args:
            database: where they are.
        """
        self._database = database

    def begin(self, name: str, sha256: str, now: datetime) -> None:
        """Begin one, and forget those that have ended.

        Args:
            name: who signed in.
            sha256: what the cookie hashes to.
            now: the time.
        """
        begun = {"sha256": sha256, "name": name, "begun_at": now, "seen_at": now}
        with self._database.writing() as connection:
            history.lock(connection)
            connection.execute(delete(session).where(~_is_alive(now)))
            connection.execute(insert(session), [begun])

    def find(self, sha256: str, now: datetime) -> Session | None:
        """Return a session that has not ended, of a person who is not shut out."""
        holds = (session.c.sha256 == sha256) & _is_alive(now) & person.c.revoked_at.is_(None)
        query = select(person, session.c.begun_at, session.c.seen_at).join_from(session, person)
        row = self._database.read(
            lambda connection: connection.execute(query.where(holds)).mappings().first()
        )
        return None if row is None else Session(to_person(row), row["begun_at"], row["seen_at"])

    def see(self, sha256: str, now: datetime) -> None:
        """Note that a session is used."""
        with self._database.writing() as connection:
            history.lock(connection)
            mine = session.c.sha256 == sha256
            connection.execute(update(session).where(mine).values(seen_at=now))

    def end(self, sha256: str) -> None:
        """End a session, if it has not ended."""
        with self._database.writing() as connection:
            history.lock(connection)
            connection.execute(delete(session).where(session.c.sha256 == sha256))

    def counted(self, now: datetime) -> dict[str, tuple[int, datetime]]:
        """Return of each person signed in how many sessions they have, and when one was used."""
        n, seen = func.count(), func.max(session.c.seen_at, type_=session.c.seen_at.type)
        query = select(session.c.name, n, seen).where(_is_alive(now)).group_by(session.c.name)
        return self._database.read(
            lambda connection: {row[0]: (row[1], row[2]) for row in connection.execute(query)}
        )


class Attempts:
    """Wrong passwords, by what they are counted under: a name, an address, a known browser."""

    def __init__(self, database: Database) -> None:
        """Name them.

        Args:
            database: where they are, for all processes together.
        """
        self._database = database

    def begin(self, keys: Mapping[str, int], now: datetime) -> timedelta:
        """Count an attempt as wrong beforehand, unless it has to wait.

        So many attempts at once are no way around the limit. One that has to wait is not counted:
        who only waits gets through, however many others try in vain.

        Args:
            keys: under each key, how many may be wrong before waiting begins.
            now: the time.

        Returns:
            How long to wait before the next attempt is heard; none if this one is.
        """
        key, at = sign_in_attempt.c.key, sign_in_attempt.c.at
        columns = (key, func.count(), func.max(at, type_=at.type))
        counted = select(*columns).where(key.in_(list(keys))).group_by(key)
        with self._database.writing() as connection:
            history.lock(connection)
            connection.execute(delete(sign_in_attempt).where(at <= now - COUNTS_FOR))
            wait = timedelta(0)
            for one, n_wrong, latest in connection.execute(counted):
                wait = max(wait, latest + backoff(n_wrong - keys[one]) - now)
            if not wait:
                connection.execute(
                    insert(sign_in_attempt), [{"key": one, "at": now} for one in keys]
                )
            return wait

    def forget(self, keys: list[str]) -> None:
        """Count no more what was wrong under some keys: the password was right."""
        with self._database.writing() as connection:
            history.lock(connection)
            connection.execute(delete(sign_in_attempt).where(sign_in_attempt.c.key.in_(keys)))


def backoff(n_too_many: int) -> timedelta:
    """Return how long to wait after the last wrong password.

    Args:
        n_too_many: wrong ones beyond those that are free.

    >>> [backoff(n).seconds for n in (-1, 0, 1, 5, 100)]
    [0, 1, 2, 32, 900]
    """
    if n_too_many < 0:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(n_too_many, 20)), _LONGEST_WAIT)


def _is_alive(now: datetime) -> ColumnElement[bool]:
    return (session.c.seen_at > now - IDLE) & (session.c.begun_at > now - LONGEST)
