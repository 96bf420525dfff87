"""All articles compared with all: how, within what room, and without losing what is done."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.errors import Interrupted
from recommender.ranking import compiled
from recommender.ranking.budgeted import Budget
from recommender.ranking.engine import Neighbours
from recommender.ranking.questions import Wanted
from recommender.ranking.rows import SparseRows
from recommender.ranking.tiles import Archive, widths
from recommender.training.all_lists import Work, all_lists, questions_of, strips
from recommender.training.growing import Growing
from recommender.training.keeping import KeptLists
from recommender.training.room import Room
from recommender.training.shards import indexed

_IN_MEMORY = 8_000_000
"""Entries of an archive that is indexed in memory, whatever room there is: some 64 MB."""

KEPT_FROM = 50_000
"""Rows from which on what is compared is kept: a minute's work or more."""

_FORMAT = 1
"""To be counted up when what is kept is laid out in another way."""

Progress = Callable[[int], object]


class Comparison(NamedTuple):
    """An archive that is compared with itself.

    Attributes:
        archive: the rows.
        budget: for an approximate search; None for an exact one.
        n_jobs: workers; never changes a result.
        room: to work in; None for memory alone.
    """

    archive: Archive
    budget: Budget | None
    n_jobs: int
    room: Room | None

    @classmethod
    def of(
        cls,
        rows: SparseRows,
        groups: NDArray[np.int32] | None,
        budget: Budget | None,
        n_jobs: int,
        room: Room | None,
    ) -> "Comparison":
        """Index an archive, in shards where it is large.

        Args:
            rows: unit vectors; held, not copied. A ValueError says what is wrong with them.
            groups: int32[n], the group of each row; None where all are one.
            budget: for an approximate search; None for an exact one.
            n_jobs: workers.
            room: to work in; None for memory alone.

        Returns:
            What can be asked for lists.
        """
        if room is None or rows.columns.size <= _IN_MEMORY:
            archive = Archive.of(rows, groups)
        else:
            archive = indexed(rows, groups, room, n_jobs, budget)
        return cls(archive, budget, n_jobs, room)

    def all(self, wanted: Sequence[Wanted], progress: Progress) -> list[Neighbours]:
        """Return lists of every row.

        Args:
            wanted: what each list may hold.
            progress: told how many rows more are done.
        """
        n, lengths = self.archive.n_rows, [one.k for one in wanted]
        work = self._work(wanted, progress)
        kept = None
        if self.room is not None and self.room.keeper is not None:
            fingerprint = self._fingerprint(wanted) if n >= KEPT_FROM else None
            kept = self.room.keeper.take_up(fingerprint, n, lengths)
        if kept is None:
            return all_lists(self.archive, wanted, work, budget=self.budget)
        self._complete(kept, wanted, work)
        return kept.lists()

    def some(self, wanted: Sequence[Wanted], query_rows: NDArray[np.int64]) -> list[Neighbours]:
        """Return lists of some rows.

        Args:
            wanted: what each list may hold.
            query_rows: the rows.
        """
        work = self._work(wanted, None)
        archive, budget = self.archive, self.budget
        return all_lists(archive, wanted, work, query_rows=query_rows, budget=budget)

    def growing(self, name: str) -> Growing:
        """Return where an array of a few numbers a row can grow, in a file where there is room.

        Args:
            name: of the file, each once.
        """
        if self.room is None or self.archive.n_rows < KEPT_FROM:
            return Growing(np.int32)
        return Growing(np.int32, self.room.folder / name)

    def _work(self, wanted: Sequence[Wanted], progress: Progress | None) -> Work:
        """Return how to share out the search for lists."""
        work = Work(self.n_jobs, progress)
        if self.room is None:
            return work
        entries = widths(np.array([one.k for one in wanted], np.int64), self.budget)
        strip_rows = self.room.strip_rows(entries, self.archive)
        return work._replace(strip_rows=strip_rows)

    def _complete(self, kept: KeptLists, wanted: Sequence[Wanted], work: Work) -> None:
        """Find the lists that are not kept yet, and keep them.

        Args:
            kept: what is kept.
            wanted: the lists.
            work: how to share it out.

        Raises:
            Interrupted: by Ctrl-C.
        """
        n, left = self.archive.n_rows, kept.left
        if work.progress is not None:
            work.progress(n - _n_rows(left))
        try:
            for first, end in left:
                rows = np.arange(first, end)
                part = [one._replace(first_rows=_part(one, rows)) for one in wanted]
                questions = questions_of(self.archive, part, rows)
                for strip in strips(self.archive, questions, self.budget, work):
                    kept.keep(first + strip.first, strip.lists)
        except KeyboardInterrupt:
            raise Interrupted(n - _n_rows(kept.left), n) from None

    def _fingerprint(self, wanted: Sequence[Wanted]) -> str:
        """Return a hash of everything that the lists depend on, this program included."""
        digest = hashlib.sha256(compiled.sources_stamp(Path(compiled.__file__).parent))
        facts = [(one.k, one.end_row) for one in wanted]
        limits = [one.first_rows for one in wanted if one.first_rows is not None]
        digest.update(repr((_FORMAT, self.budget, facts, self.archive.n_rows)).encode())
        groups = [shard.groups for shard in self.archive.shards]
        for array in (*self.archive.forward, *groups, *limits):
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()[:16]


def _n_rows(stretches: list[tuple[int, int]]) -> int:
    return sum(end - first for first, end in stretches)


def _part(wanted: Wanted, rows: NDArray[np.int64]) -> NDArray[np.int64] | None:
    return None if wanted.first_rows is None else np.asarray(wanted.first_rows, np.int64)[rows]
