"""What the workers of the public app count, and how they tell it to the follower.

A worker writes no file. It counts in memory, and once a second sends what was added since through a
pipe that has a name in the serving folder. Each number travels in one record of 8 bytes: 16 bits
that stand for this very list of counts, 8 for which of them, 40 for how many. A message is a few
records, short enough for the kernel to pass it on whole or not at all, so records of several
workers never mix, and what is read is always a whole number of them. A worker that is renewed
with newer code may count other things than the follower knows: its records are passed over.
"""

import hashlib
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final

from recommender.domain.pick import Origin

PIPE: Final = "counts.pipe"
"""Name of the pipe in the serving folder."""

ROUTES: Final = {
    "/v1/related": "related",
    "/v1/related.html": "block",
    "/v1/related/batch": "batch",
    "/embed.js": "embed",
    "/openapi.json": "openapi",
    "/docs": "docs",
    "/healthz": "healthz",
    "/readyz": "readyz",
}
"""The name of each path that is one address."""

OTHER: Final = "other"
"""The name of all that is none of the routes: what is not there, and the pages of the preview."""

ROUTE_NAMES: Final = (*ROUTES.values(), OTHER)
CLASSES: Final = ("2xx", "3xx", "4xx", "5xx")
WAYS: Final = ("hit", "app")
"""From the answer cache, or made by the app."""

BUCKETS_S: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.5)
"""Upper bounds of the classes of times, in seconds; the last class has none."""

REQUESTS: Final = tuple(
    (route, kind, way) for route in ROUTE_NAMES for kind in CLASSES for way in WAYS
)
FIRST_TIME: Final = len(REQUESTS)
TIME_SUM: Final = FIRST_TIME + len(BUCKETS_S) + 1
"""The count of microseconds."""

FIRST_ORIGIN: Final = TIME_SUM + 1
N_COUNTS: Final = FIRST_ORIGIN + len(Origin)
MOST: Final = (1 << 40) - 1
"""The largest number that one record can hold."""

RECORD_BYTES: Final = 8

_OF_ROUTE: Final = {name: len(CLASSES) * len(WAYS) * at for at, name in enumerate(ROUTE_NAMES)}
_OF_PATH: Final = {path: _OF_ROUTE[name] for path, name in ROUTES.items()}
_ORIGINS: Final = {origin: FIRST_ORIGIN + at for at, origin in enumerate(Origin)}
_BOUNDS_US: Final = tuple(int(bound * 1_000_000) for bound in BUCKETS_S)
_LIST: Final = repr((REQUESTS, BUCKETS_S, tuple(Origin)))
_MARK: Final = int.from_bytes(hashlib.blake2b(_LIST.encode(), digest_size=2).digest(), "big")


def request_count(path: str, status: str, *, is_hit: bool) -> int:
    """Return which count a request belongs to.

    Args:
        path: as WSGI gives it.
        status: as in `200 OK`, from 200 to 599.
        is_hit: whether the answer cache gave the answer.

    >>> REQUESTS[request_count("/v1/articles/a/related.html", "404 NOT FOUND", is_hit=False)]
    ('block', '4xx', 'app')
    """
    first = _OF_PATH.get(path)
    if first is None:
        first = _OF_ROUTE[_route_below(path)]
    return first + 2 * (ord(status[0]) - 50) + (not is_hit)


def time_count(took_us: int) -> int:
    """Return which count a time belongs to.

    Args:
        took_us: in microseconds.
    """
    return FIRST_TIME + bisect_left(_BOUNDS_US, took_us)


def origin_count(origin: Origin) -> int:
    """Return which count a pick belongs to.

    Args:
        origin: who chose it.
    """
    return _ORIGINS[origin]


def packed(counts: Iterable[tuple[int, int]]) -> bytes:
    """Return records of counts.

    Args:
        counts: which, and how many, 0 to `MOST`.
    """
    records = array("Q", (_MARK << 48 | which << 40 | many for which, many in counts))
    if sys.byteorder == "big":
        records.byteswap()
    return records.tobytes()


def unpacked(message: bytes) -> Iterator[tuple[int, int]]:
    """Yield which and how many, of every record that is one of ours.

    Args:
        message: whole records.

    Yields:
        What was packed.
    """
    records = array("Q", message)
    if sys.byteorder == "big":
        records.byteswap()
    for record in records:
        mark, which, many = record >> 48, record >> 40 & 0xFF, record & MOST
        if mark == _MARK and which < N_COUNTS:
            yield which, many


def _route_below(path: str) -> str:
    if path.startswith("/v1/articles/"):
        if path.endswith("/related"):
            return "related"
        if path.endswith("/related.html"):
            return "block"
    return OTHER
