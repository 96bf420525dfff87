"""The trained model: a vectoriser and its nearest neighbours, with what a bundle needs of both."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from recommender.domain.corpus import Corpus
from recommender.ranking.rows import MILLION, SparseRows
from recommender.ranking.vocabulary import Vocabulary
from recommender.training.config import TrainingConfig
from recommender.training.gleaning import glean
from recommender.training.lists import Lists, Means, find_lists
from recommender.training.neighbours import CosineNeighbors
from recommender.training.parts import in_parts
from recommender.training.passing import Passing, Reader
from recommender.training.room import Room
from recommender.training.tokens import TokensWriter


@dataclass(frozen=True)
class Columns:
    """What the columns of the vectors are.

    Attributes:
        keys: `phrase:…`, `tag:…` or `term:…`, ascending by code point.
        labels: each as a person writes it.
    """

    keys: Sequence[str]
    labels: Sequence[str]


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
        vocabulary: what makes vectors of later articles.
        dropped: for each reason, in how many `paragraphs` and `articles` text was left out.
    """

    pipeline: Pipeline
    rows: SparseRows
    terms: Columns
    lists: Lists
    languages: list[str]
    boilerplate: NDArray[np.uint64]
    vocabulary: Vocabulary
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
    room: Room | None = None,
) -> Model:
    """Train on a corpus.

    Args:
        corpus: at least one article.
        config: the experiment.
        language: ISO 639-1 code for articles whose language nothing tells.
        n_jobs: workers; never changes the result.
        progress: called with the stage's name, the articles done and the articles in all.
        room: to work in, for what is as long as all texts or larger; None for memory alone.

    Returns:
        The model.
    """
    n = len(corpus)

    def told(stage: str) -> Callable[[int], object]:
        return lambda done: progress(stage, done, n)

    vectorizer = config.vectorizer(language)
    cleaner = config.cleaner()
    if cleaner.learns:
        cleaner.fit_parts(in_parts(corpus, glean, n_jobs, told("learning what repeats")))
    else:
        cleaner.fit(())
    passed = Passing()
    parts = in_parts(corpus, Reader(cleaner, language), n_jobs, told("reading"))
    folder = None if room is None else room.folder
    writer = TokensWriter(folder)
    for block in passed.read(parts):
        writer.add(block)
    told("weighing words")(0)
    tokens = writer.finish()
    rows = vectorizer.fit_tokens(tokens, folder)
    told("weighing words")(n)
    neighbours = CosineNeighbors(config.n_candidates, n_jobs)
    if rows.n_columns:  # else there are only stop words, which scikit-learn would not have fitted
        neighbours.fit_rows(rows)
    lists = find_lists(rows, tokens, passed, config, Means(n_jobs, progress, room))
    return Model(
        pipeline=Pipeline(
            [("cleaning", cleaner), ("vectors", vectorizer), ("neighbours", neighbours)]
        ),
        rows=rows,
        terms=Columns(vectorizer.keys(), vectorizer.labels()),
        lists=lists,
        languages=passed.languages(),
        boilerplate=cleaner.boilerplate_,
        vocabulary=vectorizer.vocabulary_,
        dropped=passed.tally.counts(),
    )
