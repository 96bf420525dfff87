"""The overlay: what happened to the catalogue after a bundle was trained, small and current.

An overlay generation belongs to one bundle. It holds the articles that were corrected or are new
and may leave the newsroom (`table`), and says which of the bundle's rows no longer count:

`replaces` int32[m] the bundle's row of each overlay article, -1 for a new one; `hidden.rows`
int32[h] ascending, the bundle's rows that were corrected or taken away; `hidden.overlay_rows`
int32[h] the correction of each, -1 where it was taken away; `hidden.event` int64[h] the number of
the event that did it.

What is retracted, a draft or under embargo is in these files in no other form than the number of a
row of the bundle, which no longer shows.
"""

import re
import secrets
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article, Status
from recommender.ranking.blobs import Arrays
from recommender.ranking.bundle import Bundle
from recommender.ranking.cards import iso_utc
from recommender.ranking.files import FolderWriter
from recommender.ranking.folder import Folder, FolderFormat, open_folder, verify_folder
from recommender.ranking.sink import ArraySink, MemoryArrays
from recommender.ranking.table import TABLE_LAYOUT, ArticleTable, Entry, write_table

OVERLAY_FORMAT = FolderFormat(
    kind="overlay",
    number=1,
    layout={
        **TABLE_LAYOUT,
        "replaces": "int32 articles",
        "hidden.rows": "int32 hidden",
        "hidden.overlay_rows": "int32 hidden",
        "hidden.event": "int64 hidden",
    },
    remedy="restart “morefrom serve”, which writes a new one",
)
_NAME = re.compile(r"overlay-[0-9]{12,}-[0-9a-f]{8}")
TAKEN_AWAY = -1
"""Stands for the correction of a bundle row that has none: it is not shown at all."""


@dataclass(frozen=True)
class Changes:
    """What the articles revised since a training come to, at one instant.

    Attributes:
        entries: those that may leave the newsroom, in row order.
        removed: id and event number of those that may not.
        next_change: the next instant at which one of the latter opens by itself, or None.
    """

    entries: tuple[Entry, ...] = ()
    removed: tuple[tuple[str, int], ...] = ()
    next_change: datetime | None = None

    @classmethod
    def of(cls, articles: Iterable[tuple[int, Article]], at: datetime) -> Self:
        """Sort out current revisions.

        Args:
            articles: event number and article; of an id that comes more than once, the greatest
                number counts. Read once, and no body is kept.
            at: the instant.

        Returns:
            What they come to.
        """
        latest: dict[str, tuple[int, Entry | None, datetime | None]] = {}
        for number, article in articles:
            if article.id not in latest or latest[article.id][0] <= number:
                entry = Entry.of(article, number) if article.is_open(at) else None
                latest[article.id] = (number, entry, _opens_after(article, at))
        entries = [entry for _, entry, _ in latest.values() if entry is not None]
        removed = [(key, number) for key, (number, entry, _) in latest.items() if entry is None]
        openings = [instant for _, _, instant in latest.values() if instant is not None]
        return cls(
            entries=tuple(sorted(entries, key=lambda entry: entry.order)),
            removed=tuple(sorted(removed)),
            next_change=min(openings, default=None),
        )


