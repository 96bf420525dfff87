"""What a newsroom would have without us: the ways to rank that every evaluation prints beside ours.

Each chooses among the same candidates as ours, by the same engine, over texts as they were written.

TF-IDF is `TfidfVectorizer` as it comes, and cosine. BM25 is what Elasticsearch's `more_like_this`
does at its best: texts analysed by the rules of their language, and the whole article as the query.
The score of an article d for a query q is the sum over their terms t of

    count(t, q) × ln(1 + (n - n_t + 0.5) / (n_t + 0.5)) × f / (f + k1 × (1 - b + b × length(d) / m))

where f is count(t, d), n_t the articles with t of n in all, m the mean length (Robertson and
Zaragoza, "The probabilistic relevance framework: BM25 and beyond", FnTIR 3(4), 2009; the rarity and
the missing factor k1 + 1 are Lucene's).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfTransformer

from recommender.ranking.engine import Engine
from recommender.ranking.questions import Wanted
from recommender.ranking.tiles import Archive
from recommender.training.all_lists import Work, nearest_to
from recommender.training.bags import Bags
from recommender.training.matrices import as_rows

K1 = 1.2
B = 0.75
_SEED = 1_987

Rank = Callable[[NDArray[np.int64], NDArray[np.int64], int], NDArray[np.int32]]
"""Ranks: given query rows int64[q], the first row that may be an answer to each int64[q], and k,
returns int32[q, k] rows, best first, padded with -1."""


@dataclass(frozen=True)
class Baseline:
    """One way to rank.

    Attributes:
        name: a stable name for machines.
        label: for people.
        rank: ranks the rows of the corpus that it was made of.
    """

    name: str
    label: str
    rank: Rank


def baselines(bags: Bags, n_jobs: int) -> tuple[Baseline, ...]:
    """Return all baselines over a corpus; the heavy ones are made when they are asked.

    Args:
        bags: what the articles say, in row order.
        n_jobs: threads; never changes a result.

    Returns:
        The strongest first, as a rule; those with tags as text only where there are tags.
    """
    with_tags = (
        Baseline("bm25-tags", "BM25, tags as text", _bm25(bags.terms + bags.terms_of_tags, n_jobs)),
        Baseline(
            "tfidf-tags", "TF-IDF, tags as text", _tfidf(bags.words + bags.words_of_tags, n_jobs)
        ),
    )
    return (
        *(with_tags if bags.tags.nnz else ()),
        Baseline("bm25", "BM25, whole article", _bm25(bags.terms, n_jobs)),
        Baseline("tfidf", "TF-IDF", _tfidf(bags.words, n_jobs)),
        Baseline("tag-overlap", "most tags in common", _tag_overlap(bags.tags)),
        Baseline("recent-tag", "newest with a shared tag", _newest_on_a_tag(bags.tags)),
        Baseline("random", "random", _random(bags.words.shape[0])),
    )


def bm25_queries(counts: sp.csr_matrix) -> sp.csr_matrix:
    """Return what each article asks for: its counts times the rarity of each term.

    Args:
        counts: float64[n, terms], in compressed rows.

    Returns:
        float64[n, terms], each row divided by its sum: the order of a list stays, and no score
        exceeds 1.
    """
    n_with = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log1p((counts.shape[0] - n_with + 0.5) / (n_with + 0.5))
    queries = counts.copy()
    queries.data = queries.data * rarity[queries.indices]
    return _divided_by_rows(queries, np.asarray(queries.sum(axis=1)).ravel())


def bm25_documents(counts: sp.csr_matrix) -> sp.csr_matrix:
    """Return what each article answers with: its counts, saturated and made fair to length.

    Args:
        counts: float64[n, terms], in compressed rows.

    Returns:
        float64[n, terms], each value in (0, 1).
    """
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    mean = lengths.mean() or 1.0
    saturation = K1 * (1 - B + B * lengths / mean)
    documents = counts.copy()
    documents.data = counts.data / (counts.data + np.repeat(saturation, np.diff(counts.indptr)))
    return documents


def _bm25(counts: sp.csr_matrix, n_jobs: int) -> Rank:
    def rank(
        query_rows: NDArray[np.int64], first_rows: NDArray[np.int64], k: int
    ) -> NDArray[np.int32]:
        archive = Archive.of(as_rows(bm25_documents(counts)))
        asked = as_rows(bm25_queries(counts)[query_rows])
        found = nearest_to(asked, archive, Wanted(k + 1, first_rows), Work(n_jobs))
        return without(found.rows, query_rows)

    return rank


def _tfidf(counts: sp.csr_matrix, n_jobs: int) -> Rank:
    def rank(
        query_rows: NDArray[np.int64], first_rows: NDArray[np.int64], k: int
    ) -> NDArray[np.int32]:
        weighted = TfidfTransformer().fit_transform(counts)
        archive, asked = Archive.of(as_rows(weighted)), as_rows(weighted[query_rows])
        found = nearest_to(asked, archive, Wanted(k + 1, first_rows), Work(n_jobs))
        return without(found.rows, query_rows)

    return rank


def _tag_overlap(tags: sp.csr_matrix) -> Rank:
    def rank(
        query_rows: NDArray[np.int64], first_rows: NDArray[np.int64], k: int
    ) -> NDArray[np.int32]:
        most = np.diff(tags.indptr).max(initial=1)  # so that no score exceeds 1
        engine = Engine(as_rows(tags / np.sqrt(most)))
        return engine.neighbours(query_rows, k, first_rows=first_rows).rows

    return rank


def _newest_on_a_tag(tags: sp.csr_matrix) -> Rank:
    postings = tags.tocsc()
    postings.sort_indices()

    def rank(
        query_rows: NDArray[np.int64], first_rows: NDArray[np.int64], k: int
    ) -> NDArray[np.int32]:
        found = np.full((len(query_rows), k), -1, np.int32)
        for place, (row, first) in enumerate(zip(query_rows, first_rows, strict=True)):
            pieces = []
            for tag in tags.indices[tags.indptr[row] : tags.indptr[row + 1]]:
                rows = postings.indices[postings.indptr[tag] : postings.indptr[tag + 1]]
                start = np.searchsorted(rows, first)
                pieces.append(rows[start : start + k + 1])  # rows ascend: newest first
            if pieces:
                newest = np.unique(np.concatenate(pieces))
                newest = newest[newest != row][:k]
                found[place, : len(newest)] = newest
        return found

    return rank


def _random(n_rows: int) -> Rank:
    def rank(
        query_rows: NDArray[np.int64], first_rows: NDArray[np.int64], k: int
    ) -> NDArray[np.int32]:
        rng = np.random.default_rng(_SEED)
        found = np.full((len(query_rows), k + 1), -1, np.int32)
        for place, first in enumerate(first_rows.tolist()):
            n_drawn = min(k + 1, n_rows - first)
            found[place, :n_drawn] = first + rng.choice(n_rows - first, n_drawn, replace=False)
        return without(found, query_rows)

    return rank


def without(rows: NDArray[np.int32], query_rows: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return lists without their query, one place shorter.

    Args:
        rows: int32[q, k + 1], the best of all rows, the query's own among them or not.
        query_rows: int64[q].

    Returns:
        int32[q, k], the best of all others, in the same order.
    """
    is_self = rows == query_rows[:, None]
    is_self[~is_self.any(axis=1), -1] = True  # it is not there: the last place is one too many
    others: NDArray[np.int32] = rows[~is_self].reshape(len(rows), -1)
    return others


def _divided_by_rows(matrix: sp.csr_matrix, divisors: NDArray[np.float64]) -> sp.csr_matrix:
    matrix.data /= np.repeat(np.where(divisors > 0, divisors, 1.0), np.diff(matrix.indptr))
    return matrix
