"""From candidates to picks: what may be shown, in which order, and what fills the gaps.

Rules that no setting can switch off: never the query itself, never two articles of one story or the
query's own story, never one address twice, nothing from the future, and from the model nothing that
shares nothing. Where that leaves fewer picks than wanted, a ladder fills the rest, and says so:
articles that share a tag (the rarest first), then the section, then recent ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from recommender.domain.pick import Origin, Pick, Reason
from recommender.ranking import reasons
from recommender.ranking.cards import Card
from recommender.ranking.snapshot import Ref, Snapshot, Trail

_MAX_LOOKED_AT = 1_000
"""Articles that one rung tries, so that a million versions of one story cannot stall an answer."""


@dataclass(frozen=True, slots=True)
class Selected:
    """A pick and the card that shows it."""

    pick: Pick
    card: Card


@dataclass(frozen=True, slots=True)
class Selection:
    """An answer.

    Attributes:
        picks: each with its card, best first.
        fallback_used: whether the ladder filled a place, or nobody knows the query.
        last_event: number of the last event after the training that touched the answer, 0 if none.
    """

    picks: tuple[Selected, ...]
    fallback_used: bool
    last_event: int


def select(snapshot: Snapshot, query: Ref | None, limit: int, now_us: int) -> Selection:
    """Choose the picks for an article.

    Args:
        snapshot: what is served.
        query: the article being read; None for one that is not known.
        limit: the most picks wanted.
        now_us: the instant of the answer, in microseconds since 1970.

    Returns:
        At most `limit` picks; the same for the same arguments, always.
    """
    trail = Trail()
    card = None if query is None else snapshot.card(query)
    places = _Places(snapshot, limit, now_us)
    if query is not None and card is not None:
        trail.note(snapshot.event(query))
        places.occupy(query)
        _take_candidates(places, (query, card), trail)
    for rung in _rungs(places, card, trail):
        _take_rung(places, rung)
    picks = tuple(places.picks)
    fallback_used = query is None or any(one.pick.origin is Origin.FALLBACK for one in picks)
    return Selection(picks, fallback_used, trail.last_event)


class _Places:
    """The places of a list, filled one after another, and what may no longer stand in one."""

    def __init__(self, snapshot: Snapshot, limit: int, now_us: int) -> None:
        self.snapshot = snapshot
        self.limit = limit
        self.now_us = now_us
        self.picks: list[Selected] = []
        self._refs: set[Ref] = set()
        self._stories: set[int] = set()
        self._pages: set[str] = set()

    @property
    def are_full(self) -> bool:
        return len(self.picks) >= self.limit

    def may_stand(self, ref: Ref) -> bool:
        return (
            ref not in self._refs
            and self.snapshot.published_us(ref) <= self.now_us
            and self.snapshot.story(ref) not in self._stories
            and self.snapshot.page_of(ref) not in self._pages
        )

    def take(self, ref: Ref, card: Card, reason: Reason, score: float | None) -> None:
        self.occupy(ref)
        origin = Origin.FALLBACK if score is None else Origin.MODEL
        pick = Pick(card.id, len(self.picks) + 1, score, origin, reason)
        self.picks.append(Selected(pick, card))

    def occupy(self, ref: Ref) -> None:
        self._refs.add(ref)
        story, page = self.snapshot.story(ref), self.snapshot.page_of(ref)
        if story is not None:
            self._stories.add(story)
        if page:
            self._pages.add(page)


def _take_candidates(places: _Places, query: tuple[Ref, Card], trail: Trail) -> None:
    snapshot = places.snapshot
    candidates = snapshot.candidates(query[0], trail)
    while not places.are_full:
        ref, similarity = next(candidates, (query[0], 0.0))
        if similarity <= 0:
            return
        if places.may_stand(ref):
            trail.note(snapshot.event(ref))
            card = snapshot.card(ref)
            reason = reasons.of_candidate(snapshot, query, (ref, card))
            places.take(ref, card, reason, similarity)


def _take_rung(places: _Places, rung: Iterator[tuple[Ref, Reason]]) -> None:
    if places.are_full:
        return
    for ref, reason in islice(rung, _MAX_LOOKED_AT):
        if places.may_stand(ref):
            places.take(ref, places.snapshot.card(ref), reason, None)
            if places.are_full:  # before another is looked at, and its event counted
                return


def _rungs(
    places: _Places, card: Card | None, trail: Trail
) -> Iterator[Iterator[tuple[Ref, Reason]]]:
    """Yield the rungs of the ladder, top first.

    Args:
        places: what is to be filled.
        card: the query's, None for one that is not known.
        trail: takes note of events.

    Yields:
        Articles of one rung, and why they stand there.
    """
    snapshot, until_us = places.snapshot, places.now_us
    if card is not None:
        tags = reasons.rarest_first(snapshot, card.tags[: reasons.MAX_TAGS])
        yield (
            (ref, reasons.on_tag(tag.label))
            for tag in tags
            for ref in snapshot.newest(tag=tag.slug, until_us=until_us, trail=trail)
        )
    if card is not None and card.section:
        reason = reasons.in_section(card.section)
        refs = snapshot.newest(section=card.section, until_us=until_us, trail=trail)
        yield ((ref, reason) for ref in refs)
    yield ((ref, reasons.RECENT) for ref in snapshot.newest(until_us=until_us, trail=trail))
