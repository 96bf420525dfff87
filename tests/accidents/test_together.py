"""Several commands at once in one home: each does its work or says that another one was quicker."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.accidents import judge
from tests.accidents.homes import TRAIN, Homes
from tests.accidents.warm import Outcome

BUSY = 3
TIMES = range(2)


def at_once(homes: Homes, home: Path, commands: Sequence[Sequence[str]]) -> list[Outcome]:
    """Run commands, each in its process, from the same moment on."""
    barrier = Barrier(len(commands))

    def run(command: Sequence[str]) -> Outcome:
        barrier.wait()
        return homes.warm.run(home, *command)

    with ThreadPoolExecutor(len(commands)) as pool:
        outcomes = list(pool.map(run, commands))
    for outcome in outcomes:
        assert "Traceback" not in outcome.err
        assert len(outcome.err.splitlines()) == bool(outcome.code)
    return outcomes


@pytest.fixture
def home(homes: Homes) -> Path:
    return homes.copy(homes.verb("promote").start)


@pytest.mark.parametrize("_", TIMES)
def test_two_trainings_make_two_versions(homes: Homes, home: Path, _: int) -> None:
    before = homes.warm.inspect(home)
    outcomes = at_once(homes, home, [TRAIN, TRAIN, (*TRAIN, "--promote")])
    found = homes.warm.inspect(home)
    assert [outcome.code for outcome in outcomes] == [0, 0, 0]
    made = [subject for _, kind, subject in found["events"] if kind == "training"]
    held = [subject for _, kind, subject in before["events"] if kind == "training"]
    assert len(set(made) - set(held)) == 3
    assert found["champion"] in set(made) - set(held)
    assert (found["litter"], found["orphans"]) == ([], [])
    judge.is_sound(found)


@pytest.mark.parametrize("_", TIMES)
def test_two_imports_store_each_article_once(homes: Homes, home: Path, _: int) -> None:
    verb = homes.verb("import")
    outcomes = at_once(homes, home, [verb.arguments] * 3)
    found = homes.warm.inspect(home)
    assert [outcome.code for outcome in outcomes] == [0, 0, 0]
    assert found["articles"] == verb.after["articles"]
    assert len(found["events"]) == len(verb.after["events"])
    judge.is_done(verb, found)


@pytest.mark.parametrize("_", TIMES)
def test_imports_into_a_home_that_is_just_being_made(homes: Homes, _: int) -> None:
    verb = homes.verb("first import")
    home = homes.copy(verb.start)
    outcomes = at_once(homes, home, [verb.arguments] * 4)
    assert [outcome.code for outcome in outcomes] == [0] * 4
    found = homes.warm.inspect(home)
    assert found["events"] == verb.after["events"]
    judge.is_done(verb, found)


@pytest.mark.parametrize("_", TIMES)
def test_an_import_during_a_training_is_in_the_catalogue_and_not_in_the_model(
    homes: Homes, home: Path, _: int
) -> None:
    verb = homes.verb("import")
    outcomes = at_once(homes, home, [(*TRAIN, "--promote"), verb.arguments])
    assert [outcome.code for outcome in outcomes] == [0, 0]
    found = homes.warm.inspect(home)
    assert found["articles"] == verb.after["articles"]
    assert (found["litter"], found["orphans"]) == ([], [])
    assert found["champion"] != verb.before["champion"]
    judge.is_sound(found)


@pytest.mark.parametrize("_", TIMES)
def test_promotions_and_rollbacks_follow_one_another_or_are_told_to_wait(
    homes: Homes, home: Path, _: int
) -> None:
    before = homes.warm.inspect(home)
    promote = ("promote", homes.fourth, "--reason", "both of us")
    outcomes = at_once(homes, home, [promote, ("rollback",), promote, ("rollback",), promote])
    found = homes.warm.inspect(home)
    assert {outcome.code for outcome in outcomes} <= {0, BUSY}
    n_done = sum(outcome.code == 0 for outcome in outcomes)
    assert n_done >= 1
    assert len(found["events"]) == len(before["events"]) + n_done
    for outcome in outcomes:
        assert ("is already being done by" in outcome.err) == (outcome.code == BUSY)
        assert all(fact["event"] in found["events"] for fact in outcome.stored)
    judge.is_sound(found)
