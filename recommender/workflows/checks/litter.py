"""Litter: what killed processes left under temporary names."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from recommender.catalogue.inspection import sqlite_file
from recommender.ranking import atomic
from recommender.training import keeping
from recommender.workflows.checks.finding import Finding, Visit, ok, warning

NAME = "litter"


def check(visit: Visit) -> Iterator[Finding]:
    """Look for temporary files and folders that nobody works at any more.

    Args:
        visit: what to look at.

    Yields:
        What was found.
    """
    settings = visit.settings
    file = sqlite_file(settings.catalogue_url)
    data = settings.home / "data" if file is None else file.parent
    places = {settings.home, data, data / "rejects", settings.versions_dir, settings.serving_dir}
    n_found = 0
    for place in sorted(places):
        found = atomic.litter(place)
        n_found += len(found)
        if found:
            sentence = f"A process that was killed left {len(found)} temporary names in {place}."
            remedy = "The next one that writes there removes them, and so does “--fix”."
            yield warning(NAME, sentence, remedy, partial(_remove, place))
    if kept := keeping.litter(settings.versions_dir):
        n_found += 1
        sentence = "A training that did not end left what it had compared."
        remedy = (
            "The next one takes it up, or removes it if articles have changed; “--fix” removes it."
        )
        yield warning(NAME, sentence, remedy, partial(_forget, kept[0].parent))
    if not n_found:
        yield ok(NAME, "No process left anything behind.")


def _remove(place: Path) -> str:
    return f"{len(atomic.remove_litter(place))} temporary names in {place} were removed."


def _forget(place: Path) -> str:
    return f"{len(keeping.remove_litter(place))} folders of comparisons in {place} were removed."
