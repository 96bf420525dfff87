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
from recommender.domain.event import Event, EventKind
from recommender.ranking.bundle import Bundle
from recommender.ranking.generations import remove_overlays, write_overlay
from recommender.ranking.pointer import Pointer, pointer_path, write_pointer
from recommender.registry.champions import CHAMPION_EVENTS, champions
from recommender.settings import Settings
from recommender.workflows.gathering import Gathering
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
        self._gathering: Gathering | None = None
        self._last_event = -1
        self._judged_at: datetime | None = None
        self._next_change: datetime | None = None
        self._overlays: deque[str] = deque(maxlen=KEPT_OVERLAYS)
        self._written: dict[Path, Marks] = {}

    @property
    def problem(self) -> str | None:
        """What keeps the champion, or a decision of the newsroom, from being served, or None."""
        decided = None if self._gathering is None else self._gathering.decisions.problem
        return " ".join(filter(None, (self._shelf.problem, decided))) or None

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
        due = due or (self._gathering is not None and self._gathering.comparing.n_waiting > 0)
        changed = anew or due or last_event != self._last_event or self._is_disturbed()
        if not changed and not self._shelf.is_due():
            return False
        decided = self._catalogue.events(CHAMPION_EVENTS)
        bundle = self._shelf.choose(champions(decided), self._bundle)
        changed = changed or bundle is not self._bundle
        if bundle is not None and changed:
            gathering = self._gathered(bundle, now, anew)
            gathering.compare(None if self._is_promoted(bundle, decided) else COMPARING_S)
            self._publish(gathering, now)
            self._sweep(decided)
            self._gathering = gathering
        self._bundle, self._last_event = bundle, last_event
        return bundle is not None and changed

    def _is_disturbed(self) -> bool:
        """Return whether another hand touched the pointer or the overlay that it names."""
        return any(marks != marks_of(path) for path, marks in self._written.items())

    def _is_promoted(self, bundle: Bundle, decided: Sequence[Event]) -> bool:
        """Return whether a bundle is about to take the place of another one without haste."""
        is_another = self._bundle is not None and bundle is not self._bundle
        return is_another and decided[-1].kind is not EventKind.ROLLBACK

    def _gathered(self, bundle: Bundle, now: datetime, anew: bool) -> Gathering:
        """Return what happened to the articles that the bundle has not, or not so."""
        held = self._gathering
        if anew or held is None or bundle is not held.bundle:
            held = Gathering(bundle, None if anew or held is None else held.decisions)
        held.look(self._catalogue, now)
        return held

    def _publish(self, gathering: Gathering, now: datetime) -> None:
        """Write what is laid over the bundle from now on, and move the pointer."""
        serving, bundle, last_event = (
            self._settings.serving_dir,
            gathering.bundle,
            gathering.last_event,
        )
        changes = gathering.changes(now)
        name, sha256 = write_overlay(
            serving,
            bundle,
            changes,
            last_event=last_event,
            generated_at=now,
            arrivals=gathering.comparing.arrivals,
            compared_until=gathering.comparing.until,
        )
        written_at = now.isoformat(timespec="milliseconds")
        pointer = Pointer(
            bundle.version, bundle.manifest_sha256, name, sha256, last_event, written_at
        )
        write_pointer(serving, pointer)
        self._written = {path: marks_of(path) for path in (serving / name, pointer_path(serving))}
        self._overlays.append(name)
        self._judged_at, self._next_change = now, changes.next_change

    def _sweep(self, decided: Sequence[Event]) -> None:
        """Remove old generations; of those before an erasure none stays, for one may hold it."""
        erased = max((one.number for one in decided if one.kind is EventKind.ERASURE), default=0)
        if erased > self._last_event:
            self._overlays = deque([self._overlays[-1]], KEPT_OVERLAYS)
        remove_overlays(self._settings.serving_dir, self._overlays)
