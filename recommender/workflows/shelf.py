"""Which bundle is served: the champion, or another one for as long as the champion is damaged.

A bundle is verified once, every file of it, and again only when the file system says that one of
its files was touched: then whoever opens it next, such as a worker that was restarted, would meet
what stands there now. So a champion whose folder was deleted or damaged under running workers is
noticed within a poll, the last good version takes its place for all of them at once, and the
champion serves again as soon as it is whole.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recommender.domain.event import Event
from recommender.errors import MorefromError
from recommender.ranking.bundle import Bundle
from recommender.ranking.pointer import read_pointer
from recommender.settings import Settings

RETRY_S = 10.0
"""Seconds until a bundle that could not be verified is looked at again, unless it is touched."""

Marks = tuple[tuple[str, int, int, int], ...]
_Name = tuple[str, str]
"""A version and the hash of its manifest."""


@dataclass(frozen=True)
class _Refusal:
    retry_at: float
    reason: str
    marks: Marks


class Shelf:
    """The bundles of a home, as far as they were verified.

    Attributes:
        problem: one sentence on why the champion is not what is served, None if it is.
    """

    def __init__(self, settings: Settings) -> None:
        """Prepare to choose; nothing is read before.

        Args:
            settings: whose home.
        """
        self._settings = settings
        self._sound: dict[_Name, tuple[Bundle, Marks]] = {}
        self._refused: dict[_Name, _Refusal] = {}
        self._champion: _Name | None = None
        self.problem: str | None = None

    def is_due(self) -> bool:
        """Return whether the choice may be another one though the history is the same."""
        if self._champion in self._refused and self._is_time(self._champion):
            return True
        return any(marks != self._marks(name) for name, (_, marks) in self._sound.items())

    def choose(self, standing: Sequence[Event], served: Bundle | None) -> Bundle | None:
        """Return the champion's bundle, or failing that the last good one.

        Args:
            standing: the promotions that stand, oldest first.
            served: what has been served until now.

        Returns:
            None if nothing was promoted, or nothing of it is whole and nothing is served yet.
        """
        if not standing:
            return None
        champion = self._champion = _name(standing[-1])
        chosen = self._verified(champion)
        if chosen is not None:
            self.problem = None
            self._refused.clear()
        else:
            chosen = self._in_its_place(standing, served) or served
            self.problem = _problem(self._refused[champion].reason, standing[-1].subject, chosen)
        kept = () if chosen is None else ((chosen.version, chosen.manifest_sha256),)
        self._sound = {name: self._sound[name] for name in kept if name in self._sound}
        return chosen

    def _in_its_place(self, standing: Sequence[Event], served: Bundle | None) -> Bundle | None:
        """Return a whole bundle: what is served, after a restart was served, or else once was."""
        tried = [_name(event) for event in reversed(standing)]
        try:
            pointer = read_pointer(self._settings.serving_dir)
            tried.insert(0, (pointer.version, pointer.manifest_sha256))
        except MorefromError:
            pass  # nothing was served yet, or nobody can tell what: the history knows as well
        if served is not None:
            tried.insert(0, (served.version, served.manifest_sha256))
        return next(filter(None, map(self._verified, dict.fromkeys(tried))), None)

    def _verified(self, name: _Name) -> Bundle | None:
        """Return a bundle that is whole, None if it is not; read anew only where need be."""
        marks = self._marks(name)  # before it is verified: what is touched meanwhile is touched
        held = self._sound.get(name)
        if held is not None and held[1] == marks:
            return held[0]
        if name in self._refused and not self._is_time(name):
            return None
        self._sound.pop(name, None)
        try:
            bundle = Bundle.verify(self._settings.versions_dir / name[0], name[1])
        except MorefromError as error:
            self._refused[name] = _Refusal(time.monotonic() + RETRY_S, str(error), marks)
            return None
        self._refused.pop(name, None)
        self._sound[name] = bundle, marks
        return bundle

    def _is_time(self, name: _Name) -> bool:
        """Return whether a bundle that was refused is looked at again: touched, or long ago."""
        refusal = self._refused[name]
        return time.monotonic() >= refusal.retry_at or refusal.marks != self._marks(name)

    def _marks(self, name: _Name) -> Marks:
        return marks_of(self._settings.versions_dir / name[0])


def marks_of(path: Path) -> Marks:
    """Return what changes whenever a file is touched; some microseconds a file, none is read.

    Args:
        path: a file, or a folder, whose files count.

    Returns:
        Name, inode, size and time of change of each; nothing where nothing can be seen.
    """
    try:
        found = sorted(os.scandir(path), key=lambda entry: entry.name) if path.is_dir() else [path]
        stats = [(entry.name, entry.stat()) for entry in found]
    except OSError:
        return ()
    return tuple((name, stat.st_ino, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def _name(promotion: Event) -> _Name:
    return promotion.subject, str(promotion.detail["manifest_sha256"])


def _problem(reason: str, champion: str, chosen: Bundle | None) -> str:
    """Return one sentence on a champion that is not whole.

    Args:
        reason: why it is not, a sentence.
        champion: its version.
        chosen: what is served; the champion itself if only those have it who mapped it before.
    """
    if chosen is None:
        return f"The champion cannot be served: {reason}"
    if chosen.version == champion:
        return f"The champion cannot be served after a restart: {reason}"
    return f"The champion cannot be served, {chosen.version} is in its place: {reason}"
