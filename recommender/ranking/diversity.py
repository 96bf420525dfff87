"""Picks that differ from each other: maximal marginal relevance.

After Carbonell and Goldstein, "The use of MMR, diversity-based reranking for reordering documents
and producing summaries", SIGIR 1998. It only selects: the score of a pick stays what it is, and how
many better ones it passed is told beside it.
"""

from collections.abc import Iterable, Sequence
from itertools import islice

from recommender.ranking.known import Known
from recommender.ranking.rows import MILLION

POOL = 10
"""How many of the best are looked at for one place."""


def likeness(known: Known, row: int) -> dict[int, int]:
    """Return how like a pick others are: as the list says of its nearest.

    What is not on it counts as not like it at all, so nothing need be computed.

    Args:
        known: has the list.
        row: the pick's.

    Returns:
        Similarities in millionths by row.
    """
    rows, similarity = known.closest(row)
    return dict(zip(rows.tolist(), similarity.tolist(), strict=True))


class Spread:
    """How like the picks that the list has already the candidates of one slot are."""

    def __init__(self, known: Known, picked: Sequence[int], diversity: float) -> None:
        """Begin without having looked at anything.

        Args:
            known: has the lists of the nearest.
            picked: rows of the picks, a list that grows while the places are filled.
            diversity: 0 for the best score, up to 1 for what is least like the picks.
        """
        self._known = known
        self._picked = picked
        self._diversity = diversity
        self._near: list[dict[int, int]] = []

    def choose(self, candidates: Iterable[tuple[int, int]]) -> int:
        """Return which of some candidates serves a list best.

        Args:
            candidates: their rows, and their scores in millionths; best score first, at
                least one. No more are taken than may be the best, and at most `POOL`.

        Returns:
            The position of the one with the greatest (1 - diversity) × score - diversity × its
            similarity to the pick that it is most like; of equals the first.
        """
        if not self._diversity or not self._picked:
            return 0
        best, greatest = 0, -1.0 * MILLION
        for position, (row, score) in enumerate(islice(candidates, POOL)):
            most = (1 - self._diversity) * score
            if most <= greatest:
                break  # and so it is with all that follow
            gain = most - self._diversity * self._nearest(row)
            if gain > greatest:
                best, greatest = position, gain
        return best

    def _nearest(self, row: int) -> int:
        """Return how like the pick that it is most like a candidate is, in millionths."""
        for pick in self._picked[len(self._near) :]:
            self._near.append(likeness(self._known, pick))
        return max(near.get(row, 0) for near in self._near)
