"""Starts readers and ends them, and what they tell."""

import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.benchmarks.publishing.arrivals import at_most
from tests.benchmarks.speed.table import Line

CONNECTIONS = 16
_ASKING = "tests.benchmarks.steady.asking"
_GOES_HOME_S = 60

Gists = Mapping[str, Mapping[str, str]]
"""By version, by path: what `asking.gist` makes of the right answer."""


@dataclass
class Reading:
    """What readers saw; empty until they have gone home.

    Attributes:
        paths: that they asked for, in turn.
        took_s: seconds of each answer.
        said: number of a path, status, version, gist, and how often that answer came.
        broken: requests whose connection broke, and that were sent again.
        failed: those of them that broke again.
    """

    paths: Sequence[str]
    took_s: list[float] = field(default_factory=list)
    said: list[tuple[int, int, str, str, int]] = field(default_factory=list)
    broken: int = 0
    failed: list[str] = field(default_factory=list)

    @property
    def n_answers(self) -> int:
        """How many answers came."""
        return len(self.took_s)

    @property
    def n_errors(self) -> int:
        """How many answers were no 200, with the requests that got none at all."""
        bad = sum(count for _, status, _, _, count in self.said if status != 200)
        return bad + len(self.failed)

    @property
    def p99_s(self) -> float:
        """Seconds within which 99 of 100 answers came."""
        return at_most(self.took_s, 99) if self.took_s else math.inf

    def n_wrong(self, right: Gists) -> int:
        """Return how many answers are not those of the version that they name."""
        return sum(
            count
            for at, status, version, gist, count in self.said
            if status == 200 and right.get(version, {}).get(self.paths[at]) != gist
        )

    def errors(self, most: int = 0) -> Line:
        """Return the line of errors.

        Args:
            most: how many there may be.
        """
        work = f"  errors in {self.n_answers:,} answers"
        asked = f"at most {most}" if most else "none"
        return Line(work, str(self.n_errors), asked, self.n_errors <= most)


@contextmanager
def reading(url: str, paths: Sequence[str], per_s: float) -> Iterator[Reading]:
    """Let readers ask as long as the block lasts.

    Args:
        url: of the site.
        paths: what they ask for, in turn.
        per_s: requests a second, of all connections together.

    Yields:
        What they saw, told when the block has ended.
    """
    told = Reading(paths)
    with tempfile.NamedTemporaryFile("w", encoding="ascii", suffix=".paths") as file:
        file.write("\n".join(paths))
        file.flush()
        command = [sys.executable, "-m", _ASKING, url, file.name, str(CONNECTIONS), str(per_s)]
        readers = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        try:
            yield told
            said, _ = readers.communicate(timeout=_GOES_HOME_S)
        finally:
            readers.kill()  # if they have not gone by themselves
            readers.wait()
    for name, value in json.loads(said).items():
        setattr(told, name, value)
