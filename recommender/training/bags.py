"""What articles say, counted for the baselines: no cleaning, no fields, no phrases.

Words are what scikit-learn's vectorisers take for them by default: two letters, digits or
underscores or more, in lower case. Terms are what a search engine makes of a text with the analyser
of its language: stemmed, without stop words (`ranking.text`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from recommender.domain.article import Article
from recommender.ranking.sequences import TAGS, TEXT_FIELDS
from recommender.training.tokens import Tokens


@dataclass(frozen=True)
class Bags:
    """Counts of n articles, float64 in compressed rows; those of one kind have the same columns.

    Attributes:
        words: of title, summary and body.
        words_of_tags: of the tags.
        terms: of title, summary and body.
        terms_of_tags: of the tags.
        tags: 1 where an article has the tag.
    """

    words: sp.csr_matrix
    words_of_tags: sp.csr_matrix
    terms: sp.csr_matrix
    terms_of_tags: sp.csr_matrix
    tags: sp.csr_matrix

    @classmethod
    def of(cls, articles: Iterable[Article], language: str) -> "Bags":
        """Return the counts of articles.

        Args:
            articles: in row order, read once.
            language: ISO 639 code for articles whose language nothing tells.
        """
        words_of = CountVectorizer().build_analyzer()
        vocabulary: dict[str, int] = {}
        words, words_of_tags, tags = _Rows(vocabulary), _Rows(vocabulary), _Rows({})

        def watched() -> Iterator[Article]:
            for article in articles:
                words.add(words_of("\n".join((article.title, article.summary, article.body))))
                words_of_tags.add(words_of("\n".join(tag.label for tag in article.tags)))
                tags.add(tag.slug for tag in article.tags)
                yield article

        tokens = Tokens.of(watched(), language)
        of_tags = np.arange(len(TEXT_FIELDS)) == TAGS
        terms, terms_of_tags = (_terms(tokens, fields) for fields in (~of_tags, of_tags))
        matrices = (words.matrix(), words_of_tags.matrix(), terms, terms_of_tags, tags.matrix())
        return cls(*matrices)

    def at(self, rows: NDArray[np.int64]) -> "Bags":
        """Return the counts of articles in another order.

        Args:
            rows: int64[m], the row here of each; -1 for an article of which nothing is known.
        """
        known = np.flatnonzero(rows >= 0)
        shape = (len(rows), self.words.shape[0])
        chosen = sp.csr_matrix((np.ones(len(known)), (known, rows[known])), shape=shape)
        matrices = (self.words, self.words_of_tags, self.terms, self.terms_of_tags, self.tags)
        return Bags(*((chosen @ matrix).tocsr() for matrix in matrices))


class _Rows:
    """Rows of counts, one after another, over a vocabulary that grows."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        self._vocabulary = vocabulary
        self._columns: list[int] = []
        self._counts: list[int] = []
        self._indptr = [0]

    def add(self, names: Iterable[str]) -> None:
        counted = Counter(names)
        vocabulary = self._vocabulary
        self._columns += [vocabulary.setdefault(name, len(vocabulary)) for name in counted]
        self._counts += counted.values()
        self._indptr.append(len(self._columns))

    def matrix(self) -> sp.csr_matrix:
        arrays = (np.array(self._counts, np.float64), self._columns, self._indptr)
        shape = (len(self._indptr) - 1, max(len(self._vocabulary), 1))
        matrix = sp.csr_matrix(arrays, shape=shape)
        matrix.sort_indices()
        return matrix


def _terms(tokens: Tokens, fields: NDArray[np.bool_]) -> sp.csr_matrix:
    """Return how often each term stands in some fields of each article."""
    bits = tokens.bits
    rows, columns, counts = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0)]
    for first, _, terms, _ in tokens.counted(fields.astype(np.float32), phrases=False):
        rows.append(first + (terms.keys & ((1 << bits.article) - 1)))
        columns.append(terms.keys >> bits.article)
        counts.append(terms.weights.astype(np.float64))
    places = (np.concatenate(rows), np.concatenate(columns))
    shape = (tokens.n_articles, max(tokens.n_terms, 1))
    return sp.csr_matrix((np.concatenate(counts), places), shape=shape)
