"""Rules as values: what each means, what cannot be, and their way into JSON and back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from recommender.domain.decisions import Decisions
from recommender.domain.event import Event, EventKind
from recommender.domain.list_rule import ListRule, RuleKind
from recommender.domain.override import UNDOES, Override, OverrideKind
from recommender.domain.traits import NO_TRAITS, Traits
from recommender.errors import InvalidField

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
QUIZ, GRIEF = Traits(tags=("Quiz",)), Traits(tags=("Grief",), sections=("Deaths",))
NEVER = ListRule(5, RuleKind.NEVER, QUIZ, GRIEF)
A_QUIZ, A_DEATH, OTHER = {("tags", "quiz")}, {("sections", "deaths")}, {("tags", "eu")}

names = st.lists(st.sampled_from(["a", "B c", "中", "x-y"]), max_size=3, unique=True).map(tuple)
traits = st.builds(Traits, names, names, names)


@st.composite
def rules(draw: st.DrawFn) -> ListRule:
    drawn = ListRule(
        number=draw(st.integers(1, 9)),
        kind=draw(st.sampled_from(RuleKind)),
        shown=draw(traits),
        under=draw(st.just(NO_TRAITS) | traits),
        both_ways=draw(st.booleans()),
        placement=draw(st.sampled_from([None, "side"])),
        starts_at=draw(st.sampled_from([None, NOON])),
        ends_at=draw(st.sampled_from([None, NOON + timedelta(hours=1)])),
        undone_by=draw(st.sampled_from([0, 11])),
    )
    try:
        drawn.check()
    except InvalidField:
        return replace(NEVER, number=drawn.number)
    return drawn


@given(rules())
def test_values_come_back(rule: ListRule) -> None:
    again = ListRule.from_values(rule.number, rule.to_values(), rule.undone_by, rule.name)
    assert again == rule
    assert str(again)
    assert rule.subject


@pytest.mark.parametrize(
    ("rule", "article", "query", "expected"),
    [
        (NEVER, A_QUIZ, A_DEATH, True),
        (NEVER, A_DEATH, A_QUIZ, False),
        (NEVER, OTHER, A_DEATH, False),
        (NEVER, A_QUIZ, set(), False),
        (replace(NEVER, both_ways=True), A_DEATH, A_QUIZ, True),
        (replace(NEVER, both_ways=True), OTHER, A_QUIZ, False),
        (replace(NEVER, under=NO_TRAITS), A_QUIZ, set(), True),
        (replace(NEVER, shown=NO_TRAITS), OTHER, A_DEATH, True),
        (replace(NEVER, kind=RuleKind.ONLY), A_QUIZ, A_DEATH, False),
        (replace(NEVER, kind=RuleKind.ONLY), OTHER, A_DEATH, True),
        (replace(NEVER, kind=RuleKind.ONLY), OTHER, OTHER, False),
        (ListRule(5, RuleKind.STOP, QUIZ), A_QUIZ, OTHER, True),
        (ListRule(5, RuleKind.STOP, QUIZ), OTHER, A_QUIZ, True),
        (ListRule(5, RuleKind.STOP, QUIZ), OTHER, A_DEATH, False),
        (ListRule(5, RuleKind.STOP), OTHER, set(), True),
    ],
)
def test_what_a_rule_keeps_out(
    rule: ListRule, article: set[Any], query: set[Any], expected: bool
) -> None:
    assert rule.keeps_out(article, query) is expected


def test_a_rule_in_words() -> None:
    assert str(replace(NEVER, both_ways=True, placement="side")) == (
        "under articles tagged “Grief”, or in the section “Deaths” never articles tagged “Quiz”, "
        "nor the other way round in “side”"
    )
    only = replace(NEVER, kind=RuleKind.ONLY, under=NO_TRAITS, shown=Traits(articles=("x", "y")))
    assert str(only) == "under any article only articles with the id “x” or “y”"
    assert str(ListRule(5, RuleKind.STOP)) == "stop: the whole block"
    subjects = (NEVER, only, replace(NEVER, shown=NO_TRAITS), ListRule(5, RuleKind.STOP))
    assert [one.subject for one in subjects] == ["tags:Quiz"[:3] + ":Quiz", "x"] + [
        "everything"
    ] * 2


@pytest.mark.parametrize(
    "changed",
    [
        {"number": 0},
        {"shown": NO_TRAITS, "under": NO_TRAITS},
        {"kind": RuleKind.ONLY, "shown": NO_TRAITS},
        {"kind": RuleKind.STOP},
        {"both_ways": True, "kind": RuleKind.ONLY},
        {"both_ways": True, "under": NO_TRAITS},
        {"both_ways": 1},
        {"placement": " "},
        {"starts_at": NOON, "ends_at": NOON},
        {"undone_by": 5},
        {"name": "x" * 201},
    ],
)
def test_what_cannot_be(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidField):
        replace(NEVER, **changed).check()


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"kind": "boost"},
        {"kind": []},
        {"kind": "never", "shown": 7},
        {"kind": "never", "shown": {"tags": "Quiz"}},
        {"kind": "never", "shown": {"tags": ["a", "a"]}},
        {"kind": "never", "shown": {"tags": [""]}},
        {"kind": "never", "shown": {"tags": [7]}},
        {"kind": "never", "shown": {"words": ["a"]}},
        {"kind": "never", "shown": {"tags": [str(n) for n in range(101)]}},
        {"kind": "never", "shown": {"tags": ["a"]}, "ends_us": "soon"},
        {"kind": "never", "shown": {"tags": ["a"]}, "placement": 7},
    ],
)
def test_values_that_cannot_be_read(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidField):
        ListRule.from_values(5, values)


def event(number: int, detail: dict[str, Any], kind: EventKind = EventKind.OVERRIDE) -> Event:
    return Event(number, kind, "a", NOON, "anna", "why", detail)


def test_pins_and_rules_are_undone_each_by_its_number() -> None:
    pin = Override(1, OverrideKind.PIN, "a", "b")
    history = [
        event(1, pin.to_values()),
        event(2, NEVER.to_values()),
        event(3, {UNDOES: 2}),
        event(4, ListRule(4, RuleKind.STOP).to_values()),
        event(5, {UNDOES: 1}),
        event(6, {UNDOES: 2}),
        event(7, {"kind": "never"}),
    ]
    for events in (history, [*history, *history]):
        decided = Decisions().after(events)
        assert {n: one.undone_by for n, one in decided.overrides.items()} == {1: 5}
        assert {n: one.undone_by for n, one in decided.rules.items()} == {2: 3, 4: 0}
        assert list(decided.unread) == [6, 7]


@pytest.mark.parametrize("name", ["می\u200cرود", "\U0001f3f3\ufe0f\u200d\U0001f308", "<b>"])
def test_whatever_can_be_a_tag_can_be_named(name: str) -> None:
    read = Traits.from_values("shown", {"tags": [name], "sections": [name]})
    assert (read.tags, read.sections) == ((name,), (name,))


@pytest.mark.parametrize("name", ["", " a", "a\nb", "\x00", "\ud800", "--", "a" * 513])
def test_what_can_be_no_tag_cannot_be_named(name: str) -> None:
    with pytest.raises(InvalidField):
        Traits.from_values("shown", {"tags": [name]})
