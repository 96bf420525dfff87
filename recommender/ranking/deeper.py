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

from recommender.domain.corpus import DAY_US, UNDATED_US
from recommender.ranking.asked import Asked
from recommender.ranking.bundle import Bundle
from recommender.ranking.filters import first_until
from recommender.ranking.older_lists import N_DRAWN, first_of_each
from recommender.ranking.sources import Found, Sources


class Searcher(Protocol):
    """What finds the nearest articles of a bundle, exactly."""

    def nearest(
        self, bundle: Bundle, row: int, k: int, barred: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the nearest articles.

        Args:
            bundle: whose articles.
            row: of the query, which is none of the answers.
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
            row: the bundle's row of the query.
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
        """The most similar articles that pass, as many as the training stores."""
        k = self._bundle.candidate_rows.shape[1]
        return self._known(*self._searcher.nearest(self._bundle, self.row, k, self._barred))

    @cached_property
    def background(self) -> Found:
        """The most similar that pass among those that were old when the query appeared."""
        n_stored = self._bundle.older_rows.shape[1]
        if not n_stored:
            return super().background
        barred = self._barred.copy()
        published_us = self._bundle.articles.published_us
        own_us = int(published_us[self.row])
        first = first_until(published_us, own_us - self._older_days * DAY_US)
        barred[: first if own_us > UNDATED_US else None] = True
        barred[first_until(published_us, UNDATED_US) :] = True
        rows, similarity = self._searcher.nearest(self._bundle, self.row, N_DRAWN, barred)
        kept = np.flatnonzero(first_of_each(rows[None], self._bundle.stories)[0])[:n_stored]
        return self._known(rows[kept], similarity[kept])

    @property
    def _older_days(self) -> int:
        return int(self._bundle.metadata["config"]["older_days"])

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
        return barred
