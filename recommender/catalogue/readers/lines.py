"""The lines of a file, plain or gzipped, none longer than a limit and no more than one held."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from recommender.catalogue.readers.streams import (
    Advance,
    Stream,
    damage_told,
    open_file,
    pass_over_mark,
    unpacked,
)

MAX_LINE_BYTES = 64 * 1024 * 1024
"""Longest line that is read; what is longer is passed over piece by piece."""

_PIECE_BYTES = 1024 * 1024
_LINES_AN_ADVANCE = 100


def read_lines(path: Path, advance: Advance | None = None) -> Iterator[tuple[int, bytes | None]]:
    """Read a file line by line.

    Args:
        path: the file; whether it is gzipped is told by its first bytes, not by its name. One that
            cannot be opened, or is cut off or damaged further on, raises UnreadableFile.
        advance: told how far reading has come.

    Yields:
        Number and bytes of each line, its end included; None in place of the bytes where a line is
        longer than `MAX_LINE_BYTES`.
    """
    number = 0
    with open_file(path) as raw, damage_told(path, lambda: number + 1):
        stream = unpacked(raw)
        pass_over_mark(path, stream)
        for number, line in numbered(stream):
            if advance is not None and number % _LINES_AN_ADVANCE == 0:
                advance(raw.tell())
            yield number, line
        if advance is not None:
            advance(raw.tell())


def numbered(stream: Stream | IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Part a stream into lines.

    Args:
        stream: bytes.

    Yields:
        Number and bytes of each line, as `read_lines` does.
    """
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) <= MAX_LINE_BYTES:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(_PIECE_BYTES)
        yield number, None
