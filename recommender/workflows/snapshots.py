"""Snapshots without any files: any version under the history of today or of any day."""

from datetime import datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.bundle import Bundle
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from recommender.workflows.gathering import Gathering
from recommender.workflows.promoting import champion, open_champion


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
    gathering = Gathering(bundle)
    gathering.look(catalogue, now, until)
    gathering.compare()
    return Snapshot(bundle, gathering.overlay(now, compared_until))
