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
LANDMARKS = ("commit", "rename")
"""Before these it is the old state, after them the new one: killed on either side, most often."""

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
    """Return rounds that kill at the points that a command passes by.

    Each point has its turn, at any of its calls, and then the landmarks again and again.
    """
    counts = Counter(verb.dry.points)
    landmarks = [
        (point, moment)
        for point in counts
        for moment in ("before", "after")
        if point.split()[0] in LANDMARKS
    ]
    places = [(point, "before") for point in counts]
    places = list(dict.fromkeys(places + landmarks))
    dice.shuffle(places)
    places += landmarks * n
    return [
        Round(Fault(point, dice.randint(1, counts[point]), moment)) for point, moment in places[:n]
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
        tally.note(f"{verb.name}: {accident.fault.moment} {accident.fault.point}")
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
    rounds += [Round(None, dice.uniform(0, 1.5)) for _ in range(n - n_named)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [(one, pool.submit(have_accident, homes, verb, one)) for one in rounds]
    for one, done in running:
        if (failure := done.exception()) is not None:
            pytest.fail(f"{name}, seed {SEED}, killed {one}: {failure!r}")


def test_at_least_twelve_named_points_were_hit_several_times(homes: Homes) -> None:
    del homes
    if not tally.POINTS:
        pytest.skip("no round has been run before this")
    assert sum(n >= 3 for n in tally.POINTS.values()) >= 12, tally.POINTS
    assert tally.COUNTS["lost"] == 0
