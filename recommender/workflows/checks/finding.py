"""A finding: what the doctor saw, how bad it is, and what to do about it."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.database import Database
from recommender.catalogue.inspection import sqlite_file
from recommender.domain.event import Event
from recommender.registry.champions import CHAMPION_EVENTS, champions
from recommender.settings import Settings


class Severity(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """What was found.

    Attributes:
        check: the subject, one word.
        severity: how bad it is; `ok` also for what is merely good to know.
        sentence: what was found.
        remedy: what a person does about it, empty where there is nothing to do.
        fix: does what is safe to do, and returns a sentence on it; None where a person must.
    """

    check: str
    severity: Severity
    sentence: str
    remedy: str = ""
    fix: Callable[[], str] | None = None

    @property
    def fixable(self) -> bool:
        """Whether `--fix` can mend it."""
        return self.fix is not None


@dataclass(frozen=True)
class Visit:
    """What every check is given.

    Attributes:
        settings: of the home that is looked at.
        now: an aware instant.
        thorough: look at all there is, however long it takes.
        warm: compile the loops if need be.
    """

    settings: Settings
    now: datetime
    thorough: bool = False
    warm: bool = False

    @property
    def has_catalogue(self) -> bool:
        """Whether there is a catalogue to be asked; of a server that is not known before."""
        file = sqlite_file(self.settings.catalogue_url)
        return file is None or file.exists()

    def catalogue(self) -> Catalogue:
        """Return the catalogue, opened, which must be there."""
        return Catalogue.open(self.settings.catalogue_url, must_exist=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a reading transaction of the catalogue's database, which must be there.

        Yields:
            The connection.
        """
        url = self.settings.catalogue_url
        with (
            closing(Database.open(url, must_exist=True)) as database,
            database.reading() as connection,
        ):
            yield connection

    def champion(self) -> Event | None:
        """Return the promotion by which the champion serves, None if there is none."""
        if not self.has_catalogue:
            return None
        with self.catalogue() as catalogue:
            standing = champions(catalogue.events(CHAMPION_EVENTS))
        return standing[-1] if standing else None


Check = Callable[[Visit], Iterator[Finding]]


def ok(check: str, sentence: str) -> Finding:
    """Return what is as it should be, or good to know."""
    return Finding(check, Severity.OK, sentence)


def warning(
    check: str, sentence: str, remedy: str, fix: Callable[[], str] | None = None
) -> Finding:
    """Return what somebody should look at some day."""
    return Finding(check, Severity.WARNING, sentence, remedy, fix)


def error(check: str, sentence: str, remedy: str, fix: Callable[[], str] | None = None) -> Finding:
    """Return what must be mended."""
    return Finding(check, Severity.ERROR, sentence, remedy, fix)
