"""`morefrom follow`: the one process that reads the history for the public app."""

import fcntl
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from recommender.catalogue.catalogue import Catalogue
from recommender.errors import (
    BrokenBundle,
    Busy,
    CannotWrite,
    CatalogueUnavailable,
    MorefromError,
    NoChampion,
)
from recommender.logs import begin, tell
from recommender.ranking.atomic import write_file
from recommender.ranking.pointer import read_pointer
from recommender.settings import Settings
from recommender.workflows.follower import Follower
from recommender.workflows.metrics import metrics_served
from recommender.workflows.waking import Sleeper

STATUS_FILE = "status.json"
"""Where the last problem is left for `/readyz`."""

LOCK_FILE = "follower.lock"
"""Held by the one that is at work."""

TROUBLE_PAUSE_S = 0.5
"""Seconds between two attempts while the catalogue or the disk does not answer."""

_log = logging.getLogger(__name__)


def follow(settings: Settings, stop: threading.Event) -> None:
    """Follow the history until told to stop, whatever happens to the catalogue meanwhile.

    Args:
        settings: whose home.
        stop: set by whoever wants it to end.
    """
    status = _Status(settings.serving_dir / STATUS_FILE)
    begin("follower", settings.log_format)
    serving = settings.serving_dir
    with (
        sole_follower(serving),
        Sleeper(serving) as sleeper,
        metrics_served(settings, lambda: status.said),
    ):
        tell(_log, "started", "The follower has started.", home=settings.home)
        while not stop.is_set():
            try:
                with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
                    _follow(settings, catalogue, sleeper, stop, status)
            except MorefromError as error:
                status.tell(str(error))
                stop.wait(TROUBLE_PAUSE_S)
    tell(_log, "stopped", "The follower has ended.")


def _follow(
    settings: Settings,
    catalogue: Catalogue,
    sleeper: Sleeper,
    stop: threading.Event,
    status: "_Status",
) -> None:
    """Follow with an open catalogue, which finds its database again by itself when that is back.

    What was verified and gathered is kept meanwhile: a champion of a gigabyte need not be read anew
    for a server that was restarted.
    """
    follower = Follower(settings, catalogue)
    while not sleeper.sleep(stop, settings.poll_interval_s):
        try:
            if follower.step(datetime.now(UTC)):
                _tell_what_is_served(settings)
            status.tell(follower.problem)
        except (CannotWrite, CatalogueUnavailable, Busy) as error:
            status.tell(str(error))
            stop.wait(TROUBLE_PAUSE_S)


@contextmanager
def sole_follower(serving_dir: Path) -> Iterator[None]:
    """Make sure that no other follower works in the same folder.

    The lock is the kernel's, which takes it back from a process that was killed.

    Args:
        serving_dir: the folder.

    Yields:
        Nothing.

    Raises:
        Busy: if another one does.
        CannotWrite: if the folder cannot be made or written to.
    """
    place = serving_dir / LOCK_FILE
    try:
        serving_dir.mkdir(parents=True, exist_ok=True)
        file = place.open("a+")
    except OSError as error:
        raise CannotWrite(place, error.strerror or str(error)) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(what="Following the history", holder="another “morefrom follow”") from None
        yield


def _tell_what_is_served(settings: Settings) -> None:
    with suppress(BrokenBundle, NoChampion):  # the next look finds that, and says so
        pointer = read_pointer(settings.serving_dir)
        message = f"Served from now on: {pointer.version}, event {pointer.last_event}."
        version, last_event = pointer.version, pointer.last_event
        tell(_log, "swapped", message, version=version, last_event=last_event)


class _Status:
    """Leaves word of what is wrong, and says it once to whoever watches.

    Attributes:
        said: what it told last.
    """

    def __init__(self, place: Path) -> None:
        self.said: str | None = None
        self._place = place
        self._is_written = False

    def tell(self, problem: str | None) -> None:
        """Tell what is wrong, None for nothing.

        Args:
            problem: one sentence.
        """
        if problem != self.said:
            self._is_written = False
            if problem is not None:
                tell(_log, "trouble", problem, logging.WARNING)
            elif self.said is not None:
                tell(_log, "recovered", "Nothing stands in the way any longer.")
        self.said = problem
        if not self._is_written and not self._was_written_before():
            at = datetime.now(UTC).isoformat(timespec="seconds")
            word = json.dumps({"problem": problem, "at": at}, ensure_ascii=False)
            with suppress(CannotWrite):  # a full disk is no reason to end; the next look tries
                write_file(self._place, word.encode())
                self._is_written = True

    def _was_written_before(self) -> bool:
        """Return whether the file says so already: then it also says since when."""
        with suppress(OSError, ValueError, KeyError, TypeError):  # none yet, or damaged
            self._is_written = json.loads(self._place.read_bytes())["problem"] == self.said
        return self._is_written
