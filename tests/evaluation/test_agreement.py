"""Agreement as the literature works it out, as scikit-learn has it, and as by hand."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from recommender.evaluation.agreement import MISSING, agreed, alpha, kappa

M = MISSING
KRIPPENDORFF = np.array(
    [
        [0, 1, 2, 2, 1, 0, 3, 0, 1, M, M, M],
        [0, 1, 2, 2, 1, 1, 3, 0, 1, 4, M, 2],
        [M, 2, 2, 2, 1, 2, 3, 1, 1, 4, 0, M],
        [0, 1, 2, 2, 1, 3, 3, 0, 1, 4, 0, M],
    ]
).T
"""Four observers and twelve units: Krippendorff 2011, section C; his grades less one."""


def by_hand(table: np.ndarray) -> float:
    """Alpha from its definition: every pair of values within units, and every pair of all."""
    units = [[grade for grade in unit if grade != M] for unit in table.tolist()]
    units = [unit for unit in units if len(unit) > 1]
    values = [grade for unit in units for grade in unit]

    def distance(one: int, other: int) -> float:
        low, high = min(one, other), max(one, other)
        between = sum(low <= grade <= high for grade in values)
        return float((between - (values.count(low) + values.count(high)) / 2) ** 2)

    observed = sum(
        distance(unit[i], unit[j]) / (len(unit) - 1)
        for unit in units
        for i in range(len(unit))
        for j in range(len(unit))
        if i != j
    ) / len(values)
    n = len(values)
    expected = sum(distance(values[i], values[j]) for i in range(n) for j in range(n) if i != j) / (
        n * (n - 1)
    )
    return 1 - observed / expected


def test_alpha_of_krippendorff_s_own_example() -> None:
    found = alpha(KRIPPENDORFF, 5)

    assert found is not None
    assert round(found.mean, 3) == 0.815  # "α_ordinal = 0.815" there
    assert found.low < found.mean < found.high <= 1


@pytest.mark.parametrize("seed", range(5))
def test_alpha_as_by_hand(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, (40, 1))
    table = np.clip(truth + rng.integers(-1, 2, (40, 3)), 0, 3)
    table[rng.random(table.shape) < 0.4] = M

    found = alpha(table, 4)

    assert found is not None
    assert found.mean == pytest.approx(by_hand(table), abs=1e-12)


def test_kappa_of_a_worked_example() -> None:
    """Fifty proposals: both yes 20, both no 15, 5 and 10 apart; 0.7 agreed, 0.5 by chance."""
    pairs = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    found = kappa(np.array(pairs), 2)

    assert found is not None
    assert found.mean == pytest.approx(0.4)
    assert found.low == pytest.approx(0.15, abs=0.05)
    assert found.high == pytest.approx(0.64, abs=0.05)
    assert agreed(np.array(pairs)) == pytest.approx(0.7)


@pytest.mark.parametrize("weighted", [False, True])
def test_kappa_as_scikit_learn_has_it(weighted: bool) -> None:
    rng = np.random.default_rng(1)
    table = rng.integers(0, 4, (60, 2))
    table[:30, 1] = table[:30, 0]
    missing = np.array([[2, M], [M, 1], [M, M]])

    found = kappa(np.concatenate([table, missing]), 4, weighted=weighted)

    assert found is not None
    weights = "quadratic" if weighted else None
    expected = cohen_kappa_score(table[:, 0], table[:, 1], labels=range(4), weights=weights)
    assert found.mean == pytest.approx(expected, abs=1e-12)


def test_full_agreement_is_one_and_turned_round_is_less_than_chance() -> None:
    grades = np.array([0, 1, 2, 3, 3, 0])
    same, turned = np.stack([grades, grades], 1), np.stack([grades, 3 - grades], 1)
    for measure in (kappa, alpha):
        found = measure(same, 4)
        assert found is not None
        assert (found.mean, found.low, found.high) == (1, 1, 1)
        against = measure(turned, 4)
        assert against is not None
        assert against.mean < 0


@pytest.mark.parametrize(
    "table",
    [
        np.empty((0, 2), np.int64),
        np.array([[1, M], [M, 2]]),
        np.array([[3, 3], [3, 3]]),
    ],
    ids=["nothing", "nothing in common", "one grade"],
)
def test_where_there_is_nothing_to_tell(table: np.ndarray) -> None:
    assert kappa(table, 4) is None
    assert alpha(table, 4) is None


def test_grades_far_apart_weigh_more() -> None:
    base = np.array([0, 1, 2, 3] * 5)
    near, far = base.copy(), base.copy()
    near[3], far[3] = 2, 0
    of_near, of_far = (alpha(np.stack([base, other], 1), 4) for other in (near, far))
    assert of_near is not None
    assert of_far is not None
    assert of_near.mean > of_far.mean
