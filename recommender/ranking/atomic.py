"""Files and folders that are there whole or not at all, after a power cut too.

Everything is written under a temporary name in the folder where it will stand, flushed to the disk
(`fsync`), renamed, and the rename itself flushed by an `fsync` of the folder. A process that is
killed leaves its temporary file or folder behind; every writer holds a lock on its own, so the next
one that works in the same folder can tell such litter from work in progress, and removes it.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from recommender.errors import Busy, CannotWrite

_PREFIX = ".morefrom-tmp-"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses (full disk, no permission) into a sentence.

    Args:
        path: what is being written.

    Yields:
        Nothing.

    Raises:
        CannotWrite: instead of an `OSError` of the block.
    """
    try:
        yield
    except OSError as error:
        raise CannotWrite(path, error.strerror or str(error)) from error


@contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """Make an empty folder under a temporary name, and remove it at the end if it is still there.

    Args:
        parent: an existing folder; what killed writers left in it is removed first.

    Yields:
        The folder's path.
    """
    remove_litter(parent)
    path, lock = _locked(parent, is_folder=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def write_file(path: Path, content: bytes) -> None:
    """Replace a file, or make it, as `replacing` does.

    Args:
        path: the file; its folder exists.
        content: all of it.
    """
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Replace a file, or make it: readers see the old content or the new, never a part.

    If the disk refuses, or the block raises, the old content is still there.

    Args:
        path: the file; its folder exists. What is no plain file, such as a pipe, is written to.

    Yields:
        Where the new content goes.
    """
    with writing(path):
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
            return
        path = path.resolve()  # a link stays, and what it leads to is replaced
        remove_litter(path.parent)
        temporary, descriptor = _locked(path.parent, is_folder=False)
        try:
            with open(descriptor, "wb", closefd=False) as file:
                yield file
            os.fsync(descriptor)
            temporary.replace(path)
            sync_folder(path.parent)
        finally:
            temporary.unlink(missing_ok=True)
            os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Flush a folder's entries to the disk.

    Args:
        path: the folder.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def litter(parent: Path) -> list[Path]:
    """Return what killed writers left in a folder: temporary names whose lock nobody holds."""
    return [path for path in sorted(parent.glob(f"{_PREFIX}*")) if _unheld(path, do=None)]


def remove_litter(parent: Path) -> list[Path]:
    """Remove from a folder what killed writers left there.

    Args:
        parent: the folder; need not exist.

    Returns:
        What was removed.
    """
    return [path for path in sorted(parent.glob(f"{_PREFIX}*")) if _unheld(path, do=_remove)]


def hold(path: Path) -> int:
    """Make an empty file, whose lock tells others that its maker is alive.

    Args:
        path: the file; its folder exists.

    Returns:
        The lock, given back by closing it or by the end of the process.
    """
    while True:
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o644)
        if _lock(descriptor) and _is_at(descriptor, path):
            return descriptor
        os.close(descriptor)


def take_over(path: Path) -> int | None:
    """Return the lock of a file whose maker is dead.

    Args:
        path: what `hold` made.

    Returns:
        The lock, as `hold` returns it; None if somebody has it, the file is gone, or there are no
        locks on its file system.
    """
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(descriptor, path):
                return descriptor
        os.close(descriptor)
    return None


@contextmanager
def alone(path: Path, what: str) -> Iterator[None]:
    """Do something that only one process may do at a time.

    Args:
        path: a file that says so, made if need be; it stays.
        what: is done, for a sentence.

    Yields:
        Nothing.

    Raises:
        Busy: if another process is at it.
    """
    with writing(path):
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o644)
    try:
        if not _lock(descriptor):
            raise Busy(what, "another process")
        yield
    finally:
        os.close(descriptor)


def _locked(parent: Path, *, is_folder: bool) -> tuple[Path, int]:
    """Return a new temporary file or folder and its lock; another, if a cleaner was faster."""
    while True:
        path = parent / f"{_PREFIX}{secrets.token_hex(8)}"
        descriptor = _make(path, is_folder=is_folder)
        if _lock(descriptor) and _is_at(descriptor, path):
            return path, descriptor
        os.close(descriptor)


def _make(path: Path, *, is_folder: bool) -> int:
    if not is_folder:
        return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    while True:
        path.mkdir()
        with suppress(FileNotFoundError):  # a cleaner came between
            return os.open(path, os.O_RDONLY | os.O_DIRECTORY)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # no locks on this file system: no cleaner can take this for litter either
        return True
    return True


def _unheld(path: Path, do: Callable[[Path], None] | None) -> bool:
    """Return whether nobody works at a temporary name, after doing something with it if so."""
    with suppress(OSError):  # its writer holds the lock, or another cleaner took it
        descriptor = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if do is not None:
                do(path)
            return True
        finally:
            os.close(descriptor)
    return False


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
