"""The disk: room for the next training, and permission to write."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from recommender.catalogue.inspection import sqlite_file
from recommender.workflows.checks.finding import Finding, Visit, error, ok, warning

NAME = "disk"
LEAST_BYTES = 64 << 20
LEAST_FILES = 1_000
"""Free inodes that a few trainings and their overlays take."""


def check(visit: Visit) -> Iterator[Finding]:
    """Compare what is free with what the next training needs: twice what the champion takes.

    Args:
        visit: what to look at.

    Yields:
        What was found.
    """
    settings = visit.settings
    file = sqlite_file(settings.catalogue_url)
    wanted = [settings.versions_dir, settings.serving_dir, *([file.parent] if file else [])]
    places = {_existing(place) for place in wanted}
    for place in sorted(places):
        yield from _refusals(place)
    promotion = visit.champion()
    size = 0 if promotion is None else _size(settings.versions_dir / promotion.subject)
    need = max(2 * size, LEAST_BYTES)
    place = _existing(settings.versions_dir)
    free = shutil.disk_usage(place).free
    sentence = f"{place} has {_mb(free)} free; the next training needs about {_mb(need)}"
    if free < need:
        remedy = "Delete old versions' folders, or move the home to a larger disk."
        yield error(NAME, f"{sentence}.", remedy)
    else:
        yield ok(NAME, f"{sentence}.")


def _refusals(place: Path) -> Iterator[Finding]:
    status = os.statvfs(place)
    if status.f_flag & os.ST_RDONLY:
        yield error(NAME, f"The disk of {place} is read-only.", "Mount it again for writing.")
    elif not os.access(place, os.W_OK | os.X_OK):
        yield error(
            NAME, f"You may not write to {place}.", "Let one user own the home, and run it."
        )
    if status.f_files and status.f_favail < LEAST_FILES:
        sentence = f"The disk of {place} has room for {status.f_favail} more files."
        yield warning(NAME, sentence, "Delete small files, or make its file system anew.")


def _existing(place: Path) -> Path:
    return next(path for path in (place, *place.parents) if path.exists())


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file())


def _mb(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.0f} MB"
