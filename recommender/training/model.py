"""The trained model: a vectoriser and its nearest neighbours, with what a bundle needs of both."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from recommender.domain.article import Article
from recommender.domain.corpus import Corpus
from recommender.ranking.engine import Engine
from recommender.ranking.rows import MILLION, SparseRows
from recommender.training.config import TrainingConfig
from recommender.training.lists import Lists, find_lists
from recommender.training.neighbours import CosineNeighbors
from recommender.training.passing import Passing

_NOTHING = (np.empty(0, np.int32), np.empty(0, np.float32))
"""Columns and weights of vectors without a single entry."""


@dataclass(frozen=True)
class Columns:
    """What the columns of the vectors are.

    Attributes:
        keys: `phrase:…`, `tag:…` or `term:…`, ascending by code point.
        labels: each as a person writes it.
    """

    keys: list[str]
    labels: list[str]


@dataclass(frozen=True)
class Model:
    """What training finds out about a corpus of n articles.

    Attributes:
        pipeline: the fitted estimators, `cleaning`, `vectors` and `neighbours`, for notebooks;
            `neighbours` is left unfitted where there is no column.
        rows: the unit vectors that the candidates were found with, n rows.
        terms: their columns.
        lists: candidates and background of each article, stories, and the noise floor.
        languages: ISO 639 code of the language that each article is written in, n of them.
        boilerplate: uint64[m], ascending: what the corpus says again and again (`Boilerplate`).
        dropped: for each reason, in how many `paragraphs` and `articles` text was left out.
    """

    pipeline: Pipeline
    rows: SparseRows
    terms: Columns
    lists: Lists
    languages: list[str]
    boilerplate: NDArray[np.uint64]
    dropped: dict[str, dict[str, int]]

    def found(self) -> dict[str, object]:
        """Return what a summary of the training tells of the corpus, as JSON values.

        Returns:
            `n_stories` that more than one article tells and `n_in_stories`, the articles that tell
            one of those; `median_floor` as a similarity from 0 to 1; and `languages`, how many
            articles are in each, most first.
        """
        _, n_articles = np.unique(self.lists.stories, return_counts=True)
        languages = sorted(Counter(self.languages).items(), key=lambda held: (-held[1], held[0]))
        return {
            "n_stories": int((n_articles > 1).sum()),
            "n_in_stories": int(n_articles[n_articles > 1].sum()),
            "median_floor": round(float(np.median(self.lists.floor)) / MILLION, 4),
            "languages": dict(languages),
        }


def fit_model(
    corpus: Corpus,
    config: TrainingConfig,
    language: str,
    n_jobs: int,
    progress: Callable[[str, int, int], object],
) -> Model:
    """Train on a corpus.

    Args:
        corpus: at least one article.
        config: the experiment.
        language: ISO 639-1 code for articles whose language nothing tells.
        n_jobs: threads; never changes the result.
        progress: called with the stage's name, the articles done and the articles in all.

    Returns:
        The model.
    """
    n = len(corpus)
    vectorizer = config.vectorizer(language)
    cleaner = config.cleaner().fit(_watched(corpus, "learning what repeats", n, progress))
    passed = Passing(cleaner, language)
    counts = vectorizer.count(passed.cleaned(_watched(corpus, "reading", n, progress)))
    matrix = vectorizer.fit_counts(counts)
    neighbours = CosineNeighbors(config.n_candidates, n_jobs)
    if matrix.shape[1]:
        engine = neighbours.fit(matrix).engine_
    else:  # nothing but stop words: nothing to compare, and scikit-learn refuses no columns
        engine = Engine(SparseRows(np.zeros(n + 1, np.int64), *_NOTHING, n_columns=0))
    lists = find_lists(engine, counts, passed, config, n_jobs, progress)
    return Model(
        pipeline=Pipeline(
            [("cleaning", cleaner), ("vectors", vectorizer), ("neighbours", neighbours)]
        ),
        rows=engine.rows,
        terms=Columns(vectorizer.keys_, vectorizer.labels_),
        lists=lists,
        languages=passed.languages,
        boilerplate=cleaner.boilerplate_,
        dropped=passed.tally.counts(),
    )


def _watched(
    articles: Iterable[Article], stage: str, n: int, progress: Callable[[str, int, int], object]
) -> Iterator[Article]:
    for done, article in enumerate(articles, start=1):
        progress(stage, done, n)
        yield article
