"""`morefrom health`: one pass over all lists, as a nightly job, and what an editor can mend.

The pass takes a minute for a hundred thousand articles, so no page makes it. What it finds is kept
in a file beside the models (`health_report`); the desk reads that and says how old it is.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import UNDATED_US, epoch_us, instant_of
from recommender.domain.placement import DEFAULT_PLACEMENT
from recommender.ranking.atomic import alone
from recommender.ranking.cards import iso_utc
from recommender.settings import Settings
from recommender.workflows.changes import synonyms_in_force
from recommender.workflows.health_lists import of_lists, of_overrides, of_tags
from recommender.workflows.health_pass import look
from recommender.workflows.health_report import LOCK, WHAT, Health, keep, place_of
from recommender.workflows.override_list import listed
from recommender.workflows.snapshots import current_snapshot

Progress = Callable[[str, int, int], object]


def examine(settings: Settings, progress: Progress, placement: str = DEFAULT_PLACEMENT) -> Health:
    """Look at all lists, and keep what was found for the desk.

    Args:
        settings: whose home.
        progress: told how far it is.
        placement: the name of the place on the site; UnknownPlacement if there is none such.

    Returns:
        What was found; Busy if another process is at it.
    """
    settings.versions_dir.mkdir(parents=True, exist_ok=True)
    with alone(place_of(settings, LOCK), WHAT):
        found = _examined(settings, progress, placement)
        keep(settings, found)
    return found


def _examined(settings: Settings, progress: Progress, placement: str) -> Health:
    now = datetime.now(UTC)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        snapshot = current_snapshot(settings, catalogue, now)
        synonyms = synonyms_in_force(catalogue)
        overrides = listed(catalogue, now, with_past=True)
    seen = look(snapshot, placement, epoch_us(now), partial(progress, "lists"))
    found = [
        *of_lists(snapshot, seen),
        *of_tags(snapshot, seen, synonyms),
        *of_overrides(overrides, now),
    ]
    newest = instant_of(int(seen.published_us[seen.is_out].max(initial=UNDATED_US)))
    trained_at = str(snapshot.bundle.metadata.get("trained_at", snapshot.bundle.taken_at))
    return Health(
        at=now,
        placement=placement,
        version=snapshot.bundle.version,
        trained_at=trained_at,
        newest_at=None if newest is None else iso_utc(newest),
        n_articles=len(seen.refs),
        n_later=len(snapshot.overlay.articles),
        worklists={one.ailment: one for one in found},
    )
