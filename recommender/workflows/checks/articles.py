"""The articles: dates that keep one from being shown, embargoes that ended unnoticed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from recommender.catalogue import inspection
from recommender.errors import BrokenBundle
from recommender.ranking.bundle import Bundle
from recommender.workflows.checks.finding import Finding, Visit, ok

NAME = "articles"
FAR = timedelta(days=366)


def check(visit: Visit) -> Iterator[Finding]:
    """Count what a newsroom may want to know of; nothing of it is a fault.

    Args:
        visit: what to look at.

    Yields:
        What was found.
    """
    if not visit.has_catalogue:
        return
    with visit.reading() as connection:
        undated, future = inspection.dates(connection, visit.now + FAR)
    if undated:
        yield ok(NAME, f"Published articles without a date: {undated:,}; they are shown last.")
    if future:
        sentence = f"Published articles dated more than a year ahead: {future:,}; not shown yet."
        yield ok(NAME, sentence)
    n_ended = _ended(visit)
    if n_ended:
        sentence = f"The embargo of {n_ended:,} articles ended since the champion was trained."
        yield ok(NAME, f"{sentence} Picks of their own come with the next training.")


def _ended(visit: Visit) -> int:
    promotion = visit.champion()
    if promotion is None:
        return 0
    try:
        bundle = Bundle.open(visit.settings.versions_dir / promotion.subject)
    except BrokenBundle:
        return 0  # told by the check of versions
    with visit.catalogue() as catalogue:
        waiting = catalogue.embargoed_after(datetime.fromisoformat(bundle.taken_at))
        return sum(article.is_open(visit.now) for _, article in waiting)
