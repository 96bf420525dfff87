"""`morefrom erase`: an article removed for good, from the history and from every version.

First the catalogue: one transaction takes the words out of every revision, and the follower hides
the article everywhere. Then the versions, one after another: each is written anew beside its place,
the history is told what its manifest hashes to from then on, and the two folders change places. A
version that has been promoted is followed by itself: its hash is another one.

Whatever is killed in between leaves each version old and whole, or new and whole, and the same
command goes on from there.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.database import Database
from recommender.catalogue.erasing import Eraser, erasures
from recommender.domain.article import Status
from recommender.domain.event import Event, EventKind
from recommender.errors import BrokenBundle, UnknownArticle
from recommender.ranking.atomic import alone, writing
from recommender.ranking.bundle import BUNDLE_FORMAT, Bundle
from recommender.ranking.erasing import ERASED, lonely_columns, row_to_erase, write_without
from recommender.ranking.exchanging import exchange, finish_exchange
from recommender.ranking.folder import Folder, open_folder, verify_folder
from recommender.ranking.stored_vocabulary import load_vocabulary
from recommender.registry.versions import manifests
from recommender.settings import Settings
from recommender.workflows.as_trained import AsTrained
from recommender.workflows.changes import changes_after
from recommender.workflows.health_report import forget
from recommender.workflows.waking import wake

Progress = Callable[[str, int, int], object]
"""Called with what is being done, how much of it is done, and how much there is."""

_LOCK = ".erasing"
_STAGED = ".erased-"
_KINDS = (EventKind.TRAINING, EventKind.ERASURE)


@dataclass(frozen=True)
class Plan:
    """What an erasure would do.

    Attributes:
        revisions: of the article, in the catalogue.
        erased_at: when it was erased before, None if it was not.
        versions: ids of the versions that are here and still hold it.
    """

    revisions: int
    erased_at: datetime | None
    versions: tuple[str, ...]


@dataclass(frozen=True)
class Erased:
    """What an erasure did.

    Attributes:
        event: number of the event by which the article was erased, now or before.
        erased_at: its instant, ISO 8601.
        revisions: that have no words any more.
        versions: ids of the versions that were written anew.
        left_out: what is wrong with each version that is damaged and so was left as it is, by id.
        is_forgotten: whether the files of the database were written anew; else that is for whoever
            runs its server.
    """

    event: int
    erased_at: str
    revisions: int
    versions: tuple[str, ...]
    left_out: dict[str, str]
    is_forgotten: bool


def plan(settings: Settings, article_id: str) -> Plan:
    """Return what an erasure would do, without doing any of it.

    Args:
        settings: whose home.
        article_id: of the article.

    Raises:
        UnknownArticle: if there is none.
    """
    with _opened(settings) as (catalogue, eraser):
        n_revisions = eraser.n_revisions(article_id)
        done = erasures(catalogue.events((EventKind.ERASURE,))).get(article_id)
        known = manifests(catalogue.events(_KINDS))
    if not n_revisions:
        raise UnknownArticle(article_id, "the catalogue", "check the id")
    held = tuple(one for one in known if _holds(settings.versions_dir / one, article_id))
    return Plan(n_revisions, None if done is None else done.at, held)


def erase(
    settings: Settings, article_id: str, author: str, reason: str, progress: Progress
) -> Erased:
    """Remove an article for good, or end what was begun before.

    Args:
        settings: whose home.
        article_id: of the article; UnknownArticle if there is none.
        author: who does it.
        reason: why; kept in the history.
        progress: told how far it is.

    Returns:
        What was done; Busy if another erasure is at work.
    """
    with _opened(settings) as (catalogue, eraser), alone(_lock(settings), "An erasure"):
        event = eraser.erase(article_id, author, reason)
        wake(settings.serving_dir)
        is_forgotten = eraser.forget_deleted()
        forget(settings)
        known = manifests(catalogue.events(_KINDS))
        done, left_out = [], {}
        for place, version in enumerate(known):
            progress("versions", place, len(known))
            try:
                if _Version(settings, catalogue, version).without(event, author):
                    done.append(version)
            except BrokenBundle as problem:
                left_out[version] = str(problem)
        wake(settings.serving_dir)
        n_revisions = eraser.n_revisions(article_id)
    at = event.at.isoformat(timespec="seconds")
    return Erased(event.number, at, n_revisions, tuple(done), left_out, is_forgotten)


def staged(versions_dir: Path) -> list[str]:
    """Return the ids of the versions beside which an erasure has left a folder, or works at one.

    Args:
        versions_dir: the folder of all versions.
    """
    found = (one.name for one in sorted(versions_dir.glob(f"{_STAGED}*")))
    return [one.removeprefix(_STAGED) for one in found]


class _Version:
    """A version of a home, and what another erasure may have left beside it."""

    def __init__(self, settings: Settings, catalogue: Catalogue, version: str) -> None:
        self._catalogue = catalogue
        self._version = version
        self._path = settings.versions_dir / version
        self._staged = settings.versions_dir / f"{_STAGED}{version}"

    def without(self, erasure: Event, author: str) -> bool:
        """Write the version anew without an article.

        Args:
            erasure: of the article.
            author: who does it.

        Returns:
            Whether there was anything to do; BrokenBundle if the version is damaged.
        """
        was_left = self._finish()
        if not self._path.is_dir():
            return was_left
        folder = verify_folder(self._path, BUNDLE_FORMAT)
        self._check_known(folder)
        article_id = erasure.subject
        row = row_to_erase(folder, article_id)
        nameless = self._nameless(folder, article_id, row)
        if row is None and not nameless.size:
            return was_left
        sha256 = write_without(folder, self._staged, article_id, row, nameless)
        detail = {"versions": {self._version: sha256}}
        self._catalogue.append(EventKind.ERASURE, article_id, author, erasure.reason, detail)
        self._replace()
        return True

    def _finish(self) -> bool:
        """End what a killed erasure began.

        What it had written takes its place if the history knows it, and goes if not.

        Returns:
            Whether one had.
        """
        finish_exchange(self._staged, self._path)
        if not self._staged.is_dir():
            return False
        known = manifests(self._catalogue.events(_KINDS))[self._version]
        try:
            open_folder(self._staged, BUNDLE_FORMAT, known)
        except BrokenBundle:  # the old one, or one that the history was not told of
            self._remove_staged()
        else:
            self._replace()
        return True

    def _replace(self) -> None:
        exchange(self._staged, self._path)
        self._remove_staged()

    def _remove_staged(self) -> None:
        with writing(self._staged):
            shutil.rmtree(self._staged)

    def _check_known(self, folder: Folder) -> None:
        """See that a version is one that was made here, as it is now or was before an erasure.

        Raises:
            BrokenBundle: if it is not.
        """
        hashes = {manifests([one]).get(self._version) for one in self._catalogue.events(_KINDS)}
        if folder.manifest_sha256 not in hashes:
            expected = "one that the history knows"
            remedy = "delete its folder, or restore it from a backup and erase again"
            found = f"manifest {folder.manifest_sha256}"
            raise BrokenBundle(self._path, found, expected, remedy)

    def _nameless(self, folder: Folder, article_id: str, row: int | None) -> NDArray[np.int64]:
        """Return the columns that only erased articles have, of all that the bundle is asked of.

        Args:
            folder: the bundle's.
            article_id: of the article that is being erased.
            row: its row; None if it has none, and was later than the bundle if anything.

        Returns:
            int64, ascending.
        """
        if row is None and not folder.value(ERASED, list):
            return np.empty(0, np.int64)
        lonely = lonely_columns(folder, row)
        if not lonely.size:
            return lonely
        bundle = Bundle.open(self._path, folder.manifest_sha256)
        return np.setdiff1d(lonely, np.concatenate([lonely[:0], *self._later(bundle, article_id)]))

    def _later(self, bundle: Bundle, article_id: str) -> Iterator[NDArray[np.int32]]:
        """Yield the columns of each later revision of another article."""
        reader, vocabulary = AsTrained(bundle), load_vocabulary(bundle.vocabulary)
        for _, article in changes_after(self._catalogue, bundle, datetime.now(UTC)):
            if article.id != article_id and article.status is Status.PUBLISHED:
                language = reader.language_of(article)
                read = replace(reader.read(article).article, language=language)
                yield vocabulary.vectors([read], bundle.language).row(0)[0]


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Catalogue, Eraser]]:
    with closing(Database.open(settings.catalogue_url, must_exist=True)) as database:
        yield Catalogue(database, settings.catalogue_url), Eraser(database)


def _holds(path: Path, article_id: str) -> bool:
    """Return whether a version is here and holds an article, or may: a damaged one."""
    if not path.is_dir():
        return False
    try:
        return row_to_erase(open_folder(path, BUNDLE_FORMAT), article_id) is not None
    except BrokenBundle:
        return True


def _lock(settings: Settings) -> Path:
    with writing(settings.versions_dir):
        settings.versions_dir.mkdir(parents=True, exist_ok=True)
    return settings.versions_dir / _LOCK
