"""The compiled loops: whether numba's cache is there and of this code, and who may write to it.

Whatever lies in that folder is run by whoever trains. The cache is looked at here without loading
it: numba begins each index with its own version and a hash of the source, and names it by the
Python that it is for.
"""

import pwd
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from recommender.workflows.checks.finding import Finding, Visit, ok, warning

NAME = "compiled"
_HEAD_BYTES = 400
_LOOPS = (
    "both_ways.nearest",
    "budgeted.ranked",
    "companies.companies",
    "direct._scores",
    "exact.nearest",
    "exhaustive.nearest",
    "occurrences._added",
    "postings.invert",
    "respelling._pieces",
    "string_table._find",
    "string_table._intern",
    "tiles.merge",
    "weighing._unit_rows",
    "words._find",
)
"""Compiled functions that are called from Python; others are compiled into them."""


def check(visit: Visit) -> Iterator[Finding]:
    """Look at numba's cache; compile the loops if that was asked for.

    Args:
        visit: what to look at.

    Yields:
        What was found.
    """
    from recommender.ranking import exact

    stats = getattr(exact.nearest, "stats", None)
    if stats is None:
        sentence = "numba is switched off: the loops run as plain Python, a thousand times slower."
        yield warning(NAME, sentence, "Take NUMBA_DISABLE_JIT out of the environment.")
        return
    folder = Path(stats.cache_path)
    if visit.warm:
        yield ok(NAME, _warm())
    stale = [name for name in _LOOPS if not _is_fresh(folder, Path(exact.__file__).parent, name)]
    if stale:
        sentence = f"The compiled loops in {folder} are missing or of other code or libraries."
        remedy = "Run “morefrom doctor --warm”; else the next training compiles them, in seconds."
        yield warning(NAME, sentence, remedy)
    else:
        yield ok(NAME, f"The compiled loops in {folder} are of this code, Python and numba.")
    yield from _writers(folder)


def _warm() -> str:
    from recommender.ranking import engine
    from recommender.training import vectors

    started = time.monotonic()
    engine.warm()
    vectors.warm()
    return f"The loops were compiled or loaded in {time.monotonic() - started:.1f} s."


def _is_fresh(folder: Path, package: Path, name: str) -> bool:
    import numba

    from recommender.ranking.compiled import sources_stamp

    tag = f"py{sys.version_info.major}{sys.version_info.minor}"
    for index in folder.glob(f"{name}-*.{tag}.nbi"):
        with index.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        if numba.__version__.encode() in head and sources_stamp(package) in head:
            return True
    return False


def _writers(folder: Path) -> Iterator[Finding]:
    if not folder.is_dir():
        return
    status = folder.stat()
    try:
        shared = pwd.getpwuid(status.st_uid).pw_gid != status.st_gid
    except KeyError:  # a user id without a name, as in many containers
        shared = True
    if status.st_mode & stat.S_IWOTH or (shared and status.st_mode & stat.S_IWGRP):
        sentence = (
            f"Others than its owner may write to {folder}, and so run code as whoever trains."
        )
        yield warning(NAME, sentence, f"Run “chmod go-w {folder}”: only the installer needs to.")
