"""Where articles are in a snapshot, and what is noted on the way to an answer."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


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
    """Gathers, while an answer is made, the number of the last event that touched it.

    Attributes:
        last_event: the greatest number noted, 0 if the bundle alone was enough.
    """

    def __init__(self) -> None:
        self.last_event = 0

    def note(self, number: int) -> None:
        """Take an event into account.

        Args:
            number: the event's number, 0 for what comes from the bundle.
        """
        self.last_event = max(self.last_event, number)
