"""Ours, as the product asks it: the only place here that knows the engine's doors."""

import numpy as np
import scipy.sparse as sp

from recommender.domain.article import Article
from recommender.ranking.budgeted import Budget
from recommender.ranking.engine import Engine, Neighbours
from recommender.ranking.questions import Wanted
from recommender.ranking.rows import SparseRows
from recommender.ranking.tiles import Archive
from recommender.training.all_lists import Work, all_lists
from recommender.training.config import SearchSettings
from recommender.training.vectors import ArticleVectorizer


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


def lists(
    engine: Engine, k: int, threads: int, rows: np.ndarray, budget: Budget | None = None
) -> Neighbours:
    """Return the k nearest other rows of some rows, exact or within a budget."""
    archive, work = Archive.over(engine.index), Work(threads)
    return all_lists(archive, [Wanted(k)], work, query_rows=rows, budget=budget)[0]


def answer(engine: Engine, vectorizer: ArticleVectorizer, article: Article, k: int) -> Neighbours:
    """Return the k nearest rows to one new text, exact."""
    return engine.search(*vector(vectorizer, article).row(0), k)
