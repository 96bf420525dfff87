"""Searches in tiles: some queries, one shard of the archive, and what all shards have found.

A shard is a stretch of rows with an inverted index of its own. What a tile finds are entries
(`heap`): a number that is greater for a better row, in row numbers of the whole archive. So the
tiles of a query are put together by merging sorted lists, in whatever order they come, and nothing
depends on where the archive was cut:

- in an exact search an entry holds the similarity, which a tile finds in full: the best k of the
  best k of each shard are the best k;
- within a budget it holds the sum over the columns that fit, chosen for the whole archive, and the
  greatest sums of all shards are scored in full once they are known (`budgeted`).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking import budgeted, quickest
from recommender.ranking.budgeted import Budget
from recommender.ranking.compiled import compiled
from recommender.ranking.heap import LAST_ROW, ROW_BITS
from recommender.ranking.postings import Index, index_of
from recommender.ranking.questions import Compressed, Questions, frozen, groups_of, read_only
from recommender.ranking.rows import SparseRows

_NONE_BARRED = read_only(np.empty(0, np.bool_))


class Shard(NamedTuple):
    """A stretch of the rows of an archive.

    Attributes:
        first_row: the row of the archive that is row 0 here.
        indexed: the rows.
        groups: int32[n], the group of each; empty where all are one.
    """

    first_row: int
    indexed: Index
    groups: NDArray[np.int32]

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return self.indexed.forward[0].size - 1

    def asked(self, questions: Questions) -> Questions:
        """Return questions to the archive as questions to this shard.

        Args:
            questions: whose limits are rows of the archive.
        """
        excluded = questions.excluded - self.first_row
        is_here = (excluded >= 0) & (excluded < self.n_rows)
        return questions._replace(
            excluded=np.where(is_here, excluded, -1),
            first_rows=(questions.first_rows - self.first_row).clip(0, self.n_rows),
            end_rows=(questions.end_rows - self.first_row).clip(0, self.n_rows),
        ).frozen()


class Archive(NamedTuple):
    """Rows to search, in shards.

    Attributes:
        forward: the rows, n of them.
        n_with: int64[n_columns], how many rows have each column.
        shards: stretches that follow one another, together all rows; at least one.
    """

    forward: Compressed
    n_with: NDArray[np.int64]
    shards: tuple[Shard, ...]

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return self.forward[0].size - 1

    @classmethod
    def of(cls, rows: SparseRows, groups: NDArray[np.int32] | None = None) -> "Archive":
        """Index rows in one shard.

        Args:
            rows: unit vectors, weights not negative; held, not copied. A ValueError says what is
                wrong with them, if anything.
            groups: int32[n], the group of each row; None where all are one.

        Returns:
            The archive.
        """
        rows.check()
        return cls.over(index_of(rows), groups)

    @classmethod
    def over(cls, index: Index, groups: NDArray[np.int32] | None = None) -> "Archive":
        """Take an index as the only shard.

        Args:
            index: of all rows.
            groups: int32[n], the group of each row; None where all are one.

        Returns:
            The archive.
        """
        n_rows = index.forward[0].size - 1
        shard = Shard(0, index, read_only(groups_of(groups, n_rows)))
        return cls(index.forward, np.diff(index.postings[0]), (shard,))


def stretch(rows: SparseRows, first: int, end: int) -> SparseRows:
    """Return some rows as views, but for where they start.

    Args:
        rows: any.
        first: the first of them.
        end: the row that ends them.
    """
    start, stop = int(rows.indptr[first]), int(rows.indptr[end])
    indptr = rows.indptr[first : end + 1] - start
    return SparseRows(indptr, rows.columns[start:stop], rows.weights[start:stop], rows.n_columns)


def widths(lengths: NDArray[np.int64], budget: Budget | None) -> NDArray[np.int64]:
    """Return how many entries of each list a tile yields, int64[s].

    Args:
        lengths: int64[s], how many neighbours to find for each list.
        budget: None for an exact search.
    """
    return lengths if budget is None else budget.listed_of(lengths)


def least_of(best: NDArray[np.int64], list_widths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the least value in each list, 0 where it is not full, int64[q, s].

    Args:
        best: int64[q, sum of the widths] entries as `tile` returns them.
        list_widths: int64[s], how many entries each list has.
    """
    return best[:, list_widths.cumsum() - 1] >> ROW_BITS


def tile(
    archive: Archive,
    which: int,
    questions: Questions,
    budget: Budget | None,
    least: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Search one shard.

    Args:
        archive: what is searched.
        which: the shard.
        questions: what is asked of the archive.
        budget: None for an exact search.
        least: int64[q, s], what other tiles have found so far (`least_of`), or anything less. Who
            comes to less than that need not be found.

    Returns:
        int64[q, sum of the widths] entries, one list beside the other, each from the best on and
        padded with 0.
    """
    shard = archive.shards[which]
    asked, index, groups = shard.asked(questions), shard.indexed.frozen(), read_only(shard.groups)
    if budget is None:
        rows, similarity = quickest.nearest(asked, index, groups, _NONE_BARRED)
        held = (similarity.astype(np.int64) << ROW_BITS) | (LAST_ROW - shard.first_row - rows)
        return np.where(rows >= 0, held, 0)
    firsts = _firsts(archive, asked, budget)
    listed = read_only(budget.listed_of(questions.lengths))
    entries = budgeted.shortlists(
        asked, firsts, index, groups, _NONE_BARRED, listed, read_only(least)
    )
    entries -= np.where(entries, shard.first_row, 0)  # rows are counted backwards
    return entries


@compiled
def merge(
    best: NDArray[np.int64], others: NDArray[np.int64], list_widths: NDArray[np.int64]
) -> None:
    """Keep the best of what two shards, or two groups of shards, have found.

    Args:
        best: int64[q, sum of the widths] entries as `tile` returns them; overwritten.
        others: the same, of other rows.
        list_widths: int64[s], how many entries each list has.
    """
    kept = np.empty(list_widths.max(), np.int64)
    for q in range(best.shape[0]):
        start = 0
        for width in list_widths:
            ours, theirs = best[q, start : start + width], others[q, start : start + width]
            here = there = 0
            for place in range(width):
                if ours[here] >= theirs[there]:
                    kept[place] = ours[here]
                    here += 1
                else:
                    kept[place] = theirs[there]
                    there += 1
            ours[:] = kept[:width]
            start += width


def finished(
    archive: Archive, questions: Questions, entries: NDArray[np.int64], budget: Budget | None
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the lists that all tiles together amount to.

    Args:
        archive: what was searched.
        questions: what was asked of it.
        entries: int64[q, sum of the widths], the best of all shards.
        budget: None for an exact search.

    Returns:
        Rows and similarities, as `exact.nearest` does.
    """
    if budget is None:
        rows = np.where(entries, LAST_ROW - (entries & LAST_ROW), -1)
        return rows.astype(np.int32), (entries >> ROW_BITS).astype(np.int32)
    asked = questions.frozen()
    firsts = _firsts(archive, asked, budget)
    listed = read_only(budget.listed_of(questions.lengths))
    return budgeted.ranked(asked, firsts, frozen(archive.forward), read_only(entries), listed)


def _firsts(archive: Archive, asked: Questions, budget: Budget) -> NDArray[np.int64]:
    """Return from which of its entries on each query is added up, in all shards."""
    n_with = read_only(archive.n_with)
    return read_only(budgeted.first_entries(asked.vectors, asked.rows, n_with, budget.n_postings))
