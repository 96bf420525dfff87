"""What lists are like beyond right and wrong, counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.corpus import UNDATED_US
from recommender.evaluation.beyond import Archive, Shown, gini, measure_beyond

DAY = 86_400_000_000
ROWS = np.array([[1, 2], [0, 2], [0, -1], [-1, -1]], np.int32)
ARCHIVE = Archive(
    published_us=np.array([30 * DAY, 20 * DAY, 10 * DAY, UNDATED_US]),
    stories=np.array([0, 0, 2, 3], np.int32),
    languages=np.array([1, 1, 2, 2]),
    name_of=lambda row: ("abcd"[row], f"Title {row}"),
)


def shown(is_fallback: np.ndarray | None = None) -> Shown:
    pairs = np.array([[0.4], [0.2], [np.nan], [np.nan]])
    return Shown(np.arange(4), ROWS, pairs, is_fallback)


def test_figures_are_what_one_counts_by_hand() -> None:
    found = measure_beyond(shown(), ARCHIVE)

    assert (found.k, found.n_lists) == (2, 4)
    assert (found.coverage, found.never_picked) == (0.75, 0.25)
    assert found.list_counts == ((0, 1), (1, 1), (2, 2))
    assert [(hub.id, hub.n_lists) for hub in found.hubs] == [("a", 2), ("c", 2), ("b", 1)]
    assert found.hubs[0].title == "Title 0"
    assert found.same_story_rate == pytest.approx(2 / 5)  # a under b and b under a
    assert found.intra_list_similarity == pytest.approx(0.3)
    assert found.language_mixing == pytest.approx(3 / 5)
    assert found.short_rate == 0.5
    assert found.fallback_rate is None


def test_ages_are_those_of_dated_pairs() -> None:
    ages = measure_beyond(shown(), ARCHIVE).ages

    assert ages is not None
    assert ages.n == 5  # 10, 20, -10, 10 and -20 days
    assert ages.quantiles["0.5"] == 10
    shares = {one.label: one.share for one in ages.bins}
    assert (shares["newer"], shares["1–4 weeks"]) == (0.4, 0.6)
    assert sum(shares.values()) == pytest.approx(1)


def test_fallbacks_are_counted_among_picks() -> None:
    fallback = np.array([[False, True], [False, False], [True, False], [False, False]])

    assert measure_beyond(shown(fallback), ARCHIVE).fallback_rate == pytest.approx(2 / 5)


def test_second_pick_of_a_story_repeats_it() -> None:
    rows = np.array([[0, 1]], np.int32)
    found = measure_beyond(Shown(np.array([3]), rows, np.array([[0.9]])), ARCHIVE)

    assert found.same_story_rate == 0.5


def test_no_picks_at_all() -> None:
    rows = np.full((4, 2), -1, np.int32)
    found = measure_beyond(Shown(np.arange(4), rows, np.full((4, 1), np.nan)), ARCHIVE)

    assert (found.coverage, found.gini, found.hubs) == (0, 0, ())
    assert (found.ages, found.intra_list_similarity) == (None, None)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30).filter(any))
def test_gini_is_half_the_mean_difference_over_the_mean(counts: list[int]) -> None:
    values = np.array(counts)
    differences = np.abs(values[:, None] - values[None, :]).mean()

    assert gini(values) == pytest.approx(differences / (2 * values.mean()))
