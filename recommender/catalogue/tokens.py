"""Who may publish over HTTP: names, and what their secrets hash to, never the secrets.

A secret has 256 random bits, so a plain SHA-256 keeps it: there is nothing to guess. A name is used
once and for ever, since the history says who published by it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select, update

from recommender.catalogue import history
from recommender.catalogue.database import Database
from recommender.catalogue.tables import token


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept.

    Attributes:
        name: who publishes by it.
        sha256: of the secret, in hexadecimal.
        created_at: when, in UTC.
        created_by: by whom.
        revoked_at: since when it is worth nothing; None while it is in force.
        revoked_by: by whom.
    """

    name: str
    sha256: str
    created_at: datetime
    created_by: str
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    @property
    def is_in_force(self) -> bool:
        """Whether it lets anybody in."""
        return self.revoked_at is None


class Tokens:
    """The tokens of a catalogue."""

    def __init__(self, database: Database) -> None:
        """Name them.

        Args:
            database: where they are.
        """
        self._database = database

    def all(self) -> list[Token]:
        """Return all that were ever made, by name."""
        query = select(token).order_by(token.c.name)
        return self._database.read(
            lambda connection: [Token(**row) for row in connection.execute(query).mappings()]
        )

    def create(self, name: str, sha256: str, author: str) -> bool:
        """Keep a new one.

        Args:
            name: of it.
            sha256: of its secret.
            author: who makes it.

        Returns:
            Whether it was kept; not, if there ever was one of that name.
        """
        with self._database.writing() as connection:
            history.lock(connection)
            if connection.execute(select(token).where(token.c.name == name)).first():
                return False
            made = {"name": name, "sha256": sha256, "created_by": author}
            connection.execute(insert(token), [{**made, "created_at": datetime.now(UTC)}])
            return True

    def revoke(self, name: str, author: str) -> bool:
        """Make one worthless, from the next request on.

        Args:
            name: of it.
            author: who does so.

        Returns:
            Whether there was one in force.
        """
        in_force = (token.c.name == name) & token.c.revoked_at.is_(None)
        values = {"revoked_at": datetime.now(UTC), "revoked_by": author}
        with self._database.writing() as connection:
            history.lock(connection)
            return connection.execute(update(token).where(in_force).values(values)).rowcount == 1
