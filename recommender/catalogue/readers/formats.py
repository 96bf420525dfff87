"""Which format a file has is told by its first bytes, never by its name."""

from collections.abc import Callable, Iterator
from pathlib import Path

from recommender.catalogue.readers import csvfile, jsonl, parquet
from recommender.catalogue.readers.rows import Row
from recommender.catalogue.readers.streams import (
    GZIP_MAGIC,
    Advance,
    Stream,
    damage_told,
    open_file,
    pass_over_mark,
    unpacked,
)
from recommender.errors import UnreadableFile

Reader = Callable[[Path, int, Advance | None], Iterator[Row]]

_PARQUET_MAGIC = b"PAR1"
_STRANGERS = {
    b"PK\x03\x04": "it is a ZIP archive or a workbook; unpack it, or save it as CSV",
    b"\xd0\xcf\x11\xe0": "it is an old workbook; save it as CSV",
    b"BZh": "it is packed by bzip2; unpack it, or use gzip",
    b"\xfd7zXZ": "it is packed by xz; unpack it, or use gzip",
    b"\x28\xb5\x2f\xfd": "it is packed by Zstandard; unpack it, or use gzip",
    b"PARE": "it is an encrypted Parquet file",
    b"SQLite format 3": "it is a database; export its articles as JSON Lines or CSV",
    GZIP_MAGIC: "it is gzipped twice",
}
_LONGEST_MAGIC = 16
_FORMATS: dict[bytes, Reader] = {b"": jsonl.rows, b"{": jsonl.rows}
_UNREADABLE = {
    b"[": "it is one JSON list; write one object a line, without the brackets around them",
    b"<": "it is XML or HTML; export the articles as JSON Lines, CSV or Parquet",
}


def rows(path: Path, max_chars: int, advance: Advance | None = None) -> Iterator[Row]:
    """Read a file of articles: Parquet, JSON Lines or CSV, each plain or gzipped.

    Args:
        path: the file. One that cannot be read, or not to its end, raises UnreadableFile.
        max_chars: the longest title, summary or body accepted, in characters.
        advance: told how many bytes of the file have been read.

    Returns:
        An article or a rejection for each row.
    """
    return _reader(path)(path, max_chars, advance)


def _reader(path: Path) -> Reader:
    """Return what reads a file.

    Raises:
        UnreadableFile: if nothing does.
    """
    with open_file(path) as raw, damage_told(path):
        stream = unpacked(raw)
        start = stream.peek(_LONGEST_MAGIC)[:_LONGEST_MAGIC]
        if start.startswith(_PARQUET_MAGIC):
            return parquet.rows
        for magic, reason in _STRANGERS.items():
            if start.startswith(magic):
                raise UnreadableFile(path, reason)
        pass_over_mark(path, stream)
        first = _first_not_blank(stream)
    if first in _UNREADABLE:
        raise UnreadableFile(path, _UNREADABLE[first])
    return _FORMATS.get(first, csvfile.rows)


def _first_not_blank(stream: Stream) -> bytes:
    while piece := stream.read(64 * 1024):
        if found := piece.lstrip()[:1]:
            return found
    return b""
