"""How an article fares in one slot: what keeps it out, or who came in before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from recommender.domain.pick import Explanation, Origin, Pick
from recommender.domain.placement import Slot
from recommender.ranking.asked import Asked
from recommender.ranking.diversity import likeness
from recommender.ranking.explain import explain
from recommender.ranking.on_ladder import OnLadder
from recommender.ranking.refs import Ref
from recommender.ranking.rows import MILLION
from recommender.ranking.scoring import Ranking
from recommender.ranking.sources import Sources
from recommender.ranking.standing import Ground, SlotRules, Standing


class Miss(StrEnum):
    """Why a slot does not have an article that none of its rules keeps out.

    `passed_over`: diversity lifted a pick over it. `outranked`: the picks have better scores.
    `no_place`: the list is too short for the slot, or pins fill its places. `not_stored`: the slot
    does not look at it. `faded`: its score is 0. `unrelated`: it shares nothing with the query.
    `new`, `query_new`: the article, or the query, came after the training. `open`: nothing of the
    slot keeps it out; something of the whole list does.
    """

    OPEN = "open"
    PASSED_OVER = "passed_over"
    OUTRANKED = "outranked"
    NO_PLACE = "no_place"
    NOT_STORED = "not_stored"
    FADED = "faded"
    UNRELATED = "unrelated"
    NEW = "new"
    QUERY_NEW = "query_new"


@dataclass(frozen=True, slots=True)
class PassedOver:
    """What diversity did: it lifted a pick over an article with a better score.

    Attributes:
        by: the pick that was lifted.
        like: the pick that the article is so like.
        similarity: of these two, 0 to 1.
    """

    by: Pick
    like: Pick
    similarity: float


@dataclass(frozen=True, slots=True)
class Stored:
    """The articles that a slot looks at.

    Attributes:
        n: how many.
        last: the least similarity to the query among them, 0 to 1; 0 if there are none.
    """

    n: int
    last: float


@dataclass(frozen=True, slots=True)
class Fare:
    """What a slot makes of an article, where the model knows both it and the query.

    Attributes:
        floor: the least similarity that the slot takes.
        explanation: its similarity, the slot's factors and its score.
        stored: the articles at which the slot looks.
        age_days: how old it is, as the slot counts; None if nobody knows.
        tags: labels of the query's tags of which the slot wants one; empty where it does not ask.
        rank: from 1, in the slot's ranking of those that may stand in the list as it begins; None
            if it is none of them.
        n_ranked: how many those are.
        last: the last in that ranking of the picks that the slot's recipe chose; None for none.
        passed_over: what diversity did.
    """

    floor: float
    explanation: Explanation
    stored: Stored
    age_days: int | None
    tags: tuple[str, ...]
    rank: int | None
    n_ranked: int
    last: Pick | None
    passed_over: PassedOver | None

    @property
    def short_by(self) -> float | None:
        """By how much its score is below that of the last pick; None if there is no such pick."""
        if self.last is None or self.last.score is None:
            return None
        return round(self.last.score - self.explanation.score, 6)

    @property
    def short_share(self) -> float:
        """The same as a share of the last pick's score, as one slot's are lower than another's."""
        if self.last is None or not self.last.score or self.short_by is None:
            return 0.0
        return self.short_by / self.last.score


@dataclass(frozen=True, slots=True)
class InSlot:
    """How an article fares in a slot.

    Attributes:
        slot: the slot.
        ground: what keeps it out.
        fare: what the slot makes of it; None where a vector is missing.
        ladder: why the slot's ladder did not bring it in; None where the whole list is closed to
            it.
    """

    slot: Slot
    ground: Ground | Miss
    fare: Fare | None = None
    ladder: OnLadder | None = None


