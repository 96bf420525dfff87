"""Rules and the emergency stop: made, refused, undone; and who was quicker."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.list_rule import RuleKind
from recommender.domain.override import OverrideKind
from recommender.domain.traits import NO_TRAITS, Traits
from recommender.errors import (
    CannotUndo,
    DecidedMeanwhile,
    InvalidParameter,
    MorefromError,
    NothingStopped,
    UnknownArticle,
    UnknownPlacement,
)
from recommender.workflows.deciding import last_decision
from recommender.workflows.override_list import State, as_json, overrides
from recommender.workflows.overriding import Wish, override, undo
from recommender.workflows.ruling import RuleWish, resume, rule, stop

RUSSIA, TRADE = Traits(tags=("Russia",)), Traits(tags=("Trade",))
NEVER = RuleWish(RuleKind.NEVER, TRADE, RUSSIA)


@pytest.fixture
def database_url(either_database_url: str | None) -> str | None:
    """Run every test of this module on both kinds of database."""
    return either_database_url


def seen(newsroom: Any) -> int:
    with Catalogue.open(newsroom.settings.catalogue_url) as catalogue:
        return last_decision(catalogue)


def test_a_rule_is_listed_and_undone_as_a_pin_is(stocked: Any) -> None:
    made = rule(stocked.settings, replace(NEVER, ends_at="2099-01-01"), "anna", " a  reason ")
    assert (made.subject, made.author, made.reason) == ("tag:Trade", "anna", "a reason")
    (one,) = overrides(stocked.settings)
    assert (one.event, one.state, one.problem) == (made, State.IN_FORCE, None)
    told = as_json(one)
    assert told["kind"] == "never"
    assert (told["shown"], told["under"]) == ({"tags": ["Trade"]}, {"tags": ["Russia"]})

    gone = undo(stocked.settings, made.number, "ben", "a mistake")
    assert overrides(stocked.settings) == []
    (one,) = overrides(stocked.settings, with_past=True)
    assert (one.state, one.undone) == (State.UNDONE, gone)
    with pytest.raises(CannotUndo, match="ben did so already"):
        undo(stocked.settings, made.number, "carl", "too late")


@pytest.mark.parametrize(
    ("wish", "error", "words"),
    [
        (replace(NEVER, shown=NO_TRAITS, under=NO_TRAITS), InvalidParameter, "“shown” is"),
        (replace(NEVER, shown=Traits(tags=("",))), InvalidParameter, "“shown.tags” is"),
        (replace(NEVER, shown=Traits(articles=("nope",))), UnknownArticle, "no article 'nope'"),
        (replace(NEVER, under=Traits(articles=("nope",))), UnknownArticle, "no article 'nope'"),
        (replace(NEVER, placement="nope"), UnknownPlacement, "'nope'; known are more-from"),
        (replace(NEVER, kind=RuleKind.STOP), InvalidParameter, "a stop holds everywhere"),
        (replace(NEVER, under=NO_TRAITS, both_ways=True), InvalidParameter, "“both_ways”"),
        (replace(NEVER, ends_at="2020-01-01"), InvalidParameter, "“until” is '2020-01-01'"),
    ],
)
def test_what_cannot_be_is_refused(
    stocked: Any, wish: RuleWish, error: type[MorefromError], words: str
) -> None:
    with pytest.raises(error) as caught:
        rule(stocked.settings, wish, "anna", "why")
    assert words in str(caught.value)
    assert overrides(stocked.settings) == []


@pytest.mark.parametrize("what", [NO_TRAITS, RUSSIA, Traits(articles=("opera",))])
def test_a_stop_is_undone_by_what_it_is_about(stocked: Any, what: Traits) -> None:
    with pytest.raises(NothingStopped):
        resume(stocked.settings, what, "ben", "back")
    first, second = (stop(stocked.settings, what, "anna", "wrong") for _ in range(2))
    other = stop(stocked.settings, TRADE, "anna", "wrong too")
    undone = resume(stocked.settings, what, "ben", "right again")
    assert [one.detail["undoes"] for one in undone] == [first.number, second.number]
    assert [one.event for one in overrides(stocked.settings)] == [other]
    with pytest.raises(NothingStopped):
        resume(stocked.settings, what, "ben", "again")


def test_who_comes_second_is_told_what_the_first_did(stocked: Any) -> None:
    opened = seen(stocked)
    block = Wish(OverrideKind.BLOCK, "opera")
    first = override(stocked.settings, block, "ben", "no music", seen=opened)

    for act in (
        lambda last: rule(stocked.settings, NEVER, "anna", "why", last),
        lambda last: override(stocked.settings, block, "anna", "why", last),
        lambda last: undo(stocked.settings, first.number, "anna", "why", last),
    ):
        with pytest.raises(DecidedMeanwhile) as caught:
            act(opened)
        assert f"ben blocked “opera” everywhere (event {first.number}: no music)" in str(
            caught.value
        )
        assert caught.value.last_event == first.number == seen(stocked)
    made = rule(stocked.settings, NEVER, "anna", "all the same", caught.value.last_event)
    assert seen(stocked) == made.number


def test_of_many_at_once_one_is_the_first(stocked: Any) -> None:
    opened = seen(stocked)

    def act(name: str) -> str | None:
        try:
            rule(stocked.settings, NEVER, name, "why", opened)
        except DecidedMeanwhile as error:
            return error.told[0]
        return None

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(act, ("anna", "ben", "carl", "dora")))
    (one,) = overrides(stocked.settings)
    assert told.count(None) == 1
    assert all(words.startswith(one.event.author) for words in told if words is not None)


def test_a_pin_that_a_rule_keeps_out_says_so(stocked: Any) -> None:
    pin = override(stocked.settings, Wish(OverrideKind.PIN, "grain", "talks"), "anna", "a word")
    made = rule(stocked.settings, NEVER, "ben", "why")
    shown = next(one for one in overrides(stocked.settings) if one.event == pin)
    assert shown.problem == f"the rule keeps the article out there (event {made.number})"
    undo(stocked.settings, made.number, "ben", "well")
    (shown,) = overrides(stocked.settings)
    assert shown.problem is None
