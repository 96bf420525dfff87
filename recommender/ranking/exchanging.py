"""Two folders that change places: whoever looks at a name finds the one or the other, whole."""

import ctypes
import errno
import os
from pathlib import Path

from recommender.ranking.atomic import sync_folder, writing

_HERE = -100
"""`AT_FDCWD`: names are those of this process."""

_EXCHANGE = 2
"""`RENAME_EXCHANGE` of renameat2(2)."""


def exchange(one: Path, other: Path) -> None:
    """Let two folders of one parent change places, and make that durable.

    Linux does it in one act, so that each name is there at any moment. Where the system or the file
    system cannot, a process that is killed in between leaves the second place empty and both
    folders whole, one of them under a name that ends in `.aside`; `finish_exchange` puts it right.

    Args:
        one: a folder.
        other: a folder beside it.
    """
    with writing(other):
        if not _exchange_at_once(one, other):
            other.rename(_aside(one))
            finish_exchange(one, other)
        sync_folder(one.parent)


def finish_exchange(one: Path, other: Path) -> None:
    """End what a killed `exchange` of the same folders began.

    Args:
        one: the first of them.
        other: the second.
    """
    aside = _aside(one)
    if aside.exists() and not other.exists():
        one.rename(other)
    if aside.exists():
        aside.rename(one)


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.aside")


def _exchange_at_once(one: Path, other: Path) -> bool:
    """Exchange two names in one act.

    Args:
        one: a folder.
        other: a folder.

    Returns:
        Whether the system can.

    Raises:
        OSError: if it refuses.
    """
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    if rename(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0:
        return True
    error = ctypes.get_errno()
    if error in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(error, os.strerror(error), str(other))
