"""Factors lower a score by what is known of a pair, and leave it where nothing is."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article
from recommender.domain.corpus import epoch_us
from recommender.ranking.by_score import by_score
from recommender.ranking.factors import Factors, FactorsWriter, lengths
from recommender.ranking.rows import SparseRows
from recommender.ranking.sink import MemoryArrays

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
ALL_OF_THEM = {
    "closeness_half_life_days": 10.0,
    "closeness_least": 0.5,
    "other_author": 0.9,
    "other_section": 0.8,
    "length_power": 0.5,
}
ARTICLES = (
    Article("a", authors=("Ada Lo", "Ben"), section="World", published_at=NOON),
    Article("b", authors=("ada  lo",), section="Sport", published_at=NOON - timedelta(days=10)),
    Article("c", authors=("Ben",), section="world", published_at=NOON - timedelta(days=20)),
    Article("d"),
)


N_ENTRIES = (4, 1, 9, 4)
"""How many different things each of them says; half say no more than 4."""


def rows_with(n_entries: tuple[int, ...]) -> SparseRows:
    indptr = np.cumsum([0, *n_entries], dtype=np.int64)
    columns = np.concatenate([np.arange(n, dtype=np.int32) for n in n_entries])
    return SparseRows(indptr, columns, np.ones(len(columns), np.float32), max(n_entries))


def factors_of(articles: tuple[Article, ...], **learnt: float) -> Factors:
    writer, sink = FactorsWriter(), MemoryArrays()
    for article in articles:
        writer.add(article)
    writer.write(sink, rows_with((N_ENTRIES * len(articles))[: len(articles)]))
    published_us = np.array([epoch_us(one.published_at) for one in articles], np.int64)
    return Factors(sink.arrays(), published_us, learnt)


def test_each_factor_is_its_formula() -> None:
    found = factors_of(ARTICLES, **ALL_OF_THEM).named(0, np.array([1, 2, 3], np.int32))

    assert {name: values.tolist() for name, values in found.items()} == {
        "closeness": pytest.approx(
            [0.75, 0.625, 1.0]
        ),  # half is lost in ten days; no date, no loss
        "author": [1.0, 0.9, 1.0],  # the first author counts, in any spelling
        "section": [0.8, 1.0, 1.0],
        "length": [0.5, 1.0, 1.0],
    }


def test_nobody_misses_what_is_beyond_the_usual_length() -> None:
    np.testing.assert_array_equal(lengths(rows_with((2, 3, 100, 0, 3))), [2, 3, 3, 1, 3])
    assert lengths(rows_with((0, 0))).tolist() == [1, 1]
    longest = factors_of(ARTICLES, length_power=0.5).named(2, np.array([0, 1], np.int32))
    assert longest["length"].tolist() == [1.0, 0.5]


def test_who_knows_nothing_of_the_query_lowers_nothing() -> None:
    found = factors_of(ARTICLES, **ALL_OF_THEM).named(3, np.array([0, 1, 2], np.int32))

    assert all(found[name].tolist() == [1.0] * 3 for name in ("closeness", "author", "section"))


@pytest.mark.parametrize(
    "learnt", [{}, {"closeness_half_life_days": 10.0, "closeness_least": 1.0, "other_author": 1.0}]
)
def test_what_is_off_is_not_named(learnt: dict[str, float]) -> None:
    factors = factors_of(ARTICLES, **learnt)

    assert factors.are_off
    assert factors.named(0, np.array([1, 2], np.int32)) == {}


def test_many_queries_at_once_are_each_alone() -> None:
    factors = factors_of(ARTICLES, **ALL_OF_THEM)
    rows = np.array([[1, 2], [0, 3]], np.int32)

    together = factors.named(np.array([[0], [2]]), rows)

    for place, query in enumerate((0, 2)):
        alone = factors.named(query, rows[place])
        for name, values in together.items():
            np.testing.assert_array_equal(values[place], alone[name])


@given(st.data())
def test_lists_by_score_are_those_of_the_slow_way(data: st.DataObject) -> None:
    factors = factors_of(ARTICLES, **ALL_OF_THEM)
    similarity = st.integers(1, 1_000_000)
    rows, near = [], []
    for query in range(4):
        others = data.draw(st.permutations([row for row in range(4) if row != query]))
        n = data.draw(st.integers(0, 3))
        rows.append(others[:n] + [-1] * (3 - n))
        drawn = sorted(data.draw(st.lists(similarity, min_size=n, max_size=n)), reverse=True)
        near.append(drawn + [0] * (3 - n))

    found = by_score(factors, np.arange(4), np.array(rows, np.int32), np.array(near, np.int32))

    for query in range(4):
        slow = []
        for row, millionths in zip(rows[query], near[query], strict=True):
            if row >= 0:
                named = factors.named(query, np.array([row], np.int32))
                exact = float(millionths)
                for values in named.values():
                    exact *= float(values[0])
                slow.append((-round(exact), row, millionths))
        slow.sort()
        padding = [(0, -1, 0)] * (3 - len(slow))
        own = zip(
            (-found.score[query]).tolist(),
            found.rows[query].tolist(),
            found.similarity[query].tolist(),
            strict=True,
        )
        assert list(own) == slow + padding
