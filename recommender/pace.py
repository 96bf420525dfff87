"""How fast work goes, and how long it will go on: what a line of progress says."""

import time
from collections.abc import Callable

_LEAST_S = 1.0
"""Seconds of a stage after which its rate says something."""


class Pace:
    """The rate of the stage that is being worked on.

    Attributes:
        stage: what is being done; None before anything is.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin before the first stage.

        Args:
            clock: tells seconds.
        """
        self._clock = clock
        self.stage: str | None = None
        self._started = 0.0
        self._first = 0

    @property
    def seconds(self) -> float:
        """How long the stage has taken so far."""
        return self._clock() - self._started

    def of(self, stage: str, done: int, total: int) -> str:
        """Return rate and time left, as in `12,300/s 0:42 left`; empty until they are known.

        Args:
            stage: what is being done.
            done: how much of it is done.
            total: how much there is.
        """
        if stage != self.stage or done < self._first:
            self.stage, self._started, self._first = stage, self._clock(), done
        seconds, n_done = self.seconds, done - self._first
        if seconds < _LEAST_S or not n_done:
            return ""
        rate = n_done / seconds
        left = f" {spelt((total - done) / rate)} left" if done < total else ""
        return f"{counted(rate)}/s{left}"


def spelt(seconds: float) -> str:
    """Return a time as a clock shows it.

    >>> spelt(62.4), spelt(3_723)
    ('1:02', '1:02:03')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def counted(number: float) -> str:
    """Return a number in two or three digits.

    >>> counted(4.25), counted(12_345), counted(31_415_927)
    ('4.2', '12,300', '31,400,000')
    """
    digits = len(str(int(number)))
    return f"{number:.1f}" if digits == 1 else f"{round(number, min(0, 3 - digits)):,.0f}"