@dataclass(frozen=True, eq=False)
class Overlay:
    """An open overlay generation; all threads may read it at once.

    Attributes:
        version: the model version that it belongs to.
        last_event: number of the last event of the history that it reflects.
        generated_at: when it was made, ISO 8601.
        articles: the corrected and the new articles, by row of their own.
        replaces: int32[m], the bundle's row of each, -1 for a new one.
    """

    version: str
    last_event: int
    generated_at: str
    articles: ArticleTable
    replaces: NDArray[np.int32]
    _hidden_rows: NDArray[np.int32]
    _hidden_overlay_rows: NDArray[np.int32]
    _hidden_event: NDArray[np.int64]

    @classmethod
    def in_memory(
        cls, bundle: Bundle, changes: Changes, *, last_event: int, generated_at: datetime
    ) -> Self:
        """Return an overlay without files, for the command line and tests.

        Args:
            bundle: what it belongs to.
            changes: what happened since.
            last_event: number of the last event of the history that the changes reflect.
            generated_at: the instant of the changes.
        """
        sink = MemoryArrays()
        _write(sink, bundle, changes)
        return cls._of(sink.arrays(), bundle.version, last_event, iso_utc(generated_at))

    @classmethod
    def open(cls, path: Path, version: str, manifest_sha256: str | None = None) -> Self:
        """Open an overlay after the quick checks; `BrokenBundle` if one fails.

        Args:
            path: its folder.
            version: the model version that it must belong to.
            manifest_sha256: what its manifest must hash to; None where nobody has said.

        Returns:
            The overlay, mapped.
        """
        return cls._of_folder(open_folder(path, OVERLAY_FORMAT, manifest_sha256), version)

    @classmethod
    def verify(cls, path: Path, version: str, manifest_sha256: str | None = None) -> Self:
        """Open an overlay after hashing every file of it; `BrokenBundle` if anything differs.

        Args:
            path: its folder.
            version: the model version that it must belong to.
            manifest_sha256: what its manifest must hash to; None where nobody has said.

        Returns:
            The overlay, mapped.
        """
        return cls._of_folder(verify_folder(path, OVERLAY_FORMAT, manifest_sha256), version)

    def hidden(self, bundle_row: int) -> tuple[int, int] | None:
        """Return what became of a row of the bundle.

        Args:
            bundle_row: in [0, n).

        Returns:
            None if it still counts; else the overlay row of its correction, or `TAKEN_AWAY`, and
            the number of the event that did it.
        """
        position = int(self._hidden_rows.searchsorted(np.int32(bundle_row)))
        if position == len(self._hidden_rows) or self._hidden_rows[position] != bundle_row:
            return None
        return int(self._hidden_overlay_rows[position]), int(self._hidden_event[position])

    def hidden_among(
        self, bundle_rows: NDArray[np.int32]
    ) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Return which of many rows of the bundle no longer count, and by which events.

        Args:
            bundle_rows: int32[r], in any order.

        Returns:
            bool[r], and int64[r] the number of the event, 0 where the row still counts.
        """
        if len(self._hidden_rows) == 0:
            return np.zeros(len(bundle_rows), np.bool_), np.zeros(len(bundle_rows), np.int64)
        positions = self._hidden_rows.searchsorted(bundle_rows)
        positions = np.minimum(positions, len(self._hidden_rows) - 1)
        is_hidden = self._hidden_rows[positions] == bundle_rows
        return is_hidden, np.where(is_hidden, self._hidden_event[positions], 0)

    @classmethod
    def _of_folder(cls, folder: Folder, version: str) -> Self:
        folder.expect("version", version)
        last_event = folder.value("last_event", int)
        return cls._of(folder.arrays, version, last_event, folder.value("generated_at", str))

    @classmethod
    def _of(cls, arrays: Arrays, version: str, last_event: int, generated_at: str) -> Self:
        return cls(
            version=version,
            last_event=last_event,
            generated_at=generated_at,
            articles=ArticleTable(arrays),
            replaces=arrays["replaces"],
            _hidden_rows=arrays["hidden.rows"],
            _hidden_overlay_rows=arrays["hidden.overlay_rows"],
            _hidden_event=arrays["hidden.event"],
        )


def write_overlay(
    serving_dir: Path,
    bundle: Bundle,
    changes: Changes,
    *,
    last_event: int,
    generated_at: datetime,
) -> tuple[str, str]:
    """Write and publish an overlay generation: whole, or not at all.

    Args:
        serving_dir: the folder of all generations.
        bundle: what it belongs to.
        changes: what happened since.
        last_event: number of the last event of the history that the changes reflect.
        generated_at: the instant of the changes.

    Returns:
        The new folder's name, and the sha256 of its manifest in hexadecimal.
    """
    name = f"overlay-{last_event:012d}-{secrets.token_hex(4)}"
    with FolderWriter(serving_dir / name) as folder:
        _write(folder, bundle, changes)
        sha256 = folder.publish(
            {
                **OVERLAY_FORMAT.heading,
                "version": bundle.version,
                "last_event": last_event,
                "generated_at": iso_utc(generated_at),
            }
        )
    return name, sha256


def is_overlay_name(text: str) -> bool:
    """Return whether a text is the name of an overlay's folder, and so safe as one.

    Args:
        text: anything.
    """
    return _NAME.fullmatch(text) is not None


def remove_overlays(serving_dir: Path, keep: Collection[str]) -> None:
    """Delete generations that are no longer wanted; whoever has one mapped does not notice.

    Args:
        serving_dir: the folder of all generations.
        keep: the names of those that stay.
    """
    for path in serving_dir.glob("overlay-*"):
        if is_overlay_name(path.name) and path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)


def _opens_after(article: Article, at: datetime) -> datetime | None:
    until = article.embargoed_until
    waits = article.status is Status.PUBLISHED and until is not None and until > at
    return until if waits else None


def _write(sink: ArraySink, bundle: Bundle, changes: Changes) -> None:
    write_table(sink, changes.entries)
    replaces = np.full(len(changes.entries), -1, np.int32)
    hidden: list[tuple[int, int, int]] = []
    for overlay_row, entry in enumerate(changes.entries):
        bundle_row = bundle.articles.row_of_id(entry.card.id)
        if bundle_row is not None:
            replaces[overlay_row] = bundle_row
            hidden.append((bundle_row, overlay_row, entry.event))
    for article_id, number in changes.removed:
        bundle_row = bundle.articles.row_of_id(article_id)
        if bundle_row is not None:
            hidden.append((bundle_row, TAKEN_AWAY, number))
    rows, overlay_rows, events = np.array(sorted(hidden), np.int64).reshape(-1, 3).T
    sink.array("replaces", replaces)
    sink.array("hidden.rows", rows.astype(np.int32))
    sink.array("hidden.overlay_rows", overlay_rows.astype(np.int32))
    sink.array("hidden.event", events)
