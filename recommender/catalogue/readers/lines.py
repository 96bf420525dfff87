"""The lines of a file, plain or gzipped, none longer than a limit and no more than one held."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path

from recommender.errors import UnreadableFile

MAX_LINE_BYTES = 64 * 1024 * 1024
"""Longest line that is read; what is longer is passed over piece by piece."""

Advance = Callable[[int], None]
"""Told now and then how many bytes of a file have been read, packed as they are."""

_GZIP_MAGIC = b"\x1f\x8b"
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_PIECE_BYTES = 1024 * 1024
_LINES_AN_ADVANCE = 100


def open_file(path: Path) -> BufferedReader:
    """Open a file for reading bytes.

    Args:
        path: the file.

    Returns:
        The open file.

    Raises:
        UnreadableFile: if it is missing, not a file, or not permitted.
    """
    try:
        if path.exists() and not path.is_file():
            kind = "a folder" if path.is_dir() else "a pipe or a device"
            raise UnreadableFile(path, f"it is {kind}, not a file")
        return path.open("rb")
    except ValueError:
        raise UnreadableFile(path, "no file can have this name") from None
    except OSError as error:
        raise UnreadableFile(path, _because(error)) from None


def read_lines(path: Path, advance: Advance | None = None) -> Iterator[tuple[int, bytes | None]]:
    """Read a file line by line.

    Args:
        path: the file; whether it is gzipped is told by its first bytes, not by its name.
        advance: told how far reading has come.

    Yields:
        Number and bytes of each line that is not blank, its end included; None in place of the
        bytes where a line is longer than `MAX_LINE_BYTES`.

    Raises:
        UnreadableFile: if the file cannot be opened, or is cut off or damaged further on.
    """
    number = 0
    with open_file(path) as raw:
        try:
            for number, line in _numbered(_unpacked(path, raw)):
                if advance is not None and number % _LINES_AN_ADVANCE == 0:
                    advance(raw.tell())
                if line is None or line.strip():
                    yield number, line
            if advance is not None:
                advance(raw.tell())
        except EOFError:
            raise UnreadableFile(path, "its compressed data ends too early", number + 1) from None
        except (zlib.error, gzip.BadGzipFile) as error:
            reason = f"its compressed data is damaged ({error})"
            raise UnreadableFile(path, reason, number + 1) from None
        except OSError as error:
            raise UnreadableFile(path, _because(error), number + 1) from None


def _unpacked(path: Path, raw: BufferedReader) -> BufferedReader | gzip.GzipFile:
    stream: BufferedReader | gzip.GzipFile = raw
    start = raw.peek(len(_UTF8_BOM))
    if start.startswith(_GZIP_MAGIC):
        stream = gzip.GzipFile(fileobj=raw, mode="rb")
        start = stream.peek(len(_UTF8_BOM))
    if start.startswith(_UTF16_BOMS):
        raise UnreadableFile(path, "it is encoded as UTF-16; save it as UTF-8")
    if start.startswith(_UTF8_BOM):
        stream.read(len(_UTF8_BOM))
    return stream


def _numbered(stream: BufferedReader | gzip.GzipFile) -> Iterator[tuple[int, bytes | None]]:
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) <= MAX_LINE_BYTES:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(_PIECE_BYTES)
        yield number, None


def _because(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
