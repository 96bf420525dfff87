"""What may be true of a home after an accident, and what must be true after the next run."""

from collections.abc import Mapping
from typing import Any

from tests.accidents import tally
from tests.accidents.homes import Verb
from tests.accidents.warm import Outcome

CHAMPION_KINDS = {"promotion", "rollback"}


def is_sound(found: Mapping[str, Any]) -> None:
    """See that nothing is damaged, whatever the state."""
    assert found["integrity"] in (None, ["ok"])
    if found["champion"] is not None:
        assert found["picks"] == 4


def is_old_or_new(verb: Verb, found: Mapping[str, Any]) -> None:
    """See that a home is in a state before or after a transaction, and in no other.

    Articles are those after some batches of an import, all of each; a training was told of or was
    not, and its version promoted or not; who serves was changed or was not.
    """
    is_sound(found)
    before, after = verb.before, verb.after
    assert found["events"][: len(before["events"])] == before["events"]
    assert found["articles"] in verb.steps
    own = [kind for _, kind, _ in found["events"][len(before["events"]) :] if kind != "article"]
    wanted = [kind for _, kind, _ in after["events"][len(before["events"]) :] if kind != "article"]
    assert own == wanted[: len(own)]
    if verb.name != "train":
        assert found["champion"] in {before["champion"], after["champion"]}
        assert found["events"] == after["events"][: len(found["events"])]
    elif "promotion" not in own:
        assert found["champion"] == before["champion"]
    if verb.moves_pointer:
        assert found["pointer"] in (before["pointer"], after["pointer"])
    else:
        assert found["pointer"] == before["pointer"]


def is_as_acknowledged(outcome: Outcome, found: Mapping[str, Any]) -> None:
    """See that whatever a command was told is stored is there, and all that it told us itself."""
    n_lost = 0
    for fact in outcome.stored:
        articles = fact.get("articles", {})
        n_lost += sum(found["articles"].get(key) != mark for key, mark in articles.items())
        n_lost += "event" in fact and fact["event"] not in found["events"]
        tally.note(acknowledged=len(articles) + ("event" in fact))
    tally.note(lost=n_lost)
    assert n_lost == 0
    if " is champion (event " in outcome.out:
        assert found["champion"] == outcome.out.split()[0]
        assert found["last_event"] >= int(outcome.out.split("event ")[1].split(")")[0])


def is_done(verb: Verb, found: Mapping[str, Any]) -> None:
    """See that the command has done its work in the end, and that nothing lies about."""
    is_sound(found)
    assert found["integrity"] == ["ok"]
    assert found["litter"] == []
    assert found["orphans"] == []
    assert found["articles"] == verb.steps[-1]
    if verb.moves_pointer:
        assert found["pointer"] == verb.after["pointer"]
    if verb.name == "train":
        assert found["champion"] not in {verb.before["champion"], None}
    elif verb.name != "rollback":  # which leads one back for each time that it is run
        assert found["champion"] == verb.after["champion"]
