"""Why not this one? The true reason why an article is not among the picks served now.

The list is made once more by the functions that make it, and the article is judged by what it has
become: `standing` tells what bars an article, each slot's ranking who came in before it. Nothing is
said here that another rule would decide than the one that fills lists.
"""

from dataclasses import dataclass, replace

from recommender.domain.override import Override, OverrideKind
from recommender.domain.pick import Explanation, Pick
from recommender.domain.placement import DEFAULT_PLACEMENT
from recommender.ranking.asked import Asked
from recommender.ranking.explain import explain
from recommender.ranking.in_slot import Contest, InSlot, Miss
from recommender.ranking.on_ladder import LadderMiss, on_ladder
from recommender.ranking.overrides import Overrides
from recommender.ranking.refs import Ref, Trail
from recommender.ranking.rerank import Listing, Selection
from recommender.ranking.snapshot import Snapshot
from recommender.ranking.sources import Sources
from recommender.ranking.standing import Bar, Ground, Standing

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


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why an article is not among the picks of a list.

    Attributes:
        article_id: the article.
        ground: what keeps it out, in the slot where it comes nearest; `picked` if nothing does.
        selection: the list.
        pick: the article itself where it is picked, the pick whose story or address it shares; else
            None.
        override: the block that keeps it out.
        pins: of it, in this list or that of another placement, in force or to come.
        explanation: what it has in common with the query; None where a vector is missing.
        slots: how it fares in each; empty where the whole list is closed to it from the beginning.
        slot: the one that decides, None where the ground is of the whole list.
        otherwise: the same without the block.
    """

    article_id: str
    ground: Ground | Miss
    selection: Selection
    pick: Pick | None = None
    override: Override | None = None
    pins: tuple[Override, ...] = ()
    explanation: Explanation | None = None
    slots: tuple[InSlot, ...] = ()
    slot: InSlot | None = None
    otherwise: "WhyNot | None" = None


def why_not(
    snapshot: Snapshot,
    query: Ref,
    other: Ref,
    limit: int,
    now_us: int,
    placement: str = DEFAULT_PLACEMENT,
) -> WhyNot:
    """Find out why an article is not among the picks of another.

    Args:
        snapshot: what is served.
        query: the article being read.
        other: the article asked about.
        limit: the most picks wanted.
        now_us: the instant of the answer, in microseconds since 1970.
        placement: the name of the place on the site; UnknownPlacement if there is none such.

    Returns:
        The reason, true of what `select` returns for the same arguments.
    """
    trail = Trail(snapshot.overlay.judged_us(now_us))
    asked = Asked(snapshot, query, snapshot.overlay.placements.named(placement), trail)
    listing = Listing(asked, limit)
    selection = listing.fill()
    article_id, pins = snapshot.id_of(other), _pins(asked, other)
    bar = _bar(asked, listing, other)
    slots = _in_slots(asked, listing, selection, other, bar)
    if bar is None:
        slot = min(slots, key=_nearness)
        return WhyNot(
            article_id,
            slot.ground,
            selection,
            pins=pins,
            explanation=None if slot.fare is None else slot.fare.explanation,
            slots=slots,
            slot=slot,
        )
    pick = _pick(selection, article_id, bar)
    plain = _explanation(asked, other, pick if bar.ground is Ground.PICKED else None)
    found = WhyNot(article_id, bar.ground, selection, pick, bar.override, pins, plain, slots)
    if bar.override is None:
        return found
    freed = _without(snapshot, bar.override)
    return replace(found, otherwise=why_not(freed, query, other, limit, now_us, placement))


def _bar(asked: Asked, listing: Listing, other: Ref) -> Bar | None:
    """Return what closes the list to an article: from its beginning, else what came in since.

    What is blocked stays so, and says so, although a twin of it has taken its place meanwhile.
    """
    bar = listing.standing.bar(other)
    if bar is None or bar.ground in {Ground.QUERY, Ground.PICKED}:
        return bar
    return Standing(asked).bar(other) or bar


def _pick(selection: Selection, article_id: str, bar: Bar) -> Pick | None:
    """Return the pick that an article is, or whose story or address it shares; None for none."""
    wanted = article_id if bar.ground is Ground.PICKED else bar.beside
    return next((one.pick for one in selection.picks if one.pick.article_id == wanted), None)


def _in_slots(
    asked: Asked, listing: Listing, selection: Selection, other: Ref, bar: Bar | None
) -> tuple[InSlot, ...]:
    """Return how an article fares in each slot, unless the list was never open to it."""
    if bar is not None and bar.beside in {None, asked.query_id}:
        return ()
    row = asked.snapshot.row_of(other)
    sources = None if asked.row is None else Sources(asked, asked.row)
    picks = [one.pick for one in selection.picks]
    found = []
    for slot in asked.placement.slots:
        ladder = on_ladder(asked, sources, slot, other, picks) if bar is None else None
        if sources is None or row is None:
            ground = Miss.QUERY_NEW if sources is None else Miss.NEW
            found.append(InSlot(slot, ground, ladder=ladder))
        else:
            contest = Contest(asked, sources, slot, picks)
            found.append(contest.fare(other, row, listing.standing.rows, ladder))
    return tuple(found)


def _nearness(one: InSlot) -> tuple[int, float, int]:
    """Return a key that is lowest for the slot in which an article comes nearest to the list."""
    ladder = None if one.ladder is None else one.ladder.ground
    places = (place for place, ground in enumerate(_LADDER_NEAREST_FIRST) if ground is ladder)
    fare = one.fare if one.ground is Miss.OUTRANKED else None
    short_share = 0.0 if fare is None else fare.short_share
    by_ladder = next(places, len(_LADDER_NEAREST_FIRST))
    return _NEAREST_FIRST.index(one.ground), short_share, by_ladder


def _explanation(asked: Asked, other: Ref, itself: Pick | None) -> Explanation | None:
    """Return why the two articles are as close as they are, None where a vector is missing.

    Args:
        asked: what the list is for.
        other: where the article is.
        itself: the pick that it is, None if it is none.
    """
    row = asked.snapshot.row_of(other)
    if asked.row is None or row is None:
        return None
    factors = None if itself is None or itself.score is None else itself.factors
    return explain(asked.snapshot.known, asked.row, row, factors)


def _pins(asked: Asked, other: Ref) -> tuple[Override, ...]:
    """Return the pins of an article under the query, in force or to come, of any placement."""
    article_id = asked.snapshot.id_of(other)
    return tuple(
        one
        for one in asked.snapshot.overlay.overrides
        if one.kind is OverrideKind.PIN
        and (one.article_id, one.query_id) == (article_id, asked.query_id)
        and not one.is_over(asked.now_us)
    )


def _without(snapshot: Snapshot, block: Override) -> Snapshot:
    """Return a snapshot as it would be had a block been undone."""
    overlay = snapshot.overlay
    kept = Overrides(one for one in overlay.overrides if one.number != block.number)
    return Snapshot(snapshot.bundle, replace(overlay, overrides=kept), snapshot.pointer)
