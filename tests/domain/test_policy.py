"""Policies: what a file may say, and one sentence for each thing that it may not."""

from typing import Any

import pytest

from recommender.domain.decisions import Decisions
from recommender.domain.event import EventKind
from recommender.domain.list_rule import RuleKind
from recommender.domain.policy import SENSITIVITY_POLICY, Policy
from recommender.domain.traits import Traits
from recommender.errors import InvalidPolicy
from tests.domain.test_list_rule import event

FILE: dict[str, Any] = {
    "flags": {"death": {"tags": ["Obituary"], "sections": ["Deaths"]}, "fun": {"tags": ["Quiz"]}},
    "rules": [
        {
            "name": "hush",
            "reason": "grief",
            "never": {"flags": ["fun"], "tags": ["Chess"]},
            "under": {"flags": ["death"]},
            "both_ways": True,
        },
        {"name": "sport", "only": {"tags": ["Sport"]}, "under": {"sections": ["Sport"]}},
    ],
    "assertions": [
        {"says": "no fun", "under": {"flags": ["death"]}, "never": {"flags": ["fun"]}},
        {"says": "fun and fun", "under": {"tags": ["Quiz"]}, "may": {"articles": ["x"]}},
    ],
}


def test_flags_stand_for_what_carries_them() -> None:
    policy = Policy.from_values(FILE, event=7)
    first, second = policy.rules
    assert first.shown == Traits(tags=("Chess", "Quiz"))
    assert first.under == Traits(tags=("Obituary",), sections=("Deaths",))
    assert (first.name, first.number, first.both_ways) == ("hush", 7, True)
    assert (second.kind, second.both_ways) == (RuleKind.ONLY, False)
    assert policy.reasons == {"hush": "grief", "sport": ""}
    assert [one.may for one in policy.assertions] == [False, True]
    assert policy.assertions[1].traits == Traits(articles=("x",))
    assert policy.values == FILE


def test_it_is_in_force_from_its_event_on() -> None:
    put = event(4, FILE, EventKind.POLICY)
    object.__setattr__(put, "subject", SENSITIVITY_POLICY)
    decided = Decisions().after([put])
    assert decided.policy == Policy.from_values(FILE, "event 4", 4)
    assert [one.name for one in decided.all_rules] == ["hush", "sport"]
    bad = event(5, {"rules": 7}, EventKind.POLICY)
    object.__setattr__(bad, "subject", SENSITIVITY_POLICY)
    assert decided.after([bad]).policy == decided.policy
    assert list(decided.after([bad]).unread) == [5]


RULE = FILE["rules"][0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"rule": []}, "“rule” is 'unknown', expected one of assertions, flags, rules"),
        ({"flags": 7}, "flags is 7"),
        ({"flags": {"a": {"flags": ["death"]}}}, "flag “a” is"),
        ({"flags": {"a": 7}}, "flag “a” is"),
        ({"rules": 7}, "rules is 7, expected a list of at most 100"),
        ({"rules": [7]}, "rules 1 is 7, expected a table"),
        ({"rules": [{}]}, "rules 1, “name” is 'missing'"),
        ({"rules": [{"name": " ", "never": {}}]}, "“name” is ' '"),
        ({"rules": [{"name": 7, "never": {}}]}, "“name” is 7"),
        ({"rules": [{"name": "a"}]}, "expected one of the keys never, only"),
        ({"rules": [{"name": "a", "never": {}, "only": {}}]}, "one of the keys never, only"),
        ({"rules": [{"name": "a", "never": {}}]}, "rule “a”, shown is"),
        ({"rules": [{**RULE, "reason": 7}]}, "rule “hush”, “reason” is 7"),
        ({"rules": [{**RULE, "both_ways": "yes"}]}, "rule “hush”, both_ways is 'yes'"),
        ({"rules": [{**RULE, "under": {"flags": ["war"]}}]}, "flags of this file (death, fun)"),
        ({"rules": [{**RULE, "under": {"tags": "x"}}]}, "rule “hush”, under.tags is 'x'"),
        ({"rules": [{**RULE, "placement": " "}]}, "rule “hush”, placement is ' '"),
        ({"rules": [RULE, RULE]}, "expected a different name for each rule"),
        ({"assertions": [{"says": "a", "may": {}}]}, "assertion “a”, may is {}"),
        ({"assertions": [{"says": "a"}]}, "one of the keys never, may"),
        ({"assertions": [{"never": {}}]}, "assertions 1, “says” is 'missing'"),
    ],
)
def test_what_a_file_may_not_say(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        Policy.from_values({**FILE, **changed}, "the file")
    assert words in str(caught.value)
    assert str(caught.value).startswith("the file: ")