class Contest:
    """One slot of a filled list: its ranking, and whom its recipe chose."""

    def __init__(self, asked: Asked, sources: Sources, slot: Slot, picks: Sequence[Pick]) -> None:
        """Rank the slot's candidates.

        Args:
            asked: what the list is for; the bundle knows the query.
            sources: where the slot looks.
            slot: one of the placement's.
            picks: those of the list.
        """
        self._asked, self._sources, self._slot = asked, sources, slot
        self._rules = SlotRules(asked, slot)
        self._found = sources.of(slot, self._rules.floor)
        self._ranking = Ranking(asked, self._found, self._rules, slot)
        self._picks = {one.article_id: one for one in picks}
        self._rows: list[int] = []
        self._all_rows: list[int] = []
        beginning = Standing(asked)
        for candidate in self._ranking.candidates(sources):
            self._all_rows.append(candidate.row)
            ref = asked.snapshot.listed(candidate.row)
            barred = ref is None or self._rules.bar(ref, candidate.similarity)
            if ref is not None and not barred and beginning.bar(ref) is None:
                self._rows.append(candidate.row)
        self._chosen = {
            place: pick
            for place, row in enumerate(self._rows)
            if (pick := self._pick(row)) and (pick.origin, pick.slot) == (Origin.MODEL, slot.name)
        }

    def ranked(self) -> list[int]:
        """Return the rows of all that the slot looks at, best score first, whatever bars them."""
        return self._all_rows

    def fare(self, other: Ref, row: int, taken: Sequence[int], ladder: OnLadder | None) -> InSlot:
        """Return how an article fares.

        Args:
            other: where it is.
            row: by which the model knows it.
            taken: rows of the picks, in the order in which they were taken.
            ladder: why the slot's ladder did not bring it in; None if it is a pick, or something
                keeps it out of the whole list, so that nothing is said of who came in before it.
        """
        place = self._rows.index(row) if row in self._rows else None
        similarity = self._sources.similarity(row)
        bar = self._rules.bar(other, similarity)
        ground: Ground | Miss = Miss.OPEN
        passed_over = None
        if bar is not None:
            ground = bar.ground if similarity else Miss.UNRELATED
        elif row not in self._found.rows:
            ground = Miss.NOT_STORED
        elif place is None:  # only a score of 0 keeps what may stand there out of the ranking
            ground = Miss.FADED
        elif ladder is not None:
            passed_over = self._passed_over(row, place, taken)
            ground = Miss.OUTRANKED if self._chosen else Miss.NO_PLACE
            ground = ground if passed_over is None else Miss.PASSED_OVER
        fare = Fare(
            floor=self._rules.floor / MILLION,
            explanation=self._explanation(row),
            stored=self._stored(),
            age_days=self._rules.age_days(other),
            tags=self._rules.shared_tags,
            rank=None if place is None else place + 1,
            n_ranked=len(self._rows),
            last=self._chosen[max(self._chosen)] if self._chosen else None,
            passed_over=passed_over,
        )
        return InSlot(self._slot, ground, fare, ladder)

    def _pick(self, row: int) -> Pick | None:
        ref = self._asked.snapshot.listed(row)
        return None if ref is None else self._picks.get(self._asked.snapshot.id_of(ref))

    def _explanation(self, row: int) -> Explanation:
        """Return why an article is as close as it is, with the factors that this slot adds."""
        ranking, places = self._ranking, (self._found.rows == row).nonzero()[0].tolist()
        if not places:
            alone = self._sources.only(row)
            ranking, places = Ranking(self._asked, alone, self._rules, self._slot), [0]
        factors = ranking.factors_of(places[0])
        return explain(self._asked.snapshot.known, self._sources.row, row, factors)

    def _stored(self) -> Stored:
        exact = self._found.similarity[: self._found.n_exact]
        return Stored(len(self._found.rows), int(exact[-1]) / MILLION if len(exact) else 0.0)

    def _passed_over(self, row: int, place: int, taken: Sequence[int]) -> PassedOver | None:
        """Return what diversity did the last time that it kept an article out, None if never."""
        lifted = {
            taken.index(self._rows[other]): pick
            for other, pick in self._chosen.items()
            if other > place
        }
        if not lifted:
            return None
        known, turn = self._asked.snapshot.known, max(lifted)
        near, like = max((likeness(known, one).get(row, 0), one) for one in taken[:turn])
        pick = self._pick(like)
        return None if pick is None else PassedOver(lifted[turn], pick, near / MILLION)
