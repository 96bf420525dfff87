"""How long something takes, beside others in the same minutes."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np

TURNS = 5
TURN_S = 2.0
"""Whoever is measured takes so many turns with the others, so that a busy machine is busy for all,
each of no more than so many seconds and one query."""

Answer = Callable[[int], Any]
"""Answers the query of a number."""


class Way(NamedTuple):
    """A way to answer queries.

    Attributes:
        answer: answers the query of a number.
        n_queries: how many there are.
        repeats: how often to ask each of them.
    """

    answer: Answer
    n_queries: int
    repeats: int = 1


def latencies(ways: Mapping[str, Way]) -> dict[str, np.ndarray]:
    """Return the seconds that each query took, each way.

    Each way is asked some queries one after the other, as a server is, then the next way is, until
    all have been asked theirs or their turn is over. Nothing counts that is done only once: each
    turn begins with a query that is not counted.

    Args:
        ways: by name.

    Returns:
        float64 for each way, one for each query asked.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(TURNS):
        for name, way in ways.items():
            queries = np.array_split(np.arange(way.n_queries * way.repeats), TURNS)[turn]
            way.answer(0)
            ends = time.perf_counter() + TURN_S
            for query in (queries % way.n_queries).tolist():
                seconds[name].append(timed(partial(way.answer, query))[0])
                if time.perf_counter() > ends:
                    break
    return {name: np.array(each) for name, each in seconds.items()}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that some work took, and what it returned."""
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done
