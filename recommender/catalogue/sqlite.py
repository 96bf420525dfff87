"""What only SQLite needs: how it is opened, how it begins, and what its complaints mean.

Write-ahead logging lets readers read while one writes; `synchronous=FULL` makes a commit survive
the loss of power. Every write begins with BEGIN IMMEDIATE: a transaction that reads first and
writes later is refused at once when another has written in between, without any waiting.

A file that is moved away stays open to whoever has it open. So each transaction first looks whether
the file at the path is still the one that it holds, and opens what is there now if it is not.
"""

import os
import shutil
import sqlite3
import time
from functools import partial
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from recommender.catalogue.backend import ENGINE_OPTIONS
from recommender.errors import Busy, CatalogueUnavailable, MorefromError

DRIVERS = frozenset({"sqlite", "sqlite+pysqlite"})
_BEGIN = "morefrom_begin"
"""Execution option of a connection that holds the statement by which its transactions begin."""

_FILE = "morefrom_file"
"""Key under which a pooled connection remembers which file it opened."""

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

_ELSEWHERE = "name another file by the setting “database_url”"

_REMEDIES = {
    "SQLITE_FULL": "free some space on its disk and try again",
    "SQLITE_IOERR": "check its disk and try again",
    "SQLITE_READONLY": "make the file and its folder writable",
    "SQLITE_CANTOPEN": "check that the file is there and that it and its folder may be written",
    "SQLITE_PERM": "check who may read and write it",
    "SQLITE_AUTH": "check who may read and write it",
    "SQLITE_CORRUPT": "restore it from a backup",
    "SQLITE_NOTADB": f"{_ELSEWHERE}, or move this one away",
}


_PERHAPS_FULL = ("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_FULL")
_LEAST_BYTES = 1 << 17
"""With less than this free on its disk a catalogue can hardly be opened, not even to read it: the
index of the log takes 32 KiB."""


class SqliteBackend:
    """A catalogue in a SQLite file.

    Attributes:
        where: the file.
    """

    elsewhere = _ELSEWHERE
    driver_error: type[Exception] = sqlite3.Error
    reading = {_BEGIN: "BEGIN"}  # noqa: RUF012 — a constant of the protocol
    writing = {_BEGIN: "BEGIN IMMEDIATE"}  # noqa: RUF012 — a constant of the protocol

    def __init__(self, where: str, busy_timeout_s: float) -> None:
        """Name a file; nothing is opened yet.

        Args:
            where: the file.
            busy_timeout_s: how long a writer waits for another one.
        """
        self.where = where
        self._busy_timeout_s = busy_timeout_s

    def make_engine(self, *, must_exist: bool) -> Engine:
        """Return an engine for the file, which is made with its folders if it is missing.

        Args:
            must_exist: refuse to make one.

        Raises:
            CatalogueUnavailable: if it is missing and must not be, or cannot be made.
        """
        path = Path(self.where)
        if must_exist and not path.exists():
            remedy = "import articles first, or name the folder that has one with “--home”"
            raise CatalogueUnavailable(self.where, "there is none", remedy)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = f"its folder cannot be made ({error.strerror})"
            raise CatalogueUnavailable(self.where, reason, "choose another place for it") from None
        if not path.exists():
            # As the driver makes it; from here on it only opens, and makes no second one where the
            # first was moved away.
            self._connect("rwc").close()
        engine = create_engine(
            "sqlite://",
            creator=partial(self._connect, "rw"),
            poolclass=QueuePool,
            **ENGINE_OPTIONS,
        )
        event.listen(engine, "connect", self._configure)
        event.listen(engine, "checkout", self._check_same_file)
        event.listen(engine, "begin", _begin)
        return engine

    def prepare(self, connection: Connection) -> None:
        """Switch a file to write-ahead logging, which it then remembers.

        Two processes that meet in a new file can both be refused, without any waiting, so this
        waits.

        Args:
            connection: outside of a transaction.

        Raises:
            OperationalError: if it cannot be switched.
        """
        deadline = time.monotonic() + self._busy_timeout_s
        driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # its type is any driver's
        while driver.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                driver.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def forget_deleted(self, connection: Connection) -> bool:
        """Write the file anew and cut its log down to nothing.

        Pages that were split or freed before may hold words that are in no table any more, and the
        log has pages as they were; VACUUM copies only what there is, and then the log goes.

        Args:
            connection: outside of a transaction.

        Returns:
            True.

        Raises:
            CatalogueUnavailable: if readers keep the log from being cut.
        """
        driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # its type is any driver's
        driver.execute("VACUUM")
        is_busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            remedy = "run the same again when nothing else reads or writes"
            raise CatalogueUnavailable(self.where, "its log is in use", remedy)
        return True

    def lock_tables(self, connection: Connection) -> None:
        """Do nothing: BEGIN IMMEDIATE has locked all there is."""

    def explain(self, error: BaseException | None, *, lost: bool) -> MorefromError | None:  # noqa: ARG002 — a file has no connection to lose
        """Return what an error of the driver means to a person, None where we are at fault."""
        if isinstance(error, _FAULTS_OF_OURS):
            return None
        if _is_busy(error):
            return Busy(what="Writing to the catalogue", holder="another process")
        name = _name(error)
        if name.startswith(_PERHAPS_FULL) and self._is_full():
            return CatalogueUnavailable(self.where, "its disk is full", _REMEDIES["SQLITE_FULL"])
        found = (advice for start, advice in _REMEDIES.items() if name.startswith(start))
        remedy = next(found, "check the file and its disk, or restore it from a backup")
        return CatalogueUnavailable(self.where, str(error), remedy)

    def _is_full(self) -> bool:
        try:
            return shutil.disk_usage(Path(self.where).parent).free < _LEAST_BYTES
        except OSError:
            return False

    def _connect(self, mode: str) -> sqlite3.Connection:
        return sqlite3.connect(
            f"file:{quote(os.fsencode(self.where))}?mode={mode}",
            uri=True,
            timeout=self._busy_timeout_s,
            isolation_level=None,
            check_same_thread=False,
        )

    def _configure(self, connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        entry.info[_FILE] = self._file()
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    def _check_same_file(
        self, _: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        """Have the pool open the path again where another file, or none, is there now.

        Raises:
            DisconnectionError: if so.
        """
        if entry.info[_FILE] != self._file():
            raise DisconnectionError

    def _file(self) -> tuple[int, int] | None:
        """Return what tells the file at the path from every other one, None if there is none."""
        try:
            status = Path(self.where).stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino


def _is_busy(error: object) -> bool:
    """Return whether the driver gave up waiting for another writer."""
    return _name(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _name(error: object) -> str:
    return str(getattr(error, "sqlite_errorname", ""))


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
