"""Files as they lie on disk, plain or gzipped: opened, unpacked, and their damage told."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from recommender.errors import UnreadableFile

Advance = Callable[[int], None]
"""Told now and then how many bytes of a file have been read, packed as they are."""

Stream = BufferedReader | gzip.GzipFile

GZIP_MAGIC = b"\x1f\x8b"
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


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


def unpacked(raw: BufferedReader) -> Stream:
    """Return what an open file holds; whether it is gzipped is told by its first bytes."""
    is_gzip = raw.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
    return gzip.GzipFile(fileobj=raw, mode="rb") if is_gzip else raw


def pass_over_mark(path: Path, stream: Stream) -> None:
    """Pass over the byte order mark of a text, if it begins with one.

    Args:
        path: the file, for the sentence.
        stream: what it holds, nothing of it read yet.

    Raises:
        UnreadableFile: if the mark is that of UTF-16.
    """
    start = stream.peek(len(_UTF8_BOM))
    if start.startswith(_UTF16_BOMS):
        raise UnreadableFile(path, "it is encoded as UTF-16; save it as UTF-8")
    if start.startswith(_UTF8_BOM):
        stream.read(len(_UTF8_BOM))


@contextmanager
def damage_told(path: Path, line: Callable[[], int | None] = lambda: None) -> Iterator[None]:
    """Turn what unpacking and the disk complain about into one sentence.

    Args:
        path: the file.
        line: returns the number of the line that was being read.

    Yields:
        Nothing.

    Raises:
        UnreadableFile: if the file is cut off, damaged, or cannot be read.
    """
    try:
        yield
    except EOFError:
        raise UnreadableFile(path, "its compressed data ends too early", line()) from None
    except (zlib.error, gzip.BadGzipFile) as error:
        reason = f"its compressed data is damaged ({error})"
        raise UnreadableFile(path, reason, line()) from None
    except OSError as error:
        raise UnreadableFile(path, _because(error), line()) from None


def _because(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
