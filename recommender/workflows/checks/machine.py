"""The machine: the Python and the libraries that the champion was trained with, and its limits."""

import importlib.metadata
import platform
import resource
from collections.abc import Iterator

from recommender.errors import BrokenBundle
from recommender.ranking.bundle import Bundle
from recommender.workflows.checks.finding import Finding, Visit, ok, warning

NAME = "machine"
LEAST_FILES = 1_024
"""Open files that a worker needs: some sixty that it maps, and one a connection."""


def check(visit: Visit) -> Iterator[Finding]:
    """Compare libraries with the champion's, and the limit of open files with what serving needs.

    Args:
        visit: what to look at.

    Yields:
        What was found.
    """
    yield from _libraries(visit)
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= soft < LEAST_FILES:
        sentence = f"A process may open {soft} files at once, and {LEAST_FILES} are wanted."
        yield warning(NAME, sentence, f"Run “ulimit -n {LEAST_FILES}” before “morefrom serve”.")
    else:
        yield ok(NAME, f"A process may open {soft if soft >= 0 else 'any number of'} files.")


def _libraries(visit: Visit) -> Iterator[Finding]:
    promotion = visit.champion()
    if promotion is None:
        return
    try:
        bundle = Bundle.open(visit.settings.versions_dir / promotion.subject)
    except BrokenBundle:
        return  # told by the check of versions
    written = {"Python": bundle.metadata.get("python", ""), **bundle.metadata.get("libraries", {})}
    changes = [
        f"{name} {was} (here {now})"
        for name, was in written.items()
        if was and was != (now := _installed(name))
    ]
    if changes:
        sentence = f"The champion was trained with {', '.join(changes)}."
        remedy = "It is served all the same; train again when you like."
        yield warning(NAME, sentence, remedy)
    else:
        yield ok(NAME, f"Python {platform.python_version()} and the libraries are the champion's.")


def _installed(name: str) -> str:
    if name == "Python":
        return platform.python_version()
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "none"
