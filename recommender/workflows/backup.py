"""`morefrom backup`: the whole home as of one instant in one file, while everything goes on.

The instant is a number of the history: the events and revisions up to it, and the versions that
they know. Overlays and pointer are left out, since the follower makes them anew from those.
"""

import importlib.metadata
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from recommender.catalogue import history, portable
from recommender.catalogue.database import Database
from recommender.domain.event import EventKind
from recommender.errors import BrokenBundle, InvalidParameter
from recommender.ranking.atomic import replacing
from recommender.ranking.bundle import BUNDLE_FORMAT
from recommender.ranking.files import MANIFEST
from recommender.ranking.folder import Folder, verify_folder
from recommender.registry.versions import manifests
from recommender.settings import SETTINGS_FILE, Settings
from recommender.workflows.archive import ArchiveWriter

Progress = Callable[[str, int, int], object]
"""Called with what is being done, how much of it is done, and how much there is."""

_PRIVATE = 0o600
"""A backup holds drafts, embargoed articles, and perhaps the password of a database."""


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds.

    Attributes:
        last_event: number of the event that it reaches.
        articles: whatever their status.
        revisions: of all articles.
        versions: ids of the model versions in it.
        left_out: what is wrong with each version that is damaged and so not in it, by id.
        size: bytes of all of it, before they were compressed.
    """

    last_event: int
    articles: int
    revisions: int
    versions: tuple[str, ...]
    left_out: dict[str, str]
    size: int


@dataclass(frozen=True)
class _Home:
    settings: Settings
    database: Database


def backup(settings: Settings, path: Path, *, force: bool, progress: Progress) -> BackedUp:
    """Write a home into a file: whole, or not at all.

    Args:
        settings: whose home.
        path: the file.
        force: replace a file that is there.
        progress: told how far it is.

    Returns:
        What is in it.

    Raises:
        InvalidParameter: if the file is there and may not be replaced, or its folder is not there.
    """
    if path.is_file() and not force:
        raise InvalidParameter(parameter="FILE", found=str(path), expected="a new file, or --force")
    if not path.absolute().parent.is_dir():
        raise InvalidParameter(
            parameter="FILE", found=str(path), expected="an existing folder’s file"
        )
    with closing(Database.open(settings.catalogue_url, must_exist=True)) as database:
        with database.reading() as connection:
            last = history.last_event(connection)
            kinds = (EventKind.TRAINING, EventKind.ERASURE)
            told = history.events(connection, kinds, 0)
        known = manifests(event for event in told if event.number <= last)
        with replacing(path) as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                os.fchmod(file.fileno(), _PRIVATE)
            with ArchiveWriter(file) as archive:
                return _write(_Home(settings, database), archive, last, known, progress)


def _write(
    home: "_Home", archive: ArchiveWriter, last: int, known: Mapping[str, str], progress: Progress
) -> BackedUp:
    place = home.settings.home / SETTINGS_FILE
    if place.is_file():
        archive.add(SETTINGS_FILE, place.read_bytes())
    kept: dict[str, str] = {}
    left_out: dict[str, str] = {}
    for done, (version, sha256) in enumerate(known.items()):
        progress("versions", done, len(known))
        path = home.settings.versions_dir / version
        if not path.is_dir():
            continue  # removed by somebody who no longer wants it, as anybody may
        try:
            folder = verify_folder(path, BUNDLE_FORMAT, sha256)
        except BrokenBundle as error:
            left_out[version] = str(error)
            continue
        _add_version(archive, folder)
        kept[version] = sha256
    archive.add_lines("events", portable.event_lines(home.database, last))
    revisions = portable.revision_lines(home.database, last)
    archive.add_lines("revisions", _watched(revisions, last, progress))
    held = portable.counts(home.database, last)
    facts = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "morefrom": importlib.metadata.version("morefrom"),
        "last_event": last,
        "articles": held.articles,
        "revisions": held.revisions,
        "versions": kept,
        "left_out": left_out,
    }
    size = archive.finish(facts)
    return BackedUp(last, held.articles, held.revisions, tuple(kept), left_out, size)


def _add_version(archive: ArchiveWriter, folder: Folder) -> None:
    manifest = folder.path / MANIFEST
    own = {"size": manifest.stat().st_size, "sha256": folder.manifest_sha256}
    files = {
        **folder.value("files", dict),
        **folder.value("notebook_files", dict),
        MANIFEST: own,
    }
    for name, expected in files.items():
        archive.add_file(f"versions/{folder.path.name}/{name}", folder.path / name, expected)


def _watched(lines: Iterable[bytes], total: int, progress: Progress) -> Iterator[bytes]:
    for done, line in enumerate(lines):
        progress("catalogue", done, total)
        yield line
