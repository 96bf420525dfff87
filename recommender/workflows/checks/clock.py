"""The clock: what is written today must not be older than what was written yesterday."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from recommender.catalogue import inspection
from recommender.ranking.files import MANIFEST
from recommender.ranking.pointer import pointer_path
from recommender.workflows.checks.finding import Finding, Visit, error, ok, warning

NAME = "clock"
PATIENCE = timedelta(minutes=1)
EARLIEST_YEAR = 2024
"""Before this, morefrom did not exist: a clock that says so was never set."""

_SET = "Set the clock of this machine, best by NTP; until then new articles count as future ones."


def check(visit: Visit) -> Iterator[Finding]:
    """Compare the clock with what was written before.

    Args:
        visit: what to look at.

    Yields:
        What was found.
    """
    now = visit.now
    if now.year < EARLIEST_YEAR:
        yield error(NAME, f"The clock says that it is {now:%Y-%m-%d}.", _SET)
    ahead = [(what, at) for what, at in _written(visit) if at - now > PATIENCE]
    for what, at in ahead:
        sentence = f"The clock says {_shown(now)}, but {what} is of {_shown(at)}."
        yield warning(NAME, sentence, _SET)
    try:
        ZoneInfo("Europe/London")
    except ZoneInfoNotFoundError:
        sentence = "This machine has no time zone data."
        yield warning(NAME, sentence, "Install the system's tzdata, or “pip install tzdata”.")
    if not ahead and now.year >= EARLIEST_YEAR:
        yield ok(NAME, f"It is {_shown(now)}, later than all that was ever written.")


def _written(visit: Visit) -> Iterator[tuple[str, datetime]]:
    settings = visit.settings
    if visit.has_catalogue:
        with visit.reading() as connection:
            at = inspection.newest_at(connection)
        if at is not None:
            yield "the newest event", at
    manifests = settings.versions_dir.glob(f"*/{MANIFEST}")
    for path in (*manifests, pointer_path(settings.serving_dir)):
        if path.exists():
            yield str(path), datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _shown(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
