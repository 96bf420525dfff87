"""Ready answers of one snapshot, within a budget of bytes.

Two generations take the place of an exact order by last use, which would cost every hit a lock: new
answers go into the young one; when that is full it becomes the old one, and what was old is
forgotten. An answer that is asked for again while it is old becomes young again. So what is asked
for often stays, even while a robot asks once for everything there is, and finding an answer takes
one look into a dictionary, or two.
"""

import threading
from sys import getsizeof
from typing import NamedTuple

SHARE_OF_ONE = 64
"""The budget is at least so many times one answer: a larger one would push out too many others."""

OBJECTS_BYTES = 600
"""Bytes that the objects around one answer's texts take: tuples, places in dictionaries."""

Header = tuple[str, str]
Key = tuple[str, str]
"""A question: the path, and the query string in one order."""


class Ready(NamedTuple):
    """An answer, ready to go out.

    Attributes:
        since_ns: it is right from this instant on, in nanoseconds since 1970,
        until_ns: and before this one.
        tag: its strong ETag, within its quotation marks.
        body: what GET gets.
        headers: of GET and HEAD.
        headers_unchanged: of a 304.
    """

    since_ns: int
    until_ns: int
    tag: str
    body: bytes
    headers: tuple[Header, ...]
    headers_unchanged: tuple[Header, ...]

    def n_bytes(self) -> int:
        """Return how much memory it takes, no less than it does."""
        texts = sum(getsizeof(name) + getsizeof(value) for name, value in self.headers)
        return getsizeof(self.body) + texts + OBJECTS_BYTES


class Kept:
    """The answers at hand; all threads may use it at once.

    Attributes:
        snapshot: what every one of them was computed from.
    """

    def __init__(self, snapshot: object, max_bytes: int) -> None:
        """Begin with none.

        Args:
            snapshot: what all answers will be computed from.
            max_bytes: memory that they may take together; with 0 none is ever kept.
        """
        self.snapshot = snapshot
        self._generation_bytes = max_bytes // 2
        self._largest_bytes = max_bytes // SHARE_OF_ONE
        self._young: dict[Key, Ready] = {}
        self._old: dict[Key, Ready] = {}
        self._young_bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Ready | None:
        """Return the answer to a question, None if it is not at hand.

        Args:
            key: the question.
        """
        ready = self._young.get(key)
        if ready is None:
            ready = self._old.get(key)
            if ready is not None:
                self.put(key, ready)
        return ready

    def put(self, key: Key, ready: Ready) -> None:
        """Take an answer in, in place of any other to the same question.

        Args:
            key: the question.
            ready: the answer; one that is too large is passed over.
        """
        n_bytes = ready.n_bytes() + getsizeof(key[0]) + getsizeof(key[1])
        if n_bytes > self._largest_bytes:
            return
        with self._lock:
            self._old.pop(key, None)
            if (former := self._young.pop(key, None)) is not None:
                self._young_bytes -= former.n_bytes() + getsizeof(key[0]) + getsizeof(key[1])
            if self._young_bytes + n_bytes > self._generation_bytes:
                self._old, self._young, self._young_bytes = self._young, {}, 0
            self._young[key] = ready
            self._young_bytes += n_bytes
