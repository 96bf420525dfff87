"""Looking deeper than what the training stored: for questions whose filters leave too little of it.

A bundle stores the hundred nearest of each article. Where a filter passes few articles, some of
those that it passes may be farther away, and only a search tells. So a list is first made of what
is stored; and again, of the nearest that pass, if somebody who was not looked at might have come
before those that were.
"""

from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import UNDATED_US
from recommender.ranking.arrival import Near
from recommender.ranking.asked import Asked
from recommender.ranking.bundle import Bundle
from recommender.ranking.filters import first_until
from recommender.ranking.older_lists import N_DRAWN
from recommender.ranking.sources import Found, Sources

Vector = tuple[NDArray[np.int32], NDArray[np.float32]]
"""Columns, ascending, and weights."""


class Searcher(Protocol):
    """What finds the nearest articles of a bundle, exactly."""

    def nearest(
        self, bundle: Bundle, vector: Vector, k: int, barred: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the nearest articles.

        Args:
            bundle: whose articles.
            vector: columns and weights of the query.
            k: how many at most.
            barred: bool[n], which rows may be no answers.

        Returns:
            int32[m] rows, best first, and int32[m] similarities in millionths, above 0.
        """


class DeeperSources(Sources):
    """The same sources, searched anew under the filters of the question."""

    is_searched = True

    def __init__(self, asked: Asked, row: int, searcher: Searcher) -> None:
        """Look nowhere yet.

        Args:
            asked: what the list is for, with filters.
            row: of the query, as `known` numbers articles.
            searcher: what finds the nearest.
        """
        super().__init__(asked, row)
        self._searcher = searcher

    @cached_property
    def _last(self) -> int:
        k, similarity = self._bundle.candidate_rows.shape[1], self.closest.similarity
        return int(similarity[-1]) if len(similarity) == k else 0

    @cached_property
    def closest(self) -> Found:
        """The most similar articles that pass, as many as the training stores, and later ones."""
        k = self._bundle.candidate_rows.shape[1]
        return self._searched(k, self._barred, self._later_passing)

    @cached_property
    def background(self) -> Found:
        """The most similar that pass among those that were old when the query appeared."""
        n_stored = self._bundle.older_rows.shape[1]
        if not n_stored:
            return super().background
        barred = self._barred.copy()
        published_us = self._bundle.articles.published_us
        own_us = self._known.published_us(self.row)
        old_us = own_us - self._bundle.older_us
        barred[: first_until(published_us, old_us) if own_us > UNDATED_US else None] = True
        barred[first_until(published_us, UNDATED_US) :] = True
        later_us = self._asked.snapshot.overlay.articles.published_us[self._later_passing]
        is_old = (later_us <= old_us) & (later_us > UNDATED_US) & (own_us > UNDATED_US)
        found = self._searched(N_DRAWN, barred, self._later_passing[is_old])
        rows, similarity = self._known.spread(Near(found.rows, found.similarity))
        return self._found(rows[:n_stored], similarity[:n_stored])

    def _searched(self, k: int, barred: NDArray[np.bool_], later: NDArray[np.int32]) -> Found:
        """Return the nearest of the bundle's articles and of some of the overlay's."""
        known = self._known
        rows, near = self._searcher.nearest(self._bundle, known.vectors.row(self.row), k, barred)
        if later.size:
            similarity = known.later_similarities(self.row)[later]
            found = known.with_later(Near(rows, near), Near(later, similarity))
            rows, near = found.rows[:k], found.similarity[:k]
        return self._found(rows, near)

    @cached_property
    def _later_passing(self) -> NDArray[np.int32]:
        """The articles of the overlay that may stand in the list, int32, rows of the overlay."""
        asked, overlay = self._asked, self._asked.snapshot.overlay
        rows: NDArray[np.int32] = np.flatnonzero(overlay.arrived.has_lists).astype(np.int32)
        rows = rows[overlay.articles.published_us[rows] <= asked.now_us]
        rows = rows[rows + self._known.n != self.row]
        if asked.language is not None:
            rows = rows[overlay.articles.language[rows] == asked.language]
        if asked.admission is not None:
            rows = rows[asked.admission.in_overlay(rows)]
        return rows

    @cached_property
    def _barred(self) -> NDArray[np.bool_]:
        """Who may stand in no list: what does not pass, is not out yet, or in another language."""
        asked, admission = self._asked, self._asked.admission
        articles = self._bundle.articles
        barred = np.zeros(len(articles), np.bool_) if admission is None else admission.barred()
        barred[: first_until(articles.published_us, asked.now_us)] = True
        asked.trail.note_instant(articles.next_after(until_us=asked.now_us))
        if asked.language is not None:
            barred |= articles.language != asked.language
        trained = None if asked.query is None else asked.snapshot.trained_row(asked.query)
        if trained is not None:
            barred[trained] = True
        return barred
