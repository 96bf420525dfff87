"""The database behind the catalogue: one engine, two kinds of transaction, errors as sentences."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from recommender.catalogue import schema, sqlite
from recommender.errors import Busy, CatalogueUnavailable, shorten

BUSY_TIMEOUT_S = 30.0


class Database:
    """An open database whose schema is the one that this code knows.

    Attributes:
        where: the file or address, for sentences; never a password.
    """

    def __init__(self, engine: Engine, where: str) -> None:
        self.where = where
        self._engine = engine

    @classmethod
    def open(
        cls, url: str, busy_timeout_s: float = BUSY_TIMEOUT_S, *, must_exist: bool = False
    ) -> "Database":
        """Open a database, made and migrated if need be.

        Args:
            url: SQLAlchemy URL.
            busy_timeout_s: how long a writer waits for another one.
            must_exist: refuse to make one.

        Returns:
            The open database.

        Raises:
            CatalogueUnavailable: if it cannot be opened, is something else, or is newer.
        """
        address = _parse(url)
        where = str(address.database)
        if must_exist and not Path(where).exists():
            remedy = "import articles first, or name the folder that has one with “--home”"
            raise CatalogueUnavailable(where, "there is none", remedy)
        try:
            engine = sqlite.make_engine(address, busy_timeout_s)
        except OSError as error:
            reason = f"its folder cannot be made ({error.strerror})"
            raise CatalogueUnavailable(where, reason, "choose another place for it") from None
        database = cls(engine, where)
        try:
            database._prepare(busy_timeout_s)
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the database and changes nothing.

        Yields:
            The connection.
        """
        with translated(self.where), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that is alone in writing; durable when the block ends, or never was.

        Yields:
            The connection.
        """
        with translated(self.where), self._engine.connect() as connection:
            writer = connection.execution_options(**{sqlite.BEGIN_OPTION: "BEGIN IMMEDIATE"})
            with writer.begin():
                yield writer

    def _prepare(self, patience_s: float) -> None:
        with translated(self.where), self._engine.connect() as connection:
            sqlite.use_write_ahead_log(connection, patience_s)
        with self.reading() as connection:
            ready = schema.is_current(connection, self.where)
        if not ready:
            with self.writing() as connection:
                schema.migrate(connection, self.where)


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn what a driver complains about into one sentence.

    Args:
        where: the file or address, for the sentence.

    Yields:
        Nothing.

    Raises:
        Busy: if another process held the database for too long.
        CatalogueUnavailable: if it cannot be opened, read or written.
        DBAPIError: if our own code is at fault, which no sentence should hide.
        Error: the same from the driver itself.
    """
    try:
        yield
    except PoolTimeoutError:
        raise Busy(what="Work on the catalogue", holder="other threads of this process") from None
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if sqlite.is_fault_of_ours(cause):
            raise
        if sqlite.is_busy(cause):
            raise Busy(what="Writing to the catalogue", holder="another process") from None
        raise CatalogueUnavailable(where, str(cause), sqlite.remedy(cause)) from None


def _parse(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        reason, remedy = (
            "this is not a database URL",
            "write it like sqlite:////folder/catalogue.db",
        )
        raise CatalogueUnavailable(shorten(url), reason, remedy) from None
    where = address.render_as_string(hide_password=True)
    if address.drivername not in sqlite.DRIVERS:
        reason = f"this version keeps its catalogue in SQLite, not in {address.get_backend_name()}"
        raise CatalogueUnavailable(where, reason, "name a URL that begins with sqlite:///")
    if not address.database or address.database == ":memory:":
        raise CatalogueUnavailable(
            where, "it names no file", "write it like sqlite:////folder/file.db"
        )
    if "?" in url:
        raise CatalogueUnavailable(where, "its path has a question mark", "choose another path")
    return address
