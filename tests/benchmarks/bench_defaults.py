"""Whether defaults that suit some archives suit another: each corpus is left out once.

    MOREFROM_REAL_DATA=… python -m tests.benchmarks.bench_defaults

From a plain configuration (words of all fields alike, nothing else) the search of `morefrom tune`
looks for what makes *all corpora but one* better, each counted as its gain in per cent, and the one
left out is then measured. `defaults` is what ships; it should come near what was found without the
corpus, on every corpus. All articles are candidates; no corpus sees its own labels in the column
`found without it`.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import Corpus, epoch_us
from recommender.evaluation.truth import Truth, TruthKind
from recommender.evaluation.truth_files import read_truth
from recommender.settings import Settings
from recommender.training.config import TrainingConfig
from recommender.training.trials import Asked, Trials
from recommender.training.tuning import learn
from recommender.workflows.importing import import_files
from recommender.workflows.queries import queries_of
from tests.benchmarks.bench_quality import labels

MAX_QUERIES = 1_500

PLAIN = TrainingConfig.model_validate(
    {
        "fields": {"title": 1.0, "summary": 1.0, "body": 1.0, "tags": 1.0},
        "terms": {
            "min_df": 1,
            "max_rarity": 20.0,
            "phrase_weight": 0.0,
            "name_weight": 0.0,
            "number_weight": 0.0,
        },
        "tags": {"weight": 0.0, "named_weight": 0.0},
        "factors": {"closeness_least": 1.0, "company_least": 1.0, "length_power": 0.0},
    }
)


@dataclass(frozen=True)
class Subject:
    """A corpus with a truth.

    Attributes:
        name: of its file.
        measure: what its lists are measured by.
        trials: ranks it by any configuration.
    """

    name: str
    measure: str
    trials: Trials

    def mean(self, config: TrainingConfig) -> float:
        """Return the mean of the measure over the queries, each article in its own company."""
        self.trials.settle(config)
        return float(self.trials.measured(config)[self.measure].mean())


def main() -> None:
    folder = os.environ.get("MOREFROM_REAL_DATA")
    if not folder:
        sys.exit("Set MOREFROM_REAL_DATA to the folder that holds the articles.")
    subjects = list(opened(Path(folder)))
    print(f"{'left out':20}{'measure':>14}{'plain':>9}{'found without it':>18}{'defaults':>10}")
    for subject in subjects:
        found = found_on([one for one in subjects if one is not subject])
        figures = [subject.mean(config) for config in (PLAIN, found, TrainingConfig())]
        plain, without, defaults = figures
        print(
            f"{subject.name:20}{subject.measure:>14}{plain:9.4f}{without:18.4f}{defaults:10.4f}",
            flush=True,
        )


def found_on(subjects: list[Subject]) -> TrainingConfig:
    """Return the configuration that makes some corpora better, each counted alike."""
    at_first = {one.name: one.mean(PLAIN) for one in subjects}

    def gains(config: TrainingConfig) -> NDArray[np.float64]:
        means = [one.trials.measured(config)[one.measure].mean() for one in subjects]
        return np.array(
            [mean / at_first[one.name] for one, mean in zip(subjects, means, strict=True)]
        )

    return learn(PLAIN, gains, lambda _: None).config


def opened(folder: Path) -> Iterator[Subject]:
    """Yield the corpora, read and counted."""
    for name, truth in (
        ("digitalgov_blog", "digitalgov_blog.truth.links.csv"),
        ("ecbplus", "ecbplus.truth.csv"),
        ("wikitimes_2015_09", "wikitimes_2015_09.truth.csv"),
        ("reuters21578", None),
    ):
        with tempfile.TemporaryDirectory() as home:
            settings = Settings(home=Path(home))
            articles = folder / f"{name}.jsonl.gz"
            import_files(settings, [articles], author="benchmark")
            path = Path(labels(articles, Path(home))) if truth is None else folder / truth
            kind = TruthKind.LABELS if truth is None else None
            with (
                Catalogue.open(settings.catalogue_url) as catalogue,
                catalogue.corpus(datetime.now(UTC)) as corpus,
            ):
                held = list(corpus)
            if truth is None:  # the tags are the truth
                held = [replace(article, tags=()) for article in held]
            yield subject_of(name, Corpus.of(held), read_truth([path], kind))


def subject_of(name: str, corpus: Corpus, truth: Truth) -> Subject:
    """Return a corpus ready to be ranked."""
    queries = queries_of(corpus.ids, truth, np.zeros(len(corpus), np.int64), MAX_QUERIES)
    published_us = np.array([epoch_us(one.published_at) for one in corpus], np.int64)
    asked = Asked.of(queries.judge, queries.rows, queries.first_rows)
    trials = Trials(corpus, PLAIN, "en", published_us, asked, os.cpu_count() or 1, lambda *_: None)
    measure = "precision@4" if truth.kind is TruthKind.LABELS else "ndcg@10"
    return Subject(name, measure, trials)


if __name__ == "__main__":
    main()
