"""The plain ranking of every article: by similarity and the model's own factors, and no more."""

import os
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.bundle import Bundle
from recommender.ranking.by_score import Lists, by_score
from recommender.ranking.questions import Wanted

if TYPE_CHECKING:
    from recommender.ranking.tiles import Archive

BLOCK_ARTICLES = 1_000
BLOCK_PICKS = 1_000_000
"""How much is ranked at a time, whichever is reached first."""
_SPARE = 4
"""Where factors reorder, how many times as many articles as are wanted are ranked, at least."""

Listed = tuple[str, list[tuple[str, int, int]]]
"""An article's id, and of each of its picks the id, and score and similarity in millionths."""


class Candidates(StrEnum):
    """Which articles may be in a list."""

    ALL = "all"
    AS_OF = "as-of"


def first_candidates(published_us: NDArray[np.int64], candidates: Candidates) -> NDArray[np.int64]:
    """Return the first row that may stand in each article's list; all behind it may too.

    Args:
        published_us: int64[n], descending, for rows lie newest first.
        candidates: which articles may be in a list.
    """
    if candidates is Candidates.ALL:
        return np.zeros(len(published_us), np.int64)
    newest_first = -published_us
    return newest_first.searchsorted(newest_first).astype(np.int64)


def plain_lists(bundle: Bundle, k: int, candidates: Candidates) -> Iterator[Listed]:
    """Rank the articles of a bundle for each of them.

    Args:
        bundle: whose articles.
        k: picks an article at most.
        candidates: all articles, or only those that were published when the query was: at the same
            instant or before. Undated ones count as older than all others.

    Yields:
        The list of each article, in row order; by score, then newer first, undated last, then id.
    """
    lists = PlainLists(bundle, k, candidates)
    ids = [bundle.articles.id_of(row) for row in range(len(bundle))]
    n_rows = max(1, min(BLOCK_ARTICLES, BLOCK_PICKS // lists.n_candidates))
    for start in range(0, len(bundle), n_rows):
        block = np.arange(start, min(start + n_rows, len(bundle)))
        found = (held.tolist() for held in lists.of(block))
        for query, *picks in zip(block.tolist(), *found, strict=True):
            ranked = zip(*picks, strict=True)
            yield ids[query], [(ids[row], score, near) for row, score, near in ranked if row >= 0]


class PlainLists:
    """The plain lists of any of a bundle's articles.

    As where they are served, an article's nearest are its candidates, and these are ordered by
    score: as many as the bundle stores, or more where long lists are wanted.

    Attributes:
        n_candidates: how many of an article are ranked.
        first_rows: int64[n], the first row that may stand in each article's list.
    """

    def __init__(self, bundle: Bundle, k: int, candidates: Candidates) -> None:
        """Take a bundle.

        Args:
            bundle: whose articles.
            k: picks an article at most, at least 1.
            candidates: which articles may be in a list.
        """
        self._bundle = bundle
        most = max(1, len(bundle) - 1)
        self._k = min(k, most)
        n_stored = bundle.candidate_rows.shape[1]
        n_ranked = self._k if bundle.factors.are_off else max(_SPARE * self._k, n_stored)
        self.n_candidates = min(n_ranked, most)
        self.first_rows = first_candidates(bundle.articles.published_us, candidates)
        self._n_stored = n_stored if candidates is Candidates.ALL else 0
        self._archive: Archive | None = None

    def of(self, queries: NDArray[np.int64]) -> Lists:
        """Return the lists of some articles.

        Args:
            queries: int64[q], their rows; all are searched at once.

        Returns:
            At most k picks each.
        """
        rows, similarity = self._nearest(queries, self.n_candidates)
        ranked = by_score(self._bundle.factors, queries, rows, similarity)
        return Lists(*(held[:, : self._k] for held in ranked))

    def _nearest(
        self, queries: NDArray[np.int64], k: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return int32[q, k] rows and their similarity, nearest first, padded with -1 and 0."""
        bundle = self._bundle
        if k <= self._n_stored:
            return bundle.candidate_rows[queries, :k], bundle.candidate_similarity[queries, :k]
        from recommender.training.all_lists import Work, all_lists  # takes time to load

        (found,) = all_lists(
            self._loaded_archive(),
            (Wanted(k, self.first_rows[queries]),),
            Work(os.cpu_count() if len(queries) > 1 else 1),  # threads for one cost more than it
            query_rows=queries,
        )
        return found.rows, found.similarity

    def _loaded_archive(self) -> "Archive":
        if self._archive is None:
            from recommender.ranking.opening import open_engine  # compiled loops: slow to load
            from recommender.ranking.tiles import Archive

            bundle = self._bundle
            languages = bundle.articles.language.astype(np.int32)
            groups = None if bundle.mixes_languages else languages
            self._archive = Archive.over(open_engine(bundle, is_verified=False).index, groups)
        return self._archive
