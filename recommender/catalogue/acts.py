"""Acts: what one person did in one go, which the log tells in one line.

An import of a million articles is a million events, and somebody who reads what happened wants to
hear of it once. So each event carries the number of the event that its act began with: its own, or
that of the event right before it if both are the same author's, of a kind that comes in numbers,
for the same reason, and not far apart. It follows from the events and is stored with them, so that
the log finds the beginnings without reading what lies between.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from recommender.domain.event import EventKind

IN_NUMBERS = frozenset({EventKind.ARTICLE.value, EventKind.RATING.value})
"""Kinds of event that one act may have many of; each event of another kind is an act."""

PAUSE = timedelta(minutes=10)
"""What comes later than this after the event before it is another act."""

Row = dict[str, Any]
"""A row of the table `event`."""


def begun_at(rows: Iterable[Row], before: Mapping[Any, Any] | None) -> list[Row]:
    """Return rows, each with the number of the event that its act began with.

    Args:
        rows: the next of the history, in order, without `act`.
        before: the row before them, with it; None if they begin the history.
    """
    done: list[Row] = []
    for row in rows:
        earlier = done[-1] if done else before
        act = earlier["act"] if earlier is not None and _goes_on(earlier, row) else row["number"]
        done.append({**row, "act": act})
    return done


def _goes_on(earlier: Mapping[Any, Any], row: Row) -> bool:
    later: datetime = row["at"]
    return (
        row["kind"] in IN_NUMBERS
        and all(row[name] == earlier[name] for name in ("kind", "author", "reason"))
        and later - earlier["at"] <= PAUSE
    )
