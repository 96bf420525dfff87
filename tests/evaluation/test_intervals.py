"""Intervals that hold what they promise, and p-values that are those of the definition."""

from itertools import product

import numpy as np
import pytest

from recommender.evaluation import intervals
from recommender.evaluation.intervals import estimates, paired, ratios


def test_interval_of_a_mean_is_about_two_standard_errors() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.2, (400, 2))

    for estimate, column in zip(estimates(values), values.T, strict=True):
        error = column.std() / 20
        assert estimate.mean == pytest.approx(column.mean())
        assert estimate.low == pytest.approx(column.mean() - 1.96 * error, abs=0.15 * error)
        assert estimate.high == pytest.approx(column.mean() + 1.96 * error, abs=0.15 * error)


def test_intervals_contain_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(2)
    draws = rng.random((60, 200)) < 0.3  # 200 experiments side by side, 60 queries each

    held = [one.low <= 0.3 <= one.high for one in estimates(draws.astype(float))]

    assert 0.9 <= np.mean(held) <= 0.99


def test_figures_are_the_same_on_every_run_and_in_blocks_of_any_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.random.default_rng(3).random((50, 3))
    other = values[:, ::-1]
    first = estimates(values), paired(values, other)

    assert (estimates(values), paired(values, other)) == first
    monkeypatch.setattr(intervals, "_BLOCK_CELLS", 1_000)
    assert len(intervals._blocks(2_000, 50)) == 100
    assert sum(intervals._blocks(2_000, 50)) == 2_000


def test_p_value_is_that_of_all_flips() -> None:
    ours = np.array([0.9, 0.8, 0.4, 0.7, 0.6, 0.9])
    theirs = np.array([0.5, 0.7, 0.5, 0.2, 0.5, 0.4])
    difference = ours - theirs
    flips = [abs(np.mean(difference * signs)) for signs in product((1, -1), repeat=6)]
    exact = np.mean([flipped >= abs(difference.mean()) - 1e-12 for flipped in flips])

    (found,) = paired(ours[:, None], theirs[:, None])

    assert found.p_value == pytest.approx(exact, abs=0.015)
    assert found.difference.mean == pytest.approx(difference.mean())


def test_no_difference_is_chance_and_a_large_one_is_not() -> None:
    rng = np.random.default_rng(4)
    ours = rng.random((500, 2))
    theirs = np.c_[ours[:, 0], ours[:, 1] - 0.1 + 0.01 * rng.random(500)]

    same, better = paired(ours, theirs)

    assert (same.p_value, same.difference.mean) == (1.0, 0.0)
    assert better.p_value == pytest.approx(1 / (intervals.N_FLIPS + 1))
    assert 0 < better.difference.low < better.difference.mean < better.difference.high


def test_p_values_of_no_difference_are_spread_evenly() -> None:
    rng = np.random.default_rng(5)
    found = [one.p_value for one in paired(rng.random((40, 300)), rng.random((40, 300)))]

    assert np.quantile(found, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.08)


def test_ratios_divide_sums_and_say_nothing_where_there_is_nothing() -> None:
    numerators = np.array([[1, 0], [3, 0], [0, 0]])
    denominators = np.array([[2, 0], [4, 0], [2, 0]])

    half, none = ratios(numerators, denominators)

    assert none is None
    assert half is not None
    assert half.mean == 0.5
    assert (half.low, half.high) == (0.0, 0.75)


def test_one_query_has_an_interval_of_one_point() -> None:
    (found,) = estimates(np.array([[0.25]]))

    assert (found.mean, found.low, found.high) == (0.25, 0.25, 0.25)
