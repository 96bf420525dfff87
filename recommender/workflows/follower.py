"""The follower: carries the history to the files that the public app maps.

When something happened, an embargo ended, or the clock was set back, it writes a new overlay
generation beside the others and moves the pointer to it; when another version was promoted it first
verifies every file of the bundle, once. What it cannot carry over it keeps as its `problem`, and
goes on with the last good pair. Pointer or overlay that another hand has touched it writes anew.

New and corrected articles are compared with all others as they come, which takes milliseconds each.
Before another version is promoted all that came since its training are; but a rollback is in haste,
and so is who begins to follow: retractions and overrides are carried over at once, and the articles
compared step by step.
"""

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.decisions import Decisions
from recommender.domain.event import Event, EventKind
from recommender.ranking.bundle import Bundle
from recommender.ranking.changes import Changes, Revised
from recommender.ranking.generations import remove_overlays, write_overlay
from recommender.ranking.pointer import Pointer, pointer_path, write_pointer
from recommender.registry.champions import CHAMPION_EVENTS, champions
from recommender.settings import Settings
from recommender.workflows.arriving import Comparing
from recommender.workflows.changes import changes_after, decisions_after
from recommender.workflows.shelf import Marks, Shelf, marks_of

COMPARING_S = 0.3
"""Seconds of a step that go into comparing; a retraction waits no longer."""

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
        self._comparing: Comparing | None = None
        self._decisions = Decisions()
        self._last_event = -1
        self._judged_at: datetime | None = None
        self._next_change: datetime | None = None
        self._overlays: deque[str] = deque(maxlen=KEPT_OVERLAYS)
        self._written: dict[Path, Marks] = {}

    @property
    def problem(self) -> str | None:
        """What keeps the champion, or a decision of the newsroom, from being served, or None."""
        return " ".join(filter(None, (self._shelf.problem, self._decisions.problem))) or None

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
        due = due or (self._comparing is not None and self._comparing.n_waiting > 0)
        changed = anew or due or last_event != self._last_event or self._is_disturbed()
        if not changed and not self._shelf.is_due():
            return False
        standing = champions(self._catalogue.events(CHAMPION_EVENTS))
        bundle = self._shelf.choose(standing, self._bundle)
        changed = changed or bundle is not self._bundle
        if bundle is not None and changed:
            revised, comparing = self._gather(bundle, now, anew)
            # More may have happened since the number was read; the overlay then has that.
            reached = max(last_event, *revised, 0)
            comparing.go_on(reached, None if self._is_promoted(bundle, standing) else COMPARING_S)
            known = Decisions() if anew else self._decisions
            decisions = decisions_after(self._catalogue, known, reached)
            changes = Changes.of(revised.values(), now, decisions)
            self._publish(bundle, changes, comparing, reached, now)
            self._changed, self._comparing, self._decisions = revised, comparing, decisions
        self._bundle, self._last_event = bundle, last_event
        return bundle is not None and changed

    def _is_disturbed(self) -> bool:
        """Return whether another hand touched the pointer or the overlay that it names."""
        return any(marks != marks_of(path) for path, marks in self._written.items())

    def _is_promoted(self, bundle: Bundle, standing: Sequence[Event]) -> bool:
        """Return whether a bundle is about to take the place of another one by a promotion."""
        is_another = self._bundle is not None and bundle is not self._bundle
        return is_another and standing[-1].kind is EventKind.PROMOTION

    def _gather(self, bundle: Bundle, now: datetime, anew: bool) -> tuple["_Changed", Comparing]:
        """Return what is known of the articles that the bundle has not, or not so."""
        if anew or bundle is not self._bundle or self._comparing is None:
            changed, revised = {}, changes_after(self._catalogue, bundle, now)
            comparing = Comparing(bundle)
        else:
            changed, revised = {**self._changed}, self._catalogue.revised_since(self._last_event)
            comparing = self._comparing
        for number, article in revised:
            changed[number] = Revised.of(number, article, bundle.language)
            comparing.expect(number, article)
        return changed, comparing

    def _publish(
        self,
        bundle: Bundle,
        changes: Changes,
        comparing: Comparing,
        last_event: int,
        now: datetime,
    ) -> None:
        """Write what is laid over the bundle from now on, and move the pointer."""
        serving = self._settings.serving_dir
        name, sha256 = write_overlay(
            serving,
            bundle,
            changes,
            last_event=last_event,
            generated_at=now,
            arrivals=comparing.arrivals,
            compared_until=comparing.until,
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


_Changed = dict[int, Revised]
"""What articles have been since the training, by the numbers of the revisions."""
