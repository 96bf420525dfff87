"""Parquet: what pandas, polars, Spark and DuckDB write; as it is, or gzipped once more.

The file is unpacked by `parquet_process`, a child that may die without harm; here its lines become
rows. Rows are counted from 1, for the file has no lines. What a column may hold: texts, numbers,
dates and times with or without a zone, lists of texts, and as `image` a struct; each also as
dictionary-encoded. Columns that are not read may hold anything.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, cast

from recommender.catalogue.readers.fields import article_id_of
from recommender.catalogue.readers.found import Described
from recommender.catalogue.readers.lines import MAX_LINE_BYTES, numbered
from recommender.catalogue.readers.records import to_row
from recommender.catalogue.readers.rows import WHOLE_LINE, Rejection, Row
from recommender.catalogue.readers.streams import (
    Advance,
    Stream,
    damage_told,
    open_file,
    unpacked,
)
from recommender.catalogue.readers.tables import COLUMN_KEYS, MAX_IGNORED, Columns
from recommender.errors import CannotWrite, InvalidField, UnreadableFile

MEMORY_BYTES = 2 * 1024**3
"""Address space of the child; a quarter of it is the library itself."""

MAX_UNPACKED_BYTES = 16 * 1024**3
"""Largest file that is gunzipped to be read."""

_SCRIPT = Path(__file__).with_name("parquet_process.py")
_FRUGAL = {"ARROW_DEFAULT_MEMORY_POOL": "system", "ARROW_IO_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
_MISSING = "Parquet needs pyarrow; install it with “pip install pyarrow”, or save the file as CSV"
_ROWS_AN_ADVANCE = 500
_PIECE_BYTES = 1024 * 1024


def rows(path: Path, max_chars: int, advance: Advance | None = None) -> Iterator[Row]:
    """Read a file of articles.

    Args:
        path: the file. One that is damaged, or holds what cannot be read, raises UnreadableFile.
        max_chars: the longest title, summary or body accepted, in characters.
        advance: told how many bytes of the file have been read, which is estimated by rows.

    Yields:
        An article or a rejection for each row, with the number of the row.
    """
    with _plain(path) as (plain, n_bytes), _child(plain) as child:
        said = _Said(path, child)
        columns, n_rows = said.header()
        while (cells := said.row()) is not None:
            yield _row(said.number, columns, cells, max_chars)
            if advance is not None and said.number % _ROWS_AN_ADVANCE == 0:
                advance(min(n_bytes, n_bytes * said.number // max(n_rows, 1)))
        if advance is not None:
            advance(n_bytes)


class _Said:
    """What the child says, line by line.

    Attributes:
        number: of the row given last.
    """

    def __init__(self, path: Path, child: "subprocess.Popen[bytes]") -> None:
        self.number = 0
        self._path = path
        self._child = child
        self._lines = numbered(cast("IO[bytes]", child.stdout))

    def header(self) -> tuple[Columns, int]:
        """Return the columns and how many rows the file promises.

        Raises:
            UnreadableFile: if articles cannot be told from the columns.
        """
        said = self._next()
        try:
            columns = Columns.of(said["columns"])
        except ValueError as error:
            raise UnreadableFile(self._path, f"{error}") from None
        return replace(columns, ignored=tuple(said["others"][:MAX_IGNORED])), int(said["n_rows"])

    def row(self) -> list[object] | None:
        """Return the cells of the next row, none for one that is too long; None at the end."""
        said = self._next()
        if isinstance(said, dict):
            return None
        self.number += 1
        return list(said)

    def _next(self) -> Any:
        """Return what a line says: an object or, for a row, a list."""
        _, line = next(self._lines, (0, b""))
        if line is None:
            return []
        if not line.endswith(b"\n"):
            code = self._child.wait()
            end = f"signal {-code}" if code < 0 else f"exit code {code}"
            reason = f"it is damaged; what unpacks it ended with {end}"
            raise self._unreadable(reason)
        said = json.loads(line)
        if isinstance(said, dict) and "error" in said:
            missing = said["error"] == "missing"
            raise self._unreadable(_MISSING if missing else said["error"])
        return said

    def _unreadable(self, reason: str) -> UnreadableFile:
        after = f", after row {self.number:,}" if self.number else ""
        return UnreadableFile(self._path, f"{reason}{after}")


def _row(number: int, columns: Columns, cells: list[object], max_chars: int) -> Row:
    if not cells:
        size = Described(f"longer than {MAX_LINE_BYTES:,} bytes")
        return Rejection(number, WHOLE_LINE, f"{InvalidField(WHOLE_LINE, size, 'one article')}")
    try:
        return to_row(number, columns.record(cells), max_chars, columns.ignored)
    except InvalidField as error:
        article_id = article_id_of(columns.id_record(cells))
        return Rejection(number, error.field, f"{error}", article_id)


@contextmanager
def _child(path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    # -P keeps the modules beside the script from standing in for libraries of the same names.
    keys = json.dumps(sorted(COLUMN_KEYS))
    with subprocess.Popen(
        [sys.executable, "-P", str(_SCRIPT), str(path.absolute()), keys, str(MEMORY_BYTES)],
        env={**os.environ, **_FRUGAL},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            yield child
        finally:
            child.kill()


@contextmanager
def _plain(path: Path) -> Iterator[tuple[Path, int]]:
    """Make sure that a file is not gzipped.

    Args:
        path: the file.

    Yields:
        Itself or a temporary one, and the size of the original in bytes.
    """
    with open_file(path) as raw:
        n_bytes = os.fstat(raw.fileno()).st_size
        stream = unpacked(raw)
        if stream is raw:
            yield path, n_bytes
            return
        with _temporary() as copy:
            _unpack(path, stream, copy)
            yield Path(copy.name), n_bytes


@contextmanager
def _temporary() -> Iterator[IO[bytes]]:
    try:
        copy = tempfile.NamedTemporaryFile(prefix="morefrom-", suffix=".parquet")  # noqa: SIM115 — closed below
    except OSError as error:
        raise CannotWrite(tempfile.gettempdir(), error.strerror or str(error)) from None
    with copy:
        yield copy


def _unpack(path: Path, stream: Stream, copy: IO[bytes]) -> None:
    n_bytes = 0
    while True:
        with damage_told(path):
            piece = stream.read(_PIECE_BYTES)
        n_bytes += len(piece)
        if n_bytes > MAX_UNPACKED_BYTES:
            reason = f"it unpacks to more than {MAX_UNPACKED_BYTES:,} bytes"
            raise UnreadableFile(path, reason)
        try:
            copy.write(piece)
            if not piece:
                copy.flush()
                return
        except OSError as error:
            raise CannotWrite(copy.name, error.strerror or str(error)) from None
