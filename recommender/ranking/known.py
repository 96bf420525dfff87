"""What the model knows of the articles of today: those it was trained on, and those since.

One row number stands for an article of either kind: those of the bundle have their rows there, and
row i of the overlay comes behind them as row n + i, if its revision was compared (`arrival`). A
list of today is what the training stored and whoever came into it since, in the order in which
lists are; who was corrected or taken away is still in it, for whoever asks must take note of that.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import UNDATED_US
from recommender.ranking.arrival import Near, least_of
from recommender.ranking.arrived import Arrived, Entered
from recommender.ranking.bundle import Bundle
from recommender.ranking.factors import LaterFacts
from recommender.ranking.joined import Column, Joined
from recommender.ranking.older_lists import first_of_each
from recommender.ranking.rows import SparseRows, similarities
from recommender.ranking.twins import Twins

_OVERLAY_BITS = 31
"""More than the rows of an overlay need."""


class JoinedRows(NamedTuple):
    """Unit rows of a bundle, and behind them those of later articles.

    Attributes:
        first: n rows.
        later: m rows, over the same columns.
    """

    first: SparseRows
    later: SparseRows

    def row(self, row: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the columns and weights of one row, as views, columns ascending.

        Args:
            row: in [0, n + m).
        """
        n = self.first.n_rows
        return self.first.row(row) if row < n else self.later.row(row - n)


