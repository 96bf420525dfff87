"""Filters: which articles they let through, and that searches among those miss none."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.domain.corpus import UNDATED_US
from recommender.ranking import direct
from recommender.ranking.engine import Engine
from recommender.ranking.filters import Filter, first_until
from recommender.ranking.language_codes import packed
from recommender.ranking.questions import Questions, Wanted
from tests.ranking.test_exact import listed, news, true_list

N = 1_500


@dataclass(frozen=True)
class Articles:
    """Seven articles: two of one instant, one undated."""

    published_us: NDArray[np.int64] = field(
        default_factory=lambda: np.array([60, 50, 40, 40, 20, -10, UNDATED_US], np.int64)
    )
    language: NDArray[np.uint32] = field(
        default_factory=lambda: np.array(
            [packed(code) for code in ("en", "de", "en", "fr", "de", "en", "en")], np.uint32
        )
    )

    def rows_with_tag(self, slug: str) -> NDArray[np.int32]:
        return np.array({"russia": [0, 2, 6], "china": [1, 2]}.get(slug, []), np.int32)

    def rows_in_section(self, section: str) -> NDArray[np.int32]:
        return np.array({"World": [0, 1, 5]}.get(section, []), np.int32)

    def rows_by_author(self, author: str) -> NDArray[np.int32]:
        return np.array({"Ana Lima": [3, 4]}.get(author, []), np.int32)

    @property
    def has_image(self) -> NDArray[np.bool_]:
        return np.arange(7) != 4


@pytest.mark.parametrize(
    ("chosen", "passing"),
    [
        (Filter(), [0, 1, 2, 3, 4, 5, 6]),
        (Filter(tags=("russia",)), [0, 2, 6]),
        (Filter(tags=("russia", "china")), [0, 1, 2, 6]),
        (Filter(tags=("sport",)), []),
        (Filter(sections=("World",)), [0, 1, 5]),
        (Filter(languages=("de", "fr")), [1, 3, 4]),
        (Filter(authors=("Ana Lima", "nobody")), [3, 4]),
        (Filter(authors=("Ana Lima",), with_image=True), [3]),
        (Filter(published_until_us=40), [2, 3, 4, 5]),
        (Filter(published_from_us=40), [0, 1, 2, 3]),
        (Filter(published_from_us=41, published_until_us=50), [1]),
        (Filter(published_from_us=50, published_until_us=41), []),
        (Filter(published_from_us=UNDATED_US), [0, 1, 2, 3, 4, 5]),
        (Filter(allowed=np.arange(7) % 2 == 0), [0, 2, 4, 6]),
        (Filter(excluded_rows=(0, 6)), [1, 2, 3, 4, 5]),
        (Filter(tags=("russia",), languages=("en",), published_until_us=59), [2]),
    ],
)
def test_every_condition_given_must_hold(chosen: Filter, passing: list[int]) -> None:
    barred = chosen.barred(Articles())

    assert barred.dtype == np.bool_
    assert np.flatnonzero(~barred).tolist() == passing
    some = np.array([6, 0, 3, 4, 1, 5, 2], np.int32)
    assert chosen.admits(Articles(), some).tolist() == (~barred[some]).tolist()


def test_an_array_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[3\] allowed, expected \[7\]"):
        Filter(allowed=np.ones(3, np.bool_)).barred(Articles())


def test_the_callers_array_is_left_as_it_is() -> None:
    allowed = np.ones(7, np.bool_)
    Filter(allowed=allowed, excluded_rows=(1,)).barred(Articles())
    assert allowed.all()


@given(st.lists(st.integers(-5, 5)), st.integers(-6, 6))
def test_the_first_row_until_an_instant(instants: list[int], until_us: int) -> None:
    published_us = np.array(sorted(instants, reverse=True), np.int64)
    first = first_until(published_us, until_us)
    assert (published_us[:first] > until_us).all()
    assert (published_us[first:] <= until_us).all()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(news(N, 1))


@settings(max_examples=60)
@given(
    query=st.integers(0, N - 1),
    k=st.sampled_from([1, 10, 100]),
    n_allowed=st.sampled_from([0, 1, 2, 10, 30, 100, 300, 1_000, N]),
    first_row=st.sampled_from([0, 0, 700]),
    n_groups=st.integers(0, 3),
    nearest_first=st.booleans(),
)
def test_no_neighbour_is_missed_at_any_selectivity(
    engine: Engine,
    query: int,
    k: int,
    n_allowed: int,
    first_row: int,
    n_groups: int,
    nearest_first: bool,
) -> None:
    rng = np.random.default_rng(query)
    chosen = rng.permutation(N)[:n_allowed]
    if nearest_first:  # as a tag chooses: those that are like the query
        near = engine.search(*engine.rows.row(query), max(1, n_allowed)).rows
        chosen = near[near >= 0]
    barred = np.ones(N, np.bool_)
    barred[chosen] = False
    groups = rng.integers(0, n_groups, N) if n_groups else None
    group = 0 if groups is None else int(groups[query])
    may_answer = ~barred & (np.arange(N) >= first_row)
    may_answer &= np.full(N, True) if groups is None else groups == group

    found = engine.search(
        *engine.rows.row(query), k, query, first_row=first_row, groups=groups, group=group,
        barred=barred,
    )  # fmt: skip

    assert listed(*found) == true_list(engine.rows, query, k, may_answer)


@pytest.mark.parametrize(("n_allowed", "is_direct"), [(0, True), (5, True), (N, False)])
def test_few_rows_are_scored_one_by_one(engine: Engine, n_allowed: int, is_direct: bool) -> None:
    barred = np.arange(N) >= n_allowed
    query, nobody = np.array([1_000]), np.empty(0, np.int32)
    forward = engine.index.forward
    asked = Questions.of(forward, query, np.array([2]), nobody, (Wanted(3),), N).frozen()
    few = direct.few_allowed(asked, engine.index, nobody, barred)

    assert (few is not None) == is_direct
    if few is not None:
        assert few.tolist() == [row for row in range(n_allowed) if row != 2]
