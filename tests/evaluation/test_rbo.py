"""Rank-biased overlap against its definition, term by term."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.evaluation.rbo import rank_biased_overlap

K = 6
lists = st.lists(st.integers(0, 9), max_size=K, unique=True)


def padded(items: list[int]) -> np.ndarray:
    return np.array([items + [-1] * (K - len(items))], np.int64)


def slow(one: list[int], other: list[int], p: float) -> float:
    """Return equation 32 of Webber, Moffat and Zobel (2010), as it stands there."""
    short, long = sorted((one, other), key=len)
    s, length = len(short), len(long)
    if s == 0:
        return float(length == 0)

    def overlap(depth: int) -> int:
        return len(set(short[:depth]) & set(long[:depth]))

    total = sum(overlap(d) / d * p**d for d in range(1, length + 1))
    total += sum(overlap(s) * (d - s) / (s * d) * p**d for d in range(s + 1, length + 1))
    tail = ((overlap(length) - overlap(s)) / length + overlap(s) / s) * p**length
    return (1 - p) / p * total + tail


@given(lists, lists, st.sampled_from([0.5, 0.9, 0.99]))
def test_overlap_is_its_definition(one: list[int], other: list[int], p: float) -> None:
    found = rank_biased_overlap(padded(one), padded(other), p)

    assert found.tolist() == pytest.approx([slow(one, other, p)])
    assert found == pytest.approx(rank_biased_overlap(padded(other), padded(one), p))
    assert 0 <= found[0] <= 1 + 1e-9


def test_same_lists_are_one_and_different_ones_nothing() -> None:
    one = np.array([[1, 2, 3], [1, 2, 3], [-1, -1, -1]])
    other = np.array([[1, 2, 3], [4, 5, 6], [-1, -1, -1]])

    assert rank_biased_overlap(one, other).tolist() == pytest.approx([1, 0, 1])


def test_a_change_at_the_top_weighs_more_than_one_below() -> None:
    same = np.array([[1, 2, 3, 4]] * 2)
    changed = np.array([[9, 2, 3, 4], [1, 2, 3, 9]])

    above, below = rank_biased_overlap(same, changed)

    assert above < below < 1
