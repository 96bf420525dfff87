"""The articles as they are now: a frozen base, what came later, without what was removed.

A state is never changed. To add or remove an article makes a new one, which shares with the old one
all but what is small; so whoever reads a state goes on reading it undisturbed. `live_search` says
how a state is asked, `live_engine` who holds the one that counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommender.ranking.engine import Engine
from recommender.ranking.questions import check_rows, groups_of, read_only
from recommender.ranking.row_order import RowOrder, place_of
from recommender.ranking.segments import Order, Segment, Vector, merged, segment_of

TAIL_ROWS = 256
"""Up to so many rows the last segment grows by each article: copying it takes a millisecond."""

FANOUT = 4
"""So many segments of about one size are merged into one."""

_BEHIND = 2**63 - 1
"""Comes after the instant of every article, even of undated ones."""


class Newcomer(NamedTuple):
    """An article to take in.

    Attributes:
        id: its id, which counts only for its place among articles of one instant.
        published_us: microseconds since 1970, `UNDATED_US` where unknown.
        vector: its unit vector.
        group: its group, to which the answers to it belong too.
    """

    id: str
    published_us: int
    vector: Vector
    group: int = 0


@dataclass(frozen=True, eq=False)
class Live:
    """A state of the articles.

    Each has a number, its row: those of the base their rows there, the later ones n and so on, in
    the order in which they came. No number is given twice.

    Attributes:
        base: n articles, in row order.
        articles: what tells their order.
        groups: int32[n], the group of each of these; empty where all articles are one.
        barred: bool[n], those of them that were removed; empty while none was.
        segments: what came later; the last one is the tail, which grows.
        orders: where each that ever came later stands, by when it came.
    """

    base: Engine
    articles: RowOrder
    groups: NDArray[np.int32]
    barred: NDArray[np.bool_]
    segments: tuple[Segment, ...] = ()
    orders: tuple[Order, ...] = ()

    @classmethod
    def of(cls, base: Engine, articles: RowOrder, groups: ArrayLike | None = None) -> Self:
        """Return the state in which nothing happened yet.

        Args:
            base: n articles, in row order.
            articles: what tells their order.
            groups: n whole numbers; one group if not given.
        """
        held = read_only(groups_of(groups, base.rows.n_rows))
        return cls(base, articles, held, read_only(np.empty(0, np.bool_)))

    @property
    def n_base(self) -> int:
        """How many articles the base has."""
        return self.base.rows.n_rows

    @property
    def n_rows(self) -> int:
        """How many articles there ever were: the number of the next one."""
        return self.n_base + len(self.orders)

    def order_of(self, row: int) -> Order:
        """Return where an article stands in row order, even if it was removed.

        Args:
            row: its number.
        """
        if row < self.n_base:
            return Order(row, _BEHIND, "")
        return self.orders[row - self.n_base]

    def place_of(self, newcomer: Newcomer) -> Order:
        """Return where an article would stand in row order."""
        first = place_of(self.articles, newcomer.published_us, newcomer.id)
        return Order(first, -newcomer.published_us, newcomer.id)

    def with_article(self, newcomer: Newcomer) -> Self:
        """Return the state with one article more, whose number is `n_rows` of this one.

        Args:
            newcomer: its vector is over the columns of the base.
        """
        order, stops = self.place_of(newcomer), self.base.index.stops
        n_columns = self.base.rows.n_columns
        one = segment_of(self.n_rows, newcomer.vector, order, newcomer.group, n_columns, stops)
        earlier = self.segments
        if earlier and earlier[-1].n_rows < TAIL_ROWS:
            one = merged((earlier[-1], one), n_columns, stops)
            earlier = earlier[:-1]
        return replace(self, segments=(*earlier, one), orders=(*self.orders, order))

    def without(self, rows: Sequence[int]) -> Self:
        """Return the state in which some articles are no answers any more, and have no lists.

        Args:
            rows: their numbers; an IndexError refuses those that no article ever had.
        """
        gone = np.asarray(rows, np.int64)
        check_rows(gone, 0, self.n_rows)
        barred = self.barred
        of_base = gone[gone < self.n_base]
        if of_base.size:
            barred = self.barred.copy() if self.barred.size else np.zeros(self.n_base, np.bool_)
            barred[of_base] = True
        segments = tuple(segment.without(gone) for segment in self.segments)
        return replace(self, barred=read_only(barred), segments=segments)

    def due(self) -> tuple[Segment, ...]:
        """Return segments that are due to be merged: `FANOUT` of about one size, or none."""
        by_size: dict[int, list[Segment]] = {}
        for segment in self.segments[:-1]:
            by_size.setdefault(_tier(segment), []).append(segment)
        alike = [same for same in by_size.values() if len(same) >= FANOUT]
        return tuple(alike[0]) if alike else ()

    def merge(self, segments: Sequence[Segment]) -> Segment:
        """Return some segments as one; it changes nothing and may take seconds.

        Args:
            segments: as `due` returns them.
        """
        return merged(segments, self.base.rows.n_columns, self.base.index.stops)

    def with_merged(self, segments: Sequence[Segment], whole: Segment) -> Self:
        """Return the state with one segment instead of some.

        Args:
            segments: what was merged, as it stood in this state or an earlier one.
            whole: what it came to; articles removed since count no more.
        """
        taken = {id(segment.rows) for segment in segments}  # a removal leaves the rows as they are
        current = [segment for segment in self.segments if id(segment.rows) in taken]
        if len(current) < len(segments):
            return self  # somebody else has merged them
        gone = np.concatenate([segment.rows[segment.barred] for segment in current])
        kept = tuple(segment for segment in self.segments if id(segment.rows) not in taken)
        return replace(self, segments=(whole.without(gone), *kept) if whole.n_rows else kept)


def _tier(segment: Segment) -> int:
    """Return the power of `FANOUT` by which a segment is longer than a tail."""
    tier = 0
    while segment.n_rows >= TAIL_ROWS * FANOUT ** (tier + 1):
        tier += 1
    return tier
