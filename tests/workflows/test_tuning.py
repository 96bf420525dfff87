"""Tuning on the sample: learns from older queries, reports on newer ones, writes what trains."""

import csv
from pathlib import Path
from typing import Any

import pytest

from recommender.errors import NothingToMeasure, NothingToTrain
from recommender.settings import Settings
from recommender.training.config import load_config
from recommender.workflows.importing import import_files
from recommender.workflows.plain import Candidates
from recommender.workflows.truths import Asked
from recommender.workflows.tuning import Tuned, Tuning, tune

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
JUDGEMENTS = SAMPLE / "judgements.csv"


def tuned(settings: Settings, out: Path, truth: Path = JUDGEMENTS) -> Tuned:
    task = Tuning(out, Asked((str(truth),)), candidates=Candidates.ALL)
    return tune(settings, task, lambda *_: None)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    import_files(settings, [SAMPLE / "articles.jsonl"], author="anna")
    return settings


@pytest.fixture(scope="module")
def learnt(sample: Settings) -> Tuned:
    return tuned(sample, sample.home / "tuned.toml")


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
    assert path.read_text(encoding="utf-8").startswith("# Learnt by “morefrom tune”")


def test_says_the_same_again(sample: Settings, learnt: Tuned) -> None:
    again = tuned(sample, sample.home / "again.toml")

    assert (again.steps, again.floor, again.newer) == (learnt.steps, learnt.floor, learnt.newer)


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
