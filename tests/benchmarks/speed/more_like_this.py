"""One unseen text against “more like this” of a search engine: how quick, and how near its finds.

Lucene's MoreLikeThis, which tantivy has too, asks the index for a text's few terms with the best
tf-idf. What it gives is ranked by BM25 of these; a neighbour is what is near by cosine over all.
The index has title, deck and body as one field, with tantivy's English stemming.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import scipy.sparse as sp
import tantivy

from recommender.domain.article import Article
from recommender.ranking.engine import Engine
from recommender.ranking.rows import MILLION
from tests.benchmarks.speed import ours, peers
from tests.benchmarks.speed.clock import Way, latencies
from tests.benchmarks.speed.made import Made, indexed
from tests.benchmarks.speed.one_text import text
from tests.benchmarks.speed.recall import recall
from tests.benchmarks.speed.table import Line, Table, named

K = 10
N_TERMS = (25, 100)
"""Lucene's own number of terms, and four times as many."""

_HEAP_BYTES = 256_000_000


class MoreLikeThis:
    """An index of articles by tantivy, held in memory, of one segment."""

    def __init__(self, made: Made) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", tokenizer_name="en_stem")
        builder.add_unsigned_field("row", stored=True)
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        writer = index.writer(_HEAP_BYTES, 1)
        for row, article in enumerate(indexed(made.archive)):
            writer.add_document(tantivy.Document(text=text(article), row=row))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def find(self, articles: Sequence[Article], at: int, *, n_terms: int) -> list[int]:
        """Return the rows of the articles most like one that is new to the index, the likest first.

        Args:
            articles: some.
            at: which of them.
            n_terms: how many of its terms to ask for.
        """
        fields = {"text": [text(articles[at])]}
        query = tantivy.Query.more_like_this_document_fields_query(
            self._schema, fields, max_query_terms=n_terms
        )
        hits = self._searcher.search(query, K, count=False).hits
        return [self._searcher.doc(address)["row"][0] for _, address in hits]


def measure(made: Made, engine: Engine, transposed: sp.csr_matrix, table: Table) -> None:
    """Print the lines of a search engine.

    Args:
        made: the articles.
        engine: their index.
        transposed: their matrix, for the true neighbours.
        table: to print to.
    """
    index, unseen, vectorizer = MoreLikeThis(made), made.unseen, made.vectorizer
    ways = {
        "": Way(lambda at: ours.answer(engine, vectorizer, unseen[at], K), len(unseen), repeats=5)
    }
    for n_terms in N_TERMS:
        ways[_peer(n_terms)] = Way(partial(index.find, unseen, n_terms=n_terms), len(unseen))
    p50 = {name: float(np.median(each)) for name, each in latencies(ways).items()}
    true = peers.true_cosines(made.queries, transposed, K)
    found = [ours.nearest(engine, query, K).similarity / MILLION for query in made.queries]
    right = float(recall(found, true).mean())
    for n_terms in N_TERMS:
        peer, asked = _peer(n_terms), 1.0 if n_terms == N_TERMS[0] else None
        work = f"one unseen text, {made.n:,} articles"
        table.add(Line.faster(work, peer, p50[peer], p50[""], asked))
        rows = [index.find(unseen, at, n_terms=n_terms) for at in range(len(unseen))]
        theirs = recall(_cosines(made, rows), true).mean()
        table.add(Line.least(f"  recall@{K}", right, 1.0, peer, f"{theirs:.2f}"))


def _peer(n_terms: int) -> str:
    return f"{named('tantivy')}, {n_terms} terms"


def _cosines(made: Made, found: list[list[int]]) -> np.ndarray:
    """Return the cosines of what was found for each unseen text, 0 where too little was."""
    cosines = np.zeros((len(found), K))
    for query, rows in enumerate(found):
        product = made.matrix[rows] @ made.queries[query].T
        cosines[query, : len(rows)] = product.toarray().ravel()
    return cosines
