"""Policies: tried before they are put in force, and again at every training and promotion."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from recommender.catalogue.catalogue import Catalogue
from recommender.cli import main
from recommender.domain.event import EventKind
from recommender.domain.policy import SENSITIVITY_POLICY
from recommender.errors import DecidedMeanwhile, InvalidPolicy, PolicyFails, UnreadableFile
from recommender.workflows.deciding import last_decision
from recommender.workflows.policies import (
    as_toml,
    check,
    policy_in_force,
    policy_of,
    put_in_force,
    read_policy,
)
from tests.workflows.conftest import article

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "policy.toml"
RULES = """
[flags.politics]
tags = ["Russia"]

[[rules]]
name = "grain alone"
reason = "why not"
never = { tags = ["Trade"] }
under = { flags = ["politics"] }
"""
ASSERTION = """
[[assertions]]
says = "no trade beside Russia"
under = { tags = ["russia"] }
never = { tags = ["trade"] }
"""
FAILING = (
    RULES
    + """
[[assertions]]
says = "no talks beside grain"
under = { articles = ["grain"] }
never = { articles = ["talks"] }
"""
)


def put(newsroom: Any, text: str, seen: int | None = None) -> int:
    return put_in_force(newsroom.settings, policy_of(text, "test"), "anna", "why", seen).number


def test_a_policy_in_force_is_the_file_that_put_it_there(stocked: Any) -> None:
    assert policy_in_force(stocked.settings).event == 0
    number = put(stocked, RULES + ASSERTION)
    held = policy_in_force(stocked.settings)
    assert (held.event, [one.name for one in held.rules]) == (number, ["grain alone"])
    again = policy_of(as_toml(held), "again")
    assert again.values == held.values == policy_of(RULES + ASSERTION, "once").values
    assert put(stocked, "") > number
    assert policy_in_force(stocked.settings).rules == ()


@pytest.mark.parametrize("is_promoted", [False, True])
def test_a_policy_that_does_not_hold_is_not_put_in_force(stocked: Any, is_promoted: bool) -> None:
    if is_promoted:
        stocked.promote()
        stocked.store(article("new", "Russia"))
    (found,) = check(stocked.settings, policy_of(FAILING, "test"))
    said = "“no talks beside grain”: under 'grain', no rule keeps out 'talks'."
    assert (found.problem, found.n_queries, found.n_articles) == (said, 1, 1)
    with pytest.raises(PolicyFails, match="under 'grain', no rule keeps out 'talks'"):
        put(stocked, FAILING)
    assert policy_in_force(stocked.settings).event == 0
    (found,) = check(stocked.settings, policy_of(RULES + ASSERTION, "test"))
    assert (found.problem, found.n_queries, found.n_articles) == (None, 2 + is_promoted, 2)


def test_what_was_written_by_another_hand_is_tried_at_training_and_promotion(stocked: Any) -> None:
    version = stocked.train().version
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        values = dict(policy_of(FAILING, "test").values)
        catalogue.append(EventKind.POLICY, SENSITIVITY_POLICY, "ben", "by hand", values)
    for act in (stocked.train, lambda: stocked.promote(version)):
        with pytest.raises(PolicyFails, match="no talks beside grain"):
            act()
    put(stocked, RULES + ASSERTION)
    stocked.promote(version)
    stocked.promote()


def test_an_example_that_lost_its_tag_stops_the_next_training(stocked: Any) -> None:
    named = ASSERTION.replace('under = { tags = ["russia"] }', 'under = { articles = ["talks"] }')
    put(stocked, RULES + named)
    stocked.train()
    stocked.store(article("talks", title="Kerry meets Lavrov", body="Sanctions"))
    with pytest.raises(PolicyFails, match="under 'talks', no rule keeps out"):
        stocked.train()


def test_two_at_once(stocked: Any) -> None:
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        seen = last_decision(catalogue)
    put(stocked, RULES, seen)
    with pytest.raises(DecidedMeanwhile, match="anna changed the sensitivity policy"):
        put(stocked, RULES, seen)


@pytest.mark.parametrize("text", ["[", "a = 1979-05-27", "a = 1", "x" * 10])
def test_what_is_no_policy(text: str) -> None:
    with pytest.raises(InvalidPolicy, match=r"^test: "):
        policy_of(text, "test")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read_policy(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"a = '\xe9'")
    with pytest.raises(UnreadableFile, match="not TOML"):
        read_policy(tmp_path / "latin.toml")


def run(newsroom: Any, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["--home", str(newsroom.settings.home), *arguments])
    return result.exit_code, result.output


def test_commands(stocked: Any, tmp_path: Path) -> None:
    fine, failing = tmp_path / "fine.toml", tmp_path / "failing.toml"
    fine.write_text(RULES + ASSERTION)
    failing.write_text(FAILING)
    assert run(stocked, "policy", "show") == (0, "There is no policy in force.\n")
    assert run(stocked, "policy", "check", str(SAMPLE))[0] == 0
    code, said = run(stocked, "policy", "check", str(failing))
    assert (code, said.startswith("fails  no talks beside grain")) == (1, True)
    assert run(stocked, "policy", "set", str(failing), "--reason", "x")[0] == 2
    code, said = run(stocked, "policy", "check", str(fine), "--json")
    assert (code, [one["holds"] for one in json.loads(said)]) == (0, [True])
    code, said = run(stocked, "policy", "set", str(fine), "--reason", "x")
    assert "1 rules, 1 assertions, all of them true" in said
    assert policy_of(run(stocked, "policy", "show")[1], "shown").rules[0].name == "grain alone"
    told = json.loads(run(stocked, "policy", "set", str(fine), "--reason", "x", "--json")[1])
    assert told["policy"] == json.loads(run(stocked, "policy", "show", "--json")[1])["policy"]

    named = ("--tag", "Trade", "--under-tag", "Russia", "--both-ways", "--reason", "x")
    assert "under articles tagged “Russia” never" in run(stocked, "rule", "never", *named)[1]
    assert run(stocked, "stop", "--reason", "x")[0] == 2
    assert "stop: the whole block" in run(stocked, "stop", "--all", "--reason", "x")[1]
    stopped = json.loads(run(stocked, "stop", "--tag", "USA", "--reason", "x", "--json")[1])
    assert (stopped["kind"], stopped["shown"]) == ("stop", {"tags": ["USA"]})
    assert "is undone" in run(stocked, "resume", "--all", "--reason", "x")[1]
    assert (
        len(json.loads(run(stocked, "resume", "--tag", "usa", "--reason", "x", "--json")[1])) == 1
    )
    assert run(stocked, "resume", "--all", "--reason", "x")[0] == 2
