"""What happened to the catalogue since a bundle was trained, for all who lay it over the bundle."""

from collections.abc import Iterator
from datetime import datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.domain.decisions import DECISION_KINDS, Decisions
from recommender.domain.synonyms import Synonyms
from recommender.ranking.bundle import Bundle


def changes_after(
    catalogue: Catalogue, bundle: Bundle, at: datetime, until: int | None = None
) -> Iterator[tuple[int, Article]]:
    """Read every state of an article that a bundle may not have.

    Args:
        catalogue: whose history it is.
        bundle: trained earlier; or later, by a clock that has been set back since.
        at: the instant at which embargoes will be judged.
        until: number of the last event that counts; None for all.

    Yields:
        Event number and article: revised since, or under embargo when the bundle was trained or at
        that instant.
    """
    untrained = min(datetime.fromisoformat(bundle.taken_at), at)
    yield from catalogue.embargoed_at(bundle.last_event, untrained)
    yield from catalogue.revised_since(bundle.last_event, until)


def decisions_after(catalogue: Catalogue, known: Decisions, until: int) -> Decisions:
    """Return what was decided at an event, reading no more of the history than is new.

    Args:
        catalogue: whose history it is.
        known: what was decided at some event before.
        until: number of the event.
    """
    events = catalogue.events(DECISION_KINDS, known.last_event)
    return known.after(event for event in events if event.number <= until)


def synonyms_in_force(catalogue: Catalogue) -> Synonyms:
    """Return which tags are one today.

    Args:
        catalogue: whose history decides.
    """
    return decisions_after(catalogue, Decisions(), catalogue.last_event()).synonyms
