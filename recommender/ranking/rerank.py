"""From candidates to picks: who fills the places of a list.

In this order:

1. Pins, each at its position or at the next free place. A pin of what may not stand in the list
   (not published, the query itself, there already…) is passed over.
2. Each slot fills its places by its recipe. Slots take turns as the placement lists them, but those
   without choice, with no more candidates than places, come first: so the closest pieces do not
   take the only one that could stand as background, and else the closest comes first.
3. What is still empty, and all places beyond the slots, go to the first slot's recipe.
4. Then to the ladder of the slot that each place belongs to, those beyond the slots to the first
   one's; unless the placement prefers fewer.

The places keep the order of the slots; those that stay empty are left out. What may not stand in a
list at all is said in `standing`, and that alone decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from recommender.domain.pick import Origin, Pick, Reason, Rung
from recommender.domain.placement import DEFAULT_PLACEMENT, Slot
from recommender.ranking import ladder, reasons
from recommender.ranking.asked import Asked
from recommender.ranking.cards import Card
from recommender.ranking.conditions import NO_CONDITIONS, Conditions
from recommender.ranking.deeper import DeeperSources, Searcher
from recommender.ranking.recipes import Chosen, Recipe
from recommender.ranking.refs import Ref, Trail
from recommender.ranking.rows import MILLION
from recommender.ranking.snapshot import Snapshot
from recommender.ranking.sources import Sources
from recommender.ranking.standing import Standing


@dataclass(frozen=True, slots=True)
class Selected:
    """A pick and the card that shows it."""

    pick: Pick
    card: Card


@dataclass(frozen=True, slots=True)
class Selection:
    """An answer.

    Attributes:
        picks: each with its card, in the order of their places.
        query: the card of the article being read, None for one that is not known.
        fallback_used: whether the ladder filled a place, or nobody knows the query.
        last_event: number of the last event after the training that touched the answer, 0 if none.
        since_us: the instant from which on it is this one, in microseconds since 1970.
        until_us: the instant from which on it may be another.
        is_certain: whether no article was left out by the filters that a deeper search would find.
        rungs: whose newest articles were looked at: the rung, and the slug of the tag or section.
    """

    picks: tuple[Selected, ...]
    query: Card | None
    fallback_used: bool
    last_event: int
    since_us: int
    until_us: int
    is_certain: bool = True
    rungs: tuple[tuple[Rung, str], ...] = ()


def select(  # noqa: PLR0913 - the fields of a question, and what answers it
    snapshot: Snapshot,
    query: Ref | None,
    limit: int,
    now_us: int,
    placement: str = DEFAULT_PLACEMENT,
    trail: Trail | None = None,
    conditions: Conditions = NO_CONDITIONS,
    searcher: Searcher | None = None,
) -> Selection:
    """Choose the picks for an article.

    Args:
        snapshot: what is served.
        query: the article being read; None for one that is not known.
        limit: the most picks wanted.
        now_us: the instant of the answer, in microseconds since 1970.
        placement: the name of the place on the site; UnknownPlacement if there is none such.
        trail: has taken note of the search for the query; None where nobody is to replay it.
        conditions: the filters of the question.
        searcher: looks deeper where what is stored does not tell for certain; None to do without.

    Returns:
        At most `limit` picks; the same for the same arguments, always.
    """
    trail = trail or Trail(snapshot.overlay.judged_us(now_us))
    placed = snapshot.overlay.placements.named(placement)
    asked = Asked(snapshot, query, placed, trail, conditions)
    selection = Listing(asked, limit).fill()
    if selection.is_certain or searcher is None or asked.row is None:
        return selection
    return Listing(asked, limit, DeeperSources(asked, asked.row, searcher)).fill()


@dataclass(frozen=True, slots=True)
class _Filled:
    """What fills a place: a pin, else what a recipe chose, else a step of the ladder."""

    ref: Ref
    slot: Slot
    chosen: Chosen | None = None
    step: tuple[Rung, Reason] | None = None


class Listing:
    """A list in the making.

    Attributes:
        asked: what it is for.
        standing: what may stand in it, as far as it is filled.
    """

    def __init__(self, asked: Asked, limit: int, sources: Sources | None = None) -> None:
        """Begin with empty places.

        Args:
            asked: what the list is for.
            limit: how many places it has.
            sources: where slots look; where the training stored what it found, if not given.
        """
        self.asked = asked
        self.standing = Standing(asked)
        n_places = 0 if asked.closing.closed_by else limit
        self._filled: list[_Filled | None] = [None] * n_places
        self._recipes: dict[str, Recipe] = {}
        self._ladders: dict[object, Iterator[tuple[Rung, Ref, Reason]]] = {}
        self._sources = sources
        if sources is None and asked.row is not None:
            self._sources = Sources(asked, asked.row)

    def recipe(self, slot: Slot) -> Recipe:
        """Return the recipe of a slot, as far as it has been at work.

        Args:
            slot: one of the placement's.
        """
        if slot.name not in self._recipes:
            self._recipes[slot.name] = Recipe(self.asked, self.standing, self._sources, slot)
        return self._recipes[slot.name]

    def fill(self) -> Selection:
        """Fill the places, once.

        Returns:
            The answer.
        """
        asked = self.asked
        self._take_pins()
        if asked.row is not None:
            self._take_candidates()
        self._note_who_left()
        is_certain = all(recipe.is_certain for recipe in self._recipes.values())
        if not asked.placement.prefer_fewer and asked.conditions.ladder:
            for slot in asked.placement.slots:
                self._take_from_ladder(slot, self._empty(slot))
            self._take_from_ladder(asked.placement.slots[0], self._empty())
        filled = [one for one in self._filled if one is not None]
        picks = tuple(self._selected(rank, one) for rank, one in enumerate(filled, start=1))
        fallback_used = asked.query is None or any(one.step for one in filled)
        trail = asked.trail
        noted = (trail.last_event, trail.since_us, trail.until_us)
        return Selection(picks, asked.card, fallback_used, *noted, is_certain, tuple(trail.rungs))

    def _note_who_left(self) -> None:
        """Take note of later articles that were on the lists looked at, and are no longer."""
        asked = self.asked
        if asked.row is not None and self._recipes:
            reached = min(recipe.reached for recipe in self._recipes.values())
            has_room = any(one is None for one in self._filled)  # so the ladder goes through all
            for event in asked.snapshot.known.left(asked.row, 0 if has_room else reached):
                asked.trail.note(event)

    def _empty(self, slot: Slot | None = None) -> list[int]:
        """Return the empty places of a slot; of all and beyond, if none is named."""
        places = range(len(self._filled))
        if slot is not None:
            places = places[self.asked.placement.places_of(slot)]
        return [place for place in places if self._filled[place] is None]

    def _take_pins(self) -> None:
        asked, overrides = self.asked, self.asked.snapshot.overlay.overrides
        if asked.query_id is None or not len(overrides):
            return
        about = (asked.query_id, asked.placement.name)
        overrides.note_pins(*about, asked.trail)
        for pin in overrides.pins(*about, asked.now_us):
            places = [place for place in self._empty() if place + 1 >= (pin.position or 1)]
            ref = asked.snapshot.find(article_id=pin.article_id, trail=asked.trail)
            may_come_in = ref is not None and places and asked.admits(ref)
            if ref is not None and may_come_in and self.standing.bar(ref, is_pin=True) is None:
                self.standing.take(ref)
                slot = asked.placement.slot_of_place(places[0])
                self._filled[places[0]] = _Filled(ref, slot)

    def _take_candidates(self) -> None:
        own = {slot.name: self._empty(slot) for slot in self.asked.placement.slots}
        turns = [slot for slot in self.asked.placement.slots if own[slot.name]]
        if len(turns) > 1:
            turns.sort(key=lambda slot: self.recipe(slot).has_more_than(len(own[slot.name])))
        for slot in turns:
            self._take_from_recipe(slot, own[slot.name])
        self._take_from_recipe(self.asked.placement.slots[0], self._empty())

    def _take_from_recipe(self, slot: Slot, places: list[int]) -> None:
        for place in places:
            chosen = self.recipe(slot).take()
            if chosen is None:
                return
            self._filled[place] = _Filled(chosen.ref, slot, chosen)

    def _take_from_ladder(self, slot: Slot, places: list[int]) -> None:
        if not places:  # before another is looked at, and its event counted
            return
        rules = self.recipe(slot).rules
        for rung, ref, reason in self._offers(slot):
            if rules.bar_on_ladder(ref) is None and self.standing.bar(ref) is None:
                self.standing.take(ref)
                self._filled[places.pop(0)] = _Filled(ref, slot, step=(rung, reason))
                if not places:
                    return

    def _offers(self, slot: Slot) -> Iterator[tuple[Rung, Ref, Reason]]:
        """Return what is left on a slot's ladder.

        Slots whose ladders are alike go on where another stopped: what may not stand in the list
        now will not later either.

        Args:
            slot: one of the placement's.
        """
        rules = (slot.ladder, slot.sections, slot.not_sections, slot.tags, slot.not_tags)
        if rules not in self._ladders:
            self._ladders[rules] = ladder.offers(self.asked, self._sources, slot)
        return self._ladders[rules]

    def _selected(self, rank: int, filled: _Filled) -> Selected:
        card, slot = self.asked.snapshot.card(filled.ref), filled.slot.name
        if filled.step is not None:
            rung, reason = filled.step
            return Selected(Pick(card.id, rank, slot, Origin.FALLBACK, reason, rung), card)
        if filled.chosen is None:
            return Selected(Pick(card.id, rank, slot, Origin.PIN, reasons.PINNED), card)
        pick = Pick(
            article_id=card.id,
            rank=rank,
            slot=slot,
            origin=Origin.MODEL,
            reason=reasons.of_candidate(self.asked, filled.ref, card),
            similarity=filled.chosen.similarity / MILLION,
            factors=filled.chosen.factors,
            score=filled.chosen.score / MILLION,
            moved=filled.chosen.moved,
        )
        return Selected(pick, card)
