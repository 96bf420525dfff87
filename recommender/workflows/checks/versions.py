"""Model versions: each one whole, and each folder one that the history knows."""

import importlib.metadata
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from recommender.domain.event import Event, EventKind
from recommender.domain.version import is_version_id
from recommender.errors import BrokenBundle
from recommender.ranking.bundle import BUNDLE_FORMAT
from recommender.ranking.folder import verify_folder
from recommender.registry.champions import CHAMPION_EVENTS, champions
from recommender.registry.versions import Version, list_versions
from recommender.training.notebook import PIPELINE_FILE
from recommender.workflows.checks.finding import Finding, Visit, error, ok, warning
from recommender.workflows.erasing import staged
from recommender.workflows.unfinished import announcements, remove_unfinished

NAME = "versions"

_TRAIN = "Run “morefrom train --promote”."


def check(visit: Visit) -> Iterator[Finding]:
    """Hash every file of every version, and look for folders that nobody knows.

    Args:
        visit: what to look at.

    Yields:
        What was found.
    """
    if not visit.has_catalogue:
        return
    with visit.catalogue() as catalogue:
        events = catalogue.events((EventKind.TRAINING, *CHAMPION_EVENTS))
    known = list_versions(events, visit.settings.versions_dir)
    sound: dict[str, Mapping[str, Any]] = {}
    broken: dict[str, str] = {}
    for version in known:
        place = visit.settings.versions_dir / version.id
        if version.is_present or version.is_champion:
            try:
                folder = verify_folder(place, BUNDLE_FORMAT, version.manifest_sha256)
                sound[version.id] = folder.manifest
            except BrokenBundle as problem:
                broken[version.id] = str(problem)
    yield from _broken(known, broken, _way_out(events, sound))
    yield from _pipelines(sound)
    yield from _erasures(visit)
    yield from _unknown(visit, {version.id for version in known})
    if not broken:
        gone = len(known) - len(sound)
        beside = f" ({gone} more were removed)" if gone else ""
        yield ok(NAME, f"Model versions that are whole: {len(sound)}{beside}.")


def _way_out(events: list[Event], sound: Mapping[str, object]) -> str:
    """Return the command that gives a sound champion again."""
    standing = [event.subject for event in champions(events)]
    if len(standing) > 1 and standing[-2] in sound:
        return f"Run “morefrom rollback”, which goes back to {standing[-2]}, or train and promote."
    newest = next(iter(sound), None)
    return _TRAIN if newest is None else f"Run “morefrom promote {newest} --reason …”, or train."


def _broken(known: list[Version], broken: Mapping[str, str], way_out: str) -> Iterator[Finding]:
    for version in known:
        if version.id in broken and version.is_champion:
            yield error(NAME, f"The champion cannot be used: {broken[version.id]}", way_out)
        elif version.id in broken:
            remedy = "Delete its folder, or restore it from a backup; nothing is served from it."
            yield warning(NAME, broken[version.id], remedy)


def _pipelines(sound: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    here = importlib.metadata.version("scikit-learn")
    for version, manifest in sound.items():
        libraries = manifest.get("metadata", {}).get("libraries", {})
        written_by = libraries.get("scikit-learn", here)
        if PIPELINE_FILE in manifest.get("notebook_files", {}) and written_by != here:
            sentence = (
                f"{PIPELINE_FILE} of {version} is of scikit-learn {written_by}, and here is {here}."
            )
            yield warning(NAME, sentence, "Train again before you load it; serving needs it not.")


def _erasures(visit: Visit) -> Iterator[Finding]:
    left = staged(visit.settings.versions_dir)
    if left:
        sentence = f"An erasure was killed before its end, or is at work: {', '.join(left)}."
        remedy = "Run “morefrom erase” again for the same article; it goes on from there."
        yield error(NAME, sentence, remedy)


def _unknown(visit: Visit, known: set[str]) -> Iterator[Finding]:
    """Find folders that the history does not know.

    Only what a training left that announced itself and was killed can be removed safely: of any
    other folder nobody can tell whether it is litter, or the catalogue the wrong one.

    Args:
        visit: what to look at.
        known: the ids of the versions of the history.

    Yields:
        What was found.
    """
    announced = announcements(visit.settings.versions_dir)
    dead = [version for version, is_dead in announced.items() if is_dead]
    if dead:
        sentence = f"Trainings were killed before their end: {', '.join(dead)}."
        remedy = "The next training removes what they left, and so does “--fix”."
        yield warning(NAME, sentence, remedy, partial(_remove, visit))
    for place in sorted(visit.settings.versions_dir.glob("*")):
        if not is_version_id(place.name) or place.name in {*known, *dead}:
            continue
        if place.name in announced:
            yield ok(NAME, f"{place.name} is being trained.")
        else:
            sentence = f"The history knows nothing of the version {place.name}."
            remedy = "See whether “database_url” names the right catalogue; else delete the folder."
            yield warning(NAME, sentence, remedy)


def _remove(visit: Visit) -> str:
    with visit.catalogue() as catalogue:
        removed = remove_unfinished(visit.settings.versions_dir, catalogue)
    return f"What killed trainings left was removed: {len(removed)} folders."
