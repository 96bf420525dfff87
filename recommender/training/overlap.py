"""How much of one article another says too: the evidence that the two tell one story.

Each article is the set of its terms and of its phrases, and each of those weighs the square of its
rarity, ln((1 + n) / articles with it), a phrase a quarter of that. So what a thousand articles say,
such as the words of a form that is filled in every week, weighs next to nothing, and a name or a
number that only these two have weighs most. Of two such sets

    containment = weight of what both have / weight of the lighter one
    resemblance = weight of what both have / weight of what either has

(A. Broder, "On the resemblance and containment of documents", SEQUENCES 1997, with weights.) A
flash of one line is contained in the report that follows, and does not resemble it.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.training.counts import Counts

_PHRASE_SHARE = 0.25
_PAIRS_AT_ONCE = 20_000
"""Pairs compared in one piece of array work: some tens of megabytes."""


@dataclass(frozen=True, eq=False)
class Overlap:
    """What p pairs of articles have in common.

    Attributes:
        containment: float64[p], from 0 to 1.
        resemblance: float64[p], from 0 to containment.
        n_terms: int64[p], distinct terms of the article that has fewer.
    """

    containment: NDArray[np.float64]
    resemblance: NDArray[np.float64]
    n_terms: NDArray[np.int64]

    @classmethod
    def of(cls, counts: Counts, ones: NDArray[np.int64], others: NDArray[np.int64]) -> Self:
        """Compare pairs.

        Args:
            counts: of the articles.
            ones: int64[p], a row of each pair.
            others: int64[p], the other row of each.

        Returns:
            What each has in common.
        """
        weights = _weighted_sets(counts)
        masses = np.asarray(weights.sum(axis=1)).ravel()
        presence = weights.copy()
        presence.data = np.ones_like(weights.data)
        shared = np.empty(ones.size)
        for first in range(0, ones.size, _PAIRS_AT_ONCE):
            part = slice(first, first + _PAIRS_AT_ONCE)
            common = weights[ones[part]].multiply(presence[others[part]])
            shared[part] = np.asarray(common.sum(axis=1)).ravel()
        lighter = np.minimum(masses[ones], masses[others])
        either = masses[ones] + masses[others] - shared
        n_terms = np.bincount(counts.terms.rows, minlength=counts.n_articles)
        return cls(
            np.divide(shared, lighter, out=np.zeros_like(shared), where=lighter > 0),
            np.divide(shared, either, out=np.zeros_like(shared), where=either > 0),
            np.minimum(n_terms[ones], n_terms[others]),
        )


def _weighted_sets(counts: Counts) -> sp.csr_matrix:
    """Return float64[n_articles, n_terms + n_phrases]: the weight of what each article has."""
    n_terms = len(counts.term_names)
    terms = counts.terms.keys.astype(np.int64)
    phrase_keys, phrases = np.unique(counts.phrases.keys, return_inverse=True)
    columns = np.concatenate([terms, phrases + n_terms])
    rows = np.concatenate([counts.terms.rows, counts.phrases.rows])
    n_with = np.bincount(columns, minlength=n_terms + phrase_keys.size)
    weights = np.log((1 + counts.n_articles) / np.maximum(n_with, 1)) ** 2
    weights[n_terms:] *= _PHRASE_SHARE
    shape = (counts.n_articles, weights.size)
    return sp.csr_matrix((weights[columns], (rows, columns)), shape=shape)
