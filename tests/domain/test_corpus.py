from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article
from recommender.domain.corpus import UNDATED_US, Corpus, epoch_us, row_order

instants = st.none() | st.datetimes(timezones=st.just(UTC))


@given(st.lists(st.tuples(st.text("ab", min_size=1, max_size=3), instants), max_size=8))
def test_rows_are_newest_first_undated_last_then_by_id(
    some: list[tuple[str, datetime | None]],
) -> None:
    articles = [Article(key, published_at=instant) for key, instant in some]

    rows = list(Corpus.of(articles))

    assert sorted(rows, key=id) == sorted(articles, key=id)
    for before, after in pairwise(rows):
        if before.published_at and after.published_at:
            assert before.published_at >= after.published_at
        else:
            assert after.published_at is None
        if before.published_at == after.published_at:
            assert before.id <= after.id


def test_corpus_is_read_again_and_again() -> None:
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    corpus = Corpus.of([Article("b"), Article("a"), Article("c", published_at=noon)], noon, 7)

    assert corpus.ids == ("c", "a", "b")
    assert len(corpus) == 3
    assert [one.id for one in corpus] == [one.id for one in corpus] == list(corpus.ids)
    assert (corpus.taken_at, corpus.last_event) == (noon, 7)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_microseconds_are_exact(one: datetime, other: datetime) -> None:
    assert epoch_us(one) - epoch_us(other) == (one - other) // timedelta(microseconds=1)
    assert epoch_us(one) > UNDATED_US


def test_microseconds_begin_in_1970_whatever_the_zone() -> None:
    assert epoch_us(datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))) == 0
    assert epoch_us(None) == UNDATED_US
    assert row_order(Article("a")) > row_order(
        Article("a", published_at=datetime.min.replace(tzinfo=UTC))
    )
