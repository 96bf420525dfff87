"""Which lists are worth an editor's judgement: those that teach most about the model.

Nobody knows what readers open, so no list is drawn for being read. In turn come a page on which the
champion and another version disagree most (a judgement there tells which of the two is right), a
new article (of which the model knows least), and one drawn at random (without which the figures
would be those of odd pages alone). A round has a dozen; who has done one goes on to the next.
Everybody has the same rounds, so that agreement can be told.

Under an article stand the picks of both versions together, as in the pools of TREC (Spärck Jones
and van Rijsbergen, "Report on the need for and provision of an 'ideal' information retrieval test
collection", 1975), in an order that a hash decides: where a pick stood must not sway anybody.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice, zip_longest

import numpy as np
from numpy.typing import NDArray

from recommender.domain.pick import Origin
from recommender.domain.placement import DEFAULT_PLACEMENT
from recommender.evaluation.rbo import rank_biased_overlap
from recommender.ranking.bundle import Bundle
from recommender.ranking.refs import Ref
from recommender.ranking.rerank import select
from recommender.ranking.snapshot import Snapshot
from recommender.workflows.plain import Candidates, PlainLists

BLOCK = 4
"""Picks that a reader sees."""

LISTS_EACH = 4
"""Lists of a round for each of the three grounds."""

POOL = 1_000
"""Articles drawn, of which those are taken that the versions disagree on most."""


class Ground(StrEnum):
    """Why a list is in the queue."""

    DISAGREEMENT = "two versions disagree here"
    NEW = "a new article"
    RANDOM = "drawn at random"


@dataclass(frozen=True, slots=True)
class Asked:
    """A list to be judged.

    Attributes:
        query_id: the article under which the picks stand.
        ground: why it is asked for.
        pick_ids: the picks, in an order that says nothing.
    """

    query_id: str
    ground: Ground
    pick_ids: tuple[str, ...]


class Queue:
    """The rounds of one champion, beside another version or none; nothing changes while it lasts.

    Attributes:
        snapshot: what is served.
        other: the version held against the champion, None for none.
    """

    def __init__(self, snapshot: Snapshot, other: Bundle | None, now_us: int) -> None:
        """Draw articles.

        Args:
            snapshot: what is served.
            other: a version held against the champion.
            now_us: the instant of the answers, in microseconds since 1970.
        """
        self.snapshot, self.other = snapshot, other
        self._now_us = now_us
        self._other_lists = None if other is None else PlainLists(other, BLOCK, Candidates.ALL)
        seed = int.from_bytes(hashlib.blake2b(snapshot.bundle.version.encode()).digest()[:8], "big")
        drawn = np.random.default_rng(seed).permutation(len(snapshot.bundle))
        self._drawn = drawn
        self._rounds: dict[int, list[Asked]] = {}
        self._disagreeing = self._least_alike(np.sort(drawn[:POOL]))

    def round(self, number: int) -> list[Asked]:
        """Return a round.

        Args:
            number: which, from 0.

        Returns:
            Lists in order, no article twice; empty where the archive has no more.
        """
        if number not in self._rounds:
            self._rounds[number] = self._made(number)
        return self._rounds[number]

    def _made(self, number: int) -> list[Asked]:
        part = slice(number * LISTS_EACH, (number + 1) * LISTS_EACH)
        grounds = {
            Ground.DISAGREEMENT: map(self.snapshot.today, self._disagreeing[part]),
            Ground.NEW: islice(self._newest(), part.start, part.stop),
            Ground.RANDOM: map(self.snapshot.today, self._drawn[::-1][part].tolist()),
        }
        turns = ([(ground, ref) for ref in refs] for ground, refs in grounds.items())
        found: dict[str, Asked] = {}
        for ground, ref in filter(None, chain.from_iterable(zip_longest(*turns))):
            if ref is not None and (query_id := self.snapshot.id_of(ref)) not in found:
                picks = self._picks(ref)
                if picks:
                    found[query_id] = Asked(query_id, ground, picks)
        return list(found.values())

    def _picks(self, query: Ref) -> tuple[str, ...]:
        """Return the picks of both versions; pins are editors' own and not asked for."""
        query_id = self.snapshot.id_of(query)
        selection = select(self.snapshot, query, BLOCK, self._now_us, DEFAULT_PLACEMENT)
        ours = [one.pick.article_id for one in selection.picks if one.pick.origin is not Origin.PIN]
        pool = dict.fromkeys([*ours, *self._theirs(query_id)])
        shown = (one for one in pool if self.snapshot.find(article_id=one) is not None)
        return tuple(sorted(shown, key=lambda one: _hash(query_id, one)))

    def _theirs(self, query_id: str) -> list[str]:
        """Return what the other version would show, ids of articles, best first."""
        row = None if self.other is None else self.other.articles.row_of_id(query_id)
        if self.other is None or self._other_lists is None or row is None:
            return []
        rows = self._other_lists.of(np.array([row])).rows[0]
        return [self.other.articles.id_of(one) for one in rows.tolist() if one >= 0]

    def _newest(self) -> Iterator[Ref]:
        """Yield what may be shown, the newest first: what the bundle lacks, then its rows."""
        replaces = self.snapshot.overlay.replaces.tolist()
        new = [Ref(True, row) for row, old in enumerate(replaces) if old < 0]
        yield from sorted(new, key=self.snapshot.order)
        rows = range(len(self.snapshot.bundle))
        yield from filter(None, map(self.snapshot.today, rows))

    def _least_alike(self, rows: NDArray[np.int64]) -> list[int]:
        """Return those of some rows whose lists differ between the versions, most first."""
        if self.other is None or self._other_lists is None:
            return []
        mine, articles = self.snapshot.bundle, self.other.articles
        ids = [mine.articles.id_of(row) for row in rows.tolist()]
        same = [articles.row_of_id(one) for one in ids]
        both = [place for place, row in enumerate(same) if row is not None]
        if not both:
            return []
        ours = PlainLists(mine, BLOCK, Candidates.ALL).of(rows[both]).rows.astype(np.int64)
        theirs = self._other_lists.of(np.array([same[place] for place in both], np.int64)).rows
        overlap = rank_biased_overlap(ours, self._renumbered(theirs))
        order = np.argsort(overlap, kind="stable")
        return [int(rows[both[place]]) for place in order.tolist() if overlap[place] < 1 - 1e-9]

    def _renumbered(self, lists: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the other's lists by the champion's rows; what it lacks comes behind them all."""
        assert self.other is not None
        mine, n = self.snapshot.bundle.articles, len(self.snapshot.bundle)
        found = np.full(len(self.other) + 1, -1, np.int64)  # the last one stands for no pick
        for row in np.unique(lists[lists >= 0]).tolist():
            known = mine.row_of_id(self.other.articles.id_of(row))
            found[row] = n + row if known is None else known
        return found[lists]


def _hash(query_id: str, article_id: str) -> bytes:
    return hashlib.blake2b(f"{query_id}\n{article_id}".encode()).digest()
