"""The search finds what is there to find, and leaves alone what labels say nothing of."""

import zlib

import numpy as np
from numpy.typing import NDArray

from recommender.training.config import TrainingConfig
from recommender.training.learnt_floor import MIN_GRADED_PAIRS, learn_floor
from recommender.training.tuning import learn

SAID: list[int] = []
"""What the searches said of their progress."""


def test_climbs_to_the_best_value_of_each_setting() -> None:
    def measured(config: TrainingConfig) -> NDArray[np.float64]:
        off = abs(config.fields.title - 3.0) + abs(config.terms.phrase_weight - 0.5)
        off += abs(config.factors.closeness_least - 0.6)
        return np.full(50, 1 - off / 10)

    found = learn(TrainingConfig(), measured, SAID.append)

    assert found.config.fields.title == 3.0
    assert found.config.terms.phrase_weight == 0.5
    assert found.config.factors.closeness_least == 0.6
    assert found.config.tags == TrainingConfig().tags
    assert sum(step.gain for step in found.steps) > 0


def test_noise_is_no_reason_to_move() -> None:
    def measured(config: TrainingConfig) -> NDArray[np.float64]:
        rng = np.random.default_rng(zlib.crc32(config.model_dump_json().encode()))
        return np.where(np.arange(400) % 2, 0.6, 0.4) + rng.normal(0, 1e-5, 400)

    found = learn(TrainingConfig(), measured, SAID.append)

    assert found.config == TrainingConfig()
    assert found.steps == ()


def test_each_configuration_is_measured_once() -> None:
    asked: list[str] = []

    def measured(config: TrainingConfig) -> NDArray[np.float64]:
        asked.append(config.model_dump_json())
        return np.full(10, config.fields.title)

    found = learn(TrainingConfig(), measured, SAID.append)

    assert len(asked) == len(set(asked)) == found.n_trials


def test_floor_lies_where_relevance_becomes_more_likely() -> None:
    rng = np.random.default_rng(1)
    similarity = rng.uniform(0.01, 0.9, 600)
    is_relevant = rng.random(600) < 1 / (1 + (0.2 / similarity) ** 6)

    floor = learn_floor(similarity, is_relevant)

    assert floor is not None
    assert floor.low < 0.2 < floor.high
    assert floor.high - floor.low < 0.1
    assert floor.n_pairs == 600


def test_too_few_pairs_or_all_alike_teach_no_floor() -> None:
    similarity = np.linspace(0.1, 0.9, MIN_GRADED_PAIRS)

    assert learn_floor(similarity[1:], similarity[1:] > 0.5) is None
    assert learn_floor(similarity, np.ones(MIN_GRADED_PAIRS, np.bool_)) is None
