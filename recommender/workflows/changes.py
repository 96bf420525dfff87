"""What happened to the catalogue since a bundle was trained, for all who lay it over the bundle."""

from collections.abc import Iterator
from datetime import datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.ranking.bundle import Bundle
from recommender.ranking.overlay import Changes, Overlay
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from recommender.workflows.promoting import champion, open_champion


def changes_after(
    catalogue: Catalogue, bundle: Bundle, at: datetime
) -> Iterator[tuple[int, Article]]:
    """Read every article of which a bundle may not have the current state.

    Args:
        catalogue: as it is now.
        bundle: trained earlier; or later, by a clock that has been set back since.
        at: the instant at which embargoes will be judged.

    Yields:
        Event number and article: revised since, or under embargo when the bundle was trained or at
        that instant.
    """
    yield from catalogue.embargoed_after(min(datetime.fromisoformat(bundle.taken_at), at))
    yield from catalogue.changed_since(bundle.last_event)


def current_snapshot(settings: Settings, catalogue: Catalogue, now: datetime) -> Snapshot:
    """Return what would be served now: the champion under today's catalogue, without any files.

    Args:
        settings: whose home.
        catalogue: of that home.
        now: the instant at which embargoes are judged.
    """
    bundle = open_champion(settings, champion(catalogue))
    last_event = catalogue.last_event()
    changes = Changes.of(changes_after(catalogue, bundle, now), now)
    overlay = Overlay.in_memory(bundle, changes, last_event=last_event, generated_at=now)
    return Snapshot(bundle, overlay)
