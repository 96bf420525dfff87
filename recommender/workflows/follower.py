"""The follower: carries the history to the files that the public app maps.

When something happened, or an embargo ended, it writes a new overlay generation beside the others
and moves the pointer to it; when another version was promoted it first verifies every file of the
bundle, once. What it cannot carry over it keeps as its `problem`, and goes on with the last good
pair.
"""

import time
from collections import deque
from dataclasses import replace
from datetime import datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.domain.event import Event
from recommender.errors import MorefromError
from recommender.ranking.bundle import Bundle
from recommender.ranking.overlay import Changes, remove_overlays, write_overlay
from recommender.ranking.pointer import Pointer, read_pointer, write_pointer
from recommender.registry.champions import CHAMPION_EVENTS, champions
from recommender.settings import Settings
from recommender.workflows.changes import changes_after

KEPT_OVERLAYS = 5
"""Generations kept, so that a worker can open the one named by a pointer that it has just read."""

RETRY_S = 10.0
"""Seconds until a champion that could not be verified is looked at again."""


class Follower:
    """Carries the history over, step by step.

    Attributes:
        problem: one sentence on why the champion is not what is served, None if it is.
    """

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        """Prepare to follow; nothing is written before the first step.

        Args:
            settings: whose home.
            catalogue: of that home.
        """
        self._settings = settings
        self._catalogue = catalogue
        self._bundle: Bundle | None = None
        self._verified: Bundle | None = None
        self._refused: tuple[str, str] | None = None
        self._changed: dict[str, tuple[int, Article]] = {}
        self._last_event = -1
        self._next_change: datetime | None = None
        self._retry_at = 0.0
        self._overlays: deque[str] = deque(maxlen=KEPT_OVERLAYS)
        self.problem: str | None = None

    def step(self, now: datetime) -> bool:
        """Carry over what happened since the last step.

        Args:
            now: the instant at which embargoes are judged.

        Returns:
            Whether the pointer was moved.
        """
        last_event = self._catalogue.last_event()
        if last_event < self._last_event:  # another history, as after a restore: gather it anew
            self._bundle = None
        due = self._next_change is not None and self._next_change <= now
        again = self.problem is not None and time.monotonic() >= self._retry_at
        if last_event == self._last_event and not due and not again:
            return False
        bundle = self._choose(champions(self._catalogue.events(CHAMPION_EVENTS)))
        changed = bundle is not self._bundle or last_event != self._last_event or due
        if bundle is not None and changed:
            self._gather(bundle)
            self._publish(bundle, last_event, now)
        self._bundle, self._last_event = bundle, last_event
        return bundle is not None and changed

    def _choose(self, standing: tuple[Event, ...]) -> Bundle | None:
        """Return the champion's bundle, or failing that the last good one."""
        if not standing:
            return None
        wanted = (standing[-1].subject, str(standing[-1].detail["manifest_sha256"]))
        for bundle in (self._bundle, self._verified):
            if bundle and wanted == (bundle.version, bundle.manifest_sha256):
                self.problem = None
                return bundle
        if wanted == self._refused and time.monotonic() < self._retry_at:
            return self._bundle
        try:
            self._verified = Bundle.verify(self._settings.versions_dir / wanted[0], wanted[1])
        except MorefromError as error:
            self.problem = f"The champion cannot be served: {error}"
            self._refused, self._retry_at = wanted, time.monotonic() + RETRY_S
            return self._bundle or self._served_before(standing)
        self.problem = None
        return self._verified

    def _served_before(self, standing: tuple[Event, ...]) -> Bundle | None:
        """Return a good bundle after a restart: what the pointer names, else an older champion."""
        tried = [
            (event.subject, str(event.detail["manifest_sha256"])) for event in reversed(standing)
        ]
        try:
            pointer = read_pointer(self._settings.serving_dir)
            tried.insert(0, (pointer.version, pointer.manifest_sha256))
        except MorefromError:
            pass  # nothing was served yet, or nobody can tell what: the history knows as well
        for version, sha256 in tried:
            try:
                return Bundle.verify(self._settings.versions_dir / version, sha256)
            except MorefromError:
                continue
        return None

    def _gather(self, bundle: Bundle) -> None:
        """Bring up to date what is known of the articles that the bundle has not, or not so."""
        if bundle is not self._bundle:
            changed = changes_after(self._catalogue, bundle)
            self._changed = {}
        else:
            changed = self._catalogue.changed_since(self._last_event)
        for number, article in changed:
            headed = replace(article, title=article.headline, body="")
            self._changed[article.id] = (number, headed)

    def _publish(self, bundle: Bundle, last_event: int, now: datetime) -> None:
        changes = Changes.of(self._changed.values(), now)
        # An article may have changed again since the number was read; the overlay then has that.
        last_event = max(last_event, *(number for number, _ in self._changed.values()), 0)
        serving = self._settings.serving_dir
        name, sha256 = write_overlay(
            serving, bundle, changes, last_event=last_event, generated_at=now
        )
        written_at = now.isoformat(timespec="milliseconds")
        pointer = Pointer(
            bundle.version, bundle.manifest_sha256, name, sha256, last_event, written_at
        )
        write_pointer(serving, pointer)
        self._overlays.append(name)
        remove_overlays(serving, self._overlays)
        self._next_change = changes.next_change
