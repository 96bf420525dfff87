"""How long answers may be kept, and by which names they are forgotten."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.pick import Rung
from recommender.ranking.cards import Card
from recommender.ranking.refs import NEVER_US
from recommender.ranking.rerank import Selection
from recommender.settings import Settings
from service.public.caching import article_key, joined, life_of, rung_key
from tests.service.newsroom import Newsroom, article, seven

SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOON_US = int(NOON.timestamp()) * SECOND_US


def selection(
    until_us: int, published_at: str | None = None, *, is_certain: bool = True
) -> Selection:
    card = Card("a", "A", published_at=published_at)
    return Selection((), card, False, 0, NOON_US, until_us, is_certain)


@given(st.integers(1, 400 * SECOND_US), st.integers(0, 200))
def test_nobody_keeps_an_answer_beyond_its_next_change(left_us: int, max_age_s: int) -> None:
    settings = Settings(max_age_s=max_age_s)
    one = selection(NOON_US + left_us)

    life = life_of(one, settings, NOON_US)

    assert (life.max_age_s + life.stale_s) * SECOND_US <= left_us
    assert life.max_age_s <= max_age_s
    last = max(NOON_US, life.until_us - 1)
    assert life_of(one, settings, last)[:2] == life[:2]
    assert (life.max_age_s + life.stale_s) * SECOND_US <= NOON_US + left_us - last + SECOND_US
    assert left_us < 2 * SECOND_US or not max_age_s or life.max_age_s > 0


def test_times_are_those_of_the_settings() -> None:
    settings = Settings(max_age_s=60, max_age_young_s=20, young_hours=24, max_age_unknown_s=10)
    old, young = "2026-02-01T00:00:00Z", "2026-03-01T11:00:00Z"

    assert life_of(selection(NEVER_US, old), settings, NOON_US).max_age_s == 60
    assert life_of(selection(NEVER_US), settings, NOON_US).max_age_s == 60
    life = life_of(selection(NEVER_US, young), settings, NOON_US)
    assert (life.max_age_s, life.until_us) == (20, NOON_US + 23 * HOUR_US)
    assert life_of(selection(NEVER_US, young), settings, life.until_us).max_age_s == 60
    assert life_of(selection(NEVER_US, old, is_certain=False), settings, NOON_US).max_age_s == 10


def test_names_are_plain_enough_for_any_header() -> None:
    assert article_key("mp-2025.1_a") == "article-mp-2025.1_a"
    assert article_key("a b") != article_key("a,b")
    assert article_key("a, b").isascii()
    assert {" ", ","}.isdisjoint(article_key("a, b"))
    assert rung_key(Rung.SECTION, "дом, сад").isascii()
    assert joined(iter(["a", "b"]), "Surrogate-Key") == "a b"
    assert joined(iter(["a", "b"]), "Cache-Tag") == "a,b"


@pytest.mark.parametrize("header", ["Surrogate-Key", "Cache-Tag", "Edge-Cache-Tag"])
def test_an_answer_names_all_that_it_shows(newsroom: Newsroom, header: str) -> None:
    version = newsroom.train([*seven(), article("lonely", "Chess")])
    newsroom.serve(version)
    response = newsroom.client(surrogate_header=header).get("/v1/related?id=lonely&limit=3")

    named = response.headers[header].split(" " if header == "Surrogate-Key" else ",")
    shown = [item["id"] for item in json.loads(response.data)["items"]]
    assert shown
    assert {f"model-{version}", "article-lonely", "latest"} <= set(named)
    assert {article_key(one) for one in shown} <= set(named)
    assert len(named) == len(set(named))
