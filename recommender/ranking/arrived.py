"""Arrivals in the files of an overlay: who came, whose lists they enter, and who has left again.

The articles of an overlay whose revision was compared (`arrival`) have `arrived.is` 1, and from
then on lists of their own. `arrived.vectors.*` are their vectors over the bundle's columns;
`arrived.closest.*` and `arrived.older.*` their nearest in the bundle, padded as there;
`arrived.place` is the first of the bundle's rows that each precedes in row order, and
`arrived.floor`, `arrived.stories` (-1 for a story of its own), `arrived.length`, `arrived.author`
and `arrived.section` what the bundle has of its own articles under these names.

`near.*`: for each article of the overlay, from `near.starts` on, the others and their similarity.
`entered.*` and `entered_older.*`: rows of the bundle, ascending, the overlay's article that comes
into the list of each, and how similar the two are. `left.*`: by the same for articles that came
and were corrected or taken away since, `left.event` being what did it; a list that shows neither
must still tell that it did not stay as it was. Rows are those of `known`: the overlay's come behind
the bundle's.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import tag_slug
from recommender.ranking.arrival import Arrival, Arrivals, Near
from recommender.ranking.blobs import Arrays
from recommender.ranking.bundle import Bundle
from recommender.ranking.former import Former
from recommender.ranking.rows import SparseRows
from recommender.ranking.sink import ArraySink
from recommender.ranking.table_writer import Entry

_FACTS = ("place", "floor", "stories", "length", "author", "section")
_BY_ROW = {"rows": "int32", "overlay_rows": "int32", "similarity": "int32"}

ARRIVED_LAYOUT = {
    "arrived.is": "uint8 articles",
    "arrived.vectors.indptr": "int64 articles+1",
    "arrived.vectors.columns": "int32 entries",
    "arrived.vectors.weights": "float32 entries",
    "arrived.closest.rows": "int32 articles closest",
    "arrived.closest.similarity": "int32 articles closest",
    "arrived.older.rows": "int32 articles older",
    "arrived.older.similarity": "int32 articles older",
    **{f"arrived.{name}": "int32 articles" for name in _FACTS},
    "near.starts": "int64 articles+1",
    "near.rows": "int32 near",
    "near.similarity": "int32 near",
    **{
        f"{kind}.{name}": f"{dtype} {kind}"
        for kind in ("entered", "entered_older")
        for name, dtype in _BY_ROW.items()
    },
    "left.rows": "int32 left",
    "left.similarity": "int32 left",
    "left.event": "int64 left",
}
"""The arrays, for the layout of the overlay that they are part of."""


class Entered(NamedTuple):
    """Who comes into lists that a training stored.

    Attributes:
        rows: int32[e], ascending, the bundle's rows whose lists they are.
        overlay_rows: int32[e], who comes into each.
        similarity: int32[e], millionths.
    """

    rows: NDArray[np.int32]
    overlay_rows: NDArray[np.int32]
    similarity: NDArray[np.int32]

    def of(self, row: int) -> Near:
        """Return who comes into one list, as rows of the overlay.

        Args:
            row: the bundle's, whose list it is.
        """
        if not self.rows.size:
            return Near(self.overlay_rows, self.similarity)
        start, stop = self.rows.searchsorted([row, row + 1])
        return Near(self.overlay_rows[start:stop], self.similarity[start:stop])


class Arrived:
    """What is known of the articles of an overlay.

    Attributes:
        has_lists: bool[m], whose revision was compared.
        vectors: unit rows, m of them; empty for the others.
        closest: int32[m, k] twice, rows and similarities, as `Bundle` has candidates.
        older: int32[m, o] twice, likewise.
        place: int32[m], the first of the bundle's rows that each precedes in row order.
        floor: int32[m], millionths.
        stories: int32[m], -1 for a story of its own.
        length: int32[m], author: int32[m], section: int32[m], as `factors` has them.
        entered: whose stored lists of the nearest they come into.
        entered_older: whose stored lists of older articles.
    """

    def __init__(self, arrays: Arrays, n_columns: int) -> None:
        """Take them out of an overlay.

        Args:
            arrays: the overlay's.
            n_columns: of the bundle's vectors.
        """
        self.has_lists: NDArray[np.bool_] = arrays["arrived.is"].view(np.bool_)
        indptr, columns, weights = (
            arrays[f"arrived.vectors.{name}"] for name in ("indptr", "columns", "weights")
        )
        self.vectors = SparseRows(indptr, columns, weights, n_columns)
        self.closest = Near(arrays["arrived.closest.rows"], arrays["arrived.closest.similarity"])
        self.older = Near(arrays["arrived.older.rows"], arrays["arrived.older.similarity"])
        self.place, self.floor, self.stories, self.length, self.author, self.section = (
            arrays[f"arrived.{name}"] for name in _FACTS
        )
        self.entered, self.entered_older = (
            Entered(*(arrays[f"{kind}.{name}"] for name in _BY_ROW))
            for kind in ("entered", "entered_older")
        )
        self._near_starts, self._near = (
            arrays["near.starts"],
            Near(arrays["near.rows"], arrays["near.similarity"]),
        )
        self._left = Near(arrays["left.rows"], arrays["left.similarity"])
        self._left_event: NDArray[np.int64] = arrays["left.event"]

    def near(self, overlay_row: int) -> Near:
        """Return the others and how similar each is to one, as rows of the overlay.

        Args:
            overlay_row: of the one.
        """
        held = slice(*self._near_starts[overlay_row : overlay_row + 2].tolist())
        return Near(self._near.rows[held], self._near.similarity[held])

    def left(self, row: int, least: int) -> list[int]:
        """Return the events by which articles left that had come into a list.

        Args:
            row: whose list, as `known` numbers articles.
            least: millionths; those less similar would not have mattered.
        """
        rows, similarity = self._left
        if not rows.size:
            return []
        start, stop = rows.searchsorted([row, row + 1])
        events = self._left_event[start:stop][similarity[start:stop] >= least]
        found: list[int] = events.tolist()
        return found


def write_arrived(
    sink: ArraySink,
    bundle: Bundle,
    entries: Sequence[Entry],
    former: Iterable[Former],
    arrivals: Arrivals,
    until: int,
) -> None:
    """Write what is known of the articles of an overlay.

    Args:
        sink: takes the arrays.
        bundle: what the overlay belongs to.
        entries: its articles, in row order.
        former: revisions that are no longer in force.
        arrivals: of revisions, those of the entries and the former ones up to an event.
        until: number of that event.
    """
    came = [arrivals.get(one.event) if one.event <= until else None for one in entries]
    held = [(row, one) for row, one in enumerate(came) if one is not None]
    sink.array("arrived.is", np.array([one is not None for one in came], np.uint8))
    _write_vectors(sink, came)
    _write_lists(sink, bundle, came)
    _write_facts(sink, bundle, entries, came)
    by_number = {one.number: row for row, one in held}
    _write_near(sink, [{} if one is None else _within(arrivals, one, by_number) for one in came])
    for kind in ("entered", "entered_older"):
        found = [(getattr(one, kind), row) for row, one in held]
        rows = _joined([near.rows for near, _ in found])
        order = np.argsort(rows, kind="stable")
        comers = _joined([np.full(len(near.rows), row, np.int32) for near, row in found])
        similar = _joined([near.similarity for near, _ in found])
        sink.array(f"{kind}.rows", rows[order])
        sink.array(f"{kind}.overlay_rows", comers[order])
        sink.array(f"{kind}.similarity", similar[order])
    numbers = ((one.entry.event, one.ended) for one in former)
    left = sorted(
        (row, near, ended)
        for number, ended in numbers
        if number in arrivals and number <= until
        for row, near in _lists_of(arrivals, arrivals[number], by_number, len(bundle))
    )
    sink.array("left.rows", _numbers(row for row, _, _ in left))
    sink.array("left.similarity", _numbers(near for _, near, _ in left))
    sink.array("left.event", np.array([ended for _, _, ended in left], np.int64))


def _within(arrivals: Arrivals, one: Arrival, by_number: dict[int, int]) -> dict[int, int]:
    """Return how similar those of an overlay are to one of them, by row."""
    near = arrivals.near(one.number).items()
    return {by_number[number]: similarity for number, similarity in near if number in by_number}


def _lists_of(
    arrivals: Arrivals, one: Arrival, by_number: dict[int, int], n: int
) -> list[tuple[int, int]]:
    """Return in whose lists a revision stood, and how similar it is to each."""
    found = [
        *zip(one.entered.rows.tolist(), one.entered.similarity.tolist(), strict=True),
        *zip(one.entered_older.rows.tolist(), one.entered_older.similarity.tolist(), strict=True),
    ]
    return found + [(n + row, near) for row, near in _within(arrivals, one, by_number).items()]


def _write_vectors(sink: ArraySink, came: Sequence[Arrival | None]) -> None:
    lengths = [0 if one is None else one.columns.size for one in came]
    held = [one for one in came if one is not None]
    sink.array("arrived.vectors.indptr", np.cumsum([0, *lengths], dtype=np.int64))
    sink.array("arrived.vectors.columns", _joined([one.columns for one in held]))
    weights = [np.empty(0, np.float32), *(one.weights for one in held)]
    sink.array("arrived.vectors.weights", np.concatenate(weights))


def _write_lists(sink: ArraySink, bundle: Bundle, came: Sequence[Arrival | None]) -> None:
    for kind, k in (
        ("closest", bundle.candidate_rows.shape[1]),
        ("older", bundle.older_rows.shape[1]),
    ):
        rows = np.full((len(came), k), -1, np.int32)
        similarity = np.zeros((len(came), k), np.int32)
        for place, one in enumerate(came):
            if one is not None:
                near: Near = getattr(one, kind)
                rows[place, : len(near.rows)] = near.rows
                similarity[place, : len(near.rows)] = near.similarity
        sink.array(f"arrived.{kind}.rows", rows)
        sink.array(f"arrived.{kind}.similarity", similarity)


def _write_facts(
    sink: ArraySink, bundle: Bundle, entries: Sequence[Entry], came: Sequence[Arrival | None]
) -> None:
    sink.array("arrived.place", _numbers(0 if one is None else one.place for one in came))
    sink.array("arrived.floor", _numbers(0 if one is None else one.floor for one in came))
    sink.array("arrived.stories", _numbers(-1 if one is None else one.story for one in came))
    counted = _numbers(0 if one is None else one.columns.size for one in came)
    sink.array("arrived.length", bundle.factors.length_of(counted))
    authors = bundle.factors.numbers("author", [next(iter(one.authors), "") for one in entries])
    sink.array("arrived.author", authors)
    sections = [tag_slug(one.card.section or "") for one in entries]
    sink.array("arrived.section", bundle.factors.numbers("section", sections))


def _write_near(sink: ArraySink, near: Sequence[dict[int, int]]) -> None:
    sink.array("near.starts", np.cumsum([0, *map(len, near)], dtype=np.int64))
    pairs = [pair for one in near for pair in sorted(one.items())]
    sink.array("near.rows", _numbers(row for row, _ in pairs))
    sink.array("near.similarity", _numbers(similarity for _, similarity in pairs))


def _numbers(values: Iterable[int]) -> NDArray[np.int32]:
    return np.fromiter(values, np.int32)


def _joined(parts: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    return np.concatenate([np.empty(0, np.int32), *parts])
