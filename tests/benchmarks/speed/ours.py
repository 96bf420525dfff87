"""Ours, as the product asks it: the only place here that knows the engine's doors."""

from pathlib import Path

import numpy as np
import scipy.sparse as sp

from recommender.domain.article import Article
from recommender.ranking.budgeted import Budget
from recommender.ranking.engine import Engine, Neighbours
from recommender.ranking.questions import Wanted
from recommender.ranking.rows import SparseRows
from recommender.ranking.tiles import Archive
from recommender.training.all_lists import STRIP_ROWS, Work, all_lists
from recommender.training.config import SearchSettings
from recommender.training.room import Room
from recommender.training.shards import indexed
from recommender.training.vectors import ArticleVectorizer

ALL_MEMORY = 2**40
"""Bytes: more than any machine has, so that nothing goes into files."""


def budget_of(n_articles: int) -> Budget | None:
    """Return what the default configuration spends where it does not search exactly.

    Args:
        n_articles: in the archive, any number.
    """
    return SearchSettings(exact_up_to=0).budget(n_articles)


def vector(vectorizer: ArticleVectorizer, article: Article) -> SparseRows:
    """Return the unit vector of one new text, as the only row."""
    return vectorizer.vocabulary_.vectors([article], vectorizer.language)


def nearest(engine: Engine, query: sp.csr_matrix, k: int) -> Neighbours:
    """Return the k nearest rows to one unit vector, exact."""
    return engine.search(query.indices, query.data, k)


def archive(engine: Engine, budget: Budget | None) -> Archive:
    """Return the rows of an index as training compares them, in shards within a budget."""
    if budget is None:
        return Archive.over(engine.index)
    return indexed(engine.rows, None, Room(Path(), ALL_MEMORY), 1, budget)


def lists(
    searched: Archive, k: int, threads: int, rows: np.ndarray, budget: Budget | None = None
) -> Neighbours:
    """Return the k nearest other rows of some rows, exact or within a budget."""
    work = Work(threads, strip_rows=STRIP_ROWS * len(searched.shards))
    return all_lists(searched, [Wanted(k)], work, query_rows=rows, budget=budget)[0]


def answer(engine: Engine, vectorizer: ArticleVectorizer, article: Article, k: int) -> Neighbours:
    """Return the k nearest rows to one new text, exact."""
    return engine.search(*vector(vectorizer, article).row(0), k)
