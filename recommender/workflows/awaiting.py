"""Waiting, for a moment, until what is durable is in the files of the public app."""

import time

from recommender.errors import BrokenBundle, NoChampion
from recommender.ranking.pointer import Pointer, read_pointer
from recommender.settings import Settings

_LOOK_INTERVAL_S = 0.004


def reached(settings: Settings) -> int | None:
    """Return the number of the last event that the public app's files have, None for none.

    Args:
        settings: whose home.
    """
    pointer = _pointer(settings)
    return None if pointer is None else pointer.last_event


def served_version(settings: Settings) -> str | None:
    """Return the model that the public app's files name, None for none.

    Args:
        settings: whose home.
    """
    pointer = _pointer(settings)
    return None if pointer is None else pointer.version


def becomes_visible(settings: Settings, number: int, within_s: float) -> bool:
    """Return whether the files of the public app have an event within some time.

    Args:
        settings: whose home.
        number: of the event.
        within_s: seconds to wait at most; not at all where nothing is served.
    """
    deadline = time.monotonic() + within_s
    while (found := reached(settings)) is not None and found < number:
        if time.monotonic() >= deadline:
            return False
        time.sleep(_LOOK_INTERVAL_S)
    return found is not None


def _pointer(settings: Settings) -> Pointer | None:
    try:
        return read_pointer(settings.serving_dir)
    except (NoChampion, BrokenBundle):
        return None
