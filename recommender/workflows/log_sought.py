"""What somebody asks of the log, from what they typed: dates are days of the newsroom."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from recommender.catalogue.log import Sought
from recommender.domain.event import EventKind
from recommender.errors import InvalidParameter
from recommender.workflows.instants import read_instant

_A_KIND = ", ".join(EventKind)


def read_sought(said: Mapping[str, str | None], kinds: Iterable[str], zone: str) -> Sought:
    """Read what is asked for.

    Args:
        said: `by`, `about`, `from` and `until`; what is missing or blank asks for nothing.
        kinds: names of kinds of event.
        zone: the newsroom's time zone.

    Returns:
        The question.

    Raises:
        InvalidParameter: if a kind or an instant is none.
    """
    asked = {name: (text or "").strip() or None for name, text in said.items()}
    wanted = set()
    for kind in kinds:
        if kind not in list(EventKind):
            raise InvalidParameter(parameter="kind", found=kind, expected=_A_KIND)
        wanted.add(EventKind(kind))
    return Sought(
        kinds=frozenset(wanted),
        author=asked.get("by"),
        subject=asked.get("about"),
        since=_instant("from", asked.get("from"), zone, timedelta(0)),
        until=_instant("until", asked.get("until"), zone, timedelta(days=1)),
    )


def _instant(parameter: str, text: str | None, zone: str, later: timedelta) -> datetime | None:
    """Return an instant: of a bare date its midnight in the zone, or that of the day after."""
    try:
        day = date.fromisoformat(text or "") + later
        return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return read_instant(parameter, text)
