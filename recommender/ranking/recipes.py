"""A slot's recipe at work: the best that may stand in the list, one after another."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from recommender.domain.placement import Slot, Source
from recommender.ranking.asked import Asked
from recommender.ranking.diversity import Spread
from recommender.ranking.refs import Ref
from recommender.ranking.rows import MILLION
from recommender.ranking.scoring import Candidate, Ranking
from recommender.ranking.sources import Sources
from recommender.ranking.standing import Bar, SlotRules, Standing


@dataclass(frozen=True, slots=True)
class Chosen:
    """An article that a recipe chose.

    Attributes:
        ref: where it is.
        similarity: to the query, millionths.
        factors: names and values in [0, 1].
        score: millionths: the similarity times the factors.
        moved: by how many places diversity lifted it among the slot's picks; below 0 if others
            were lifted over it.
    """

    ref: Ref
    similarity: int
    factors: tuple[tuple[str, float], ...]
    score: int
    moved: int


class Recipe:
    """One slot, and the candidates that it has left."""

    def __init__(
        self, asked: Asked, standing: Standing, sources: Sources | None, slot: Slot
    ) -> None:
        """Rank the slot's candidates.

        Args:
            asked: what the list is for.
            standing: what stands in the list; asked again before each pick.
            sources: where to look; None where the bundle does not know the query.
            slot: whose recipe this is.
        """
        self.slot = slot
        self.rules = SlotRules(asked, slot)
        self._snapshot, self._trail = asked.snapshot, asked.trail
        self._standing = standing
        self._min_score = asked.conditions.min_score
        self._pool: list[_Waiting] = []
        self._bound, self._last_score = 0, MILLION + 1
        self._picked: list[int] = []
        self._ranking: Ranking | None = None
        self._left: Iterator[tuple[int, Candidate]] = iter(())
        self._spread = Spread(asked.snapshot.known, standing.rows, slot.diversity)
        if sources is not None:
            is_background = slot.source is Source.BACKGROUND
            may_lack = asked.admission is not None and (is_background or sources.is_narrowed)
            if may_lack and not sources.is_searched:
                self._bound = sources.bound(self.rules.floor, is_background=is_background)
            found = sources.of(slot, self.rules.floor)
            self._ranking = Ranking(asked, found, self.rules, slot)
            self._left = enumerate(self._ranking.candidates(sources))

    @property
    def is_certain(self) -> bool:
        """Whether nobody could have come before those looked at who was not looked at.

        Without filters those stored are all that a list is made of.
        """
        return not self._bound or self._last_score > self._bound

    @property
    def reached(self) -> int:
        """The least score of a candidate that mattered, in millionths; 0 if there were too few."""
        return min(self._last_score, MILLION)

    def has_more_than(self, n: int) -> bool:
        """Return whether more than n candidates may stand in the list as it is.

        Args:
            n: any number.
        """
        self._fill_pool(n + 1)
        return len(self._pool) > n

    def take(self) -> Chosen | None:
        """Choose the next pick and take it into the list.

        Returns:
            The pick, None if nothing is left that may stand there.
        """
        while True:
            self._fill_pool(1)
            if not self._pool or self._ranking is None:
                return None
            n_passed = self._spread.choose(self._scored())
            rank, candidate, ref = self._pool.pop(n_passed)
            if self._standing.bar(ref) is None:  # else something came in since it was let in
                break
        n_overtaken = sum(other > rank for other in self._picked)
        self._picked.append(rank)
        self._standing.take(ref)
        factors = self._ranking.factors_of(candidate.position)
        moved = n_passed - n_overtaken
        return Chosen(ref, candidate.similarity, factors, candidate.score, moved)

    def _scored(self) -> Iterator[tuple[int, int]]:
        """Yield row and score of those in the pool, and let in one after another while asked."""
        place = 0
        while place < len(self._pool):
            yield self._pool[place].candidate.row, self._pool[place].candidate.score
            place += 1
            self._fill_pool(place + 1)

    def _fill_pool(self, n: int) -> None:
        """Let the next candidates into the pool until it has n, or none is left."""
        while len(self._pool) < n:
            rank, candidate = next(self._left, (-1, None))
            if candidate is None or candidate.score < self._min_score:
                self._last_score = 0 if candidate is None else candidate.score
                self._left = iter(())
                return
            self._last_score = candidate.score
            ref = self._snapshot.listed(candidate.row, self._trail)
            if ref is not None and self._bar(ref, candidate) is None:
                self._pool.append(_Waiting(rank, candidate, ref))

    def _bar(self, ref: Ref, candidate: Candidate) -> Bar | None:
        return self.rules.bar(ref, candidate.similarity) or self._standing.bar(ref)


class _Waiting(NamedTuple):
    """A candidate of the pool: its place in the ranking, and where it is today."""

    rank: int
    candidate: Candidate
    ref: Ref
