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

from recommender.ranking.rows import SparseRows, similarities


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
        columns: int32[m], ascending, of its unit vector.
        weights: float32[m].
        closest: its nearest, best first, as many as the bundle stores at most.
        older: its nearest among those published long before it, best first.
        entered: whose stored list of the nearest it comes into, rows ascending.
        entered_older: whose stored list of older articles it comes into, rows ascending.
        floor: millionths: what is less similar to it is no closer than chance.
        story: the number of the story that it tells, -1 for one that no article of the bundle does.
        group: articles of other groups are none of its neighbours, nor it one of theirs.
    """

    number: int
    article_id: str
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]
    closest: Near
    older: Near
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
    """The arrivals of one bundle, by number, and how similar each two of them are."""

    def __init__(self, n_columns: int) -> None:
        """Begin with none.

        Args:
            n_columns: of the bundle's vectors.
        """
        self._n_columns = n_columns
        self._held: dict[int, Arrival] = {}
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
        near = similarities(self.vectors(held), arrival.columns, arrival.weights).tolist()
        own = self._pairs.setdefault(arrival.number, {})
        for other, similarity in zip(held, near, strict=True):
            if similarity and other.group == arrival.group:
                own[other.number] = similarity
                self._pairs[other.number][arrival.number] = similarity
        self._held[arrival.number] = arrival

    def remove(self, number: int) -> None:
        """Forget one, as if it had never been added.

        Args:
            number: of the one.
        """
        del self._held[number]
        for other in self._pairs.pop(number):
            del self._pairs[other][number]

    def near(self, number: int) -> Mapping[int, int]:
        """Return how similar other arrivals are to one, in millionths, by number.

        Args:
            number: of the one; others of no similarity or another group are left out.
        """
        return self._pairs[number]

    def vectors(self, arrivals: list[Arrival]) -> SparseRows:
        """Return the vectors of some arrivals as rows, in the same order."""
        ends = np.cumsum([0, *(one.columns.size for one in arrivals)], dtype=np.int64)
        columns = np.concatenate([NOBODY.rows, *(one.columns for one in arrivals)])
        weights = [np.empty(0, np.float32), *(one.weights for one in arrivals)]
        return SparseRows(ends, columns, np.concatenate(weights), self._n_columns)
