"""Ready answers, within a budget of bytes, and which of them outlive a snapshot.

Two generations take the place of an exact order by last use, which would cost every hit a lock: new
answers go into the young one; when that is full it becomes the old one, and what was old is
forgotten. An answer that is asked for again while it is old becomes young again. So what is asked
for often stays, even while a robot asks once for everything there is, and finding an answer takes
one look into a dictionary, or two.

A publication changes a few answers and leaves all others as they are. So an answer outlives the
snapshots that change nothing which it depends on. That is found out when it is next asked for, and
noted: nobody goes through all of them when a snapshot comes.
"""

import threading
from collections.abc import Set as AbstractSet
from sys import getsizeof
from typing import NamedTuple

from recommender.ranking.snapshot import Snapshot

SHARE_OF_ONE = 64
"""The budget is at least so many times one answer: a larger one would push out too many others."""

OBJECTS_BYTES = 600
"""Bytes that the objects around one answer's texts take: tuples, places in dictionaries."""

MOST_SNAPSHOTS = 64
"""An answer that nobody asked for during so many snapshots is made anew."""

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
        names: of all that it depends on; None where these are not all.
        number: of the last snapshot from which it is known to be right.
    """

    since_ns: int
    until_ns: int
    tag: str
    body: bytes
    headers: tuple[Header, ...]
    headers_unchanged: tuple[Header, ...]
    names: tuple[str, ...] | None = None
    number: int = 0

    def n_bytes(self) -> int:
        """Return how much memory it takes, no less than it does."""
        texts = sum(getsizeof(name) + getsizeof(value) for name, value in self.headers)
        named = sum(map(getsizeof, self.names or ())) + getsizeof(self.names)
        return getsizeof(self.body) + texts + named + OBJECTS_BYTES


class Kept:
    """The answers at hand for one snapshot; all threads may use it at once.

    Attributes:
        snapshot: what every one of them is right for.
    """

    def __init__(self, snapshot: Snapshot | None, max_bytes: int) -> None:
        """Begin with none.

        Args:
            snapshot: what answers will be computed from.
            max_bytes: memory that they may take together; with 0 none is ever kept.
        """
        self.snapshot = snapshot
        self._number = 0
        self._store = _Store(max_bytes)
        self._changes: tuple[AbstractSet[str], ...] = ()

    def followed_by(self, snapshot: Snapshot | None, changed: AbstractSet[str]) -> "Kept":
        """Return the answers at hand for the next snapshot: those of this one that it leaves alone.

        Args:
            snapshot: the next.
            changed: names of all that is another there.
        """
        following = Kept(snapshot, 0)
        following._number = self._number + 1
        following._store = self._store
        following._changes = (*self._changes, changed)[-MOST_SNAPSHOTS:]
        return following

    def get(self, key: Key) -> Ready | None:
        """Return the answer to a question, None if it is not at hand.

        Args:
            key: the question.
        """
        ready = self._store.get(key)
        if ready is None or ready.number == self._number:
            return ready
        return self._outliving(key, ready)

    def put(self, key: Key, ready: Ready) -> None:
        """Take an answer in, in place of any other to the same question.

        Args:
            key: the question.
            ready: the answer; one that is too large is passed over.
        """
        self._store.put(key, ready._replace(number=self._number))

    def _outliving(self, key: Key, ready: Ready) -> Ready | None:
        """Return an answer of another snapshot if it is one of this one too, and take note."""
        n_since = self._number - ready.number
        if ready.names is None or not 0 < n_since <= len(self._changes):
            return None
        if not all(changed.isdisjoint(ready.names) for changed in self._changes[-n_since:]):
            return None
        self.put(key, ready)
        return ready


class _Store:
    """Two generations of answers."""

    def __init__(self, max_bytes: int) -> None:
        self._generation_bytes = max_bytes // 2
        self._largest_bytes = max_bytes // SHARE_OF_ONE
        self._young: dict[Key, Ready] = {}
        self._old: dict[Key, Ready] = {}
        self._young_bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Ready | None:
        """Return an answer, None if there is none."""
        ready = self._young.get(key)
        if ready is None:
            ready = self._old.get(key)
            if ready is not None:
                self.put(key, ready)
        return ready

    def put(self, key: Key, ready: Ready) -> None:
        """Take an answer in, unless it is too large."""
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
