"""What a worker counts: in memory, told to the follower once a second, never written to a file.

Counting is one addition to a list, for a hit of the answer cache takes microseconds. A thread of
its own tells what was added, as one message that goes into the follower's pipe whole or not at all.
While nobody reads, nothing is lost: it is told later. What a worker counted in its last second is
told as it ends; only a worker that is killed takes that with it.
"""

import errno
import logging
import os
import select
import stat
import threading
from multiprocessing.util import Finalize  # its processes pass over what `atexit` was given
from pathlib import Path

from recommender.domain.counts import (
    MOST,
    N_COUNTS,
    RECORD_BYTES,
    TIME_SUM,
    origin_count,
    packed,
    request_count,
    time_count,
)
from recommender.ranking.rerank import Selection

TELL_INTERVAL_S = 1.0
"""Seconds between two messages."""

QUESTIONS = "/v1/"
"""What paths of questions begin with."""

_MOST_RECORDS = select.PIPE_BUF // RECORD_BYTES
"""Records that the kernel passes on as one."""

_NOBODY_READS = frozenset({errno.ENOENT, errno.ENXIO, errno.EPIPE})
_log = logging.getLogger(__name__)


class Counts:
    """The counts of one worker; all threads may count at once."""

    def __init__(self, pipe: Path | None = None) -> None:
        """Begin at nothing.

        Args:
            pipe: where the follower reads, if it does; None to tell nobody.
        """
        self._pipe = pipe
        self._counted = [0] * N_COUNTS
        self._told = [0] * N_COUNTS
        self._descriptor: int | None = None
        self._trouble: str | None = None
        self._telling = threading.Lock()

    def start(self) -> None:
        """Tell every second from now on, in a thread of its own, and as the process ends."""
        threading.Thread(target=self._keep_telling, daemon=True, name="counts").start()
        Finalize(None, self.tell, exitpriority=0)

    def hit(self, path: str, status: str) -> None:
        """Count an answer of the answer cache.

        Args:
            path: as WSGI gives it.
            status: as in `200 OK`.
        """
        self._counted[request_count(path, status, is_hit=True)] += 1

    def answered(self, path: str, status: str, took_ns: int) -> None:
        """Count an answer of the app; its time counts if it was a question, and no probe.

        Args:
            path: as WSGI gives it.
            status: as in `200 OK`.
            took_ns: nanoseconds that it took.
        """
        counted, took_us = self._counted, took_ns // 1000
        counted[request_count(path, status, is_hit=False)] += 1
        if path.startswith(QUESTIONS):
            counted[time_count(took_us)] += 1
            counted[TIME_SUM] += took_us

    def chosen(self, selection: Selection) -> None:
        """Count the picks of a list that was made.

        Args:
            selection: the list.
        """
        for selected in selection.picks:
            self._counted[origin_count(selected.pick.origin)] += 1

    def tell(self) -> bool:
        """Tell what was counted since it was told last.

        Returns:
            Whether all of it was told.
        """
        with self._telling:
            added = [
                (which, min(many, MOST))
                for which, (now, before) in enumerate(zip(self._counted, self._told, strict=True))
                if (many := now - before)
            ]
            for at in range(0, len(added), _MOST_RECORDS):
                message = added[at : at + _MOST_RECORDS]
                if not self._send(packed(message)):
                    return False
                for which, many in message:
                    self._told[which] += many
            return True

    def _keep_telling(self) -> None:
        pause = threading.Event()
        while not pause.wait(TELL_INTERVAL_S):
            self.tell()

    def _send(self, message: bytes) -> bool:
        """Return whether the pipe took a message, without waiting for it."""
        if self._pipe is None:
            return False
        try:
            if self._descriptor is None:
                self._descriptor = _opened(self._pipe)
            os.write(self._descriptor, message)
        except BlockingIOError:
            return False  # full: the follower is at something else
        except OSError as error:
            self._close()
            if error.errno not in _NOBODY_READS and self._trouble != error.strerror:
                self._trouble = error.strerror
                _log.warning("What was counted cannot be told: %s.", self._trouble)
            return False
        return True

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _opened(pipe: Path) -> int:
    """Return a descriptor of the pipe.

    Raises:
        FileNotFoundError: if there is none, or it is no pipe.
    """
    descriptor = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(errno.ENOENT, "it is no pipe", str(pipe))
    return descriptor