class Known:
    """A bundle, and what is known of the articles of an overlay.

    Attributes:
        n: how many articles the bundle has: the row behind the last of them.
        vectors: unit rows of all.
        terms: what their columns are.
        factors: what else is known of pairs.
        floor: int32[n + m], millionths: what is less similar to one is no closer than chance.
    """

    def __init__(
        self,
        bundle: Bundle,
        arrived: Arrived,
        published_us: NDArray[np.int64],
    ) -> None:
        """Put the two together.

        Args:
            bundle: what the training knows.
            arrived: what is known since.
            published_us: int64[m], when the articles of the overlay were published.
        """
        self.n = len(bundle)
        self.terms = bundle.terms
        self._bundle, self._arrived = bundle, arrived
        self._own_us = published_us
        self._twins = Twins.of(bundle.metadata)
        self.has_later = bool(arrived.has_lists.any())
        self.vectors: SparseRows | JoinedRows = bundle.vectors
        self.factors = bundle.factors
        self.floor: Column = bundle.floor
        if self.has_later:
            self.vectors = JoinedRows(bundle.vectors, arrived.vectors)
            facts = (arrived.length, arrived.author, arrived.section, *arrived.closest)
            self.factors = bundle.factors.with_later(LaterFacts(published_us, *facts))
            self.floor = Joined(bundle.floor, arrived.floor)

    def closest(self, row: int) -> Near:
        """Return the most similar articles, best first.

        Args:
            row: of the one that they are similar to.

        Returns:
            All that are similar enough to be among as many as the training stores, and a few more
            where several came in since.
        """
        if row < self.n:
            stored = _near(self._bundle.candidate_rows, self._bundle.candidate_similarity, row)
            return self.with_later(stored, self._arrived.entered.of(row))
        later = self._arrived.near(row - self.n)
        k = self._arrived.closest.rows.shape[1]
        stored = _near(*self._arrived.closest, row - self.n)
        enters = later.similarity >= least_of(stored, k)
        return self.with_later(stored, Near(later.rows[enters], later.similarity[enters]))

    def last(self, row: int) -> int:
        """Return how similar an article may be that is not among the closest, in millionths.

        Args:
            row: of the one that it is similar to.
        """
        if row < self.n:
            return int(self._bundle.candidate_similarity[row, -1])
        return int(self._arrived.closest.similarity[row - self.n, -1])

    def older(self, row: int) -> Near:
        """Return the most similar among those published long before an article, best first.

        Args:
            row: of the article.
        """
        if row < self.n:
            stored = _near(self._bundle.older_rows, self._bundle.older_similarity, row)
            later = self._arrived.entered_older.of(row)
        else:
            stored = _near(*self._arrived.older, row - self.n)
            later = self._older_of(row - self.n, stored)
        if not later.rows.size:
            return stored
        return self.spread(self.with_later(stored, later))

    def spread(self, near: Near) -> Near:
        """Return a list on which no story has more than its first two places.

        Args:
            near: best first.
        """
        numbers = [self.story(row) for row in near.rows.tolist()]
        own = [-1 - place if one is None else one for place, one in enumerate(numbers)]
        places = np.arange(len(own), dtype=np.int32)
        kept = np.flatnonzero(first_of_each(places[None], np.array(own, np.int32))[0])
        return Near(near.rows[kept], near.similarity[kept])

    def published_us(self, row: int) -> int:
        """Return when an article was published: microseconds since 1970, or `UNDATED_US`.

        Args:
            row: of the article.
        """
        if row < self.n:
            return int(self._bundle.articles.published_us[row])
        return int(self._own_us[row - self.n])

    def story(self, row: int) -> int | None:
        """Return the number of the story that an article tells; None for one of its own.

        Args:
            row: of the article.
        """
        number = int(
            self._bundle.stories[row] if row < self.n else self._arrived.stories[row - self.n]
        )
        return number if number >= 0 else None

    def twins(self, row: int) -> list[int]:
        """Return the later articles that tell the story of a later one, so far as is known.

        Args:
            row: of the one; of an article of the bundle `story` tells all.
        """
        if row < self.n:
            return []
        near = self._arrived.near(row - self.n)
        own_us = int(self._own_us[row - self.n])
        return [
            self.n + other
            for other, similarity in zip(near.rows.tolist(), near.similarity.tolist(), strict=True)
            if self._twins.are(similarity, own_us, int(self._own_us[other]))
        ]

    def left(self, row: int, least: int) -> list[int]:
        """Return the events by which articles left that had come into a list since the training.

        Args:
            row: whose list.
            least: millionths; those less similar are of no interest.
        """
        return self._arrived.left(row, least)

    def later_similarities(self, row: int) -> NDArray[np.int32]:
        """Return how similar all articles of the overlay are to one, int32[m] in millionths.

        Args:
            row: of the one.
        """
        return similarities(self._arrived.vectors, *self.vectors.row(row))

    def lists_of(self, overlay_row: int) -> NDArray[np.int32]:
        """Return the rows of the articles into whose lists one came, int32, ascending.

        Args:
            overlay_row: of the one.
        """
        entered, older = self._arrived.entered, self._arrived.entered_older
        rows = [_entered_by(one, overlay_row) for one in (entered, older)]
        near = self._arrived.near(overlay_row)
        k = self._arrived.closest.rows.shape[1]
        later = [
            self.n + other
            for other, similarity in zip(near.rows.tolist(), near.similarity.tolist(), strict=True)
            if similarity >= least_of(_near(*self._arrived.closest, other), k)
        ]
        return np.unique(np.concatenate([*rows, np.array(later, np.int32)]))

    def _older_of(self, overlay_row: int, stored: Near) -> Near:
        """Return which later articles were old when one of them appeared."""
        near, days_us = self._arrived.near(overlay_row), self._bundle.older_us
        own_us, k = int(self._own_us[overlay_row]), self._arrived.older.rows.shape[1]
        if not k or own_us == UNDATED_US or not near.rows.size:
            return Near(near.rows[:0], near.similarity[:0])
        others_us = self._own_us[near.rows]
        is_old = (others_us > UNDATED_US) & (others_us <= own_us - days_us)
        is_old &= near.similarity >= least_of(stored, k)
        return Near(near.rows[is_old], near.similarity[is_old])

    def with_later(self, stored: Near, later: Near) -> Near:
        """Return a list with those that came into it, in the order of lists.

        Args:
            stored: of the bundle's articles, best first.
            later: of the overlay's, by their rows there, in any order.
        """
        if not later.rows.size:
            return stored
        rows = np.concatenate([stored.rows, later.rows + np.int32(self.n)])
        similarity = np.concatenate([stored.similarity, later.similarity])
        places = np.lexsort((self.orders(rows), -similarity))
        return Near(rows[places], similarity[places])

    def orders(self, rows: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return where articles stand in row order, over bundle and overlay together.

        Args:
            rows: int32[m].

        Returns:
            int64[m], to be compared with each other.
        """
        is_later = rows >= self.n
        behind = 2 * rows.astype(np.int64) + 1
        own = rows[is_later] - self.n
        behind[is_later] = 2 * self._arrived.place[own].astype(np.int64)
        within = np.zeros(rows.size, np.int64)
        within[is_later] = own
        return behind << _OVERLAY_BITS | within


def _near(rows: NDArray[np.int32], similarity: NDArray[np.int32], row: int) -> Near:
    """Return a stored list without its padding."""
    n = int(np.count_nonzero(similarity[row]))
    return Near(rows[row, :n], similarity[row, :n])


def _entered_by(entered: Entered, overlay_row: int) -> NDArray[np.int32]:
    rows: NDArray[np.int32] = entered.rows[entered.overlay_rows == overlay_row]
    return rows
