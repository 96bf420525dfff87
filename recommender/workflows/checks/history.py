"""The history and the articles: numbered without gaps, nothing lost, nothing rewritten."""

from collections.abc import Iterator
from contextlib import closing
from itertools import islice

from recommender.catalogue import history, inspection
from recommender.catalogue.database import Database
from recommender.workflows.checks.finding import Finding, Visit, error, ok, warning

NAME = "history"
_SAMPLE = 1_000
_NAMED = 5
_RESTORE = "Restore the catalogue from a backup, and find out who wrote to it past morefrom."


def check(visit: Visit) -> Iterator[Finding]:
    """Compare the tables with each other, and revisions with their fingerprints.

    Args:
        visit: what to look at; all revisions if it is thorough, else a thousand of them.

    Yields:
        What was found.
    """
    if not visit.has_catalogue:
        return
    with closing(Database.open(visit.settings.catalogue_url, must_exist=True)) as database:
        with database.reading() as connection:
            last = history.last_event(connection)
            problems = inspection.contradictions(connection)
            turned = inspection.turned_back(connection)
        step = 1 if visit.thorough else max(1, last // _SAMPLE)
        altered = list(islice(inspection.altered(database, step), _NAMED + 1))
    for problem in problems:
        yield error(NAME, f"The catalogue contradicts itself: {problem}.", _RESTORE)
    if altered:
        named = _listed(altered)
        sentence = f"Revisions do not say what their fingerprints stand for: {named}."
        yield error(NAME, sentence, _RESTORE)
    if turned:
        sentence = f"Events say to be earlier than the one before them: {_listed(turned)}."
        remedy = "Nothing to mend: their numbers give the order. Keep the clock right from now on."
        yield warning(NAME, sentence, remedy)
    if not problems and not altered:
        looked = "all revisions" if step == 1 else f"one revision in {step}"
        yield ok(NAME, f"{last:,} events, none missing; fingerprints of {looked} are right.")


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(f"{number:,}" for number in numbers[:_NAMED])
    return f"event {shown}" + (" and more" if len(numbers) > _NAMED else "")
