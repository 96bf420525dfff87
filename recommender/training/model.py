"""The trained model: a vectoriser and its nearest neighbours, with what a bundle needs of both."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from recommender.domain.article import Article
from recommender.domain.corpus import Corpus
from recommender.ranking.engine import Engine
from recommender.ranking.rows import SparseRows
from recommender.training.cleaning import Tally
from recommender.training.config import TrainingConfig
from recommender.training.neighbours import CosineNeighbors
from recommender.training.stories import StoryNumbers

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
        candidate_rows: int32[n, k], best first, -1 where there are no more.
        candidate_similarity: int32[n, k], millionths, descending; 0 beside -1.
        stories: int32[n], the same number for articles that tell the same story.
        boilerplate: uint64[m], ascending: what the corpus says again and again (`Boilerplate`).
        dropped: for each reason, in how many `paragraphs` and `articles` text was left out.
    """

    pipeline: Pipeline
    rows: SparseRows
    terms: Columns
    candidate_rows: NDArray[np.int32]
    candidate_similarity: NDArray[np.int32]
    stories: NDArray[np.int32]
    boilerplate: NDArray[np.uint64]
    dropped: dict[str, dict[str, int]]


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
    stories, tally = StoryNumbers(), Tally()
    vectorizer = config.vectorizer(language)
    cleaner = config.cleaner().fit(_watched(corpus, "learning what repeats", n, progress))

    def cleaned() -> Iterator[Article]:
        for article in stories.watch(_watched(corpus, "reading", n, progress)):
            reading = cleaner.read(article)
            tally.add(reading)
            yield reading.article

    matrix = vectorizer.fit_transform(cleaned())
    neighbours = CosineNeighbors(config.n_candidates, n_jobs)
    if matrix.shape[1]:
        engine = neighbours.fit(matrix).engine_
    else:  # nothing but stop words: nothing to compare, and scikit-learn refuses no columns
        engine = Engine(SparseRows(np.zeros(n + 1, np.int64), *_NOTHING, n_columns=0))
    n_found = 0

    def count(n_rows: int) -> None:
        nonlocal n_found
        n_found += n_rows
        progress("comparing", n_found, n)

    found = engine.all_neighbours(config.n_candidates, n_jobs, count)
    return Model(
        pipeline=Pipeline(
            [("cleaning", cleaner), ("vectors", vectorizer), ("neighbours", neighbours)]
        ),
        rows=engine.rows,
        terms=Columns(vectorizer.keys_, vectorizer.labels_),
        candidate_rows=found.rows,
        candidate_similarity=found.similarity,
        stories=stories.stories(),
        boilerplate=cleaner.boilerplate_,
        dropped=tally.counts(),
    )


def _watched(
    articles: Iterable[Article], stage: str, n: int, progress: Callable[[str, int, int], object]
) -> Iterator[Article]:
    for done, article in enumerate(articles, start=1):
        progress(stage, done, n)
        yield article
