"""What decisions about many pages would change, found out beside the requests that ask for it.

One thread works off a short queue; a page asks again until its survey is there. What nobody has
asked for within a while is no longer wanted, so a page that was left costs nothing more.
"""

import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from recommender.errors import MorefromError
from recommender.workflows.previewing import Survey

MAX_WAITING = 8
MAX_KEPT = 32
WANTED_S = 10.0
"""Seconds after which a survey is given up that nobody has asked for again."""

Work = Callable[[Callable[[], bool]], Survey]
"""Makes a survey; asks from time to time whether it is still wanted."""


@dataclass(slots=True)
class Job:
    """A survey that was asked for.

    Attributes:
        asked_at: when somebody asked for it last, by the monotonic clock.
        survey: what was found; None until then.
        problem: one sentence, where it cannot be found; None while it may.
    """

    asked_at: float
    survey: Survey | None = None
    problem: str | None = None


class Surveys:
    """The surveys of one process; several threads may ask."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._waiting: queue.Queue[tuple[str, Work]] = queue.Queue(MAX_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def ask(self, key: str, work: Work) -> Job:
        """Return a survey as far as it is, and begin with it if nobody has.

        Args:
            key: what tells it from others: the decision, and the history that it was asked for.
            work: makes it.

        Returns:
            The job; one with a problem where too many are waiting, who asks again may be luckier.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is not None:
                job.asked_at = time.monotonic()
                self._jobs.move_to_end(key)
                return job
            job = Job(time.monotonic())
            try:
                self._waiting.put_nowait((key, work))
            except queue.Full:
                return Job(0.0, problem="Too many previews are being made; look again in a minute.")
            self._jobs[key] = job
            while len(self._jobs) > MAX_KEPT:
                self._jobs.popitem(last=False)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="surveys")
                self._thread.start()
            return job

    def _run(self) -> None:
        while True:
            key, work = self._waiting.get()
            job = self._jobs.get(key)
            if job is None or not _is_wanted(job):
                with self._lock:
                    self._jobs.pop(key, None)
                continue
            try:
                survey = work(lambda job=job: _is_wanted(job))  # type: ignore[misc]
            except (MorefromError, OSError) as error:
                job.problem = str(error)
                continue
            if _is_wanted(job):
                job.survey = survey
            else:
                with self._lock:
                    self._jobs.pop(key, None)


def _is_wanted(job: Job) -> bool:
    return time.monotonic() < job.asked_at + WANTED_S
