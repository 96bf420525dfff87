"""Cards: what is shown, and what never is."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article, Image, Tag
from recommender.ranking.cards import Card, iso_utc

FULL = Article(
    "a/1",
    title="العنوان \u2028 <script>",
    url="https://x.example/a",
    summary="Deck",
    body="Never shown",
    tags=(Tag("russia", "Russia"), Tag("eu", "EU")),
    section="World",
    authors=("Somebody",),
    language="ar",
    image=Image("/i.jpg", "alt", "caption", "credit", 640, 480),
    published_at=datetime(2024, 5, 1, 8, 30, tzinfo=timezone(timedelta(hours=2))),
)


def test_a_card_holds_what_is_shown_and_no_body() -> None:
    card = Card.of(FULL)
    assert card == Card(
        id="a/1",
        title="العنوان \u2028 <script>",
        url="https://x.example/a",
        summary="Deck",
        image=FULL.image,
        published_at="2024-05-01T06:30:00Z",
        section="World",
        tags=FULL.tags,
        language="ar",
    )
    assert "Never shown" not in card.to_json()


def test_a_card_without_title_shows_the_opening_words() -> None:
    assert Card.of(Article("a", body="It rained.  Much.")).title == "It rained. Much."


@given(
    st.builds(
        Card,
        id=st.text(min_size=1),
        title=st.text(min_size=1),
        url=st.sampled_from([None, "https://x.example/?a=1", "/path"]),
        summary=st.text(),
        image=st.none()
        | st.builds(Image, st.just("/i"), st.text(), width=st.none() | st.integers(0, 9999)),
        published_at=st.none() | st.just("2024-05-01T06:30:00Z"),
        section=st.none() | st.text(min_size=1),
        tags=st.lists(st.builds(Tag, st.text(), st.text()), max_size=3).map(tuple),
        language=st.none() | st.just("en"),
    )
)
def test_json_brings_the_same_card_back(card: Card) -> None:
    assert Card.from_json(card.to_json()) == card
    assert Card.from_json(card.to_json().encode("utf-8", "surrogatepass")) == card


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example", "data:x", "https://"])
def test_unsafe_addresses_go_neither_in_nor_out(url: str) -> None:
    card = Card.of(Article("a", title="t", url=url, image=Image(url, "alt")))
    assert (card.url, card.image) == (None, None)
    stored = json.dumps({"id": "a", "title": "t", "url": url, "image": {"url": url}})
    assert Card.from_json(stored) == card


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_instants_have_one_spelling(instant: datetime, text: str) -> None:
    assert iso_utc(instant) == text
