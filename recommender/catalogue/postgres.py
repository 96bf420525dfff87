"""What only PostgreSQL needs: how it is reached, how it begins, and how its tables are locked.

A reader sees one state of the database (repeatable read, read only). A writer reads what is newest
(read committed), for it first waits for the row of the counter and must then see what the one
before it did. Both say at their beginning how long they are ready to wait; that lasts for the
transaction alone, so that a pooler between us and the server may hand the session to others.
"""

import logging

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from recommender.catalogue.backend import ENGINE_OPTIONS
from recommender.catalogue.complaints import Complaints
from recommender.errors import CatalogueUnavailable, MorefromError

DRIVERS = frozenset({"postgresql", "postgres", "postgresql+psycopg"})

OLDEST = (14, 0)
"""The oldest server that is accepted."""

STATEMENT_TIMEOUT_S = 120.0
"""Longest that one statement may take, waiting for other writers not counted."""

IDLE_TIMEOUT_S = 60.0
"""Longest that a writer may stand still before the server ends it, and lets others write."""

_WRITES = "morefrom_writes"
"""Execution option of a connection whose transactions write."""

_TABLES_LOCK = int.from_bytes(b"morefrom")
"""Number of the advisory lock of whoever changes tables."""

_CONNECT = {
    "connect_timeout": "5",
    "client_encoding": "utf8",
    "fallback_application_name": "morefrom",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""How the server is reached, in seconds but the last in milliseconds; the URL may say otherwise.

A server that vanishes from the network is noticed within half a minute."""

_SILENT = logging.NullHandler()

_READER_LIMITS = text(
    "SELECT set_config('lock_timeout', :patience, true),"
    " set_config('statement_timeout', :longest, true),"
    " set_config('transaction_read_only', 'on', true)"
)
_WRITER_LIMITS = text(
    "SELECT set_config('lock_timeout', :patience, true),"
    " set_config('statement_timeout', :longest, true),"
    " set_config('idle_in_transaction_session_timeout', :idle, true),"
    " set_config('synchronous_commit', CASE current_setting('synchronous_commit')"
    " WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true)"
)
"""The last one because a promotion must be durable when it returns, on a server in a hurry too."""


class PostgresBackend:
    """A catalogue in a database of a PostgreSQL server.

    Attributes:
        where: user, server and database.
    """

    elsewhere = (
        "name an empty database by the setting “database_url”, or a schema of its own by adding "
        "“?options=-csearch_path%3Dmorefrom”"
    )
    reading = {"isolation_level": "REPEATABLE READ", _WRITES: False}  # noqa: RUF012 — a constant of the protocol
    writing = {"isolation_level": "READ COMMITTED", _WRITES: True}  # noqa: RUF012 — a constant of the protocol

    def __init__(self, url: URL, busy_timeout_s: float) -> None:
        """Name a database; nothing is opened yet.

        Args:
            url: URL with one of `DRIVERS`.
            busy_timeout_s: how long a writer waits for another one.

        Raises:
            CatalogueUnavailable: if the URL names no database.
        """
        self._url = url.set(drivername="postgresql+psycopg")
        self.where = _where(url)
        self._busy_timeout_s = busy_timeout_s
        self._complaints = Complaints(self.where)
        self.driver_error: type[Exception] = OSError
        if not url.database:
            remedy = "write it like postgresql://user:password@server/database"
            raise CatalogueUnavailable(self.where, "it names no database", remedy)

    def make_engine(self, *, must_exist: bool) -> Engine:  # noqa: ARG002 — a database is made by whoever runs the server
        """Return an engine for the database; the server is not asked yet.

        Raises:
            CatalogueUnavailable: if the driver is missing.
        """
        try:
            import psycopg
        except ImportError:  # the package, or the library of PostgreSQL that it needs
            reason = "the driver of PostgreSQL is not installed here"
            remedy = "run “pip install 'psycopg[binary]'”"
            raise CatalogueUnavailable(self.where, reason, remedy) from None
        self.driver_error = psycopg.Error
        # What it warns of also comes as an error, and becomes a sentence; unless somebody listens,
        # Python would print the warning above that.
        logging.getLogger("psycopg").addHandler(_SILENT)
        defaults = {key: value for key, value in _CONNECT.items() if key not in self._url.query}
        engine = create_engine(
            self._url, connect_args=defaults, pool_pre_ping=True, **ENGINE_OPTIONS
        )
        event.listen(engine, "begin", self._begin)
        return engine

    def prepare(self, connection: Connection) -> None:
        """See that the server and the database are such that we can work with them.

        Args:
            connection: outside of a transaction.

        Raises:
            CatalogueUnavailable: if the server is too old, or the database keeps no Unicode.
        """
        version = connection.dialect.server_version_info or (0,)
        if version < OLDEST:
            found, oldest = (".".join(map(str, numbers)) for numbers in (version, OLDEST))
            reason = f"its server is PostgreSQL {found}, and {oldest} is the oldest that will do"
            raise CatalogueUnavailable(self.where, reason, "bring the server up to date")
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            reason = f"its texts are kept as {encoding}, which has no room for every script"
            remedy = "make a database with ENCODING 'UTF8' and name that one"
            raise CatalogueUnavailable(self.where, reason, remedy)

    def forget_deleted(self, connection: Connection) -> bool:  # noqa: ARG002 — it is not ours to do
        """Return False: VACUUM FULL locks a table, and the server keeps logs and replicas."""
        return False

    def lock_tables(self, connection: Connection) -> None:
        """Become the only one that changes tables, for as long as that may take."""
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:lock), set_config('statement_timeout', '0', true)"),
            {"lock": _TABLES_LOCK},
        )

    def explain(self, error: BaseException | None, *, lost: bool) -> MorefromError | None:
        """Return what an error of the driver means to a person, None where we are at fault."""
        return self._complaints.explain(error, lost=lost)

    def _begin(self, connection: Connection) -> None:
        waits = self._busy_timeout_s
        limits = {"patience": _ms(waits), "longest": _ms(waits + STATEMENT_TIMEOUT_S)}
        if connection.get_execution_options().get(_WRITES, False):
            connection.execute(_WRITER_LIMITS, {**limits, "idle": _ms(IDLE_TIMEOUT_S)})
        else:
            connection.execute(_READER_LIMITS, limits)


def _ms(seconds: float) -> str:
    """Return what PostgreSQL takes as a time limit; to it, 0 would mean none."""
    return str(max(1, round(seconds * 1000)))


def _where(url: URL) -> str:
    """Return who connects to what, for sentences: never a password, and none of the options."""
    named = url.query.get("host", "")
    host = url.host or (named if isinstance(named, str) else ",".join(named))
    user = f"{url.username}@" if url.username else ""
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{user}{host}{port}/{url.database or ''}"
