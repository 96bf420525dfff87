"""Why not this one? The true reason why an article is not among the picks served now.

The list is made once more by the functions that make it, and the article is judged by what it has
become: `standing` tells what bars an article, each slot's ranking who came in before it. Nothing is
said here that another rule would decide than the one that fills lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest

from recommender.domain.list_rule import ListRule
from recommender.domain.override import Override, OverrideKind
from recommender.domain.pick import Explanation, Pick, Rung
from recommender.domain.placement import DEFAULT_PLACEMENT, Slot
from recommender.ranking.asked import Asked
from recommender.ranking.deeper import DeeperSources, Searcher
from recommender.ranking.explain import explain
from recommender.ranking.in_slot import Contest, InSlot, Miss
from recommender.ranking.nearness import nearness
from recommender.ranking.on_ladder import on_ladder, rungs_of
from recommender.ranking.overrides import Overrides
from recommender.ranking.refs import Ref, Trail
from recommender.ranking.rerank import Listing, Selection
from recommender.ranking.snapshot import Snapshot
from recommender.ranking.sources import Sources
from recommender.ranking.standing import Bar, Ground, Standing


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
        otherwise: the same without the block, or without the rule.
        rule: the rule that keeps it out.
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
    rule: ListRule | None = None


def why_not(  # noqa: PLR0913 - the fields of a question, and what answers it
    snapshot: Snapshot,
    query: Ref,
    other: Ref,
    limit: int,
    now_us: int,
    placement: str = DEFAULT_PLACEMENT,
    searcher: Searcher | None = None,
) -> WhyNot:
    """Find out why an article is not among the picks of another.

    Args:
        snapshot: what is served.
        query: the article being read.
        other: the article asked about.
        limit: the most picks wanted.
        now_us: the instant of the answer, in microseconds since 1970.
        placement: the name of the place on the site; UnknownPlacement if there is none such.
        searcher: looks deeper where rules leave too little; None to do without.

    Returns:
        The reason, true of what `select` returns for the same arguments.
    """
    return Inquiry(snapshot, query, limit, now_us, placement, searcher).why_not(other)


class Inquiry:
    """A list, made once, and any number of questions about who is not on it.

    Attributes:
        selection: the list.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        query: Ref,
        limit: int,
        now_us: int,
        placement: str = DEFAULT_PLACEMENT,
        searcher: Searcher | None = None,
    ) -> None:
        """Make the list.

        Args:
            snapshot: what is served.
            query: the article being read.
            limit: the most picks wanted.
            now_us: the instant of the answer, in microseconds since 1970.
            placement: the name of the place on the site; UnknownPlacement if there is none such.
            searcher: looks deeper where rules leave too little; None to do without.
        """
        self._given = (limit, now_us, placement, searcher)
        trail = Trail(snapshot.overlay.judged_us(now_us))
        placed = snapshot.overlay.placements.named(placement)
        self._query = query
        self._climbed: dict[tuple[Rung, ...], Mapping[Ref, Rung]] = {}
        self._asked = Asked(snapshot, query, placed, trail)
        self._sources = None if self._asked.row is None else Sources(self._asked, self._asked.row)
        self._listing = Listing(self._asked, limit, self._sources)
        self.selection = self._listing.fill()
        if not self.selection.is_certain and searcher is not None and self._asked.row is not None:
            self._sources = DeeperSources(self._asked, self._asked.row, searcher)
            self._listing = Listing(self._asked, limit, self._sources)
            self.selection = self._listing.fill()

    def why_not(self, other: Ref) -> WhyNot:
        """Find out why an article is not on the list.

        Args:
            other: the article asked about.

        Returns:
            The reason.
        """
        asked, selection = self._asked, self.selection
        article_id, pins = asked.snapshot.id_of(other), _pins(asked, other)
        bar = _bar(asked, self._listing, other)
        slots = self._in_slots(other, bar)
        if bar is None:
            slot = min(slots, key=nearness)
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
        freed = _without(asked.snapshot, bar)
        if freed is None:
            return found
        otherwise = why_not(freed, self._query, other, *self._given)
        return replace(found, otherwise=otherwise, rule=bar.rule)

    def near_misses(self, n: int) -> list[Ref]:
        """Return the articles that came nearest to the list without being on it.

        Args:
            n: how many at most.

        Returns:
            The best of each slot's ranking in turn, those that a rule of the list bars among them.
        """
        snapshot = self._asked.snapshot
        taken = {one.pick.article_id for one in self.selection.picks}
        found: dict[Ref, None] = {}
        for rows in zip_longest(*(contest.ranked() for contest in self._contests)):
            for row in rows:
                ref = None if row is None else snapshot.listed(row)
                if ref is not None and ref != self._query and snapshot.id_of(ref) not in taken:
                    found[ref] = None
            if len(found) >= n:
                break
        return list(found)[:n]

    @cached_property
    def _contests(self) -> tuple[Contest, ...]:
        """The slots in their order; none where the model does not know the article being read."""
        if self._sources is None:
            return ()
        picks = [one.pick for one in self.selection.picks]
        slots = self._asked.placement.slots
        return tuple(Contest(self._asked, self._sources, slot, picks) for slot in slots)

    def _rungs(self, slot: Slot) -> Mapping[Ref, Rung]:
        """Return what a slot's ladder has to offer; it is climbed once for all questions."""
        if slot.ladder not in self._climbed:
            self._climbed[slot.ladder] = rungs_of(self._asked, self._sources, slot)
        return self._climbed[slot.ladder]

    def _in_slots(self, other: Ref, bar: Bar | None) -> tuple[InSlot, ...]:
        """Return how an article fares in each slot, unless the list was never open to it."""
        asked = self._asked
        if bar is not None and bar.beside in {None, asked.query_id}:
            return ()
        row = asked.snapshot.row_of(other)
        picks = [one.pick for one in self.selection.picks]
        found = []
        for place, slot in enumerate(asked.placement.slots):
            rungs = self._rungs(slot) if bar is None else {}
            ladder = on_ladder(asked, rungs, slot, other, picks) if bar is None else None
            if self._sources is None or row is None:
                ground = Miss.QUERY_NEW if self._sources is None else Miss.NEW
                found.append(InSlot(slot, ground, ladder=ladder))
            else:
                taken = self._listing.standing.rows
                found.append(self._contests[place].fare(other, row, taken, ladder))
        return tuple(found)


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


def _without(snapshot: Snapshot, bar: Bar) -> Snapshot | None:
    """Return a snapshot as it would be without the block or the rule; None if it is neither."""
    overlay = snapshot.overlay
    if bar.rule is not None:
        freed = replace(overlay, rules=overlay.rules.without(bar.rule))
    elif bar.override is not None:
        kept = (one for one in overlay.overrides if one != bar.override)
        freed = replace(overlay, overrides=Overrides(kept))
    else:
        return None
    return Snapshot(snapshot.bundle, freed, snapshot.pointer)
