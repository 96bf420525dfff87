"""Overrides by list: the same as asking every one of them, in files and out of them."""

import json
from dataclasses import replace
from itertools import product

import hypothesis.strategies as st
import pytest
from hypothesis import given

from recommender.domain.corpus import epoch_us
from recommender.domain.override import Override, OverrideKind
from recommender.ranking.overrides import Overrides
from recommender.ranking.refs import Trail
from tests.domain.test_override import BLOCK, HOUR, NOON, PIN, overrides

QUERIES = ("a", "b", "q", "中/1", "unknown")
PLACES = ("more-from", "footer", "front")
TIMES = [epoch_us(NOON + step * HOUR / 2) for step in range(-1, 18)]


@st.composite
def histories(draw: st.DrawFn) -> list[Override]:
    """Return overrides as a history has them: numbered, some of them undone."""
    drawn = draw(st.lists(overrides(), max_size=8))
    undone = draw(st.lists(st.booleans(), min_size=8, max_size=8))
    return [
        replace(one, number=number, undone_by=number + 20 if gone else 0)
        for number, (one, gone) in enumerate(zip(drawn, undone, strict=False), start=1)
    ]


@given(
    history=histories(),
    query=st.sampled_from(QUERIES),
    place=st.sampled_from(PLACES),
    now=st.sampled_from(TIMES),
)
def test_a_list_has_what_every_override_says_of_it(
    history: list[Override], query: str, place: str, now: int
) -> None:
    held = Overrides(reversed(history))
    about = [one for one in history if one.query_id == query and one.placement in {None, place}]
    pins = [one for one in about if one.kind is OverrideKind.PIN]

    shown = held.pins(query, place, now)
    assert sorted(one.number for one in shown) == [one.number for one in pins if one.holds(now)]
    order = [(one.position is None, one.position, one.number) for one in shown]
    assert order == sorted(order, key=lambda key: (key[0], key[1] or 0, key[2]))
    trail = Trail(now)
    held.note_pins(query, place, trail)
    assert trail.last_event == max((one.last_event for one in pins), default=0)

    for article_id in QUERIES:
        for asked in (query, None):
            blocks = [
                one
                for one in history
                if one.kind is OverrideKind.BLOCK
                and one.article_id == article_id
                and (one.query_id is None or one.query_id == asked)
                and one.placement in {None, place}
            ]
            first = next((one for one in blocks if one.holds(now)), None)
            assert held.block(article_id, asked, place, now) == first
            trail = Trail(now)
            held.note_blocks(article_id, asked, place, trail)
            assert trail.last_event == max((one.last_event for one in blocks), default=0)


@given(history=histories())
def test_nothing_changes_between_two_changes(history: list[Override]) -> None:
    held = Overrides(history)

    def in_force(now_us: int) -> list[int]:
        return [one.number for one in held if one.holds(now_us)]

    for now_us in TIMES:
        trail = Trail(now_us)
        for query, place in product(QUERIES, PLACES):
            held.note_pins(query, place, trail)
            held.note_blocks(query, None, place, trail)
            for other in QUERIES:
                held.note_blocks(other, query, place, trail)
        assert trail.since_us <= now_us < trail.until_us
        same = [at for at in TIMES if trail.since_us <= at < trail.until_us]
        assert all(in_force(at) == in_force(now_us) for at in same)


@given(history=histories())
def test_json_comes_back_and_says_nothing_else(history: list[Override]) -> None:
    held = Overrides(history)
    text = held.to_json()
    assert Overrides.from_json(text) == held
    assert hash(Overrides.from_json(text)) == hash(held)
    assert len(held) == len(history)
    for told in json.loads(text):
        assert told.keys() == {
            *("number", "undone_by", "kind", "article_id", "query_id", "placement", "position"),
            *("starts_us", "ends_us"),
        }


def test_an_override_that_was_undone_long_ago_is_left_out() -> None:
    gone = replace(PIN, undone_by=9)
    held = Overrides([gone, BLOCK])
    assert list(held.undone_after(8)) == [gone, BLOCK]
    assert list(held.undone_after(9)) == [BLOCK]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"{",
        b"7",
        b"null",
        b"[7]",
        b"[{}]",
        b"[" * 100_000,
        b'[{"number": 1, "article_id": "a", "undone_by": 0, "kind": "boost"}]',
        b'[{"number": 1, "article_id": 5, "undone_by": 0, "kind": "block"}]',
        b'[{"number": "1", "article_id": "a", "undone_by": 0, "kind": "block"}]',
    ],
)
def test_what_cannot_be_read_is_one_kind_of_error(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Overrides.from_json(text)
