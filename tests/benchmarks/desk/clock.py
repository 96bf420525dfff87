"""How much of a processor something takes: what it takes in all, where nobody else wants one.

Every search and every page here is made by one thread that waits for nothing, so whatever else runs
on the machine, this tells how long it takes on one that is idle.
"""

import time
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray


def in_turn(
    ways: Mapping[str, Callable[[str], object]], asked: Iterator[str]
) -> dict[str, NDArray[np.float64]]:
    """Return the seconds that each question took, each way; each is put to all before the next.

    Args:
        ways: by name.
        asked: the questions.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for question in asked:
        for name, answer in ways.items():
            started = time.thread_time()
            answer(question)
            seconds[name].append(time.thread_time() - started)
    return {name: np.array(each) for name, each in seconds.items()}
