"""One unseen text: its ten nearest articles, exact, from text to rows.

Peers search with the same vectors. That they have to make one too counts as what scikit-learn's
`TfidfVectorizer` takes to transform the text, in its quickest setting, plain words.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from recommender.domain.article import Article
from recommender.ranking.engine import Engine
from recommender.ranking.rows import MILLION
from tests.benchmarks.speed import ours, peers
from tests.benchmarks.speed.clock import Way, latencies
from tests.benchmarks.speed.made import Made, indexed
from tests.benchmarks.speed.recall import recall
from tests.benchmarks.speed.table import Line, Table

K = 10

FITTED_ON = 10_000
"""Articles that scikit-learn's vectoriser learns its words from; more would not make it quicker."""

BRUTE_ARTICLES = 100_000
"""Up to here scikit-learn is asked too, which takes a second for a text."""


class Asked(NamedTuple):
    """What should be reached at one size of the archive.

    Attributes:
        times: how many times faster than each peer, by name; peers without one are only shown.
        p50_s: seconds of ours, at most.
        p99_s: as well.
    """

    times: Mapping[str, float]
    p50_s: float = math.inf
    p99_s: float = math.inf


ASKED = {
    100_000: Asked(
        {peers.SPARSE_DOT_TOPN: 8, peers.SCIPY: 4, peers.SCIKIT_LEARN: 15}, p50_s=2.5e-3
    ),
    1_000_000: Asked({peers.SPARSE_DOT_TOPN: 8}, p50_s=8e-3, p99_s=30e-3),
}

OURS = "ours"
_WHOLE, _VECTOR, _THEIR_VECTOR = "vector and search", "vector", "their vector"


def measure(
    made: Made, engine: Engine, transposed: sp.csr_matrix, table: Table
) -> dict[str, float]:
    """Print the lines of one text.

    Args:
        made: the articles.
        engine: their index.
        transposed: their matrix, for peers.
        table: to print to.

    Returns:
        Median seconds of the search alone, by `OURS` and by each peer.
    """
    searches = _searches(made, engine, transposed)
    seconds = latencies(searches | _texts(made, engine))
    p50 = {name: float(np.median(each)) for name, each in seconds.items()}
    asked, theirs = ASKED.get(made.n, Asked({})), [name for name in searches if name != OURS]
    work = f"one unseen text, exact, {made.n:,} articles"
    for peer in theirs:
        whole_s = p50[_THEIR_VECTOR] + p50[peer]
        table.add(Line.faster(work, peer, whole_s, p50[_WHOLE], asked.times.get(peer)))
    table.add(Line.under("  p50", p50[_WHOLE], asked.p50_s))
    table.add(Line.under("  p99", float(np.percentile(seconds[_WHOLE], 99)), asked.p99_s))
    found = [ours.nearest(engine, query, K).similarity / MILLION for query in made.queries]
    right = recall(found, peers.true_cosines(made.queries, transposed, K))
    table.add(Line.least(f"  recall@{K}", float(right.mean()), 1.0))
    vector_s, their_vector_s = p50[_VECTOR], p50[_THEIR_VECTOR]
    table.add(Line.faster("  the vector alone", peers.SCIKIT_LEARN, their_vector_s, vector_s))
    for peer in theirs:
        table.add(Line.faster("  the search alone", peer, p50[peer], p50[OURS]))
    return {name: p50[name] for name in searches}


def _searches(made: Made, engine: Engine, transposed: sp.csr_matrix) -> dict[str, Way]:
    """Return the ways to search with a vector."""
    queries = list(made.queries)
    n, product = len(queries), peers.scipy_product(transposed)
    ways = {OURS: Way(lambda at: ours.nearest(engine, queries[at], K), n, repeats=5)}
    if peers.has_sparse_dot_topn():
        multiplied = peers.sparse_dot_topn(transposed)
        ways[peers.SPARSE_DOT_TOPN] = Way(lambda at: multiplied(queries[at], K), n)
    ways[peers.SCIPY] = Way(lambda at: product(queries[at], K), n)
    if made.n <= BRUTE_ARTICLES:
        brute = peers.brute_force(made.matrix)
        ways[peers.SCIKIT_LEARN] = Way(lambda at: brute(queries[at], K), n)
    return ways


def _texts(made: Made, engine: Engine) -> dict[str, Way]:
    """Return the ways that begin with a text: ours in whole, and the vectors, ours and theirs."""
    some = (article for article, _ in zip(indexed(made.archive), range(FITTED_ON), strict=False))
    words = TfidfVectorizer().fit(map(text, some))
    vectorizer, unseen, n = made.vectorizer, made.unseen, len(made.unseen)
    texts = [text(article) for article in unseen]
    return {
        _WHOLE: Way(lambda at: ours.answer(engine, vectorizer, unseen[at], K), n, repeats=5),
        _VECTOR: Way(lambda at: ours.vector(vectorizer, unseen[at]), n, repeats=5),
        _THEIR_VECTOR: Way(lambda at: words.transform([texts[at]]), n),
    }


def text(article: Article) -> str:
    """Return all that an article says, for those who know no fields."""
    return f"{article.title}\n{article.summary}\n{article.body}"
