"""From similarities to scores: each is the similarity times factors in [0, 1], and nothing else."""

from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain.placement import Slot
from recommender.ranking.asked import Asked
from recommender.ranking.freshness import freshness
from recommender.ranking.sources import Found, Sources
from recommender.ranking.standing import SlotRules

FRESHNESS = "freshness"


class Candidate(NamedTuple):
    """An article in the ranking of a slot.

    Attributes:
        row: of it, as `known` numbers articles.
        similarity: to the query, millionths.
        score: millionths.
        position: among what the slot's source found.
    """

    row: int
    similarity: int
    score: int
    position: int


def scores(
    similarity: NDArray[np.int32], factors: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.int64]:
    """Return the scores of candidates: the one place where they are made.

    Args:
        similarity: int32[m], millionths.
        factors: float64[m] by name, each in [0, 1].

    Returns:
        int64[m], millionths: similarity times all factors, a half rounded to the even.
    """
    exact = similarity.astype(np.float64)
    for values in factors.values():
        exact *= values
    return np.rint(exact).astype(np.int64)


def at(factors: Mapping[str, NDArray[np.float64]], position: int) -> tuple[tuple[str, float], ...]:
    """Return the factors of one candidate, by name.

    Args:
        factors: float64[m] by name.
        position: of the candidate, in [0, m).
    """
    return tuple((name, float(values[position])) for name, values in factors.items())


class Ranking:
    """What a slot's source found, scored."""

    def __init__(self, asked: Asked, found: Found, rules: SlotRules, slot: Slot) -> None:
        """Score it.

        Args:
            asked: what the list is for.
            found: what the slot's source found.
            rules: the slot's; what is below the floor is left out.
            slot: whose half-life counts.
        """
        self._found = found
        self._floor = rules.floor
        self._factors = dict(found.factors)
        self._queue: list[tuple[int, int | tuple[int, str], int]] = []
        if not len(found.rows):
            return
        if slot.half_life_days is not None and rules.day is not None:
            held = (slot.half_life_days, slot.freshness_floor)
            self._factors[FRESHNESS] = freshness(found.published_us, rules.day, *held)
        kept = (found.similarity >= rules.floor).nonzero()[0]
        rows = found.rows[kept]
        # Row order is that of ties, unless later articles are among them.
        ties = asked.snapshot.orders(rows) if found.is_mixed else rows.tolist()
        score = scores(found.similarity, self._factors)[kept]
        self._queue.extend(zip((-score).tolist(), ties, kept.tolist(), strict=True))
        heapify(self._queue)

    def candidates(self, sources: Sources) -> Iterator[Candidate]:
        """Yield the candidates: best score first, then newer, undated last, then by id.

        A score that is only a bound is found out when its turn comes, and the candidate then waits
        for the turn that it should have had; so no more are found out than matter.

        Args:
            sources: what can find it out.

        Yields:
            Those above the floor, whose score is not 0.
        """
        found = self._found
        known: dict[int, int] = {}
        while self._queue:
            negative, tie, position = heappop(self._queue)
            row = int(found.rows[position])
            if position < found.n_exact or position in known:
                similarity = known.get(position, int(found.similarity[position]))
                if negative:
                    yield Candidate(row, similarity, -negative, position)
                continue
            known[position] = similarity = sources.similarity(row)
            if similarity >= self._floor:
                exact = np.array([similarity], np.int32)
                factors = {name: values[[position]] for name, values in self._factors.items()}
                heappush(self._queue, (-int(scores(exact, factors)[0]), tie, position))

    def factors_of(self, position: int) -> tuple[tuple[str, float], ...]:
        """Return names and values of the factors that make a candidate's score.

        Args:
            position: of the candidate among what the source found.
        """
        return at(self._factors, position)
