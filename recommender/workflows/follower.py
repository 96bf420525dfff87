"""The follower: carries the history to the files that the public app maps.

When something happened, an embargo ended, or the clock was set back, it writes a new overlay
generation beside the others and moves the pointer to it; when another version was promoted it first
verifies every file of the bundle, once. What it cannot carry over it keeps as its `problem`, and
goes on with the last good pair. Pointer or overlay that another hand has touched it writes anew.
"""

from collections import deque
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.ranking.bundle import Bundle
from recommender.ranking.overlay import Changes, remove_overlays, write_overlay
from recommender.ranking.pointer import Pointer, pointer_path, write_pointer
from recommender.registry.champions import CHAMPION_EVENTS, champions
from recommender.settings import Settings
from recommender.workflows.changes import changes_after
from recommender.workflows.shelf import Marks, Shelf, marks_of

KEPT_OVERLAYS = 5
"""Generations kept, so that a worker can open the one named by a pointer that it has just read."""


class Follower:
    """Carries the history over, step by step."""

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        """Prepare to follow; nothing is written before the first step.

        Args:
            settings: whose home.
            catalogue: of that home.
        """
        self._settings = settings
        self._catalogue = catalogue
        self._shelf = Shelf(settings)
        self._bundle: Bundle | None = None
        self._changed: _Changed = {}
        self._last_event = -1
        self._judged_at: datetime | None = None
        self._next_change: datetime | None = None
        self._overlays: deque[str] = deque(maxlen=KEPT_OVERLAYS)
        self._written: dict[Path, Marks] = {}

    @property
    def problem(self) -> str | None:
        """One sentence on why the champion is not what is served, None if it is."""
        return self._shelf.problem

    def step(self, now: datetime) -> bool:
        """Carry over what happened since the last step.

        Args:
            now: the instant at which embargoes are judged.

        Returns:
            Whether the pointer was moved.
        """
        last_event = self._catalogue.last_event()
        # Another history, as after a restore, or a clock set back: nothing gathered so far counts.
        anew = last_event < self._last_event or (self._judged_at or now) > now
        due = self._next_change is not None and self._next_change <= now
        changed = anew or due or last_event != self._last_event or self._is_disturbed()
        if not changed and not self._shelf.is_due():
            return False
        standing = champions(self._catalogue.events(CHAMPION_EVENTS))
        bundle = self._shelf.choose(standing, self._bundle)
        changed = changed or bundle is not self._bundle
        if bundle is not None and changed:
            self._changed = self._publish(bundle, self._gather(bundle, now, anew), last_event, now)
        self._bundle, self._last_event = bundle, last_event
        return bundle is not None and changed

    def _is_disturbed(self) -> bool:
        """Return whether another hand touched the pointer or the overlay that it names."""
        return any(marks != marks_of(path) for path, marks in self._written.items())

    def _gather(self, bundle: Bundle, now: datetime, anew: bool) -> "_Changed":
        """Return what is known of the articles that the bundle has not, or not so."""
        if anew or bundle is not self._bundle:
            changed, revised = {}, changes_after(self._catalogue, bundle, now)
        else:
            changed, revised = {**self._changed}, self._catalogue.changed_since(self._last_event)
        for number, article in revised:
            headed = replace(article, title=article.headline, body="", links=())
            changed[article.id] = (number, headed)
        return changed

    def _publish(
        self, bundle: Bundle, changed: "_Changed", last_event: int, now: datetime
    ) -> "_Changed":
        """Return what is laid over the bundle from now on: write it, and move the pointer."""
        changes = Changes.of(changed.values(), now)
        # An article may have changed again since the number was read; the overlay then has that.
        last_event = max(last_event, *(number for number, _ in changed.values()), 0)
        serving = self._settings.serving_dir
        name, sha256 = write_overlay(
            serving, bundle, changes, last_event=last_event, generated_at=now
        )
        written_at = now.isoformat(timespec="milliseconds")
        pointer = Pointer(
            bundle.version, bundle.manifest_sha256, name, sha256, last_event, written_at
        )
        write_pointer(serving, pointer)
        self._written = {path: marks_of(path) for path in (serving / name, pointer_path(serving))}
        self._overlays.append(name)
        remove_overlays(serving, self._overlays)
        self._judged_at, self._next_change = now, changes.next_change
        return changed


_Changed = dict[str, tuple[int, Article]]
"""Articles by id, each with the number of its last event."""
