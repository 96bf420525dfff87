"""Where a slot looks for its picks: the lists that the training left, and the newest on a tag."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import DAY_US
from recommender.domain.pick import Rung
from recommender.domain.placement import Slot, Source
from recommender.ranking.asked import Asked
from recommender.ranking.dates import published_today
from recommender.ranking.freshness import days_to_fade
from recommender.ranking.rows import MILLION, similarity

N_TAGS = 3
"""Tags of the query, the rarest, whose newest articles are looked at."""
N_NEWEST = 50
"""Articles of one tag that are looked at."""


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """What a source has for a query, and what the catalogue of today and the model say of it.

    Attributes:
        rows: int32[m], as `known` numbers articles, none of them twice.
        similarity: int32[m], millionths.
        n_exact: how many of them, the first, are exact; the others are bounds from above.
        published_us: int64[m], when they were published as the catalogue has it today.
        is_mixed: whether any is of the overlay, so that rows need not be in the order of dates.
        factors: float64[m] by name, what the model knows of each beside the query.
    """

    rows: NDArray[np.int32]
    similarity: NDArray[np.int32]
    n_exact: int
    published_us: NDArray[np.int64]
    is_mixed: bool
    factors: dict[str, NDArray[np.float64]]


class Sources:
    """The articles among which slots look, found once for all slots of one list.

    Attributes:
        is_searched: whether the whole archive was searched, and not what the training stored.
        row: of the query, as `known` numbers articles.
    """

    is_searched = False

    def __init__(self, asked: Asked, row: int) -> None:
        """Look nowhere yet.

        Args:
            asked: what the list is for.
            row: of the query, as `known` numbers articles.
        """
        self._asked = asked
        self.row = row
        self._bundle = asked.snapshot.bundle
        self._known = asked.snapshot.known

    def of(self, slot: Slot, floor: int) -> Found:
        """Return what a slot's source has.

        Args:
            slot: whose source.
            floor: the least similarity wanted, millionths; what is below may be among it.
        """
        if slot.source is Source.BACKGROUND:
            return self.background
        if slot.source is Source.CLOSEST or not self.bound(floor, is_background=False):
            return self.closest
        newest = self._newest(slot)
        return self._with_bounds(newest) if newest else self.closest

    def bound(self, floor: int, *, is_background: bool) -> int:
        """Return how similar an article may be that nobody has looked at, 0 if none is wanted.

        Args:
            floor: the least similarity wanted, millionths.
            is_background: whether it is of those that were old when the query appeared. What the
                training stored of them is all that there is, unless a filter left some of it out:
                for of one story it took two at most.
        """
        if is_background:
            n_stored = len(self._known.older(self.row).rows)
            return MILLION if len(self.background.rows) < n_stored else 0
        return self._last if self._last >= floor else 0

    @cached_property
    def is_narrowed(self) -> bool:
        """Whether any of the closest does not pass, so that another might have come in."""
        return len(self.closest.rows) < len(self._known.closest(self.row).rows)

    @cached_property
    def _last(self) -> int:
        """The similarity of the last of a full list, 0 of one that has room."""
        return self._known.last(self.row)

    @cached_property
    def closest(self) -> Found:
        """The most similar that the training stored or that came since, most similar first."""
        return self._filled(*self._known.closest(self.row))

    @cached_property
    def background(self) -> Found:
        """The most similar among those that were old when the query appeared."""
        return self._filled(*self._known.older(self.row))

    def similarity(self, row: int) -> int:
        """Return how similar an article is to the query, in millionths.

        Args:
            row: of it.
        """
        return similarity(self._known.vectors, self.row, row)

    def only(self, row: int) -> Found:
        """Return an article as if a source had found it and no other.

        Args:
            row: of it.
        """
        rows, similarity = np.array([row], np.int32), np.array([self.similarity(row)], np.int32)
        return self._found(rows, similarity)

    def _newest(self, slot: Slot) -> set[int]:
        """Return the newest articles on the query's rarest tags that are not among the closest.

        In a great archive the hundred nearest may all be old. Only those are wanted whose freshness
        has not faded to its lowest: the others come after all that are closer.
        """
        if slot.half_life_days is None:
            return set()
        faded_days = days_to_fade(slot.half_life_days, slot.freshness_floor)
        since_us = (self._asked.day - faded_days) * DAY_US
        found: set[int] = set()
        for tag, group in self._asked.shared_tags[:N_TAGS]:
            self._asked.trail.note_rung(Rung.TAG, tag.slug)
            found.update(self._between(group.in_bundle, since_us))
            found.update(self._later(group.in_overlay, since_us))
            passed = self._asked.snapshot.overlay.former.passed(
                tag.slug, None, self._asked.language, self._asked.trail
            )
            passed.walk(since_us)
        return found.difference(self.closest.rows.tolist(), (self.row,)) if found else found

    def _passing(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return those of some rows that pass the filters of the question."""
        admission = self._asked.admission
        return rows if admission is None else rows[admission.today(rows)]

    def _between(self, rows: NDArray[np.int32], since_us: float) -> list[int]:
        """Return the newest of some rows, newest first, from an instant on and until now."""
        published_us, now_us = self._bundle.articles.published_us, self._asked.now_us
        start = bisect_left(rows, -now_us, key=lambda row: -int(published_us[row]))
        for row in rows[max(start - 1, 0) : start + 1].tolist():  # the next to come, the newest
            self._asked.trail.note_instant(int(published_us[row]))
        end = bisect_right(rows, -since_us, key=lambda row: -int(published_us[row]))
        newest: list[int] = self._passing(rows[start:end])[:N_NEWEST].tolist()
        return newest

    def _later(self, rows: NDArray[np.int32], since_us: float) -> list[int]:
        """Return those of some later articles that are new enough, as `known` numbers them.

        Args:
            rows: of the overlay.
            since_us: the instant from which on they are.
        """
        snapshot, now_us = self._asked.snapshot, self._asked.now_us
        published_us = snapshot.overlay.articles.published_us[rows]
        for instant_us in published_us[published_us > now_us].tolist():
            self._asked.trail.note_instant(instant_us)
        is_new = (published_us >= since_us) & (published_us <= now_us)
        is_new &= snapshot.overlay.arrived.has_lists[rows]
        found: list[int] = self._passing(rows[is_new] + np.int32(self._known.n)).tolist()
        return found

    def _with_bounds(self, newest: set[int]) -> Found:
        """Return the closest and others, of which no more is known than that they are less so."""
        closest, others = self.closest, np.array(sorted(newest), np.int32)
        at_most = np.full(len(others), self.bound(0, is_background=False), np.int32)
        return self._found(
            np.concatenate((closest.rows, others)),
            np.concatenate((closest.similarity, at_most)),
            n_exact=len(closest.rows),
        )

    def _filled(self, rows: NDArray[np.int32], similarity: NDArray[np.int32]) -> Found:
        """Return a list without what does not pass the filters."""
        if self._asked.admission is not None:
            passes = self._asked.admission.today(rows)
            rows, similarity = rows[passes], similarity[passes]
        return self._found(rows, similarity)

    def _found(
        self, rows: NDArray[np.int32], similarity: NDArray[np.int32], n_exact: int | None = None
    ) -> Found:
        published_us, is_mixed = published_today(self._asked.snapshot, rows, self._asked.trail)
        factors = self._known.factors.named(self.row, rows) if len(rows) else {}
        n_exact = len(rows) if n_exact is None else n_exact
        return Found(rows, similarity, n_exact, published_us, is_mixed, factors)
