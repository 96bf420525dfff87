"""The table of articles, against a plain list of them."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.domain.article import Article, Tag, tag_slug
from recommender.domain.corpus import UNDATED_US, epoch_us, row_order
from recommender.domain.url import canonical_url
from recommender.ranking import table as table_module
from recommender.ranking.cards import Card
from recommender.ranking.sink import MemoryArrays
from recommender.ranking.table import ArticleTable
from recommender.ranking.table_writer import Entry, write_table

START = datetime(2024, 5, 1, tzinfo=UTC)
URLS = [None, "https://x.example/1", "http://X.example/1/?utm_source=a", "https://x.example/2"]
LABELS = ["Russia", "russia", "European Union", "european_union", "NATO"]


def tags(labels: list[str]) -> tuple[Tag, ...]:
    return tuple({tag_slug(label): Tag(tag_slug(label), label) for label in labels}.values())


ARTICLES = st.lists(
    st.builds(
        Article,
        id=st.text("ab/é", min_size=1, max_size=3),
        title=st.just("Title"),
        url=st.sampled_from([*URLS, "javascript:x"]),
        tags=st.lists(st.sampled_from(LABELS), max_size=3).map(tags),
        section=st.sampled_from([None, "World", "world", "Analysis"]),
        published_at=st.none()
        | st.integers(-3, 3).map(lambda days: START + timedelta(days=days, microseconds=days)),
    ),
    max_size=12,
    unique_by=lambda article: article.id,
).map(lambda articles: sorted(articles, key=row_order))


def listed(pieces: Iterable[NDArray[np.int32]]) -> list[int]:
    return [row for piece in pieces for row in piece.tolist()]


def table_of(articles: list[Article]) -> ArticleTable:
    sink = MemoryArrays()
    entries = (Entry.of(article, "en", event) for event, article in enumerate(articles))
    assert write_table(sink, entries) == len(articles)
    return ArticleTable(sink.arrays())


@given(ARTICLES)
def test_rows_are_the_articles_in_order(articles: list[Article]) -> None:
    table = table_of(articles)
    assert len(table) == len(articles)
    assert table.published_us.tolist() == [epoch_us(held.published_at) for held in articles]
    assert table.event.tolist() == list(range(len(articles)))
    for row, held in enumerate(articles):
        assert table.id_of(row) == held.id
        assert table.row_of_id(held.id) == row
        assert table.card(row) == Card.of(held)
    assert table.row_of_id("nobody") is None
    assert table.row_of_id("") is None


@given(ARTICLES, st.sampled_from(URLS[1:]))
def test_addresses_find_every_article_and_the_newest_first(
    articles: list[Article], url: str
) -> None:
    wanted = canonical_url(url)
    expected = [
        row for row, held in enumerate(articles) if held.url and canonical_url(held.url) == wanted
    ]
    table = table_of(articles)
    assert table.rows_of_url(url) == expected
    assert [table.page_of(row) for row in expected] == [wanted] * len(expected)
    assert table.rows_of_url("javascript:x") == []


@given(
    ARTICLES,
    st.sampled_from([None, "russia", "european-union", "none"]),
    st.sampled_from([None, "World", "ANALYSIS", "none", "-"]),
    st.none() | st.integers(-4, 4),
)
def test_newest_is_a_filter(
    articles: list[Article], slug: str | None, section: str | None, day: int | None
) -> None:
    until_us = None if day is None else epoch_us(START + timedelta(days=day, microseconds=day))
    expected = [
        row
        for row, held in enumerate(articles)
        if (slug is None or slug in [tag.slug for tag in held.tags])
        and (slug or section is None or tag_slug(held.section or "x") == tag_slug(section))
        and (until_us is None or epoch_us(held.published_at) <= until_us)
    ]
    table = table_of(articles)
    assert listed(table.newest(slug, section, until_us)) == expected
    if slug:
        assert table.rows_with_tag(slug).tolist() == listed(table.newest(slug))
    if section:
        assert table.rows_in_section(section).tolist() == listed(table.newest(section=section))


def test_long_lists_are_read_as_far_as_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, make_article: Callable[..., Article]
) -> None:
    monkeypatch.setattr(table_module, "_FIRST_PIECE", 4)
    monkeypatch.setattr(table_module, "_LONGEST_PIECE", 8)
    articles = [make_article(f"{day:03}", tags=["Russia"], day=day) for day in range(50)]
    table = table_of(articles)
    for tag in ("russia", None):
        pieces = list(table.newest(tag))
        assert [len(piece) for piece in pieces] == [4, 8, 8, 8, 8, 8, 6]
        assert {piece.dtype for piece in pieces} == {np.dtype(np.int32)}
        assert listed(pieces) == list(range(50))


@pytest.mark.parametrize("order", ["ba", "aa"])
def test_another_order_is_refused(make_article: Callable[..., Article], order: str) -> None:
    articles = [make_article(article_id, day=1) for article_id in order]
    with pytest.raises(ValueError, match="against the row order"):
        write_table(MemoryArrays(), [Entry.of(article, "en") for article in articles])


def test_each_row_has_its_language() -> None:
    codes = ["en", "zh", "haw", "ru", "abcd"]
    entries = [Entry.of(Article(f"{row}", "Title"), code) for row, code in enumerate(codes)]
    sink = MemoryArrays()
    write_table(sink, entries)
    table = ArticleTable(sink.arrays())
    assert [table.language_of(row) for row in range(5)] == codes
    assert table.language.dtype == np.uint32
    assert table.card(0).language is None  # what the newsroom said


def test_an_empty_table_answers() -> None:
    table = table_of([])
    assert len(table) == 0
    assert table.published_us.dtype == np.int64
    assert list(table.newest()) == list(table.newest("a")) == list(table.newest(until_us=0)) == []
    assert table.row_of_id("a") is None


def test_undated_articles_come_last_and_count_as_past(
    make_article: Callable[..., Article],
) -> None:
    table = table_of([make_article("dated", day=1), make_article("undated")])
    assert table.published_us[1] == UNDATED_US
    assert listed(table.newest(until_us=epoch_us(datetime(1, 1, 1, tzinfo=UTC)))) == [1]
