"""How much the articles nearest to one have in common with those nearest to another.

Two articles may share a few rare words by chance; that the same articles stand around both is no
chance. An article's company is a vector over all articles: 1 for itself, and for each of its
nearest their similarity; two companies are compared by their cosine. After Jarvis and Patrick,
"Clustering using a similarity measure based on shared near neighbors", IEEE Transactions on
Computers C-22(11), 1973, weighted as by Houle et al., "Can shared-neighbor distances defeat the
curse of dimensionality?", SSDBM 2010.
"""

from copy import copy

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.joined import Column, Joined
from recommender.ranking.rows import MILLION

N_COMPANY = 20
"""Articles that make a company, beside the one whose it is."""


class Company:
    """The companies of a bundle's articles.

    Attributes:
        rows: int32[n, k], the nearest of each article.
        similarity: int32[n, k], millionths.
    """

    def __init__(self, rows: NDArray[np.int32], similarity: NDArray[np.int32]) -> None:
        """Take the nearest of each article.

        Args:
            rows: int32[n, k], nearest first, padded with -1; those beyond `N_COMPANY` are left.
            similarity: int32[n, k], millionths; 0 beside -1.
        """
        self.rows = np.asarray(rows)
        self.similarity = np.asarray(similarity)
        self._members: Column = self.rows[:, :N_COMPANY]
        self._weights: Column = self.similarity[:, :N_COMPANY]

    def with_later(self, rows: NDArray[np.int32], similarity: NDArray[np.int32]) -> "Company":
        """Return the companies of the same articles and of later ones.

        Args:
            rows: int32[m, k], the nearest of each later article among the bundle's, padded with -1.
            similarity: int32[m, k], millionths.
        """
        wider = copy(self)
        wider._members = Joined(self._members, rows[:, :N_COMPANY])
        wider._weights = Joined(self._weights, similarity[:, :N_COMPANY])
        return wider

    def alike(self, query: int, rows: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return how much of one company others have.

        Args:
            query: whose company, in [0, n).
            rows: int32[m], the others, each in [0, n).

        Returns:
            float64[m] in [0, 1].
        """
        nearest, weights = self._members[query], self._weights[query]
        order = nearest.argsort()
        members, counted = nearest[order], weights[order].astype(np.int64)
        theirs, their_weights = self._members[rows], self._weights[rows]
        places = np.minimum(members.searchsorted(theirs), len(members) - 1)
        both = np.einsum("ij,ij,ij->i", members[places] == theirs, counted[places], their_weights)
        place = np.minimum(members.searchsorted(rows), len(members) - 1)
        own = np.where(members[place] == rows, counted[place], 0)
        back = np.einsum("ij,ij->i", theirs == query, their_weights)
        common = both + MILLION * (own + back)
        common[rows == query] += MILLION**2
        squares = np.einsum("ij,ij->i", their_weights, their_weights, dtype=np.int64)
        return cosines(common, int(counted @ counted), squares)


def cosines(
    common: NDArray[np.int64], own: int | NDArray[np.int64], theirs: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return how alike companies are.

    What goes in is whole numbers, so that one pair has one value, whoever is asked about beside it
    and however the sums were made.

    Args:
        common: int64, the product of two companies, in millionths of millionths.
        own: int64, the sum of the squared similarities of one's nearest, in the same.
        theirs: int64, that of the others' nearest.

    Returns:
        float64 in [0, 1], of the shape to which the three broadcast.
    """
    lengths = (np.float64(MILLION**2) + own) * (MILLION**2 + theirs)
    cosine: NDArray[np.float64] = common / np.sqrt(lengths)
    return np.minimum(cosine, 1.0)
