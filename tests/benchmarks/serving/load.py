"""Load from a process of its own: wrk where it is installed, else `knock`."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

CONNECTIONS = 16
"""Kept alive, one request under way on each."""

_SCRIPT = Path(__file__).with_name("paths.lua")
_KNOCK = "tests.benchmarks.serving.knock"


class Load(NamedTuple):
    """What came of it.

    Attributes:
        per_s: answers a second.
        p99_s: seconds within which 99 of 100 came.
        n_failures: answers that were no 2xx, and connections that broke.
    """

    per_s: float
    p99_s: float
    n_failures: int

    @classmethod
    def middle(cls, rounds: Sequence["Load"]) -> "Load":
        """Return the medians of several rounds, and all of their failures."""
        failures = sum(one.n_failures for one in rounds)
        return cls(
            median(one.per_s for one in rounds), median(one.p99_s for one in rounds), failures
        )


def generator() -> str:
    """Return who makes the load."""
    return "wrk" if shutil.which("wrk") else "a generator in Python, the slower side"


def put_on(url: str, paths: Sequence[str], seconds: int, *, once: bool = False) -> Load:
    """Ask a server as fast as it answers.

    Args:
        url: of the server.
        paths: what is asked, in turn.
        seconds: for so long.
        once: no path twice; the benchmark ends if there are too few for that.
    """
    with tempfile.NamedTemporaryFile("w", encoding="ascii", suffix=".paths") as file:
        file.write("\n".join(paths))
        file.flush()
        if shutil.which("wrk"):
            how = ["--threads", "1", "--connections", str(CONNECTIONS)]
            wrk = ["wrk", *how, "--duration", f"{seconds}s", "--timeout", "5s", "--latency"]
            command = [*wrk, "--script", str(_SCRIPT), url, "--", file.name]
        else:
            python = [sys.executable, "-m", _KNOCK, url]
            command = [*python, file.name, str(CONNECTIONS), str(seconds)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    n_answers, n_failures, took_us, p99_us = map(int, done.stdout.split()[-4:])
    if once and n_answers >= len(paths) - CONNECTIONS:
        sys.exit(
            f"{len(paths):,} questions are too few for {seconds} s: give fewer or more articles."
        )
    return Load(n_answers / took_us * 1e6, p99_us / 1e6, n_failures)
