"""Articles as they lie in time: the newest of all, of a tag, of a section."""

from collections.abc import Iterable, Iterator
from heapq import merge

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.admission import Admission
from recommender.ranking.refs import NEVER_US, Ref, Trail
from recommender.ranking.snapshot import Snapshot
from recommender.ranking.table import ArticleTable


def newest(  # noqa: PLR0913 - whose, and what of them
    snapshot: Snapshot,
    *,
    tag: str | None = None,
    section: str | None = None,
    until_us: int | None = None,
    language: int | None = None,
    admission: Admission | None = None,
    trail: Trail | None = None,
) -> Iterator[Ref]:
    """Yield articles, newest first, reading no more of a long list than is asked for.

    Args:
        snapshot: whose articles.
        tag: only those with this slug; or
        section: only those in this section.
        until_us: only those published at this instant or before, in microseconds since 1970.
        language: only those in the language of this packed code; None for all.
        admission: only those that pass these filters; None for all.
        trail: takes note of every event that touched the list.

    Yields:
        Articles in row order of the two tables together.
    """
    trail = trail or Trail(NEVER_US if until_us is None else until_us)
    for articles in (snapshot.bundle.articles, snapshot.overlay.articles):
        trail.note_instant(articles.next_after(tag, section, until_us))
    in_bundle = snapshot.bundle.articles.newest(tag, section, until_us)
    in_overlay = snapshot.overlay.articles.newest(tag, section, until_us)
    if admission is not None:
        in_bundle = (rows[admission.in_bundle(rows)] for rows in in_bundle)
        in_overlay = (rows[admission.in_overlay(rows)] for rows in in_overlay)
    revised = (
        Ref(True, int(row))
        for rows in in_overlay
        for row in rows[_is_in(language, snapshot.overlay.articles, rows)]
    )
    unchanged = _unchanged(snapshot, in_bundle, language, trail)
    passed = snapshot.overlay.former.passed(tag, section, language, trail)
    for ref in merge(unchanged, revised, key=snapshot.order):
        passed.walk(snapshot.published_us(ref))
        snapshot.look_at(ref, trail)
        yield ref
    passed.walk(None)


def _unchanged(
    snapshot: Snapshot, pieces: Iterable[NDArray[np.int32]], language: int | None, trail: Trail
) -> Iterator[Ref]:
    """Yield the rows of the bundle that still count.

    Args:
        snapshot: whose bundle.
        pieces: the bundle's rows.
        language: only those in the language of this packed code; None for all.
        trail: takes note of the events by which those between were lost.

    Yields:
        One row after another; thousands between that were lost, or are in another language, cost
        next to nothing.
    """
    for rows in pieces:
        rows = rows[_is_in(language, snapshot.bundle.articles, rows)]
        if not len(rows):
            continue
        trail.note_instant(int(snapshot.bundle.articles.published_us[rows[0]]))
        is_hidden, events = snapshot.overlay.hidden_among(rows)
        latest = np.maximum.accumulate(events)
        for position in np.flatnonzero(~is_hidden).tolist():
            trail.note(int(latest[position]))
            yield Ref(False, int(rows[position]))
        trail.note(int(latest[-1]))


def _is_in(
    language: int | None, articles: ArticleTable, rows: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Return which rows of a table are in a language, bool[r]; all are in any, which None means."""
    if language is None:
        return np.ones(len(rows), np.bool_)
    is_in: NDArray[np.bool_] = articles.language[rows] == language
    return is_in
