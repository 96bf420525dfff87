"""Clusters choose the threshold of stories: scored pair by pair, the slow way, as oracle."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.training.learnt_stories import NO_CLUSTER, REWRITTEN, learn_stories, n_pairs

N = 40
CLUSTERS = np.repeat(np.arange(N // 4), 4)


def stories_at(value: float) -> NDArray[np.int32]:
    """Return stories of eight below 0.5, of four up to 0.7, and of two above."""
    size = 8 if value < 0.5 else 4 if value <= 0.7 else 2
    return np.repeat(np.arange(N // size), size).astype(np.int32)


def test_the_value_that_fits_is_learnt_and_judged_on_what_was_not_seen() -> None:
    is_older = np.arange(N) < N // 2

    found = learn_stories(stories_at, CLUSTERS, is_older, 0.9)

    assert found.rewritten == min(value for value in REWRITTEN if value >= 0.5)
    assert found.n_pairs == 30
    assert (found.before.precision, found.before.recall) == (1.0, pytest.approx(1 / 3))
    assert (found.after.precision, found.after.recall, found.after.n_pairs) == (1.0, 1.0, 30)


def test_nothing_changes_where_nothing_does_better() -> None:
    assert learn_stories(stories_at, CLUSTERS, np.ones(N, np.bool_), 0.65).rewritten == 0.65


def test_a_wrong_pair_is_worse_than_a_missed_one() -> None:
    """Pairs of two find a third of all and are right; of eight find all, and 3 of 7 are right."""
    either = np.where(np.array(REWRITTEN) < 0.5, 0.3, 0.9)

    def two_or_eight(value: float) -> NDArray[np.int32]:
        return stories_at(float(either[REWRITTEN.index(value)]))

    found = learn_stories(two_or_eight, CLUSTERS, np.arange(N) < N // 2, REWRITTEN[0])

    assert found.rewritten >= 0.5
    assert found.after.precision == 1.0


@given(st.data())
def test_scores_are_those_of_pairs_counted_one_by_one(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 12))
    numbers = st.lists(st.integers(-1, 3), min_size=n, max_size=n)
    clusters = np.array(data.draw(numbers), np.int64)
    stories = np.array(data.draw(numbers), np.int32) + 1
    known = [row for row in range(n) if clusters[row] != NO_CLUSTER]
    together = {(a, b) for a, b in combinations(known, 2) if stories[a] == stories[b]}
    right = {(a, b) for a, b in combinations(known, 2) if clusters[a] == clusters[b]}

    found = learn_stories(lambda _: stories, clusters, np.zeros(n, np.bool_), 0.7)

    assert found.before == found.after
    assert found.after.n_pairs == len(right) == n_pairs(clusters[known])
    assert found.after.precision == (len(together & right) / len(together) if together else 1.0)
    assert found.after.recall == (len(together & right) / len(right) if right else 0.0)
