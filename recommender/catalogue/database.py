"""The database behind the catalogue: one engine, two kinds of transaction, errors as sentences."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from recommender.catalogue import postgres, schema, sqlite
from recommender.catalogue.backend import Backend
from recommender.errors import Busy, CatalogueUnavailable

BUSY_TIMEOUT_S = 30.0

T = TypeVar("T")


class Database:
    """An open database whose schema is the one that this code knows.

    Attributes:
        where: the file or address, for sentences; never a password.
    """

    def __init__(self, backend: Backend, engine: Engine) -> None:
        self.where = backend.where
        self._backend = backend
        self._engine = engine
        self._reader = engine.execution_options(**backend.reading)
        self._writer = engine.execution_options(**backend.writing)

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
            The open database; CatalogueUnavailable if it cannot be opened, is something else, or is
            newer.
        """
        backend = _choose(url, busy_timeout_s)
        with translated(backend):
            engine = backend.make_engine(must_exist=must_exist)
        database = cls(backend, engine)
        try:
            database._prepare(must_exist=must_exist)
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
        with translated(self._backend), self._reader.connect() as connection:
            yield connection

    def read(self, work: Callable[[Connection], T]) -> T:
        """Read in one transaction, once more where the connection is lost in the middle of it.

        A read can be repeated without harm: a server that was restarted, or a link that was cut,
        need not end a training that has run for an hour. A write is never repeated.

        Args:
            work: reads what it needs, keeps nothing but what it returns.

        Returns:
            What `work` returned.

        Raises:
            DBAPIError: if our own code is at fault, which no sentence should hide.
        """
        try:
            with self._reader.connect() as connection:
                return work(connection)
        except DBAPIError as error:
            if not error.connection_invalidated:
                with translated(self._backend):
                    raise
        with self.reading() as connection:
            return work(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction; it is durable when the block ends, or never was.

        It is alone in writing from the moment at which it calls `history.lock`, its first act.

        Yields:
            The connection.

        Raises:
            CatalogueUnavailable: if the connection is lost while the server stores it all.
            DBAPIError: if our own code is at fault, which no sentence should hide.
        """
        is_done = False
        with translated(self._backend), self._writer.connect() as connection:
            try:
                with connection.begin():
                    yield connection
                    is_done = True
            except DBAPIError as error:
                if not (is_done and error.connection_invalidated):
                    raise
                reason = "the connection was lost in the moment of storing, perhaps just after it"
                remedy = "see whether it was stored; an import may simply be run again"
                raise CatalogueUnavailable(self.where, reason, remedy) from None

    def forget_deleted(self) -> bool:
        """Have the files written anew, without what is no longer in the tables, if we may.

        Returns:
            Whether that was done.
        """
        with translated(self._backend), self._engine.connect() as connection:
            return self._backend.forget_deleted(connection)

    def _prepare(self, *, must_exist: bool) -> None:
        with translated(self._backend), self._engine.connect() as connection:
            self._backend.prepare(connection)
        version = self.read(lambda connection: schema.version(connection, self._backend))
        if version is None and must_exist:
            remedy = "import articles first"
            raise CatalogueUnavailable(self.where, "nothing has been stored there yet", remedy)
        if version != schema.HEAD:
            with self.writing() as connection:
                schema.migrate(connection, self._backend)


@contextmanager
def translated(backend: Backend) -> Iterator[None]:
    """Turn what a driver complains about into one sentence.

    Args:
        backend: whose driver.

    Yields:
        Nothing.

    Raises:
        Busy: if other threads of this process hold all of its connections.
        DBAPIError: if our own code is at fault, which no sentence should hide. Anything else
            becomes what the backend calls it: CatalogueUnavailable, or Busy.
    """
    try:
        yield
    except PoolTimeoutError:
        raise Busy(what="Work on the catalogue", holder="other threads of this process") from None
    except (DBAPIError, backend.driver_error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        sentence = backend.explain(cause, lost=lost)
        if sentence is None:
            raise
        raise sentence from None


def _choose(url: str, busy_timeout_s: float) -> Backend:
    """Return the backend that a URL names.

    Raises:
        CatalogueUnavailable: if it names none that we know; the sentence does not repeat it, for it
            may hold a password.
    """
    setting = "the address in the setting “database_url”"
    shapes = "write it like sqlite:////folder/catalogue.db or postgresql://user@server/database"
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise CatalogueUnavailable(setting, "this is not a database URL", shapes) from None
    if address.drivername in postgres.DRIVERS:
        return postgres.PostgresBackend(address, busy_timeout_s)
    if address.drivername not in sqlite.DRIVERS:
        reason = f"a catalogue is kept in SQLite or PostgreSQL, not in {address.drivername}"
        raise CatalogueUnavailable(setting, reason, shapes)
    if not address.database or address.database == ":memory:":
        raise CatalogueUnavailable(setting, "it names no file", shapes)
    if "?" in url:
        raise CatalogueUnavailable(setting, "its path has a question mark", "choose another path")
    return sqlite.SqliteBackend(address.database, busy_timeout_s)
