"""Tuning on the sample: learns from older queries, reports on newer ones, writes what trains."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import Corpus, epoch_us
from recommender.errors import NothingToMeasure, NothingToTrain
from recommender.evaluation.judges import PairJudge
from recommender.settings import Settings
from recommender.training.config import TrainingConfig, load_config
from recommender.training.model import fit_model
from recommender.training.trials import Asked as Judged
from recommender.training.trials import Trials
from recommender.workflows.importing import import_files
from recommender.workflows.plain import Candidates
from recommender.workflows.truths import Asked
from recommender.workflows.tuning import Tuned, Tuning, tune

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
JUDGEMENTS = SAMPLE / "judgements.csv"


def tuned(
    settings: Settings, out: Path, truth: Path = JUDGEMENTS, stories: Path | None = None
) -> Tuned:
    task = Tuning(out, Asked((str(truth),)), candidates=Candidates.ALL, stories=stories)
    return tune(settings, task, lambda *_: None)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    import_files(settings, [SAMPLE / "articles.jsonl"], author="anna")
    return settings


@pytest.fixture(scope="module")
def learnt(sample: Settings) -> Tuned:
    with (SAMPLE / "articles.jsonl").open(encoding="utf-8") as lines:
        sections = [(row["id"], row.get("section")) for row in map(json.loads, lines)]
    clusters = sample.home / "clusters.csv"  # whole sections: nothing that any threshold could find
    rows = [f"{article_id},{section}" for article_id, section in sections if section]
    clusters.write_text("\n".join(["id,cluster", *rows]), encoding="utf-8")
    return tuned(sample, sample.home / "tuned.toml", stories=clusters)


def test_learns_on_older_queries_and_reports_on_newer(learnt: Tuned) -> None:
    assert learnt.older.n_queries + learnt.newer.n_queries == learnt.truth.n_queries
    assert learnt.older.n_queries == round(0.6 * learnt.truth.n_queries)
    assert learnt.newer_from is not None
    for half in (learnt.older, learnt.newer):
        for name in ("ndcg@4", "ndcg@10"):
            gain = half.after[name].mean - half.before[name].mean
            assert half.gained[name].difference.mean == pytest.approx(gain)
    gains = [learnt.older.gained[name].difference.mean for name in ("ndcg@4", "ndcg@10")]
    # What was learnt is measured in its own company, the steps in that of the first trial.
    assert sum(gains) / 2 == pytest.approx(sum(step.gain for step in learnt.steps), abs=0.002)


def test_writes_a_configuration_that_trains(sample: Settings, learnt: Tuned) -> None:
    path = sample.home / "tuned.toml"
    config = load_config(path)

    for step in learnt.steps:
        for name, value in step.settings.items():
            table, _, key = name.partition(".")
            later = [one.settings[name] for one in learnt.steps if name in one.settings]
            assert getattr(getattr(config, table), key) == later[-1], value
    assert learnt.floor is not None  # the sample has more than 200 graded pairs
    assert config.floor.similarity == pytest.approx(learnt.floor.similarity, abs=1e-4)
    assert learnt.floor.low <= learnt.floor.similarity <= learnt.floor.high
    assert learnt.stories is not None
    assert config.stories.rewritten == learnt.stories.rewritten
    assert 0 <= learnt.stories.after.recall < 0.1  # a section is no story
    assert path.read_text(encoding="utf-8").startswith("# Learnt by “morefrom tune”")


def test_says_the_same_again(sample: Settings, learnt: Tuned) -> None:
    again = tuned(sample, sample.home / "again.toml", stories=sample.home / "clusters.csv")

    assert (again.steps, again.floor, again.newer, again.stories) == (
        learnt.steps, learnt.floor, learnt.newer, learnt.stories
    )  # fmt: skip


def test_labels_that_say_too_little_are_refused(sample: Settings, tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    with JUDGEMENTS.open(encoding="utf-8") as file:
        few.write_text("".join(list(file)[:30]), encoding="utf-8")
    with few.open(encoding="utf-8") as file:
        assert len({row["query_id"] for row in csv.DictReader(file)}) < 40

    with pytest.raises(NothingToMeasure, match="tuning needs 40 or more"):
        tuned(sample, tmp_path / "out.toml", few)
    assert not (tmp_path / "out.toml").exists()


def test_an_empty_catalogue_teaches_nothing(newsroom: Any, tmp_path: Path) -> None:
    newsroom.store()
    with pytest.raises(NothingToTrain):
        tuned(newsroom.settings, tmp_path / "out.toml")


def test_clusters_that_say_too_little_are_refused(sample: Settings, tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("id,cluster\na,1\nb,1\n", encoding="utf-8")

    with pytest.raises(NothingToMeasure, match=r"few\.csv has in one cluster: 0; .* takes 20"):
        tuned(sample, tmp_path / "tuned.toml", stories=few)
    assert not (tmp_path / "tuned.toml").exists()


def test_stories_of_trials_are_those_of_a_training(sample: Settings) -> None:
    with (
        Catalogue.open(sample.catalogue_url) as catalogue,
        catalogue.corpus(datetime(2030, 1, 1, tzinfo=UTC)) as taken,
    ):
        corpus = Corpus.of(list(taken))
    published_us = np.array([epoch_us(one.published_at) for one in corpus], np.int64)
    judge = PairJudge(np.array([[0, 1]]), np.ones(1), len(corpus), 1.0)
    asked = Judged.of(judge, np.array([0]), np.zeros(1, np.int64))
    config = TrainingConfig()
    trials = Trials(corpus, config, "en", published_us, asked, 1, lambda *_: None)

    found = trials.stories(config)

    expected = fit_model(corpus, config, "en", 1, lambda *_: None).lists.stories
    assert len(np.unique(expected)) < len(corpus)  # some are told more than once
    np.testing.assert_array_equal(found(config.stories.rewritten), expected)
    assert len(np.unique(found(0.95))) > len(np.unique(expected))
