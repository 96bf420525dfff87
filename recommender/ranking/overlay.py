"""The overlay: what happened to the catalogue after a bundle was trained, small and current.

An overlay generation belongs to one bundle. It holds the articles that were corrected or are new
and may leave the newsroom (`table`), and says which of the bundle's rows no longer count:

`opened_us` int64[m] when each overlay article's embargo ended, `UNDATED_US` where it had none;
`replaces` int32[m] the bundle's row of each overlay article, -1 for a new one; `hidden.rows`
int32[h] ascending, the bundle's rows that were corrected or taken away; `hidden.overlay_rows`
int32[h] the correction of each, -1 where it was taken away; `hidden.event` int64[h] the number of
the event that did it; `hidden.dated` int64[h] that of the last event by which the article's date
became another, 0 for none. `former` says what articles were in between.

What was compared with the bundle's articles has lists of its own, and comes into those of others:
`arrived` says so.

`overrides`, `rules` and `placements`, JSON in UTF-8, are the decisions of the newsroom as far as
lists need them: no author and no reason is among them.

What is retracted, a draft or under embargo is in these files in no other form than the number of a
row of the bundle, which no longer shows.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Self, get_type_hints

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import UNDATED_US, epoch_us
from recommender.domain.placement import Placements
from recommender.errors import BrokenBundle
from recommender.ranking.arrival import Arrivals
from recommender.ranking.arrived import ARRIVED_LAYOUT, Arrived
from recommender.ranking.blobs import Arrays
from recommender.ranking.bundle import Bundle
from recommender.ranking.cards import iso_utc
from recommender.ranking.changes import Changes
from recommender.ranking.folder import Folder, FolderFormat, open_folder, verify_folder
from recommender.ranking.former import FORMER_LAYOUT, Formers
from recommender.ranking.list_rules import ListRules
from recommender.ranking.overlaying import lay_out, read_placements
from recommender.ranking.overrides import Overrides
from recommender.ranking.refs import NEVER_US
from recommender.ranking.sink import MemoryArrays
from recommender.ranking.table import TABLE_LAYOUT, ArticleTable

OVERLAY_FORMAT = FolderFormat(
    kind="overlay",
    number=1,
    layout={
        **TABLE_LAYOUT,
        **FORMER_LAYOUT,
        **ARRIVED_LAYOUT,
        "replaces": "int32 articles",
        "opened_us": "int64 articles",
        "hidden.rows": "int32 hidden",
        "hidden.overlay_rows": "int32 hidden",
        "hidden.event": "int64 hidden",
        "hidden.dated": "int64 hidden",
        "overrides": "uint8 overrides.bytes",
        "rules": "uint8 rules.bytes",
        "placements": "uint8 placements.bytes",
    },
    remedy="restart “morefrom serve”, which writes a new one",
)


class Generation(NamedTuple):
    """What an overlay says of itself, in its manifest; `Overlay` has it under the same names."""

    version: str
    last_event: int
    generated_at: str
    next_change_us: int
    compared_until: int
    decided_until: int
    n_columns: int

    @classmethod
    def of(
        cls, bundle: Bundle, changes: Changes, last_event: int, generated_at: datetime, until: int
    ) -> Self:
        """Return what an overlay is to say.

        Args:
            bundle: what it belongs to.
            changes: what happened since.
            last_event: number of the last event of the history that the changes reflect.
            generated_at: the instant of the changes.
            until: number of the last event whose revision was compared.
        """
        next_us = NEVER_US if changes.next_change is None else epoch_us(changes.next_change)
        return cls(
            version=bundle.version,
            last_event=last_event,
            generated_at=iso_utc(generated_at),
            next_change_us=next_us,
            compared_until=until,
            decided_until=changes.decided_until,
            n_columns=bundle.vectors.n_columns,
        )


@dataclass(frozen=True, eq=False)
class Overlay:
    """An open overlay generation; all threads may read it at once.

    Attributes:
        version: the model version that it belongs to.
        last_event: number of the last event of the history that it reflects.
        generated_at: when it was made, ISO 8601.
        next_change_us: when the next embargo ends, in microseconds since 1970; `NEVER_US` for none.
        articles: the corrected and the new articles, by row of their own.
        former: what articles were since the training, and are no longer.
        arrived: what is known of those that were compared with the bundle's.
        compared_until: number of the last event whose revision was; `last_event` where all were.
        decided_until: number of the last event of overrides, rules, placements and synonyms.
        n_columns: of the bundle's vectors.
        replaces: int32[m], the bundle's row of each, -1 for a new one.
        opened_us: int64[m], when the embargo of each ended, `UNDATED_US` where it had none.
        overrides: what editors decided against the model.
        rules: what they, and the policy, decided about many lists at once.
        placements: the recipes of the lists, by the last event that changed what they mean.
    """

    version: str
    last_event: int
    generated_at: str
    next_change_us: int
    articles: ArticleTable
    former: Formers
    arrived: Arrived
    compared_until: int
    decided_until: int
    n_columns: int
    replaces: NDArray[np.int32]
    opened_us: NDArray[np.int64]
    overrides: Overrides
    rules: ListRules
    placements: Placements
    _hidden_rows: NDArray[np.int32]
    _hidden_overlay_rows: NDArray[np.int32]
    _hidden_event: NDArray[np.int64]
    _hidden_dated: NDArray[np.int64]
    _first_us: int

    @classmethod
    def in_memory(
        cls,
        bundle: Bundle,
        changes: Changes,
        *,
        last_event: int,
        generated_at: datetime,
        arrivals: Arrivals | None = None,
        compared_until: int | None = None,
    ) -> Self:
        """Return an overlay without files, for the command line and tests.

        Args:
            bundle: what it belongs to.
            changes: what happened since.
            last_event: number of the last event of the history that the changes reflect.
            generated_at: the instant of the changes.
            arrivals: of their revisions, those up to an event; None for none.
            compared_until: number of that event; that of the last one, if not given.
        """
        until = last_event if compared_until is None else compared_until
        sink = MemoryArrays()
        lay_out(sink, bundle, changes, arrivals, until)
        facts = Generation.of(bundle, changes, last_event, generated_at, until)
        return cls._of(sink.arrays(), facts)

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

    def judged_us(self, now_us: int) -> int:
        """Return the instant nearest to now at which this overlay says who is under embargo.

        A moment passes between the end of an embargo and the overlay that knows of it, and more
        while the database is down. Lists are then judged as of the moment before, and not half as
        of now: so an instant and the history are enough to make an answer again.

        Args:
            now_us: in microseconds since 1970.
        """
        return max(self._first_us, min(now_us, self.next_change_us - 1))

    @property
    def hidden_rows(self) -> NDArray[np.int32]:
        """The bundle's rows that no longer count, int32[h] ascending."""
        return self._hidden_rows

    def hidden(self, bundle_row: int) -> tuple[int, int] | None:
        """Return what became of a row of the bundle.

        Args:
            bundle_row: in [0, n).

        Returns:
            None if it still counts; else the overlay row of its correction, or `TAKEN_AWAY`, and
            the number of the event that did it.
        """
        if not self._hidden_rows.size:
            return None
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

    def dated(self, bundle_row: int) -> int:
        """Return the number of the last event that gave an article another date, 0 for none.

        Args:
            bundle_row: of the article, one that no longer counts.
        """
        return int(self._hidden_dated[self._hidden_rows.searchsorted(np.int32(bundle_row))])

    @classmethod
    def _of_folder(cls, folder: Folder, version: str) -> Self:
        folder.expect("version", version)
        kinds = get_type_hints(Generation)
        facts = Generation(**{name: folder.value(name, kind) for name, kind in kinds.items()})
        try:
            return cls._of(folder.arrays, facts)
        except ValueError as error:  # of one of its JSON texts, which only a hash tells from sound
            found, expected = f"decisions that cannot be read ({error})", "what was written"
            raise BrokenBundle(folder.path, found, expected, folder.remedy) from error

    @classmethod
    def _of(cls, arrays: Arrays, facts: Generation) -> Self:
        opened_us = arrays["opened_us"]
        return cls(
            **facts._asdict(),
            arrived=Arrived(arrays, facts.n_columns),
            articles=ArticleTable(arrays),
            former=Formers(arrays),
            replaces=arrays["replaces"],
            opened_us=opened_us,
            overrides=Overrides.from_json(arrays["overrides"].tobytes()),
            rules=ListRules.from_json(arrays["rules"].tobytes()),
            placements=read_placements(arrays["placements"].tobytes()),
            _hidden_rows=arrays["hidden.rows"],
            _hidden_overlay_rows=arrays["hidden.overlay_rows"],
            _hidden_event=arrays["hidden.event"],
            _hidden_dated=arrays["hidden.dated"],
            _first_us=int(opened_us.max(initial=UNDATED_US)),
        )
