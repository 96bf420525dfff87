"""What is served: the pointer, the overlay that it names, and the follower that writes both."""

import fcntl
import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from recommender.errors import BrokenBundle, NoChampion
from recommender.ranking.generations import is_overlay_name
from recommender.ranking.overlay import Overlay
from recommender.ranking.overlay_size import advice_on
from recommender.ranking.pointer import Pointer, read_pointer
from recommender.workflows.checks.finding import Finding, Visit, error, ok, warning
from recommender.workflows.follower import KEPT_OVERLAYS
from recommender.workflows.following import LOCK_FILE, STATUS_FILE

NAME = "serving"

LATE_S = 60.0
"""A follower at work is behind by more than this only if something keeps it from its work."""

_RESTART = "Restart “morefrom serve”, which writes it anew."


def check(visit: Visit) -> Iterator[Finding]:
    """Look at the files that the public app maps, and at who writes them.

    Args:
        visit: what to look at.

    Yields:
        What was found.
    """
    serving = visit.settings.serving_dir
    is_followed = _is_locked(serving / LOCK_FILE)
    yield from _status(serving / STATUS_FILE, is_followed)
    pointer: Pointer | None = None
    try:
        pointer = read_pointer(serving)
        Overlay.verify(serving / pointer.overlay, pointer.version, pointer.overlay_sha256)
    except NoChampion:
        yield ok(NAME, "Nothing has been served from this home yet.")
    except BrokenBundle as problem:
        yield error(NAME, str(problem), _RESTART)
    else:
        yield from _progress(visit, pointer, is_followed)
        yield from _size(serving, pointer)
    yield from _stale(serving, pointer)


def _progress(visit: Visit, pointer: Pointer, is_followed: bool) -> Iterator[Finding]:
    promotion = visit.champion()
    if promotion is None:
        return
    with visit.catalogue() as catalogue:
        last = catalogue.last_event()
    behind = last - pointer.last_event
    age_s = (visit.now - datetime.fromisoformat(pointer.written_at)).total_seconds()
    who = "the follower is at work" if is_followed else "no follower is at work"
    served = f"{pointer.version}, with an overlay of event {pointer.last_event:,}"
    if pointer.version == promotion.subject and behind == 0:
        yield ok(NAME, f"Served is {served}: all there is; {who}.")
        return
    other = f" The champion is {promotion.subject}." * (pointer.version != promotion.subject)
    sentence = f"Served is {served}, {behind:,} events behind; {who}.{other}"
    if is_followed and age_s < LATE_S:
        yield ok(NAME, sentence)
    elif is_followed:
        yield error(NAME, sentence, "See what the follower says in the log of “morefrom serve”.")
    else:
        yield warning(NAME, sentence, "Start “morefrom serve”, which follows the catalogue.")


def _size(serving: Path, pointer: Pointer) -> Iterator[Finding]:
    place = serving / pointer.overlay
    overlay = Overlay.open(place, pointer.version, pointer.overlay_sha256)
    advice = advice_on(len(overlay.articles))
    if advice is not None:
        yield warning(NAME, advice, "Run “morefrom train --promote”.")


def _status(place: Path, is_followed: bool) -> Iterator[Finding]:
    try:
        said = json.loads(place.read_bytes())
        problem, at = said["problem"], said["at"]
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError):
        yield warning(NAME, f"{place} cannot be read.", _RESTART)
        return
    if problem and is_followed:
        yield error(NAME, f"Since {at} the follower says: {problem}", "Mend that; it tries again.")
    elif problem:
        yield warning(NAME, f"The last follower said at {at}: {problem}", _RESTART)


def _stale(serving: Path, pointer: Pointer | None) -> Iterator[Finding]:
    served = pointer.overlay if pointer else ""
    found = [path for path in serving.glob("overlay-*") if is_overlay_name(path.name)]
    others = sorted((path for path in found if path.name != served), key=_written_at)
    stale = others[: max(0, len(others) - KEPT_OVERLAYS)]
    if stale:
        sentence = f"{len(stale)} old overlays lie in {serving}."
        remedy = "The next follower removes them, and so does “--fix”."
        yield warning(NAME, sentence, remedy, partial(_remove, stale))


def _remove(stale: list[Path]) -> str:
    for path in stale:
        shutil.rmtree(path, ignore_errors=True)  # a follower may be removing the same ones
    return f"{len(stale)} old overlays were removed."


def _written_at(path: Path) -> float:
    return path.stat().st_mtime


def _is_locked(place: Path) -> bool:
    """Return whether a follower is at work, without keeping one from starting."""
    try:
        with place.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
