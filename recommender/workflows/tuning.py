"""`morefrom tune`: what an archive's own labels teach, as a configuration to train with.

It learns on the queries published first and reports on those published later, which it has not
seen. What is learnt are weights of coordinates and factors alone, so picks explain themselves as
before.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import UNDATED_US, Corpus, epoch_us
from recommender.errors import NothingToMeasure, NothingToTrain
from recommender.evaluation.halves import Half, half, older
from recommender.evaluation.judges import Judge, PairJudge
from recommender.evaluation.metrics import Values
from recommender.evaluation.results import TruthSummary
from recommender.evaluation.truth import GRADED, Truth
from recommender.ranking.atomic import write_file
from recommender.ranking.rows import SparseRows
from recommender.settings import Settings
from recommender.training.config import TrainingConfig, as_toml, load_config
from recommender.training.learnt_floor import Floor, learn_floor
from recommender.training.learnt_stories import LearntStories, learn_stories
from recommender.training.trials import Asked, Trials
from recommender.training.tuning import Learnt, Step, learn
from recommender.workflows.changes import synonyms_in_force
from recommender.workflows.measured_lists import similarities
from recommender.workflows.plain import Candidates, first_candidates
from recommender.workflows.queries import Queries, queries_of
from recommender.workflows.story_labels import StoryLabels
from recommender.workflows.truths import Asked as AskedTruth
from recommender.workflows.truths import given_truth, mined_truth

OLDER_SHARE = 0.6
"""Share of the queries that are learnt from: those published first."""

MIN_QUERIES = 40
"""Queries with which tuning begins to mean something; below, the defaults know more."""

MAX_QUERIES = 4_000
"""Queries that are looked at, drawn at random from more."""

METRICS = ("ndcg@4", "ndcg@10")
"""What is made better: the mean of the two."""

_USUAL_TRIALS = 60
"""What the progress is measured against: a search that learns little ends earlier."""

Progress = Callable[[str, int, int], object]


@dataclass(frozen=True)
class Tuning:
    """What one tuning is to do.

    Attributes:
        out: the configuration to write.
        truth: what is learnt from.
        config: where to begin, None for the defaults.
        candidates: which articles may be picks.
        n_jobs: threads; never changes a figure.
        stories: a file of clusters of rewrites; None to leave alone when two are one story.
    """

    out: Path
    truth: AskedTruth = field(default_factory=AskedTruth)
    config: Path | None = None
    candidates: Candidates = Candidates.AS_OF
    n_jobs: int = 1
    stories: Path | None = None


@dataclass(frozen=True)
class Tuned:
    """What a tuning found.

    Attributes:
        truth: what it was learnt from.
        older: the queries learnt from.
        newer: those not seen.
        newer_from: when the first of the latter was published, ISO 8601; None if none has a date.
        steps: the changes worth making, in order.
        n_trials: configurations tried.
        floor: what graded pairs say of it; None where that is too little.
        stories: what clusters of rewrites say of stories; None likewise.
        out: the file written.
        seconds: how long it took.
    """

    truth: TruthSummary
    older: Half
    newer: Half
    newer_from: str | None
    steps: tuple[Step, ...]
    n_trials: int
    floor: Floor | None
    stories: LearntStories | None
    out: str
    seconds: float


def tune(settings: Settings, task: Tuning, progress: Progress) -> Tuned:
    """Learn a configuration from labels, and write it.

    Args:
        settings: whose home.
        task: what to do.
        progress: told how far it is.

    Returns:
        What was found.

    Raises:
        NothingToTrain: if no article is published and free of embargo.
    """
    started = time.monotonic()
    base = load_config(task.config)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        truth = given_truth(catalogue, task.truth)
        with catalogue.corpus(datetime.now(UTC)) as taken:
            corpus = synonyms_in_force(catalogue).applied(taken)
            if not len(corpus):
                raise NothingToTrain(catalogue.n_articles())
            if truth is None:
                truth, corpus = mined_truth(corpus)
            published_us = _published_us(corpus)
            labels = _story_labels(task.stories, corpus.ids, published_us)
            queries = _queries(corpus, truth, first_candidates(published_us, task.candidates))
            asked = Asked.of(queries.judge, queries.rows, queries.first_rows)
            trials = Trials(
                corpus, base, settings.language, published_us, asked, task.n_jobs, progress
            )
    is_older = older(published_us[queries.rows], OLDER_SHARE)
    learnt = _learn(base, trials, is_older, progress)
    before, after = _settled(trials, base), _settled(trials, learnt.config)
    last_older = published_us[queries.rows][is_older].max()
    floor = _floor(trials.vectors(learnt.config), queries.judge, published_us <= last_older)
    stories = None if labels is None else _stories(trials, learnt.config, labels)
    tuned = Tuned(
        truth=queries.summary,
        older=half(before, after, is_older),
        newer=half(before, after, ~is_older),
        newer_from=_first(published_us[queries.rows][~is_older]),
        steps=learnt.steps,
        n_trials=learnt.n_trials,
        floor=floor if truth.kind in GRADED else None,
        stories=stories,
        out=str(task.out),
        seconds=time.monotonic() - started,
    )
    best = _with_floor_and_stories(learnt.config, tuned)
    write_file(task.out, (_heading(tuned) + as_toml(best)).encode())
    return tuned


def _with_floor_and_stories(config: TrainingConfig, tuned: Tuned) -> TrainingConfig:
    changes: dict[str, object] = {}
    if tuned.floor is not None:
        at = {"similarity": round(tuned.floor.similarity, 4)}
        changes["floor"] = config.floor.model_copy(update=at)
    if tuned.stories is not None:
        at = {"rewritten": tuned.stories.rewritten}
        changes["stories"] = config.stories.model_copy(update=at)
    return config.model_copy(update=changes)


def _queries(corpus: Corpus, truth: Truth, first_rows: NDArray[np.int64]) -> Queries:
    """Choose the queries.

    Args:
        corpus: the articles.
        truth: what lists are judged by.
        first_rows: int64[n], each article's first row that is a candidate.

    Returns:
        The queries.

    Raises:
        NothingToMeasure: if the labels say too little.
    """
    queries = queries_of(corpus.ids, truth, first_rows, MAX_QUERIES)
    if len(queries.rows) < MIN_QUERIES:
        problem = f"too few queries have a relevant article ({len(queries.rows)})"
        raise NothingToMeasure(problem, f"tuning needs {MIN_QUERIES} or more")
    return queries


def _learn(
    base: TrainingConfig, trials: Trials, is_older: NDArray[np.bool_], progress: Progress
) -> Learnt:
    def measured(config: TrainingConfig) -> NDArray[np.float64]:
        values = trials.measured(config)
        mean: NDArray[np.float64] = np.mean([values[name][is_older] for name in METRICS], axis=0)
        return mean

    def tried(n: int) -> None:
        progress("configurations tried", n, max(n, _USUAL_TRIALS))

    return learn(base, measured, tried)


def _settled(trials: Trials, config: TrainingConfig) -> Values:
    """Return what is measured of a configuration as it would be trained."""
    trials.settle(config)
    return trials.measured(config)


def _floor(vectors: SparseRows, judge: Judge, is_older: NDArray[np.bool_]) -> Floor | None:
    """Return what the graded pairs of older queries say of the floor."""
    if not isinstance(judge, PairJudge):
        return None
    held = is_older[judge.pairs[:, 0]]
    queries, picks = judge.pairs[held].T
    is_relevant = judge.pair_grades[held] >= judge.relevant_from
    return learn_floor(similarities(vectors, queries, picks), is_relevant)


def _story_labels(
    path: Path | None, ids: Sequence[str], published_us: NDArray[np.int64]
) -> StoryLabels | None:
    return None if path is None else StoryLabels.read(path, ids, published_us, OLDER_SHARE)


def _stories(trials: Trials, config: TrainingConfig, labels: StoryLabels) -> LearntStories:
    now, stories_at = config.stories.rewritten, trials.stories(config)
    return learn_stories(stories_at, labels.clusters, labels.is_older, now)


def _published_us(corpus: Corpus) -> NDArray[np.int64]:
    return np.fromiter((epoch_us(one.published_at) for one in corpus), np.int64, len(corpus))


def _first(published_us: NDArray[np.int64]) -> str | None:
    """Return the first of some instants in ISO 8601, None if there is none."""
    dated = published_us[published_us != UNDATED_US]
    if not dated.size:
        return None
    instant = datetime.fromtimestamp(int(dated.min()) / 1_000_000, UTC)
    return instant.isoformat(timespec="seconds")


def _heading(tuned: Tuned) -> str:
    """Return where a configuration comes from, for the head of its file."""
    newer, since = tuned.newer, tuned.newer_from
    gained = newer.gained["ndcg@10"]
    published = f"published from {since[:10]} on" if since else "drawn at random"
    lines = (
        f"# Learnt by “morefrom tune” from {tuned.older.n_queries:,} queries. On "
        f"{newer.n_queries:,} others, {published},",
        f"# which it had not seen, nDCG@10 is {newer.after['ndcg@10'].mean:.3f}, "
        f"before {newer.before['ndcg@10'].mean:.3f} "
        f"(difference {gained.difference.mean:+.3f}, p = {gained.p_value:.2g}).",
        "# recommender/training/config.py says what each setting means.",
    )
    return "\n".join(lines) + "\n\n"
