"""A named pipe by which the follower is woken, so that what was just published shows at once.

A byte in it means “look now”, and no more: the history alone says what happened. So nothing is lost
where nobody listens, the pipe is full or gone, or the two run as different users; the follower then
finds what is new at its next look.
"""

import errno
import os
import select
import stat
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

PIPE = "wake"
"""Its name in the folder of the pointer."""

_SLICE_S = 0.2
"""Longest wait at a time, so that whoever is told to stop does so soon."""

_DRAUGHT = 65_536


def wake(serving_dir: Path) -> bool:
    """Wake the follower; never waits, never fails.

    Args:
        serving_dir: the folder that the follower writes to.

    Returns:
        Whether somebody listens.
    """
    try:
        pipe = os.open(serving_dir / PIPE, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:  # ENXIO: nobody reads it; or there is none, or it is another user's
        return False
    try:
        if not stat.S_ISFIFO(os.fstat(pipe).st_mode):
            return False
        os.write(pipe, b"\n")
    except OSError as error:
        return error.errno == errno.EAGAIN  # full: it is about to wake anyway
    finally:
        os.close(pipe)
    return True


class Sleeper:
    """Waits until it is woken; a context manager that makes the pipe, and takes it away again."""

    def __init__(self, serving_dir: Path) -> None:
        """Name the pipe.

        Args:
            serving_dir: the folder, which only one sleeper has at a time.
        """
        self._place = serving_dir / PIPE
        self._pipe: int | None = None

    def __enter__(self) -> Self:
        with suppress(OSError):  # a file system without pipes: then we look, again and again
            self._place.unlink(missing_ok=True)
            os.mkfifo(self._place, 0o600)
            # Open for writing too, or the pipe would be at its end whenever no writer has it open.
            self._pipe = os.open(self._place, os.O_RDWR | os.O_NONBLOCK)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pipe is not None:
            os.close(self._pipe)
        with suppress(OSError):
            self._place.unlink(missing_ok=True)

    def sleep(self, stop: threading.Event, seconds: float) -> bool:
        """Wait until somebody wakes us, at most for so long.

        Args:
            stop: set by whoever wants all of it to end.
            seconds: the longest wait.

        Returns:
            Whether it is to end.
        """
        until = time.monotonic() + seconds
        while not stop.is_set() and (left := until - time.monotonic()) > 0:
            if self._pipe is None:
                stop.wait(left)
            elif has_something(self._pipe, min(left, _SLICE_S)):
                os.read(self._pipe, _DRAUGHT)
                break
        return stop.is_set()


def has_something(descriptor: int, seconds: float) -> bool:
    """Wait until there is something to read, at most for so long.

    `select` would refuse a descriptor beyond 1,023, and every file that is mapped takes one.

    Args:
        descriptor: open for reading.
        seconds: the longest wait.

    Returns:
        Whether there is something.
    """
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
