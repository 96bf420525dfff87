"""Files of truth as rows of cells: opened, decompressed, decoded and parted, and no more."""

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from recommender.errors import UnreadableFile

_GZIP_MAGIC = b"\x1f\x8b"
_MAX_BYTES = 1_000_000_000
"""Longest text of one file: a bomb in gzip must not fill the memory."""

Cells = tuple[str, ...]


class CsvRows(Protocol):
    """What `csv.reader` returns.

    Attributes:
        line_num: lines read so far.
    """

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def text_of(path: Path) -> str:
    """Return what a file says.

    Args:
        path: plain or gzipped, told by its content.

    Returns:
        Its text.

    Raises:
        UnreadableFile: it cannot be opened, decompressed or decoded, or is far too large.
    """
    try:
        with path.open("rb") as raw:
            is_gzip = raw.read(2) == _GZIP_MAGIC
        with gzip.open(path, "rb") if is_gzip else path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(path, reason.rstrip(".")) from error
    if len(content) > _MAX_BYTES:
        raise UnreadableFile(path, f"it has more than {_MAX_BYTES:,} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableFile(path, "it is not UTF-8", line) from error


def cells_of(
    path: Path,
    rows: CsvRows,
    names: Sequence[str],
    columns: Sequence[int],
    n_needed: int,
) -> Iterator[tuple[int, Cells]]:
    """Yield line number and cells of the columns that count; blank lines are passed over.

    Args:
        path: the file, for what there is to say of it.
        rows: its rows behind the header, from `csv.reader`.
        names: its header.
        columns: the places of the columns that count, in the order wanted.
        n_needed: how many of them, from the first on, may not be empty.

    Yields:
        The cells without blanks around them.

    Raises:
        UnreadableFile: a row is too short, a cell is empty, or it is not CSV.
    """
    try:
        for row in rows:
            line = rows.line_num
            if not any(cell.strip() for cell in row):
                continue
            if len(row) <= max(columns):
                reason = f"it has {len(row)} cells, expected {len(names)}"
                raise UnreadableFile(path, reason, line)
            cells = tuple(row[place].strip() for place in columns)
            if "" in cells[:n_needed]:
                empty = names[columns[cells.index("")]]
                raise UnreadableFile(path, f"the cell of “{empty}” is empty", line)
            yield line, cells
    except csv.Error as error:
        raise UnreadableFile(path, f"it is not CSV ({error})", rows.line_num) from error
