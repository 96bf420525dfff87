"""What only SQLite needs: how it is opened, how it begins, and what its complaints mean.

Write-ahead logging lets readers read while one writes; `synchronous=FULL` makes a commit survive
the loss of power. Every write begins with BEGIN IMMEDIATE: a transaction that reads first and
writes later is refused at once when another has written in between, without any waiting.
"""

import sqlite3
import time
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

DRIVERS = frozenset({"sqlite", "sqlite+pysqlite"})
BEGIN_OPTION = "morefrom_begin"
"""Execution option of a connection that holds the statement by which its transactions begin."""

_PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-16000",
)

_FAULTS_OF_OURS = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    sqlite3.DataError,
    sqlite3.NotSupportedError,
)

_REMEDIES = {
    "SQLITE_FULL": "free some space on its disk and try again",
    "SQLITE_IOERR": "check its disk and try again",
    "SQLITE_READONLY": "make the file and its folder writable",
    "SQLITE_CANTOPEN": "check that its folder exists and may be written",
    "SQLITE_PERM": "check who may read and write it",
    "SQLITE_AUTH": "check who may read and write it",
    "SQLITE_CORRUPT": "restore it from a backup",
    "SQLITE_NOTADB": "name another file by the setting “database_url”, or move this one away",
}


def make_engine(url: URL, busy_timeout_s: float) -> Engine:
    """Return an engine for a SQLite file, whose folders are made if missing.

    Args:
        url: URL of a file. A folder that cannot be made raises OSError.
        busy_timeout_s: how long a writer waits for another one.
    """
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": busy_timeout_s, "isolation_level": None})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def use_write_ahead_log(connection: Connection, patience_s: float) -> None:
    """Switch a file to write-ahead logging, which it then remembers.

    Two processes that meet in a new file can both be refused, without any waiting, so this waits.

    Args:
        connection: outside of a transaction.
        patience_s: how long to try.

    Raises:
        OperationalError: if it cannot be switched.
    """
    deadline = time.monotonic() + patience_s
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # its type is any driver's
    while driver.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            driver.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def is_busy(error: object) -> bool:
    """Return whether the driver gave up waiting for another writer."""
    return _name(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def is_fault_of_ours(error: object) -> bool:
    """Return whether an error says that our own code is wrong, which no sentence should hide."""
    return isinstance(error, _FAULTS_OF_OURS)


def remedy(error: object) -> str:
    """Return what a person can do about a driver's error."""
    name = _name(error)
    found = (advice for start, advice in _REMEDIES.items() if name.startswith(start))
    return next(found, "check the file and its disk, or restore it from a backup")


def _name(error: object) -> str:
    return str(getattr(error, "sqlite_errorname", ""))


def _configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN_OPTION, "BEGIN"))
