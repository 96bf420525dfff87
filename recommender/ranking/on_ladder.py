"""Why the ladder of a slot did not bring an article in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from recommender.domain.pick import Origin, Pick, Rung
from recommender.domain.placement import Slot
from recommender.ranking import ladder
from recommender.ranking.asked import Asked
from recommender.ranking.refs import Ref
from recommender.ranking.sources import Sources
from recommender.ranking.standing import Ground, SlotRules


class LadderMiss(StrEnum):
    """Why a ladder left out an article that neither list nor slot bars.

    `later`: it stands on a rung, after those that came in. `no_place`: it would have come in, but
    the recipes left no place of this slot empty. `not_on_ladder`: no rung has it. `no_ladder`: the
    slot has none, or the placement prefers fewer picks.
    """

    LATER = "later"
    NO_PLACE = "no_place"
    NOT_ON_LADDER = "not_on_ladder"
    NO_LADDER = "no_ladder"


@dataclass(frozen=True, slots=True)
class OnLadder:
    """How an article fares on a slot's ladder.

    Attributes:
        ground: why it did not come in.
        rung: the first rung on which it stands, None for none.
    """

    ground: Ground | LadderMiss
    rung: Rung | None = None


def rungs_of(asked: Asked, sources: Sources | None, slot: Slot) -> Mapping[Ref, Rung]:
    """Return the first rung on which each article stands that a slot's ladder has to offer.

    Args:
        asked: what the list is for.
        sources: what the model finds close; None where it does not know the query.
        slot: whose ladder it is; slots with equal ladders have the same to offer.
    """
    found: dict[Ref, Rung] = {}
    for rung, ref, _ in ladder.offers(asked, sources, slot):
        found.setdefault(ref, rung)
    return found


def on_ladder(
    asked: Asked, rungs: Mapping[Ref, Rung], slot: Slot, other: Ref, picks: Collection[Pick]
) -> OnLadder:
    """Return why a slot's ladder did not bring an article in.

    Args:
        asked: what the list is for.
        rungs: of the slot, as `rungs_of` returns them.
        slot: whose ladder it is.
        other: where the article is; nothing bars it from the list as it is filled.
        picks: those of the list.
    """
    if asked.placement.prefer_fewer or not slot.ladder:
        return OnLadder(LadderMiss.NO_LADDER)
    rung = rungs.get(other)
    if rung is None:
        return OnLadder(LadderMiss.NOT_ON_LADDER)
    bar = SlotRules(asked, slot).bar_on_ladder(other)
    if bar is not None:
        return OnLadder(bar.ground, rung)
    # What may come in does so when its turn comes: either it did not, or nobody was asked.
    has_run = any(one.origin is Origin.FALLBACK and one.slot == slot.name for one in picks)
    return OnLadder(LadderMiss.LATER if has_run else LadderMiss.NO_PLACE, rung)
