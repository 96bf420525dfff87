"""kill -9 at any moment: the old state or the new one, nothing lost, and the next run just works.

A round copies a home, runs a command in it, and kills the command, either after a random time or at
a named point (`points`); then it looks at the home, runs the same command again, and looks again.
ACCIDENT_ROUNDS=2000 has more rounds, ACCIDENT_SEED=7 has others.
"""

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.accidents import judge, tally
from tests.accidents.homes import POINTER, Homes, Verb
from tests.accidents.points import Fault

ROUNDS = int(os.environ.get("ACCIDENT_ROUNDS", "200"))
SEED = int(os.environ.get("ACCIDENT_SEED", "1"))
SHARES = {
    "import": 0.2,
    "first import": 0.15,
    "train": 0.25,
    "promote": 0.1,
    "rollback": 0.1,
    "follow": 0.2,
}
LASTING = ("commit", "rename", "mkdir", "unlink")
"""After these the disk is another one than before; after the others it is not yet."""

AT_ONCE = 2


@dataclass(frozen=True)
class Round:
    """One accident: a fault, or a share of the command's usual time."""

    fault: Fault | None
    share: float = 0.0

    def __str__(self) -> str:
        fault = self.fault
        return f"{fault.moment} {fault.point} ({fault.nth})" if fault else f"{self.share:.0%}"


def named_rounds(verb: Verb, n: int, dice: random.Random) -> list[Round]:
    """Return rounds that kill at points that a command passes by, each point in its turn."""
    counts = Counter(verb.dry.points)
    places = [(point, "before") for point in counts]
    places += [(point, "after") for point in counts if point.split()[0] in LASTING]
    dice.shuffle(places)
    taken = [places[k % len(places)] for k in range(n)]
    return [
        Round(Fault(point, dice.randint(1, counts[point]), moment)) for point, moment in taken
    ]


def have_accident(homes: Homes, verb: Verb, accident: Round) -> None:
    home = homes.copy(verb.start)
    delay = None if accident.fault else accident.share * verb.dry.seconds
    moved = str(home / POINTER) if verb.moves_pointer else None
    outcome = homes.warm.run(
        home, *verb.arguments, fault=accident.fault, kill_after_s=delay, stop_when_moved=moved
    )
    found = homes.warm.inspect(home)
    judge.is_old_or_new(verb, found)
    judge.is_as_acknowledged(outcome, found)
    if not outcome.is_killed:
        judge.is_done(verb, found)
    if accident.fault:
        assert outcome.is_killed, outcome.err
        tally.note(f"{verb.name}: {accident.fault.moment} {accident.fault.point}", named=1)
    tally.note(rounds=1, killed=outcome.is_killed)
    homes.do(home, *verb.arguments)
    judge.is_done(verb, homes.warm.inspect(home))
    homes.remove(home)


@pytest.mark.parametrize("name", SHARES)
def test_a_killed_command_leaves_the_old_state_or_the_new(homes: Homes, name: str) -> None:
    verb = homes.verb(name)
    dice = random.Random(f"{SEED} {name}")
    n = round(ROUNDS * SHARES[name])
    n_named = (2 * n) // 3
    rounds = named_rounds(verb, n_named, dice)
    rounds += [Round(None, dice.uniform(0, 1.1)) for _ in range(n - n_named)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [(one, pool.submit(have_accident, homes, verb, one)) for one in rounds]
    for one, done in running:
        if (failure := done.exception()) is not None:
            pytest.fail(f"{name}, seed {SEED}, killed {one}: {failure!r}")


def test_at_least_twelve_points_can_be_named(homes: Homes) -> None:
    names = {(name, point) for name in SHARES for point in homes.verb(name).dry.points}
    assert len(names) >= 12
