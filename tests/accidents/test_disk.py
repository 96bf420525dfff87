"""A disk that refuses: one sentence, the old state, no litter, and the next run just works.

Each call in turn by which a command opens, writes, flushes, renames or makes something in its home
is refused once (`points`), all in the same two homes: a run that leaves the old state behind is the
start of the next one.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.accidents import judge, tally
from tests.accidents.homes import POINTER, Homes, Verb
from tests.accidents.points import COMMIT, Fault
from tests.accidents.warm import Outcome

FULL_THEN_BROKEN = ("ENOSPC", "EIO")
REFUSALS = {
    "open": FULL_THEN_BROKEN,
    "write": FULL_THEN_BROKEN,
    "mkdir": FULL_THEN_BROKEN,
    "rename": FULL_THEN_BROKEN,
    "fsync": ("EIO", "EIO"),
}
"""How the odd and the even calls of each kind are refused."""

AT_ONCE = 2
DISK_VERBS = ("first import", "import", "train")
LIMITED_VERBS = ("first import", "import", "train", "promote", "rollback")


def refusals(verb: Verb) -> Iterator[Fault]:
    """Yield a fault for every call of a command that a disk can refuse."""
    for point, n in Counter(verb.dry.points).items():
        ways = REFUSALS.get(point.split()[0])
        if ways is not None:
            yield from (Fault(point, nth, refusal=ways[nth % 2]) for nth in range(1, n + 1))


def said_one_sentence(outcome: Outcome, *words: str) -> None:
    """See that a command failed as one should."""
    assert outcome.code == 1, outcome
    assert outcome.out == ""
    (sentence,) = outcome.err.splitlines()
    assert sentence.startswith("morefrom: ")
    assert sentence.endswith(".")
    assert not words or any(word in sentence for word in words), sentence


def is_as_before(homes: Homes, verb: Verb, home: Path) -> None:
    found = homes.warm.inspect(home)
    judge.is_old_or_new(verb, found)
    assert found["events"] == verb.before["events"]
    assert found["litter"] == []
    assert found["orphans"] == verb.before["orphans"]


def be_refused(homes: Homes, verb: Verb, faults: Sequence[Fault]) -> None:
    """Run a command into one fault after the other, and then without any."""
    home = homes.copy(verb.start)
    for fault in faults:
        outcome = homes.warm.run(home, *verb.arguments, fault=fault)
        assert outcome.is_hit, fault
        if outcome.code == 0:  # a folder that is there already need not be made
            assert fault.point.startswith("mkdir "), (fault, outcome)
            judge.is_done(verb, homes.warm.inspect(home))
            homes.remove(home)
            home = homes.copy(verb.start)
        else:
            said_one_sentence(outcome, "No space left on device", "Input/output error", "made")
            is_as_before(homes, verb, home)
        tally.note(refused=1)
    homes.do(home, *verb.arguments)
    judge.is_done(verb, homes.warm.inspect(home))
    homes.remove(home)


@pytest.mark.parametrize("name", DISK_VERBS)
def test_every_call_that_a_disk_refuses_leaves_the_old_state(homes: Homes, name: str) -> None:
    verb = homes.verb(name)
    faults = list(refusals(verb))
    assert faults
    with ThreadPoolExecutor(AT_ONCE) as pool:
        parts = [faults[start::AT_ONCE] for start in range(AT_ONCE)]
        list(pool.map(lambda part: be_refused(homes, verb, part), parts))


@pytest.mark.parametrize("refusal", FULL_THEN_BROKEN)
@pytest.mark.parametrize("name", LIMITED_VERBS)
def test_a_refused_commit_leaves_whole_transactions(homes: Homes, name: str, refusal: str) -> None:
    verb = homes.verb(name)
    for nth in range(1, verb.dry.points.count(COMMIT) + 1):
        home = homes.copy(verb.start)
        outcome = homes.warm.run(home, *verb.arguments, fault=Fault(COMMIT, nth, refusal=refusal))
        assert outcome.is_hit
        said_one_sentence(outcome, "disk I/O error; check its disk", "full; free some space")
        found = homes.warm.inspect(home)
        judge.is_old_or_new(verb, found)
        judge.is_as_acknowledged(outcome, found)
        assert found["litter"] == []
        assert found["orphans"] == verb.before["orphans"]
        homes.do(home, *verb.arguments)
        judge.is_done(verb, homes.warm.inspect(home))
        homes.remove(home)
        tally.note(refused=1)


@pytest.mark.parametrize("name", ["import", "train"])
@pytest.mark.parametrize("nth", [1, 2, 5])
def test_a_disk_that_stays_full_leaves_the_old_state(homes: Homes, name: str, nth: int) -> None:
    verb = homes.verb(name)
    verbs = ("open", "write")
    n = sum(point.split()[0] in verbs for point in verb.dry.points)
    fault = Fault("", min(nth, n), refusal="ENOSPC", stays=True, verbs=verbs)
    be_refused(homes, verb, [fault])


def test_a_follower_says_what_the_disk_refuses_and_goes_on_when_it_can(homes: Homes) -> None:
    verb = homes.verb("follow")
    for point in ("fsync models/serving", "rename models/serving/current.json"):
        home = homes.copy(verb.start)
        fault = Fault(point, 1, refusal="EIO")
        outcome = homes.warm.run(home, "follow", fault=fault, stop_when_moved=str(home / POINTER))
        assert outcome.code == 0, outcome.err
        assert outcome.is_hit
        assert "Input/output error" in outcome.err.splitlines()[0]
        assert "Traceback" not in outcome.err
        judge.is_done(verb, homes.warm.inspect(home))
        homes.remove(home)
        tally.note(refused=1)


@pytest.mark.parametrize("name", LIMITED_VERBS)
def test_a_file_that_may_not_grow_leaves_whole_transactions(homes: Homes, name: str) -> None:
    """RLIMIT_FSIZE: each file of the command, the catalogue's log among them, ends at a limit."""
    verb = homes.verb(name)
    codes: set[int] = set()
    for size in [8 << 10, *(step << 14 for step in (1, 2, 4, 6, 8, 10, 16, 512))]:
        home = homes.copy(verb.start)
        outcome = homes.warm.run(home, *verb.arguments, max_file_bytes=size)
        codes.add(outcome.code)
        found = homes.warm.inspect(home)
        judge.is_old_or_new(verb, found)
        judge.is_as_acknowledged(outcome, found)
        if outcome.code:
            said_one_sentence(outcome)
            assert found["litter"] == []
            assert found["orphans"] == []
            homes.do(home, *verb.arguments)
            tally.note(refused=1)
        judge.is_done(verb, homes.warm.inspect(home))
        homes.remove(home)
    assert codes == {0, 1}
