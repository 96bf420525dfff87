"""The whole way of an archive, from a file of texts to a promoted bundle, by what a user types.

The catalogue lies on disk between the two commands. Memory is that of all processes together,
looked at once a second: what they hold for themselves, and with it what the one that maps the most
has mapped of files, which the system may take back whenever it wants.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

from tests.benchmarks.archive import Archive
from tests.benchmarks.archive.__main__ import write
from tests.benchmarks.speed.table import Line, Table

ASKED_S = 30 * 60
ASKED_GB = 10

_LOOK_S = 1.0


class Spent(NamedTuple):
    """What a command took.

    Attributes:
        seconds: from its start to its end.
        own_bytes: the most that its processes held for themselves.
        all_bytes: the most with what was mapped.
    """

    seconds: float
    own_bytes: int
    all_bytes: int


def measure(n_articles: int, memory: str, table: Table) -> None:
    """Print the lines of the whole way.

    Args:
        n_articles: how many.
        memory: what training may take, as `train --memory` has it.
        table: to print to.
    """
    with tempfile.TemporaryDirectory() as folder:
        home, texts = Path(folder) / "home", Path(folder) / "archive.jsonl.gz"
        write(Archive(n_articles), texts)
        morefrom = [sys.executable, "-m", "recommender.cli", "--home", str(home)]
        steps = {
            "import": spent([*morefrom, "import", str(texts)]),
            "train --promote": spent([*morefrom, "train", "--promote", "--memory", memory]),
        }
    whole_s = sum(step.seconds for step in steps.values())
    table.add(Line.under(f"{n_articles:,} articles, texts to promoted bundle", whole_s, ASKED_S))
    for name, step in steps.items():
        table.add(Line.under(f"  {name}", step.seconds))
    own_gb, all_gb = (
        max(getattr(step, name) for step in steps.values()) / 1e9
        for name in ("own_bytes", "all_bytes")
    )
    asked = f"under {ASKED_GB} GB"
    table.add(Line("  peak memory", f"{own_gb:.1f} GB", asked, own_gb < ASKED_GB))
    table.add(Line("  with mapped files", f"{all_gb:.1f} GB"))


def spent(command: Sequence[str]) -> Spent:
    """Run a command, and exit if it fails.

    Args:
        command: a program and its arguments; what it prints goes to stderr.
    """
    started = time.perf_counter()
    own_bytes = all_bytes = 0
    with subprocess.Popen(command, stdout=sys.stderr) as process:
        while process.poll() is None:
            own, mapped = _held(process.pid)
            own_bytes, all_bytes = max(own_bytes, own), max(all_bytes, own + mapped)
            time.sleep(_LOOK_S)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with status {process.returncode}.")
    return Spent(time.perf_counter() - started, own_bytes, all_bytes)


def _held(pid: int) -> tuple[int, int]:
    """Return the bytes that a process and those it started hold, and the most that one maps."""
    own = mapped = 0
    try:
        first = psutil.Process(pid)
        everyone = [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0, 0
    for process in everyone:
        try:
            memory = process.memory_info()
        except psutil.NoSuchProcess:
            continue  # it has ended meanwhile
        shared = getattr(memory, "shared", 0)  # Linux alone tells
        own, mapped = own + memory.rss - shared, max(mapped, shared)
    return own, mapped
