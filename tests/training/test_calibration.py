"""From similarities to probabilities."""

import numpy as np
import pytest
from scipy.special import expit

from recommender.training.calibration import Calibration


def test_a_known_curve_is_found_again() -> None:
    rng = np.random.default_rng(1)
    similarity = rng.uniform(0.01, 1, 20_000)
    is_relevant = rng.random(20_000) < expit(2 + 1.5 * np.log(similarity))

    found = Calibration.fit(similarity, is_relevant)

    assert (found.intercept, found.slope) == pytest.approx((2, 1.5), abs=0.15)
    assert found.probability(similarity).mean() == pytest.approx(is_relevant.mean(), abs=1e-3)


def test_probability_rises_from_nothing() -> None:
    found = Calibration(2, 1.5).probability(np.linspace(0, 1, 101))

    assert (np.diff(found) >= 0).all()
    assert 0 <= found[0] < 0.001
    assert found[-1] == pytest.approx(expit(2))


def test_similarity_at_a_probability_is_the_way_back() -> None:
    calibration = Calibration(2, 1.5)
    for probability in (0.01, 0.2, 0.5, 0.8):
        similarity = calibration.similarity_at(probability)
        assert similarity is not None
        assert calibration.probability(np.array([similarity]))[0] == pytest.approx(probability)
    assert calibration.similarity_at(0.95) is None
    assert calibration.similarity_at(1e-9) == 0


def test_a_curve_that_would_fall_is_flat() -> None:
    similarity = np.linspace(0.1, 0.9, 90)

    found = Calibration.fit(similarity, similarity < 0.3)

    assert found.slope == 0
    assert found.probability(similarity) == pytest.approx((similarity < 0.3).mean())
    assert found.similarity_at(0.1) == 0
    assert found.similarity_at(0.9) is None
