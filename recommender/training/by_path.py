"""Arrays sent to another process as the place in a file where they are mapped from.

To copy the archive to each worker would take its memory as many times. What is mapped from a file
is opened there too, once a process, and all share its pages. Workers on other machines need the
same file system. Arrays in memory are sent as they are: they are small, or joblib sees to them.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

_MAX_OPEN = 256
"""Arrays that a process keeps mapped; those of two archives in a dozen shards each."""

Held = TypeVar("Held")


class Place(NamedTuple):
    """Where an array lies.

    Attributes:
        path: the file.
        offset: bytes before it.
        dtype: of its elements.
        shape: of the whole, in C order.
    """

    path: Path
    offset: int
    dtype: np.dtype[Any]
    shape: tuple[int, ...]


class ByPath(Generic[Held]):
    """Holds tuples, named ones too, of arrays and whatever else; sent by path where it can be.

    Attributes:
        held: what is held.
    """

    def __init__(self, held: Held) -> None:
        self.held = held

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (_packed(self.held),)


def place_of(array: NDArray[Any]) -> Place | None:
    """Return where an array is mapped from.

    Args:
        array: a view of the mapped array, a view of a view, and so on, perhaps.

    Returns:
        The place; None where it is in memory, empty, or not in C order.
    """
    mapped, one = None, array
    while isinstance(one, np.ndarray):
        mapped = one if isinstance(one, np.memmap) else mapped
        one = one.base  # type: ignore[assignment]  # at last no array, but what holds the bytes
    if mapped is None or mapped.filename is None or not array.size:
        return None
    if not array.flags.c_contiguous:
        return None
    before = array.__array_interface__["data"][0] - mapped.__array_interface__["data"][0]
    return Place(Path(mapped.filename), mapped.offset + before, array.dtype, array.shape)


def _packed(held: Any) -> Any:
    if isinstance(held, np.ndarray):
        place = place_of(held)
        return held if place is None else place
    if isinstance(held, tuple):
        return _alike(held, [_packed(one) for one in held])
    return held


def _received(packed: Any) -> ByPath[Any]:
    return ByPath(_opened(packed))


def _opened(packed: Any) -> Any:
    if isinstance(packed, Place):
        return _mapped(packed)
    if isinstance(packed, tuple):
        return _alike(packed, [_opened(one) for one in packed])
    return packed


def _alike(held: tuple[Any, ...], parts: list[Any]) -> Any:
    """Return parts in a tuple of the same kind."""
    return type(held)(*parts) if hasattr(held, "_fields") else tuple(parts)


@lru_cache(maxsize=_MAX_OPEN)
def _mapped(place: Place) -> NDArray[Any]:
    mapped = np.memmap(place.path, place.dtype, "r", place.offset, place.shape)
    return cast("NDArray[Any]", mapped)
