"""Publishing: one article into the catalogue, durable, and on its way to the readers.

The history is the truth, and the files of the public app follow it: so what is published is durable
first, then the follower is woken, then we wait a moment for the pointer to reach the event. That it
does not within that moment is no failure; the follower brings it as soon as it can.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from sqlalchemy import Connection

from recommender.catalogue import single
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.database import Database
from recommender.catalogue.single import Mandate, Revision, Written
from recommender.catalogue.tokens import Token, Tokens
from recommender.domain.article import Article, Status, tag_slug
from recommender.domain.decisions import DECISION_KINDS, Decisions
from recommender.domain.event import Event
from recommender.domain.pick import Rung
from recommender.errors import UnknownArticle
from recommender.settings import Settings
from recommender.workflows.awaiting import becomes_visible, reached, served_version
from recommender.workflows.changes import decisions_after
from recommender.workflows.waking import wake

PATIENCE_S = 5.0
"""Seconds for which a publication waits for other writers, such as an import."""

VISIBLE_WITHIN_S = 0.25
"""Seconds for which an acknowledgement waits for the files of the public app."""


class Change(StrEnum):
    """What a request did to an article; `unchanged` if all of it was so already."""

    CREATED = "created"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    RESTORED = "restored"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Published:
    """What became of an article.

    Attributes:
        revision: what is in force, durable.
        change: what the request did.
        is_visible: whether the files of the public app have it already.
        rungs: of the ladder on which it stands, or stood one revision ago: rung and slug.
    """

    revision: Revision
    change: Change
    is_visible: bool
    rungs: tuple[tuple[Rung, str], ...]


class Publisher:
    """Publishes into one home; several threads may use one.

    Every method raises CatalogueUnavailable or Busy where the database cannot be had, at once or
    within `PATIENCE_S`; then nothing is acknowledged, and the same may be asked again.
    """

    def __init__(self, settings: Settings, visible_within_s: float = VISIBLE_WITHIN_S) -> None:
        """Name the home; nothing is opened before it is needed.

        Args:
            settings: whose home.
            visible_within_s: how long to wait for the files of the public app.
        """
        self._settings = settings
        self._visible_within_s = visible_within_s
        self._opening = threading.Lock()
        self._opened: Database | None = None
        self._decisions = Decisions()

    def close(self) -> None:
        """Give the database back."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def tokens(self) -> list[Token]:
        """Return who may publish."""
        return Tokens(self.database()).all()

    def read(self, article_id: str) -> Revision:
        """Return the revision in force, whatever its status.

        Args:
            article_id: of an article.

        Raises:
            UnknownArticle: if there is none.
        """
        found = self.database().read(partial(single.in_force, article_id=article_id))
        if found is None:
            raise UnknownArticle(article_id, "the catalogue", "check the id, or publish it first")
        return found

    def put(self, article: Article, mandate: Mandate) -> Published:
        """Create or correct an article.

        Args:
            article: all of it.
            mandate: who, why, and on what condition; Outdated if that does not hold.

        Returns:
            What became of it.
        """
        return self._publish(partial(single.put, one=article, mandate=mandate))

    def retract(self, article_id: str, mandate: Mandate) -> Published:
        """Take an article back.

        Args:
            article_id: whose; UnknownArticle if there is none.
            mandate: who, why, and on what condition; Outdated if that does not hold.

        Returns:
            What became of it.
        """
        return self._publish(partial(single.retract, article_id=article_id, mandate=mandate))

    def restore(self, article_id: str, mandate: Mandate) -> Published:
        """Undo a retraction.

        Args:
            article_id: whose; UnknownArticle if there is none.
            mandate: who, why, and on what condition; Outdated if that does not hold.

        Returns:
            What became of it.
        """
        return self._publish(partial(single.restore, article_id=article_id, mandate=mandate))

    def reached(self) -> int | None:
        """Return the number of the last event that the public app's files have, None for none."""
        return reached(self._settings)

    def version(self) -> str | None:
        """Return the model that the public app's files name, None for none."""
        return served_version(self._settings)

    def since(self, after: int, until: int, limit: int) -> list[Published]:
        """Return what became of articles between two events, whoever did it.

        Args:
            after: number of an event.
            until: number of a later one, which the public app's files have.
            limit: how many changes at most.

        Returns:
            The changes in order, those first that happened first.
        """
        database = self.database()
        decisions = self._known_decisions(database)
        read = partial(single.since, after=after, until=until, limit=limit)
        return [
            Published(one.now, _change(one), True, tuple(_rungs(one, decisions)))
            for one in database.read(read)
        ]

    def decided(self, after: int, until: int) -> tuple[list[Event], Decisions]:
        """Return what was decided between two events, and all that is decided now.

        Args:
            after: number of an event.
            until: number of a later one.
        """
        database = self.database()
        catalogue = Catalogue(database, self._settings.catalogue_url)
        events = [one for one in catalogue.events(DECISION_KINDS, after) if one.number <= until]
        return events, self._known_decisions(database)

    def _publish(self, act: Callable[[Connection], Written]) -> Published:
        database = self.database()
        # Read before anything is written: once it is, nothing more can fail.
        decisions = self._known_decisions(database)
        with database.writing() as connection:
            written = act(connection)
        change = _change(written) if written.is_appended else Change.UNCHANGED
        wake(self._settings.serving_dir)
        return Published(
            written.now,
            change,
            becomes_visible(self._settings, written.now.number, self._visible_within_s),
            tuple(_rungs(written, decisions)),
        )

    def _known_decisions(self, database: Database) -> Decisions:
        """Return what the newsroom decided, reading no more of the history than is new."""
        catalogue = Catalogue(database, self._settings.catalogue_url)
        known, last_event = self._decisions, catalogue.last_event()
        if known.last_event > last_event:  # another history, as after a restore
            known = Decisions()
        self._decisions = known = decisions_after(catalogue, known, last_event)
        return known

    def database(self) -> Database:
        """Return the database of the home, opened once; CatalogueUnavailable if it is away."""
        with self._opening:
            if self._opened is None:
                self._opened = Database.open(
                    self._settings.catalogue_url, PATIENCE_S, must_exist=True
                )
            return self._opened


def _change(written: Written) -> Change:
    """Return what a change did, by the revision before it."""
    if written.before is None:
        return Change.CREATED
    was, is_now = (one.article.status is Status.RETRACTED for one in (written.before, written.now))
    if is_now and written.before.fingerprint == written.now.fingerprint:
        return Change.RETRACTED  # erased: nothing else makes two revisions of the same words
    if was == is_now:
        return Change.CORRECTED
    return Change.RETRACTED if is_now else Change.RESTORED


def _rungs(written: Written, decisions: Decisions) -> dict[tuple[Rung, str], None]:
    """Return the rungs whose newest articles may be others now, under every name of their tags."""
    found: dict[tuple[Rung, str], None] = {}
    for revision in (written.now, written.before):
        if revision is None:
            continue
        for one in (revision.article, decisions.synonyms.fold(revision.article)):
            found.update({(Rung.TAG, tag.slug): None for tag in one.tags})
            if one.section:
                found[Rung.SECTION, tag_slug(one.section)] = None
    found[Rung.RECENT, ""] = None
    return found
