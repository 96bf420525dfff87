"""What articles say, counted: the terms and the phrases of each, and what they count.

An occurrence is one whole number: what occurs (a term, or a phrase as its two terms), the article,
and the field, side by side in 64 bits. So one sort of whole numbers, which numpy does faster than
anything else, brings together what belongs together, and a loop adds it up. What occurs comes
first: whoever looks it up in a table of millions then walks through the table once for a whole part
of the articles, where every article for itself would jump about in it.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled
from recommender.ranking.sequences import TAGS

_ALL_BITS = 63
_FIELD_BITS = 2
_MOST_ARTICLE_BITS = 12
"""Enough articles at once to walk through tables, few enough that they take some megabytes."""


class Bits(NamedTuple):
    """How many bits of a number are whose.

    Attributes:
        term: of each term.
        article: of the article, counted within its part.
    """

    term: int
    article: int

    @classmethod
    def of(cls, n_terms: int) -> "Bits":
        """Share out the bits.

        Args:
            n_terms: how many numbers a term may have, at most 2 ** 30.

        Returns:
            The shares.
        """
        term = max(1, (n_terms - 1).bit_length())
        return cls(term, min(_MOST_ARTICLE_BITS, _ALL_BITS - _FIELD_BITS - 2 * term))

    def parts(self, n_articles: int) -> Iterator[tuple[int, int]]:
        """Yield the first and the end of successive articles that are counted together.

        Args:
            n_articles: how many there are in all.
        """
        for first in range(0, n_articles, 1 << self.article):
            yield first, min(first + (1 << self.article), n_articles)


class Counted(NamedTuple):
    """What occurs in articles, each once an article, ascending by itself, then by article.

    Attributes:
        keys: int64[m], what occurs, and in the lowest bits (`Bits`) the article.
        weights: float32[m], occurrences, each times the weight of its field.
        in_text: bool[m], whether title, summary or body has it, not only a tag.
    """

    keys: NDArray[np.int64]
    weights: NDArray[np.float32]
    in_text: NDArray[np.bool_]


def count(
    starts: NDArray[np.int64],
    tokens: NDArray[np.int32],
    unspaced: NDArray[np.bool_],
    weights: NDArray[np.float32],
    *,
    phrases: bool,
) -> tuple[Counted, Counted]:
    """Count the terms and the phrases of articles.

    Args:
        starts: int64[n + 1], where each sequence begins in `tokens`, of one of the `Bits.parts`.
        tokens: int32, sequences.
        unspaced: bool[n_terms], terms that make no phrases.
        weights: float32[4], what one occurrence counts in each of `TEXT_FIELDS`; 0 leaves it out.
        phrases: whether to count phrases.

    Returns:
        Terms by number; phrases by the numbers of both terms, each in its bits.
    """
    bits = Bits.of(unspaced.size)
    terms, pairs = _occurrences(starts, tokens, unspaced, weights, bits, phrases)
    terms.sort()
    pairs.sort()
    return Counted(*_added(terms, weights)), Counted(*_added(pairs, weights))


@compiled
def _occurrences(
    starts: NDArray[np.int64],
    tokens: NDArray[np.int32],
    unspaced: NDArray[np.bool_],
    weights: NDArray[np.float32],
    bits: Bits,
    phrases: bool,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every occurrence of a term, and of a phrase, in the order of the text."""
    terms = np.empty(starts[-1] - starts[0], np.int64)
    pairs = np.empty(terms.size if phrases else 0, np.int64)
    n_terms = n_pairs = 0
    for article in range(starts.size - 1):
        field, before = 0, -1
        for place in range(starts[article], starts[article + 1]):
            token = int(np.int64(tokens[place]))
            if token < 0:
                field, before = -1 - token, -1
            elif weights[field] > 0:
                where = article << _FIELD_BITS | field
                terms[n_terms] = token << bits.article + _FIELD_BITS | where
                n_terms += 1
                if unspaced[token]:
                    before = -1
                    continue
                if phrases and before >= 0:
                    pair = before << bits.term | token
                    pairs[n_pairs] = pair << bits.article + _FIELD_BITS | where
                    n_pairs += 1
                before = token
    return terms[:n_terms], pairs[:n_pairs]


@compiled
def _added(
    occurrences: NDArray[np.int64], weights: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.bool_]]:
    """Return what occurs, once each, the sum of its weights, and whether texts have it.

    Args:
        occurrences: int64[m], ascending.
        weights: float32[4], of the fields.
    """
    keys = np.empty(occurrences.size, np.int64)
    sums = np.zeros(occurrences.size, np.float32)
    in_text = np.zeros(occurrences.size, np.bool_)
    n = place = 0
    while place < occurrences.size:
        keys[n] = occurrences[place] >> _FIELD_BITS
        while place < occurrences.size and occurrences[place] >> _FIELD_BITS == keys[n]:
            field, first = occurrences[place] & ((1 << _FIELD_BITS) - 1), place
            while place < occurrences.size and occurrences[place] == occurrences[first]:
                place += 1
            sums[n] += np.float32(place - first) * weights[field]
            in_text[n] |= field != TAGS
        n += 1
    return keys[:n], sums[:n], in_text[:n]
