"""What the articles of a tag are about, compared with those of another.

A tag's context is the mean of its articles' vectors, words alone, less the mean of the whole
archive: what is common to all articles would make all tags alike. The mean of a few articles is
partly chance, which makes even two halves of one tag look different; so the length of each mean is
taken without the part that chance adds to it (Spearman, "The proof and measurement of association
between two things", 1904: the correction for attenuation). Two halves of one tag then come near 1,
however few articles they have.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.ranking.bundle import Bundle
from recommender.ranking.terms import KINDS

MAX_ARTICLES = 500
"""The newest articles of a tag that count for its context."""

_LEAST_TRUE = 0.1
"""Share of a mean's squared length that is no chance, whatever the estimate from few articles."""

_BLOCK = 512


class TagContexts:
    """The contexts of some tags."""

    def __init__(self, bundle: Bundle, rows_of: Sequence[NDArray[np.int32]]) -> None:
        """Take the mean of each tag's articles.

        Args:
            bundle: whose vectors are compared.
            rows_of: the rows of each tag's articles, at least one, ascending.
        """
        kept = [rows[:MAX_ARTICLES] for rows in rows_of]
        n = np.array([len(rows) for rows in kept], np.int64)
        words = _words(bundle)
        indptr = np.concatenate([[0], np.cumsum(n)])
        joined = np.concatenate([*kept, np.empty(0, np.int32)])
        shape = (len(kept), words.shape[0])
        members = sp.csr_matrix((np.repeat(1 / n, n), joined, indptr), shape=shape)
        self._means = members @ words
        centre = np.asarray(words.mean(axis=0)).ravel()
        self._along = np.asarray(self._means @ centre).ravel()
        self._centre = float(centre @ centre)
        squares = _squares(self._means)
        seen = squares - 2 * self._along + self._centre
        by_chance = (members @ _squares(words) - squares) / np.maximum(n - 1, 1)
        true = np.maximum(seen - by_chance, _LEAST_TRUE * seen)
        self._lengths = np.sqrt(np.where(true > 0, true, 1.0))

    def similarity(
        self, first: NDArray[np.int64], second: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return how alike the contexts of pairs of tags are.

        Args:
            first: int64[p], places of tags.
            second: int64[p], likewise.

        Returns:
            float64[p] in [-1, 1]: near 1 for tags of the same subject, near 0 for tags that have
            nothing to do with each other.
        """
        found = [np.empty(0)]
        for start in range(0, len(first), _BLOCK):
            a, b = first[start : start + _BLOCK], second[start : start + _BLOCK]
            products = _sums(self._means[a].multiply(self._means[b]))
            found.append(self._cosines(products, a, b))
        return np.concatenate(found)

    def near(self, among: NDArray[np.int64], least: float) -> tuple[NDArray[np.int64], ...]:
        """Return the pairs of tags whose contexts are alike.

        Args:
            among: int64[m], places of the tags to compare, each with each.
            least: the least similarity.

        Returns:
            int64[p] and int64[p], places, the lower first.
        """
        columns = self._means[among].T.tocsr()
        firsts, seconds = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for start in range(0, len(among), _BLOCK):
            block = among[start : start + _BLOCK]
            products = (self._means[block] @ columns).toarray()
            cosines = self._cosines(products, block[:, None], among[None, :])
            a, b = np.nonzero((cosines >= least) & (block[:, None] < among[None, :]))
            firsts.append(block[a])
            seconds.append(among[b])
        return np.concatenate(firsts), np.concatenate(seconds)

    def _cosines(
        self, products: NDArray[np.float64], a: NDArray[np.int64], b: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        centred = products - self._along[a] - self._along[b] + self._centre
        cosines: NDArray[np.float64] = centred / (self._lengths[a] * self._lengths[b])
        return np.clip(cosines, -1.0, 1.0)


def tag_rows(bundle: Bundle) -> tuple[Mapping[str, str], list[NDArray[np.int32]]]:
    """Return the tags of a bundle's articles.

    Args:
        bundle: any.

    Returns:
        Each slug with the label that editors most often give it, in order of slugs; and in the
        same order the rows of its articles, ascending.
    """
    counts: dict[str, dict[str, int]] = {}
    for row in range(len(bundle)):
        for tag in bundle.articles.card(row).tags:
            labels = counts.setdefault(tag.slug, {})
            labels[tag.label] = labels.get(tag.label, 0) + 1
    labels_of = {slug: max(sorted(counts[slug]), key=counts[slug].__getitem__) for slug in counts}
    ordered = dict(sorted(labels_of.items()))
    return ordered, [bundle.articles.rows_with_tag(slug) for slug in ordered]


def _words(bundle: Bundle) -> sp.csr_matrix:
    """Return the articles' vectors without tags and phrases, which keep their columns."""
    vectors = bundle.vectors
    is_word = (bundle.terms.kinds == KINDS.index("term"))[vectors.columns]
    kept = np.concatenate([[0], np.cumsum(is_word, dtype=np.int64)])
    held = (vectors.weights[is_word].astype(np.float64), vectors.columns[is_word])
    shape = (vectors.n_rows, vectors.n_columns)
    return sp.csr_matrix((*held, kept[vectors.indptr]), shape=shape)


def _squares(rows: sp.csr_matrix) -> NDArray[np.float64]:
    """Return the squared length of each row."""
    return _sums(rows.power(2))


def _sums(rows: sp.csr_matrix) -> NDArray[np.float64]:
    return np.asarray(rows.sum(axis=1)).ravel()
