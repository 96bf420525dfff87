"""Bins of similarity, and probabilities held against pairs that they were not fitted on."""

import numpy as np
import pytest

from recommender.evaluation.scores import MIN_PAIRS, N_BINS, Probability, reliability, score_bins


def flat(_similarity: np.ndarray, is_relevant: np.ndarray) -> Probability:
    """Fit the worst calibration that is not wrong: always the mean."""
    return lambda asked: np.full(len(asked), is_relevant.mean())


def pairs(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    similarity = rng.random(n)
    return similarity, rng.random(n) < similarity, np.arange(n) // 5


def test_bins_are_about_equal_and_their_shares_rise_with_the_similarity() -> None:
    similarity, is_relevant, queries = pairs(2_000)

    bins = score_bins(similarity, is_relevant, queries)

    assert len(bins) == N_BINS
    assert sum(one.n for one in bins) == 2_000
    assert {one.n for one in bins} <= {199, 200, 201}
    for one in bins:
        held = (similarity >= one.low) & (similarity <= one.high)
        assert one.share.mean == pytest.approx(is_relevant[held].mean())
        assert one.share.low < one.share.mean < one.share.high
        assert one.share.low - 0.05 < (one.low + one.high) / 2 < one.share.high + 0.05
        assert one.predicted is None


def test_equal_similarities_share_a_bin_and_nothing_has_none() -> None:
    same = np.full(50, 0.5)

    assert len(score_bins(same, same > 0, np.arange(50))) == 1
    assert score_bins(np.empty(0), np.empty(0, bool), np.empty(0, int)) == ()


def test_a_calibration_is_fitted_on_one_half_of_the_queries_and_shown_on_the_other() -> None:
    similarity, is_relevant, queries = pairs(1_000)
    fitted: list[np.ndarray] = []

    def fit(near: np.ndarray, _outcome: np.ndarray) -> Probability:
        fitted.append(near)
        return lambda asked: asked

    found = reliability(similarity, is_relevant, queries, fit, 2.0)

    assert found is not None
    assert (found.n_fitted, found.n_held_out) == (500, 500)
    (near,) = fitted
    of_query = {float(one): query for one, query in zip(similarity, queries, strict=True)}
    halves = {of_query[float(one)] for one in near}
    assert len(halves) == 100  # all five pairs of a query are on one side
    assert found.brier < 0.2 < found.brier_of_mean
    assert all(
        one.predicted is not None and one.share.low - 0.05 <= one.predicted <= one.share.high + 0.05
        for one in found.bins
    )
    assert found.relevant_from == 2.0
    assert found.curve[0] == (0.0, 0.0)


def test_too_few_pairs_or_pairs_of_one_kind_say_nothing() -> None:
    similarity, is_relevant, queries = pairs(MIN_PAIRS)

    assert reliability(similarity, is_relevant, queries, flat, 1) is not None
    assert reliability(similarity[1:], is_relevant[1:], queries[1:], flat, 1) is None
    assert reliability(similarity, np.ones(MIN_PAIRS, bool), queries, flat, 1) is None
