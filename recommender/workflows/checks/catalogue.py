"""The catalogue's database: it opens, its file is sound, its log is small, its owner is right."""

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from recommender.catalogue import inspection, schema
from recommender.catalogue.database import Database
from recommender.domain.version import is_version_id
from recommender.workflows.checks.finding import Finding, Visit, error, ok, warning

NAME = "catalogue"

LARGE_LOG_BYTES = 64 << 20
"""A log of this size was long kept from being carried over: SQLite does that at four megabytes."""


def check(visit: Visit) -> Iterator[Finding]:
    """Look at the database, and ask it whether it is sound.

    Args:
        visit: what to look at.

    Yields:
        What was found.
    """
    file = inspection.sqlite_file(visit.settings.catalogue_url)
    if not visit.has_catalogue:
        yield _missing(visit, file)
        return
    if file is not None:
        yield from _file(file)
        problems = inspection.damage(file, thorough=visit.thorough)
        for problem in problems:
            yield error(NAME, f"{file} is damaged: {problem}.", "Restore it from a backup.")
        if problems:
            return
    with closing(Database.open(visit.settings.catalogue_url, must_exist=True)) as database:
        with database.reading() as connection:
            dialect = connection.dialect
            release = ".".join(map(str, dialect.server_version_info or ()))
        kind = f"{dialect.name} {release}, tables of version {schema.HEAD}"
        yield ok(NAME, f"{database.where} opens and is sound ({kind}).")


def _missing(visit: Visit, file: Path | None) -> Finding:
    trained = [path for path in visit.settings.versions_dir.glob("*") if is_version_id(path.name)]
    if trained:
        sentence = f"There is no catalogue at {file}, but there are {len(trained)} model versions."
        return error(NAME, sentence, "Correct “database_url”, or restore it from a backup.")
    sentence = f"There is no catalogue at {file} yet."
    return warning(NAME, sentence, "Begin with “morefrom import FILE”.")


def _file(file: Path) -> Iterator[Finding]:
    status = file.stat()
    if status.st_mode & stat.S_IWOTH:
        yield error(NAME, f"Anybody may write to {file}.", f"Run “chmod o-w {file}”.")
    if os.geteuid() not in {0, status.st_uid}:
        sentence = f"{file} belongs to user {status.st_uid}, and you are user {os.geteuid()}."
        yield warning(NAME, sentence, "Let one user run all of morefrom, and own its home.")
    log = file.with_name(f"{file.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size >= LARGE_LOG_BYTES:
        sentence = f"The log {log} has grown to {size >> 20} MB."
        remedy = "Carry it over with “morefrom doctor --fix” when no import runs."
        yield warning(NAME, sentence, remedy, lambda: _carry_over(file, log))


def _carry_over(file: Path, log: Path) -> str:
    inspection.checkpoint(file)
    return f"The log {log.name} was carried over into {file}."
