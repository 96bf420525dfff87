"""What editors decide: when it holds, where, what it meets, and how it is written down."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from recommender.domain.corpus import UNDATED_US, epoch_us, instant_of
from recommender.domain.event import Event, EventKind
from recommender.domain.override import MAX_POSITION, UNDOES, Override, OverrideKind, take
from recommender.errors import InvalidField

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
PIN = Override(5, OverrideKind.PIN, "a", "q", position=2)
BLOCK = Override(6, OverrideKind.BLOCK, "a")

ids = st.sampled_from(["a", "b", "q", "中/1"])
placements = st.sampled_from([None, "more-from", "footer"])
instants = st.one_of(st.none(), st.integers(0, 6).map(lambda hours: NOON + hours * HOUR))


def event(number: int, detail: dict[str, Any], subject: str = "a") -> Event:
    return Event(number, EventKind.OVERRIDE, subject, NOON, "anna", "why", detail)


@st.composite
def overrides(draw: st.DrawFn) -> Override:
    kind = draw(st.sampled_from(OverrideKind))
    article_id = draw(ids)
    queries = ids.filter(lambda one: one != article_id)
    starts_at, ends_at = draw(instants), draw(instants)
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        ends_at = starts_at + HOUR
    return Override(
        number=draw(st.integers(1, 2**40)),
        kind=kind,
        article_id=article_id,
        query_id=draw(queries if kind is OverrideKind.PIN else st.one_of(st.none(), queries)),
        placement=draw(placements),
        position=draw(st.one_of(st.none(), st.integers(1, MAX_POSITION)))
        if kind is OverrideKind.PIN
        else None,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def test_it_holds_from_its_start_and_no_more_at_its_end() -> None:
    one = replace(PIN, starts_at=NOON, ends_at=NOON + HOUR)
    asked = [NOON - TICK, NOON, NOON + HOUR - TICK, NOON + HOUR]

    assert [one.holds(epoch_us(at)) for at in asked] == [False, True, True, False]
    assert [one.is_over(epoch_us(at)) for at in asked] == [False, False, False, True]
    assert PIN.holds(epoch_us(NOON)) and not PIN.is_over(epoch_us(NOON))  # noqa: PT018 — of one
    undone = replace(PIN, undone_by=9)
    assert (undone.holds(epoch_us(NOON)), undone.is_over(epoch_us(NOON))) == (False, True)
    assert (PIN.last_event, undone.last_event) == (5, 9)


def test_it_concerns_its_own_list() -> None:
    here = replace(PIN, placement="more-from")
    assert here.concerns("q", "more-from")
    assert not here.concerns("q", "footer")
    assert not here.concerns("other", "more-from")
    assert not here.concerns(None, "more-from")
    assert PIN.concerns("q", "footer")
    assert BLOCK.concerns("any", "footer")
    assert BLOCK.concerns(None, "footer")
    assert not replace(BLOCK, query_id="q").concerns(None, "footer")


@given(one=overrides(), other=overrides())
def test_two_meet_where_some_list_has_both_at_some_time(one: Override, other: Override) -> None:
    lists = [
        (query, place) for query in ("a", "b", "q", "中/1", "x") for place in ("more-from", "f")
    ]
    lists += [(query, "footer") for query, _ in lists]
    times = [epoch_us(NOON + step * HOUR / 2) for step in range(-1, 20)]
    both = any(
        one.concerns(*place) and other.concerns(*place) and one.holds(at) and other.holds(at)
        for place in lists
        for at in times
    )
    assert one.meets(other) == other.meets(one) == both
    assert not one.meets(replace(other, undone_by=other.number + 1))


@given(one=overrides())
def test_values_come_back(one: Override) -> None:
    assert Override.from_values(one.number, one.article_id, one.to_values()) == one
    assert not {"author", "reason", "at"} & one.to_values().keys()


@given(at=st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))))
def test_instants_come_back(at: datetime | None) -> None:
    assert instant_of(epoch_us(at)) == at
    assert instant_of(UNDATED_US) is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "boost"}, "kind"),
        ({"kind": ["pin"]}, "kind"),
        ({"query_id": None}, "query_id"),
        ({"query_id": " q"}, "query_id"),
        ({"query_id": "a"}, "query_id"),
        ({"query_id": 7}, "query_id"),
        ({"placement": ""}, "placement"),
        ({"placement": {}}, "placement"),
        ({"position": 0}, "position"),
        ({"position": MAX_POSITION + 1}, "position"),
        ({"position": True}, "position"),
        ({"position": "1"}, "position"),
        ({"kind": "block", "position": 1}, "position"),
        ({"starts_us": "now"}, "starts_us"),
        ({"starts_us": 2**80}, "starts_us"),
        ({"starts_us": 10, "ends_us": 10}, "ends_us"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        Override.from_values(5, "a", {**PIN.to_values(), **changed})
    assert caught.value.field == field


@pytest.mark.parametrize(("number", "article_id"), [(0, "a"), (True, "a"), (5, ""), (5, "a\n")])
def test_numbers_and_ids_are_checked(number: int, article_id: str) -> None:
    with pytest.raises(InvalidField):
        Override.from_values(number, article_id, PIN.to_values())
    with pytest.raises(InvalidField):
        Override.from_values(5, "a", PIN.to_values(), undone_by=5)


def test_undoing_is_an_event_too() -> None:
    held: dict[int, Override] = {}
    take(held, event(5, PIN.to_values()))
    take(held, event(6, BLOCK.to_values()))
    take(held, event(9, {UNDOES: 5}))
    assert held == {5: replace(PIN, undone_by=9), 6: BLOCK}

    for again in (event(5, PIN.to_values()), event(9, {UNDOES: 5})):
        take(held, again)  # as after a poll that was interrupted
    take(held, Event(10, EventKind.TRAINING, "v", NOON, "", "", {UNDOES: 6}))
    assert held == {5: replace(PIN, undone_by=9), 6: BLOCK}


@pytest.mark.parametrize("number", [5, 7, 9, 10, None, True, "6", [6], 6.0])
def test_only_what_stands_can_be_undone(number: object) -> None:
    before = {5: replace(PIN, undone_by=9), 6: BLOCK, 1: replace(BLOCK, number=1)}
    held = {**before, 10: replace(BLOCK, number=10)}
    with pytest.raises(InvalidField, match="undoes is"):
        take(held, event(10, {UNDOES: number}))
    assert held == {**before, 10: replace(BLOCK, number=10)}
