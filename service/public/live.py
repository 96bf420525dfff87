"""The snapshot that a worker answers from, exchanged while it answers.

A request takes the reference once and uses only it, so no answer mixes two versions. The pointer is
looked at every `poll_interval_s`, in a thread of its own once the holder is started, so that no
reader waits for the twenty milliseconds that opening takes. The new snapshot is built whole and
then put in place by one assignment; until then all answer from the old one. Without that thread, or
where it is late, whichever request comes next looks. What cannot be opened leaves the last good
snapshot in place and is remembered for `/readyz`.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from recommender.errors import BrokenBundle, MorefromError
from recommender.logs import tell
from recommender.ranking.pointer import pointer_path
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from service.public.caching import changed_keys

RETRY_INTERVAL_S = 1.0
"""Seconds between two attempts to open what could not be opened."""

LATE_S = 1.0
"""Seconds after which a look that is due is no longer left to the thread."""

_SHORTEST_PAUSE_S = 0.01

_log = logging.getLogger(__name__)
_Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a worker does not have what the pointer names.

    Attributes:
        detail: one sentence.
        since: the instant of the first failure in a row, in UTC.
    """

    detail: str
    since: datetime


class Live:
    """Holder of the current snapshot; one a worker, shared by its threads.

    Attributes:
        trouble: why the pointer could not be followed, None while all is well.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.trouble: Trouble | None = None
        self._settings = settings
        self._clock = clock
        self._pointer = pointer_path(settings.serving_dir)
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._mark: _Mark | None = None
        self._next_look = clock()
        self._late_s = 0.0

    def start(self) -> None:
        """Follow the pointer from now on in a thread, which ends with the process."""
        self._late_s = LATE_S
        threading.Thread(target=self._keep_following, daemon=True, name="live").start()

    def snapshot(self) -> Snapshot | None:
        """Return the snapshot to answer one request from, None while nothing was ever promoted."""
        late_s = self._late_s if self._snapshot is not None else 0.0
        if self._clock() >= self._next_look + late_s:
            self._look()
        return self._snapshot

    def changed(self, former: Snapshot | None, snapshot: Snapshot | None) -> frozenset[str] | None:
        """Return the names of what is another than in a former snapshot; None if all may be.

        Args:
            former: what was served.
            snapshot: what is served after it.
        """
        return None if former is None or snapshot is None else changed_keys(former, snapshot)

    def _keep_following(self) -> None:
        while True:
            time.sleep(max(_SHORTEST_PAUSE_S, self._next_look - self._clock()))
            self._look()

    def _look(self) -> None:
        """Follow the pointer, unless another thread is at it; wait for it if there is no choice."""
        if not self._lock.acquire(blocking=self._snapshot is None):
            return
        try:
            if self._clock() >= self._next_look:
                self._follow()
        finally:
            self._lock.release()

    def _follow(self) -> None:
        pause = self._settings.poll_interval_s
        try:
            # Taken before the pointer is read: a pointer moved in between is read again next time.
            mark = self._stat()
            if mark is not None and mark != self._mark:
                self._snapshot = Snapshot.open(self._settings, self._snapshot)
                self._mark = mark
                _tell_of(self._snapshot)
            if self.trouble is not None:
                tell(_log, "recovered", "The pointer can be followed again.")
            self.trouble = None
            if self._snapshot is None:
                pause = 0.0  # a worker must not refuse what its neighbour answers already
        except (MorefromError, OSError, ValueError) as error:
            pause = max(pause, RETRY_INTERVAL_S)
            self._remember(error)
        self._next_look = self._clock() + pause

    def _stat(self) -> _Mark | None:
        """Return what changes whenever the pointer does; None before there is one.

        Raises:
            BrokenBundle: if it has gone.
        """
        try:
            found = self._pointer.stat()
        except FileNotFoundError:
            if self._snapshot is None:
                return None
            remedy = "restart “morefrom serve”, which writes it anew"
            raise BrokenBundle(self._pointer, "no file", "the pointer", remedy) from None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _remember(self, error: Exception) -> None:
        since = self.trouble.since if self.trouble else datetime.now(UTC)
        trouble = Trouble(str(error), since)
        if trouble != self.trouble:
            said = f"What the pointer names cannot be served: {error}"
            tell(_log, "trouble", said, logging.WARNING)
        self.trouble = trouble


def _tell_of(snapshot: Snapshot) -> None:
    version, last_event = snapshot.bundle.version, snapshot.overlay.last_event
    message = f"Answers come from {version}, event {last_event}, from now on."
    tell(_log, "swapped", message, version=version, last_event=last_event)
