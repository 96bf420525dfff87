"""How an overlay is laid out: from what happened since a training to the arrays that say so."""

import json
from collections.abc import Iterable

import numpy as np

from recommender.domain.placement import Placements
from recommender.domain.synonyms import Synonyms
from recommender.errors import WrongInput
from recommender.ranking.arrival import Arrivals
from recommender.ranking.arrived import write_arrived
from recommender.ranking.bundle import Bundle
from recommender.ranking.changes import Changes, Dated
from recommender.ranking.former import write_former
from recommender.ranking.sink import ArraySink
from recommender.ranking.table_writer import write_table

TAKEN_AWAY = -1
"""Stands for the correction of a bundle row that has none: it is not shown at all."""


def lay_out(
    sink: ArraySink, bundle: Bundle, changes: Changes, arrivals: Arrivals | None, until: int
) -> None:
    """Write all arrays of an overlay.

    Args:
        sink: takes them.
        bundle: what the overlay belongs to.
        changes: what happened since its training.
        arrivals: of its revisions, those up to an event; None for none.
        until: number of that event.
    """
    write_table(sink, changes.entries)
    write_former(sink, changes.former)
    came = Arrivals(bundle) if arrivals is None else arrivals
    write_arrived(sink, bundle, changes.entries, changes.former, came, until)
    replaces = np.full(len(changes.entries), -1, np.int32)
    opened_us = [entry.opened_us for entry in changes.entries]
    hidden: list[tuple[int, int, int, int]] = []
    corrected = [(one.card.id, row, one.event) for row, one in enumerate(changes.entries)]
    removed = [(article_id, TAKEN_AWAY, number) for article_id, number in changes.removed]
    for article_id, overlay_row, number in corrected + removed:
        row = bundle.articles.row_of_id(article_id)
        if row is not None:
            if overlay_row != TAKEN_AWAY:
                replaces[overlay_row] = row
            dated = _dated(bundle, row, changes.dates.get(article_id, ()))
            hidden.append((row, overlay_row, number, dated))
    rows, overlay_rows, events, dates = np.array(sorted(hidden), np.int64).reshape(-1, 4).T
    sink.array("replaces", replaces)
    sink.array("opened_us", np.array(opened_us, np.int64))
    sink.array("hidden.rows", rows.astype(np.int32))
    sink.array("hidden.overlay_rows", overlay_rows.astype(np.int32))
    sink.array("hidden.event", np.ascontiguousarray(events))
    sink.array("hidden.dated", np.ascontiguousarray(dates))
    for name, text in (
        ("overrides", changes.overrides.undone_after(bundle.last_event).to_json()),
        ("rules", changes.rules.undone_after(bundle.last_event).to_json()),
        ("placements", _placements_json(changes)),
    ):
        sink.array(name, np.frombuffer(text, np.uint8))


def read_placements(text: bytes) -> Placements:
    """Return the placements of an overlay, with every name of their slots' tags.

    Args:
        text: what stands in its array `placements`.

    Raises:
        ValueError: if they cannot be read.
    """
    try:
        held = json.loads(text)
        placements = Placements.from_values(held["values"], event=int(held["event"]))
        return Synonyms.from_values(held["synonyms"]).in_placements(placements)
    except (AttributeError, KeyError, TypeError, RecursionError, WrongInput) as error:
        raise ValueError(str(error)) from None


def _dated(bundle: Bundle, row: int, dates: Iterable[Dated]) -> int:
    """Return the last event by which an article's date became another, 0 for none.

    Args:
        bundle: has the first date, which counts again for what is taken away.
        row: the bundle's row of the article.
        dates: those of the revisions since, in order.
    """
    trained_us = int(bundle.articles.published_us[row])
    last, before = 0, None
    for number, published_us, opened_us in dates:
        date = None if published_us in {None, trained_us} else (published_us, opened_us)
        if date != before:
            last, before = number, date
    return last


def _placements_json(changes: Changes) -> bytes:
    """Return the placements, and apart from them the tags that are one: rules may get long."""
    placements, synonyms = changes.placements, changes.synonyms
    event = max(placements.event, synonyms.event)
    held = {"event": event, "values": placements.to_values(), "synonyms": synonyms.to_values()}
    return json.dumps(held, ensure_ascii=False, allow_nan=False).encode()
