"""Settings: names that nothing reads, the port, the files that they name."""

import os
from collections.abc import Iterator

from recommender.errors import CannotListen
from recommender.settings import ENVIRONMENT_PREFIX, SETTINGS_FILE
from recommender.workflows.address import Address
from recommender.workflows.checks.finding import Finding, Visit, ok, warning

NAME = "settings"


def check(visit: Visit) -> Iterator[Finding]:
    """Look at the settings in force; that they are valid is known by now.

    Args:
        visit: what to look at.

    Yields:
        What was found.
    """
    home = visit.settings.home
    source = home / SETTINGS_FILE
    where = f"{source} is valid" if source.is_file() else f"{home} has no {SETTINGS_FILE}"
    yield ok(NAME, f"{where}; the home is {home}.")
    yield from _environment()
    yield _port(visit)
    preview = visit.settings.preview
    if preview is not None and not preview.is_file():
        sentence = f"The setting “preview” names {preview}, which is no file."
        yield warning(NAME, sentence, "Correct or remove it: /preview/ shows nothing.")


def _environment() -> Iterator[Finding]:
    for name in sorted(os.environ):
        alike = name.upper().replace("-", "_").startswith(ENVIRONMENT_PREFIX)
        if alike and not name.startswith(ENVIRONMENT_PREFIX):
            sentence = f"The environment variable {name} is not read."
            yield warning(NAME, sentence, f"Write it in capitals: {name.upper()}.")


def _port(visit: Visit) -> Finding:
    address = Address(visit.settings.host, visit.settings.port)
    try:
        address.check_free()
    except CannotListen as problem:
        answer = address.ask_readiness()
        if answer is None:
            return warning(NAME, str(problem), "“morefrom serve” cannot start before.")
        if answer[0]:
            return ok(NAME, f"The public app answers on {address.url}.")
        return warning(NAME, f"The public app is not ready: {answer[1]}", "See the other findings.")
    return ok(NAME, f"Nothing listens on {address.url} yet, and “morefrom serve” could.")
