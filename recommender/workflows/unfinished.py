"""Versions whose training was killed between publishing a folder and telling the history of it.

The history must never name a version that is not there, so the folder comes first. A training
therefore leaves word of what it is about to publish: an empty file beside the folder, whose lock it
holds until the history knows, or until it has failed. Where the word is left and nobody holds its
lock, the training is dead, and what the history does not know goes. No other folder is touched,
whatever the history says: it might be the history that is the wrong one.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.event import EventKind
from recommender.domain.version import is_version_id
from recommender.errors import MorefromError
from recommender.ranking.atomic import hold, take_over, writing

_PREFIX = ".training-"


@contextmanager
def announced(versions_dir: Path, version: str, catalogue: Catalogue) -> Iterator[None]:
    """Publish a version and tell the history of it within this block, or have it removed again.

    Args:
        versions_dir: the folder of all versions.
        version: its id.
        catalogue: whose history will know it.

    Yields:
        Nothing. What the block raises goes on to the caller; CannotWrite if no word can be left.
    """
    place = versions_dir / f"{_PREFIX}{version}"
    with writing(versions_dir / version):
        versions_dir.mkdir(parents=True, exist_ok=True)
        lock = hold(place)
    try:
        yield
    except BaseException:
        os.close(lock)
        with suppress(MorefromError):  # the next training tries again
            remove_unfinished(versions_dir, catalogue)
        raise
    with suppress(OSError):  # the history knows the version; the next training takes the word away
        place.unlink(missing_ok=True)
    os.close(lock)


def announcements(versions_dir: Path) -> dict[str, bool]:
    """Return the versions of which word was left, each with whether its training is dead."""
    found = {}
    for place in _words(versions_dir):
        lock = take_over(place)
        if lock is not None:
            os.close(lock)
        found[_version_of(place)] = lock is not None
    return found


def remove_unfinished(versions_dir: Path, catalogue: Catalogue) -> list[str]:
    """Remove the folders of trainings that are dead and of which the history knows nothing.

    Args:
        versions_dir: the folder of all versions.
        catalogue: whose history decides.

    Returns:
        The ids of the versions that were removed.
    """
    removed = []
    for place in _words(versions_dir):
        version = _version_of(place)
        if (lock := take_over(place)) is None:
            continue
        try:
            # Asked under the lock: a training that ended a moment ago has told the history by now.
            trained = catalogue.settled_events((EventKind.TRAINING,))
            with suppress(OSError):  # a disk that refuses this too; the next training tries again
                is_known = version in {event.subject for event in trained}
                if not is_known and (versions_dir / version).exists():
                    shutil.rmtree(versions_dir / version)
                    removed.append(version)
                place.unlink(missing_ok=True)
        finally:
            os.close(lock)
    return removed


def _words(versions_dir: Path) -> list[Path]:
    found = sorted(versions_dir.glob(f"{_PREFIX}*"))
    return [place for place in found if is_version_id(_version_of(place))]


def _version_of(place: Path) -> str:
    return place.name.removeprefix(_PREFIX)
