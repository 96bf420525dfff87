"""The ladder: what fills a place that no recipe can, and says so.

Articles that share a tag with the query, then those of its section, then recent ones. On the rung
of the tag first those that the model finds closest, although they are not close enough to be its
picks, then the newest on the rarest tag; on the others the newest first.
"""

from collections.abc import Iterator
from itertools import islice

from recommender.domain.pick import Reason, Rung
from recommender.domain.placement import Slot
from recommender.ranking import reasons
from recommender.ranking.asked import Asked
from recommender.ranking.newest import newest
from recommender.ranking.refs import Ref
from recommender.ranking.sources import Sources
from recommender.ranking.standing import N_SHARED_TAGS

_MAX_LOOKED_AT = 1_000
"""Articles that one rung tries, so that a million versions of one story cannot stall an answer."""


def offers(asked: Asked, sources: Sources | None, slot: Slot) -> Iterator[tuple[Rung, Ref, Reason]]:
    """Yield what the ladder of a slot has to offer, top first.

    Args:
        asked: what the list is for; its trail takes note of every article looked at.
        sources: what the model finds close; None where the bundle does not know the query.
        slot: whose ladder it is.

    Yields:
        The rung, an article, and why it stands there.
    """
    for rung in slot.ladder:
        for ref, reason in islice(_on_rung(asked, sources, rung), _MAX_LOOKED_AT):
            yield rung, ref, reason


def _on_rung(asked: Asked, sources: Sources | None, rung: Rung) -> Iterator[tuple[Ref, Reason]]:
    section = None if asked.card is None else asked.card.section
    if rung is Rung.TAG:
        yield from _close_on_tag(asked, sources)
        for tag, _ in asked.tags:
            yield from _newest(asked, rung, reasons.on_tag(tag), tag=tag.slug)
    elif rung is Rung.RECENT:
        yield from _newest(asked, rung, reasons.RECENT)
    elif section:
        yield from _newest(asked, rung, reasons.in_section(section), section=section)


def _close_on_tag(asked: Asked, sources: Sources | None) -> Iterator[tuple[Ref, Reason]]:
    """Yield the nearest articles that share one of the query's rarest tags, nearest first."""
    tags = asked.tags[:N_SHARED_TAGS]
    for row in sources.closest.rows.tolist() if sources is not None and tags else ():
        ref = asked.snapshot.listed(row, asked.trail)
        shared = (tag for tag, group in tags if ref is not None and ref in group)
        if (tag := next(shared, None)) is not None and ref is not None:
            yield ref, reasons.on_tag(tag)


def _newest(
    asked: Asked, rung: Rung, reason: Reason, *, tag: str | None = None, section: str | None = None
) -> Iterator[tuple[Ref, Reason]]:
    asked.trail.note_rung(rung, reason.subject)
    for ref in newest(
        asked.snapshot,
        tag=tag,
        section=section,
        until_us=asked.now_us,
        language=asked.language,
        admission=asked.admission,
        trail=asked.trail,
    ):
        yield ref, reason
