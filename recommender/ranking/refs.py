"""Where articles are in a snapshot, and what is noted on the way to an answer."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import UNDATED_US
from recommender.domain.pick import Rung

NEVER_US = 2**62
"""Stands for an instant that does not come, as `UNDATED_US` for one that nobody knows."""


class Ref(NamedTuple):
    """Where a snapshot holds an article: which of its two tables, and the row there."""

    in_overlay: bool
    row: int


@dataclass(frozen=True, eq=False, slots=True)
class Group:
    """Articles that have a tag or a section in common.

    Those corrected or taken away since the training may count twice, and be in it for what they
    were.

    Attributes:
        in_bundle: int32, ascending, rows of the bundle.
        in_overlay: int32, ascending, rows of the overlay.
    """

    in_bundle: NDArray[np.int32]
    in_overlay: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.in_bundle) + len(self.in_overlay)

    def __contains__(self, ref: Ref) -> bool:
        rows = self.in_overlay if ref.in_overlay else self.in_bundle
        place = int(rows.searchsorted(ref.row))
        return place < len(rows) and int(rows[place]) == ref.row


class Trail:
    """Gathers, while an answer is made, what touched it: events, and instants of the clock.

    At every instant from `since_us` on and before `until_us` the answer is the same, and so it is
    from the history as it was after `last_event`: nothing else was looked at.

    Attributes:
        now_us: the instant of the answer, in microseconds since 1970.
        last_event: the greatest number noted, 0 if the bundle alone was enough.
        since_us: the last instant noted that is not after the answer's.
        until_us: the first instant noted that is; `NEVER_US` if none is.
        rungs: whose newest articles were looked at: the rung, and the slug of the tag or section.
    """

    def __init__(self, now_us: int) -> None:
        """Begin with nothing noted.

        Args:
            now_us: the instant of the answer, in microseconds since 1970.
        """
        self.now_us = now_us
        self.last_event = 0
        self.since_us = UNDATED_US
        self.until_us = NEVER_US
        self.rungs: dict[tuple[Rung, str], None] = {}

    def note(self, number: int) -> None:
        """Take an event into account.

        Args:
            number: the event's number, 0 for what comes from the bundle.
        """
        self.last_event = max(self.last_event, number)

    def note_rung(self, rung: Rung, subject: str = "") -> None:
        """Take into account that the next article on a rung may change the answer.

        Args:
            rung: which.
            subject: the slug of its tag or section.
        """
        self.rungs[rung, subject] = None

    def note_instant(self, instant_us: int) -> None:
        """Take into account that the answer may be another before an instant than from it on.

        Args:
            instant_us: microseconds since 1970; `UNDATED_US` or `NEVER_US` for none.
        """
        if instant_us > self.now_us:
            self.until_us = min(self.until_us, instant_us)
        else:
            self.since_us = max(self.since_us, instant_us)
