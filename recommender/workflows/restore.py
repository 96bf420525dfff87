"""`morefrom restore`: a backup back into an empty home, whole or not at all.

Everything is unpacked and verified under a temporary name; then the versions take their places, the
settings, and last the catalogue, without which nothing looks like a home. A restore that is killed
can simply be run again: versions that it had put in place are known by their hash, and kept.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from recommender.catalogue import history, portable
from recommender.catalogue.database import Database
from recommender.catalogue.inspection import sqlite_file
from recommender.catalogue.portable import BrokenLine, Counts
from recommender.domain.version import is_version_id
from recommender.errors import BrokenBackup, BrokenBundle, HomeNotEmpty, InvalidSettings
from recommender.ranking.atomic import sync_folder, temporary_folder, writing
from recommender.ranking.bundle import BUNDLE_FORMAT
from recommender.ranking.folder import verify_folder
from recommender.settings import SETTINGS_FILE, Settings, load_settings
from recommender.workflows.unpacking import pieces, unpack

Progress = Callable[[str, int, int], object]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Restored:
    """What a restore brought back.

    Attributes:
        home: the folder.
        last_event: number of the last event of the history.
        articles: whatever their status.
        revisions: of all articles.
        versions: ids of the model versions.
        settings_kept: whether the home had a `morefrom.toml`, which then stays in force.
    """

    home: str
    last_event: int
    articles: int
    revisions: int
    versions: tuple[str, ...]
    settings_kept: bool


def restore(settings: Settings, path: Path, progress: Progress) -> Restored:
    """Bring a home back.

    Args:
        settings: of the home as it is before; where it has no `morefrom.toml`, that of the backup
            decides where the catalogue lies, below the environment as always.
        path: the backup.
        progress: told how far it is.

    Returns:
        What is there now. HomeNotEmpty, BrokenBackup, CannotWrite or CatalogueUnavailable if that
        could not be; then nothing has changed.
    """
    home = settings.home
    _check_no_catalogue(settings)
    with writing(home), ExitStack() as stack:
        home.mkdir(parents=True, exist_ok=True)
        staging = stack.enter_context(temporary_folder(home))
        progress("unpacking", 0, 3)
        manifest = unpack(path, staging)
        in_force = _in_force(settings, staging)
        versions = _versions(path, manifest, staging)
        missing = [one for one in versions if not _is_there(in_force, one, versions[one])]
        _check_no_other_version(in_force, versions)
        _check_no_catalogue(in_force)
        progress("loading", 1, 3)
        kept = (home / SETTINGS_FILE).exists()
        moves = {staging / "versions" / one: in_force.versions_dir / one for one in missing}
        if not kept and (staging / SETTINGS_FILE).is_file():
            moves[staging / SETTINGS_FILE] = home / SETTINGS_FILE
        file = sqlite_file(in_force.catalogue_url)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            staged = stack.enter_context(temporary_folder(file.parent)) / file.name
            counts = _fill(path, f"sqlite:///{staged}", staging)
            moves[staged] = file
        progress("placing", 2, 3)
        with _placed(moves) as undo:
            if file is None:
                counts = _fill(path, in_force.catalogue_url, staging)
            undo.pop_all()
    return Restored(
        home=str(home),
        last_event=counts.events,
        articles=counts.articles,
        revisions=counts.revisions,
        versions=tuple(versions),
        settings_kept=kept,
    )


def _in_force(settings: Settings, staging: Path) -> Settings:
    """Return the settings that the home will have.

    Args:
        settings: those that it has.
        staging: where the backup was unpacked.

    Returns:
        Those of the backup if the home has none of its own, for the home's own folders.

    Raises:
        InvalidSettings: if this morefrom does not know them.
    """
    if (settings.home / SETTINGS_FILE).exists() or not (staging / SETTINGS_FILE).is_file():
        return settings
    try:
        return load_settings(staging).model_copy(update={"home": settings.home})
    except InvalidSettings as error:
        where = f"the {SETTINGS_FILE} in the backup"
        remedy = f"put a {SETTINGS_FILE} of your own into {settings.home} first, which then counts"
        raise InvalidSettings(where, error.key, "does not suit this morefrom", remedy) from None


def _versions(path: Path, manifest: dict[str, object], staging: Path) -> dict[str, str]:
    """Return the versions of a backup and their hashes, sure that they are whole.

    Raises:
        BrokenBackup: if they are not.
    """
    listed = manifest.get("versions")
    unpacked = {place.name for place in (staging / "versions").glob("*")}
    if not isinstance(listed, dict) or listed.keys() != unpacked:
        raise BrokenBackup(path, "its manifest does not list the versions that it holds")
    for version, sha256 in listed.items():
        try:
            verify_folder(staging / "versions" / version, BUNDLE_FORMAT, str(sha256))
        except BrokenBundle as error:
            problem = f"version {version} has {error.found} instead of {error.expected}"
            raise BrokenBackup(path, problem) from None
    return {version: str(sha256) for version, sha256 in listed.items()}


def _is_there(settings: Settings, version: str, sha256: str) -> bool:
    place = settings.versions_dir / version
    if not place.exists():
        return False
    try:
        verify_folder(place, BUNDLE_FORMAT, sha256)
    except BrokenBundle:
        raise HomeNotEmpty(found=f"another version {version}", where=place) from None
    return True


def _check_no_other_version(settings: Settings, versions: dict[str, str]) -> None:
    """Refuse a home with versions that the backup does not know.

    Raises:
        HomeNotEmpty: if it has one.
    """
    here = sorted(place.name for place in settings.versions_dir.glob("*"))
    for name in here:
        if is_version_id(name) and name not in versions:
            raise HomeNotEmpty(found=f"version {name}", where=settings.versions_dir)


def _check_no_catalogue(settings: Settings) -> None:
    """Refuse a home whose settings name a catalogue that is there already.

    Raises:
        HomeNotEmpty: if they do.
    """
    file = sqlite_file(settings.catalogue_url)
    if file is not None:
        if file.exists():
            raise HomeNotEmpty(found="a catalogue", where=file)
        return
    with closing(Database.open(settings.catalogue_url)) as database:
        with database.reading() as connection:
            last = history.last_event(connection)
        if last:
            raise HomeNotEmpty(found=f"{last:,} events", where=database.where)


def _fill(path: Path, url: str, staging: Path) -> Counts:
    """Make a catalogue of the unpacked lines, in one transaction.

    Args:
        path: the backup, for a sentence.
        url: where the catalogue is to be.
        staging: where the backup was unpacked.

    Returns:
        What it holds.

    Raises:
        BrokenBackup: if they do not make one.
    """
    try:
        with closing(Database.open(url)) as database:
            return portable.load(database, pieces(staging, "events"), pieces(staging, "revisions"))
    except BrokenLine as error:
        raise BrokenBackup(path, str(error)) from None
    except DBAPIError as error:  # rows that no catalogue of ours could have held
        raise BrokenBackup(path, f"its catalogue cannot be stored ({error.orig})") from None


def _placed(moves: dict[Path, Path]) -> ExitStack:
    """Move everything to its place, the catalogue last.

    Args:
        moves: what stands under a temporary name, and where it belongs.

    Returns:
        A stack that takes all of it back when it is closed, unless it was emptied before.
    """
    with ExitStack() as undo:
        for source, target in moves.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
            undo.callback(os.rename, target, source)
            sync_folder(target.parent)
        return undo.pop_all()
