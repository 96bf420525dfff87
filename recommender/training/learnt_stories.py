"""What clusters of rewrites teach: how much of one article another must say to be one story.

Each value is judged by the pairs of labelled articles that it puts into one story (van Rijsbergen,
"Information Retrieval", 1979, chapter 7): the share of them that is right, and the share of all
right pairs that it finds. Of the two a wrong pair is worse, for it hides a pick for good, where a
missed one shows a story twice: so the former counts double.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

REWRITTEN = (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
"""Values tried of `[stories] rewritten`."""

MIN_PAIRS = 20
"""Pairs in one cluster from which on they teach anything."""

NO_CLUSTER = -1
_BETA = 0.5


@dataclass(frozen=True)
class StoryScore:
    """How well stories fit clusters.

    Attributes:
        precision: share of the pairs in one story that are in one cluster, 1 if there are none.
        recall: share of the pairs in one cluster that are in one story.
        n_pairs: pairs in one cluster.
    """

    precision: float
    recall: float
    n_pairs: int

    @property
    def worth(self) -> float:
        """F with precision counted double, 0 to 1."""
        both = _BETA**2 * self.precision + self.recall
        return (1 + _BETA**2) * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True)
class LearntStories:
    """What was learnt of stories.

    Attributes:
        rewritten: the value that did best on older articles.
        n_pairs: pairs in one cluster that it was learnt from.
        before: how well the value of the beginning did on newer articles, which were not seen.
        after: how well the value learnt did on those.
    """

    rewritten: float
    n_pairs: int
    before: StoryScore
    after: StoryScore


def learn_stories(
    stories_at: Callable[[float], NDArray[np.int32]],
    clusters: NDArray[np.int64],
    is_older: NDArray[np.bool_],
    now: float,
) -> LearntStories:
    """Return the value of `rewritten` that fits clusters best.

    Args:
        stories_at: for a value the story of each article, int32[n].
        clusters: int64[n], `NO_CLUSTER` for articles without a label; with at least `MIN_PAIRS`
            pairs among those learnt from.
        is_older: bool[n], which articles are learnt from.
        now: the value of the beginning, kept where none does better.
    """
    is_known = clusters != NO_CLUSTER
    learnt_from, unseen = is_known & is_older, is_known & ~is_older
    at_first = stories_at(now)
    best, held = now, _scored(at_first, clusters, learnt_from)
    for value in REWRITTEN:
        score = _scored(stories_at(value), clusters, learnt_from)
        if score.worth > held.worth:
            best, held = value, score
    before = _scored(at_first, clusters, unseen)
    after = _scored(stories_at(best), clusters, unseen)
    return LearntStories(best, held.n_pairs, before, after)


def _scored(
    stories: NDArray[np.int32], clusters: NDArray[np.int64], rows: NDArray[np.bool_]
) -> StoryScore:
    together = n_pairs(stories[rows].astype(np.int64))
    right = n_pairs(clusters[rows])
    both = n_pairs(stories[rows] * (np.int64(clusters.max()) + 1) + clusters[rows])
    return StoryScore(both / together if together else 1.0, both / right if right else 0.0, right)


def n_pairs(groups: NDArray[np.int64]) -> int:
    """Return how many pairs have the same number.

    Args:
        groups: int64[m].
    """
    _, sizes = np.unique(groups, return_counts=True)
    return int((sizes * (sizes - 1) // 2).sum())
