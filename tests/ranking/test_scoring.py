"""Freshness, scores and diversity, against the same in plain Python."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article
from recommender.domain.corpus import UNDATED_US
from recommender.ranking.bundle import Bundle
from recommender.ranking.diversity import Spread
from recommender.ranking.freshness import DAY_US, age_days, day_of, freshness
from recommender.ranking.rows import similarity
from recommender.ranking.scoring import scores
from tests.ranking.lists import snapshot_of

MakeBundle = Callable[..., Bundle]
MakeArticle = Callable[..., Article]
DAY = 19_844


@given(st.lists(st.integers(-40_000, 40_000), max_size=5), st.floats(0.01, 1e5), st.floats(0, 1))
def test_freshness_halves_with_each_half_life(
    ages: list[int], half_life_days: float, lowest: float
) -> None:
    published_us = np.array([(DAY - age) * DAY_US + 5 for age in ages], np.int64)
    found = freshness(published_us, DAY, half_life_days, lowest)
    expected = [max(2.0 ** (-max(age, 0) / half_life_days), lowest) for age in ages]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert [age_days(int(us), DAY) for us in published_us] == ages


def test_what_has_no_date_is_infinitely_old() -> None:
    undated = np.array([UNDATED_US], np.int64)
    assert freshness(undated, DAY, 1e5, 0.0)[0] < 1e-100
    assert freshness(undated, DAY, 1e5, 0.3).tolist() == [0.3]
    assert age_days(UNDATED_US, DAY) is None


def test_the_day_changes_at_midnight_in_utc() -> None:
    assert day_of(DAY * DAY_US) == DAY
    assert day_of(DAY * DAY_US - 1) == DAY - 1
    assert day_of(-1) == -1


@given(st.lists(st.tuples(st.integers(0, 1_000_000), st.floats(0, 1), st.floats(0, 1)), max_size=6))
def test_scores_are_the_products(held: list[tuple[int, float, float]]) -> None:
    near = np.array([one for one, _, _ in held], np.int32)
    factors = {str(n): np.array([one[n] for one in held]) for n in (1, 2)}
    expected = [round(one * a * b) for one, a, b in held]
    assert scores(near, factors).tolist() == expected
    assert scores(near, {}).tolist() == near.tolist()


@pytest.fixture(scope="module")
def archive(make_bundle: MakeBundle, make_article: MakeArticle) -> Bundle:
    """Return articles of which each is like some others, more than its list can hold."""
    words = np.array(["grain", "trade", "ships", "egypt", "port", "snow"])
    chosen = np.random.default_rng(3).random((12, 6)) < 0.5
    return make_bundle(
        [make_article(f"{n:02}", " ".join(words[row])) for n, row in enumerate(chosen)]
    )


@given(
    st.permutations(range(12)),
    st.integers(0, 6),
    st.integers(1, 6),
    st.floats(0, 1),
    st.lists(st.integers(1, 1_000_000), min_size=6, max_size=6),
)
def test_mmr_chooses_what_the_slow_way_chooses(
    archive: Bundle,
    order: list[int],
    n_picked: int,
    n_rows: int,
    diversity: float,
    scored: list[int],
) -> None:
    growing: list[int] = []
    spread = Spread(snapshot_of(archive).known, growing, diversity)
    rows, held = order[:n_rows], sorted(scored, reverse=True)[:n_rows]
    for pick in order[6 : 6 + n_picked]:
        spread.choose(
            zip(rows, held, strict=True)
        )  # what it has learnt by then makes no difference
        growing.append(pick)

    def like(pick: int, row: int) -> int:
        is_stored = row in archive.candidate_rows[pick]
        return similarity(archive.vectors, pick, row) if is_stored else 0

    gains = [
        (1 - diversity) * score - diversity * max((like(pick, row) for pick in growing), default=0)
        for row, score in zip(rows, held, strict=True)
    ]
    expected = gains.index(max(gains)) if diversity else 0
    assert spread.choose(zip(rows, held, strict=True)) == expected


def test_no_more_candidates_are_looked_at_than_may_be_the_best(archive: Bundle) -> None:
    looked_at: list[int] = []

    def offered() -> Iterator[tuple[int, int]]:
        for row, score in ((1, 900_000), (2, 800_000), (3, 700_000)):
            looked_at.append(row)
            yield row, score

    known = snapshot_of(archive).known
    assert Spread(known, [], 0.1).choose(offered()) == 0
    assert Spread(known, [5], 0.0).choose(offered()) == 0
    assert looked_at == []
    assert Spread(known, [5], 0.01).choose(offered()) == 0
    assert looked_at == [1, 2]
