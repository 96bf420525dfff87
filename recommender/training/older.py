"""Background: what is nearest to an article among those that were old when it appeared.

In a breaking story the nearest hundred are all of the same day, and a slot for background would
have nothing to choose from. So each dated article has a second list, drawn from the same sums as
the first. A story that was rewritten ten times may take no more than two of its places.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import DAY_US, UNDATED_US
from recommender.ranking.engine import Neighbours
from recommender.ranking.older_lists import N_DRAWN, first_of_each
from recommender.ranking.questions import Wanted
from recommender.training.comparing import Comparison

N_OLDER = 30
"""Older candidates stored an article."""

_MAX_DRAWN = 1_000
"""Where a story fills even this many places, the list stays shorter."""


_ROWS_AT_ONCE = 20_000
"""Rows whose lists are looked at together: some fifty megabytes."""


@dataclass(frozen=True, eq=False)
class OlderArticles:
    """Which articles were old when each appeared.

    Attributes:
        first_rows: int64[n], the first row that was; n where none was, and for undated articles.
        end_row: the row from which on articles are undated.
    """

    first_rows: NDArray[np.int64]
    end_row: int

    @classmethod
    def of(cls, published_us: NDArray[np.int64], older_days: int) -> Self:
        """Find out by the dates.

        Args:
            published_us: int64[n] microseconds since 1970, descending; `UNDATED_US` at the end.
            older_days: how much earlier an old article was published, at least.

        Returns:
            What was old.
        """
        dated = published_us[published_us > UNDATED_US]
        first_rows = np.full(published_us.size, published_us.size, np.int64)
        first_rows[: dated.size] = np.searchsorted(-dated, older_days * DAY_US - dated)
        return cls(first_rows, dated.size)

    def wanted(self, k: int = N_DRAWN, query_rows: NDArray[np.int64] | None = None) -> Wanted:
        """Return what to ask the engine for, so that `spread` has enough to choose from.

        Args:
            k: how many neighbours.
            query_rows: for which articles; None for all.
        """
        of_queries = self.first_rows if query_rows is None else self.first_rows[query_rows]
        return Wanted(k, of_queries, self.end_row)

    def spread(
        self, drawn: Neighbours, stories: NDArray[np.int32], comparison: Comparison
    ) -> Neighbours:
        """Return the lists to store: of each story its two nearest.

        Args:
            drawn: what the comparison found for `wanted`, of n articles.
            stories: int32[n], the same number for articles that tell the same story.
            comparison: asked again for articles of which too few are left.

        Returns:
            rows int32[n, N_OLDER], best first, -1 where there are no more, and similarities.
        """
        n = stories.size
        rows, similarity = comparison.growing("older.rows"), comparison.growing("older.similarity")
        for first in range(0, n, _ROWS_AT_ONCE):
            queries = np.arange(first, min(n, first + _ROWS_AT_ONCE))
            part = Neighbours(drawn.rows[queries], drawn.similarity[queries])
            spread = self._spread(queries, part, stories, comparison)
            rows.append(spread.rows.ravel())
            similarity.append(spread.similarity.ravel())
        shape = (n, N_OLDER)
        return Neighbours(rows.whole().reshape(shape), similarity.whole().reshape(shape))

    def _spread(
        self,
        queries: NDArray[np.int64],
        drawn: Neighbours,
        stories: NDArray[np.int32],
        comparison: Comparison,
    ) -> Neighbours:
        """Return the lists to store of some articles.

        Args:
            queries: int64[q], the articles.
            drawn: what was found of them.
            stories: as for `spread`.
            comparison: as for `spread`.
        """
        rows = np.full((queries.size, N_OLDER), -1, np.int32)
        similarity = np.zeros((queries.size, N_OLDER), np.int32)
        waiting = np.flatnonzero(drawn.rows[:, 0] >= 0)
        drawn = Neighbours(drawn.rows[waiting], drawn.similarity[waiting])
        while waiting.size:
            kept = first_of_each(drawn.rows, stories)
            place = kept.cumsum(axis=1) - 1
            query, rank = np.nonzero(kept & (place < N_OLDER))
            rows[waiting[query], place[query, rank]] = drawn.rows[query, rank]
            similarity[waiting[query], place[query, rank]] = drawn.similarity[query, rank]
            k = 2 * drawn.rows.shape[1]
            is_short = (drawn.rows[:, -1] >= 0) & (place[:, -1] + 1 < N_OLDER)
            waiting = waiting[is_short if k <= _MAX_DRAWN else []]
            asked = queries[waiting]
            (drawn,) = comparison.some((self.wanted(k, asked),), asked)
        return Neighbours(rows, similarity)
