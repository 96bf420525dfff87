"""Articles that came, or were corrected, after the training: what an exact search says of them.

All that the model learnt is frozen: vocabulary, rarity, floors, and the lists that it stores. So
what is found of a revision depends on nothing but the bundle and the revision, is found once, and
stays true whatever happens to other articles. Of two later articles only their similarity is asked.
A list of today is put together from these facts when it is wanted (`known`).
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import UNDATED_US
from recommender.ranking.bundle import Bundle
from recommender.ranking.later_rows import LaterRows, joined_rows
from recommender.ranking.rows import SparseRows
from recommender.ranking.twins import Twins


class Near(NamedTuple):
    """Rows of the bundle, and how similar each is.

    Attributes:
        rows: int32[m].
        similarity: int32[m], millionths.
    """

    rows: NDArray[np.int32]
    similarity: NDArray[np.int32]


NOBODY = Near(np.empty(0, np.int32), np.empty(0, np.int32))


class Arrival(NamedTuple):
    """What an exact search finds of one revision among the articles of a bundle.

    Attributes:
        number: of the revision's event.
        article_id: whose revision it is.
        published_us: when it was published, microseconds since 1970 or `UNDATED_US`.
        place: the first of the bundle's rows that it precedes in row order.
        columns: int32[m], ascending, of its unit vector.
        weights: float32[m].
        closest: its nearest, best first, as many as the bundle stores at most.
        older: its nearest among those published long before it, best first.
        least: millionths: who is as similar at least comes into its list of the nearest.
        least_older: the same of its list of older articles.
        entered: whose stored list of the nearest it comes into, rows ascending.
        entered_older: whose stored list of older articles it comes into, rows ascending.
        floor: millionths: what is less similar to it is no closer than chance.
        story: the number of the story that it tells, -1 for one that no article of the bundle does.
        group: articles of other groups are none of its neighbours, nor it one of theirs.
    """

    number: int
    article_id: str
    published_us: int
    place: int
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]
    closest: Near
    older: Near
    least: int
    least_older: int
    entered: Near
    entered_older: Near
    floor: int
    story: int
    group: int


def least_of(near: Near, k: int) -> int:
    """Return the least similarity with which an article comes into a list, in millionths.

    Args:
        near: the list, best first.
        k: its places.
    """
    return int(near.similarity[-1]) if 0 < k <= len(near.rows) else 1


class Arrivals(Mapping[int, Arrival]):
    """The arrivals of one bundle, by number, and which of them are near to each other."""

    def __init__(self, bundle: Bundle) -> None:
        """Begin with none.

        Args:
            bundle: what they are compared with.
        """
        self._n_columns = bundle.vectors.n_columns
        self._older_us = bundle.older_us
        self._of_a_story = Twins.of(bundle.metadata).similarity
        self._held: dict[int, Arrival] = {}
        self._rows = LaterRows(self._n_columns)
        self._leasts: list[int] = []
        self._pairs: dict[int, dict[int, int]] = {}

    def __getitem__(self, number: int) -> Arrival:
        return self._held[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def add(self, arrival: Arrival) -> None:
        """Take one more.

        Args:
            arrival: found in the same bundle.
        """
        held = list(self._held.values())
        similarity = self._rows.similarities(arrival.columns, arrival.weights)
        own = self._pairs.setdefault(arrival.number, {})
        least = np.array(self._leasts, np.int32)
        least = np.minimum(least, min(arrival.least, arrival.least_older, self._of_a_story))
        for place in np.flatnonzero(similarity >= least).tolist():
            other, near = held[place], int(similarity[place])
            if other.group == arrival.group and self._matters(arrival, other, near):
                own[other.number] = near
                self._pairs[other.number][arrival.number] = near
        self._held[arrival.number] = arrival
        self._rows.add(arrival.columns, arrival.weights)
        self._leasts.append(min(arrival.least, arrival.least_older))

    def _matters(self, one: Arrival, other: Arrival, similarity: int) -> bool:
        """Return whether one is on a list of the other, or the two may tell one story."""
        if similarity >= min(one.least, other.least, self._of_a_story):
            return True
        newer, older = sorted((one, other), key=lambda each: -each.published_us)
        is_old = older.published_us <= newer.published_us - self._older_us
        return is_old and older.published_us > UNDATED_US and similarity >= newer.least_older

    def remove(self, number: int) -> None:
        """Forget one, as if it had never been added.

        Args:
            number: of the one.
        """
        place = list(self._held).index(number)
        self._rows.remove(place)
        del self._leasts[place]
        del self._held[number]
        for other in self._pairs.pop(number):
            del self._pairs[other][number]

    def near(self, number: int) -> Mapping[int, int]:
        """Return how similar others are that are near to one, in millionths, by number.

        Args:
            number: of the one. Others are near if either is similar enough to come into a list of
                the other, or to tell its story.
        """
        return self._pairs[number]

    def vectors(self, arrivals: list[Arrival]) -> SparseRows:
        """Return the vectors of some arrivals as rows, in the same order."""
        return joined_rows([(one.columns, one.weights) for one in arrivals], self._n_columns)
