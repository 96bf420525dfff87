"""Who passes the filters of a question and the rules of editors, as the catalogue has it today."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.closing import Closing
from recommender.ranking.conditions import Conditions
from recommender.ranking.filters import Filter
from recommender.ranking.refs import Ref, Trail
from recommender.ranking.snapshot import Snapshot


class Admission:
    """The filters of one question, and the rules of one list, over the two tables of a snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        conditions: Conditions,
        day: int,
        trail: Trail,
        closing: Closing | None = None,
    ) -> None:
        """Look up what is excluded.

        Args:
            snapshot: whose articles.
            conditions: the filters.
            day: the UTC date of the answer, in days since 1970.
            trail: takes note of the corrections that decide who passes.
            closing: what rules keep out; None for nothing.
        """
        self._snapshot = snapshot
        self._conditions = conditions
        self._day = day
        self._trail = trail
        self._closing = closing
        found = [snapshot.find(article_id=one) for one in conditions.exclude]
        self._excluded = [ref for ref in found if ref is not None]  # whatever became of them

    def admits(self, ref: Ref) -> bool:
        """Return whether an article passes.

        Args:
            ref: where it is.
        """
        rows = np.array([ref.row], np.int32)
        return bool((self.in_overlay(rows) if ref.in_overlay else self.in_bundle(rows))[0])

    def in_overlay(self, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which rows of the overlay pass, bool[r].

        Args:
            rows: int32[r].
        """
        admitted = self._of_overlay.admits(self._snapshot.overlay.articles, rows)
        return admitted if self._closing is None else admitted & self._closing.admits(True, rows)

    def in_bundle(self, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which rows of the bundle pass as they were trained on, bool[r].

        Args:
            rows: int32[r].
        """
        admitted = self._of_bundle.admits(self._snapshot.bundle.articles, rows)
        return admitted if self._closing is None else admitted & self._closing.admits(False, rows)

    def today(self, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which articles on a list pass, bool[r].

        Args:
            rows: int32[r], as `known` numbers articles.
        """
        n = self._snapshot.known.n
        is_later = rows >= n
        passes = self.in_bundle(np.where(is_later, 0, rows).astype(np.int32))
        is_hidden, _ = self._snapshot.overlay.hidden_among(rows)
        for place in (is_hidden | is_later).nonzero()[0].tolist():
            ref = self._snapshot.listed(int(rows[place]), self._trail)
            if ref is not None:
                self._snapshot.look_at(ref, self._trail)
            passes[place] = ref is not None and self.admits(ref)
        return passes

    def barred(self) -> NDArray[np.bool_]:
        """Return of which rows of the bundle what became of them does not pass, bool[n]."""
        snapshot = self._snapshot
        barred = self._of_bundle.barred(snapshot.bundle.articles)
        if self._closing is not None:
            barred |= ~self._closing.admits(False, np.arange(len(barred), dtype=np.int32))
        hidden = snapshot.overlay.hidden_rows
        barred[hidden] = ~self.today(hidden)
        return barred

    @cached_property
    def _of_bundle(self) -> Filter:
        rows = tuple(ref.row for ref in self._excluded if not ref.in_overlay)
        return self._conditions.filter(self._day, rows)

    @cached_property
    def _of_overlay(self) -> Filter:
        rows = tuple(ref.row for ref in self._excluded if ref.in_overlay)
        return self._conditions.filter(self._day, rows)
