"""How an article fares in one slot, in an editor's words and with its numbers."""

from collections.abc import Sequence

from recommender.ranking.in_slot import InSlot, Miss
from recommender.ranking.on_ladder import LadderMiss
from recommender.ranking.rerank import Selection
from recommender.ranking.standing import Ground
from recommender.workflows.ground_words import GroundWords
from recommender.workflows.why_not_facts import Facts

_UNTRAINED = {
    Miss.NEW: "It came after the training, so the model knows nothing of it until the next one.",
    Miss.QUERY_NEW: "The article being read came after the training, so the model knows nothing of "
    "it until the next one.",
}
_LADDER = {
    LadderMiss.LATER: "It is on the ladder (rung “{rung}”), after those that came in.",
    LadderMiss.NO_PLACE: "It is on the ladder (rung “{rung}”), which had no place to fill.",
    LadderMiss.NOT_ON_LADDER: "It is on no rung of the ladder.",
    LadderMiss.NO_LADDER: "There is no ladder to bring it in.",
    Ground.SECTION: "It is on the ladder (rung “{rung}”), which asks for another section.",
    Ground.TAG: "It is on the ladder (rung “{rung}”), which asks for other tags.",
}
_OF_NO_SLOT = frozenset({Ground.FLOOR, Miss.UNRELATED, Miss.NEW, Miss.QUERY_NEW})
_IN_THE_RANKING = frozenset({Miss.OPEN, Miss.PASSED_OVER, Miss.OUTRANKED, Miss.NO_PLACE})


def in_slot(one: InSlot, selection: Selection, facts: Facts, also: Sequence[InSlot] = ()) -> str:
    """Return why a slot does not have an article.

    Args:
        one: how it fares there.
        selection: the list.
        facts: of the two articles and the list.
        also: other slots in which it fares alike.

    Returns:
        A sentence, or two where the slot's ladder has a say.
    """
    if one.fare is None:
        return f"{_UNTRAINED[Miss(one.ground)]}{_on_ladder(one)}"
    names = tuple(f"“{held.slot.name}”" for held in (one, *also))
    words = GroundWords(one.slot, names, one.fare, selection, facts)
    return f"{words.on(one.ground)}{_on_ladder(one)}"


def fare_alike(one: InSlot, other: InSlot) -> bool:
    """Return whether an article fares alike in two slots, so that one sentence is enough for both.

    Args:
        one: how it fares in a slot.
        other: how it fares in another one.
    """
    if one.ground not in _OF_NO_SLOT or (one.ground, one.ladder) != (other.ground, other.ladder):
        return False
    return one.ground is not Ground.FLOOR or _floor(one) == _floor(other)


def _floor(one: InSlot) -> tuple[float | str, float | None]:
    """Return the least similarity that a slot takes, as its rule says and in figures."""
    return one.slot.floor, None if one.fare is None else one.fare.floor


def _on_ladder(one: InSlot) -> str:
    """Return what the ladder did, where that says more than the slot's recipe."""
    ladder = one.ladder
    if ladder is None or one.ground in _IN_THE_RANKING:
        return ""
    if ladder.rung is None and one.fare is not None:
        return ""
    if ladder.ground is one.ground:
        return ""
    return " " + _LADDER[ladder.ground].format(rung=ladder.rung)
