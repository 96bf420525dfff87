"""Of several slots the one that says most of an article that is on no place of a list."""

from recommender.ranking.in_slot import InSlot, Miss
from recommender.ranking.on_ladder import LadderMiss
from recommender.ranking.standing import Ground

_NEAREST_FIRST = (
    Miss.OPEN,
    Miss.PASSED_OVER,
    Miss.OUTRANKED,
    Miss.NO_PLACE,
    Miss.NOT_STORED,
    Miss.FADED,
    Ground.FLOOR,
    Ground.TOO_NEW,
    Ground.TOO_OLD,
    Ground.NO_SHARED_TAG,
    Ground.SECTION,
    Ground.TAG,
    Miss.UNRELATED,
    Miss.NEW,
    Miss.QUERY_NEW,
)
"""Of several slots the one decides in which the article comes nearest to the list."""
_LADDER_NEAREST_FIRST = (LadderMiss.LATER, LadderMiss.NO_PLACE)


def nearness(one: InSlot) -> tuple[int, float, int]:
    """Return a key that is lowest for the slot in which an article comes nearest to the list.

    Args:
        one: how it fares in a slot.
    """
    ladder = None if one.ladder is None else one.ladder.ground
    places = (place for place, ground in enumerate(_LADDER_NEAREST_FIRST) if ground is ladder)
    fare = one.fare if one.ground is Miss.OUTRANKED else None
    short_share = 0.0 if fare is None else fare.short_share
    by_ladder = next(places, len(_LADDER_NEAREST_FIRST))
    return _NEAREST_FIRST.index(one.ground), short_share, by_ladder
