"""What happened to the catalogue since a bundle was trained, for all who lay it over the bundle."""

from collections.abc import Iterator
from datetime import datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.domain.decisions import DECISION_KINDS, Decisions
from recommender.domain.synonyms import Synonyms
from recommender.ranking.bundle import Bundle
from recommender.ranking.changes import Changes, Revised
from recommender.ranking.overlay import Overlay
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from recommender.workflows.arriving import Comparing
from recommender.workflows.promoting import champion, open_champion


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


def current_snapshot(settings: Settings, catalogue: Catalogue, now: datetime) -> Snapshot:
    """Return what would be served now: the champion under today's catalogue, without any files.

    Args:
        settings: whose home.
        catalogue: of that home.
        now: the instant at which embargoes are judged.
    """
    return snapshot_of(open_champion(settings, champion(catalogue)), catalogue, now)


def snapshot_of(
    bundle: Bundle,
    catalogue: Catalogue,
    now: datetime,
    until: int | None = None,
    compared_until: int | None = None,
) -> Snapshot:
    """Return any version under the catalogue of today or of any day, without any files.

    Args:
        bundle: the version's.
        catalogue: of its home.
        now: the instant at which embargoes are judged.
        until: number of the last event that counts; None for all.
        compared_until: number of the last event whose revision is compared with the bundle's
            articles; None for the last of all.
    """
    last_event = catalogue.last_event() if until is None else until
    comparing, revised = Comparing(bundle), []
    for number, article in changes_after(catalogue, bundle, now, until):
        revised.append(Revised.of(number, article, bundle.language))
        if compared_until is None or number <= compared_until:
            comparing.expect(number, article)
    last_event = max(last_event, *(one.number for one in revised), 0)
    comparing.go_on(last_event)
    changes = Changes.of(revised, now, decisions_after(catalogue, Decisions(), last_event))
    overlay = Overlay.in_memory(
        bundle,
        changes,
        last_event=last_event,
        generated_at=now,
        arrivals=comparing.arrivals,
        compared_until=compared_until,
    )
    return Snapshot(bundle, overlay)
