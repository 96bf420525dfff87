"""Labels of stories: which articles people call rewrites of one another, read from a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.errors import NothingToMeasure
from recommender.evaluation.halves import older
from recommender.evaluation.truth import TruthKind
from recommender.evaluation.truth_files import read_truth
from recommender.training.learnt_stories import MIN_PAIRS, NO_CLUSTER, n_pairs

_NONE = (frozenset[str](),)


@dataclass(frozen=True, eq=False)
class StoryLabels:
    """Clusters of rewrites, laid over a corpus.

    Attributes:
        clusters: int64[n], `NO_CLUSTER` for articles without a label.
        is_older: bool[n], which of the articles are learnt from.
    """

    clusters: NDArray[np.int64]
    is_older: NDArray[np.bool_]

    @classmethod
    def read(
        cls, path: Path, ids: Sequence[str], published_us: NDArray[np.int64], share: float
    ) -> Self:
        """Read a file `id,cluster`.

        Args:
            path: the file; UnreadableFile if it is not one.
            ids: the corpus's, n of them.
            published_us: int64[n], microseconds since 1970, or `UNDATED_US`.
            share: of the labelled articles that are learnt from: those published first.

        Returns:
            The labels; an article in several clusters counts to one of them.

        Raises:
            NothingToMeasure: if too few pairs of older articles are in one cluster.
        """
        labels = read_truth([path], TruthKind.CLUSTERS).labels
        numbers: dict[str, int] = {}
        clusters = np.full(len(ids), NO_CLUSTER, np.int64)
        for row, article_id in enumerate(ids):
            for cluster in sorted(labels.get(article_id, _NONE)[0])[:1]:
                clusters[row] = numbers.setdefault(cluster, len(numbers))
        known = np.flatnonzero(clusters != NO_CLUSTER)
        is_older = np.zeros(len(ids), np.bool_)
        is_older[known[older(published_us[known], share)]] = True
        n_found = n_pairs(clusters[is_older])
        if n_found < MIN_PAIRS:
            problem = f"pairs of older articles that {path.name} has in one cluster: {n_found}"
            raise NothingToMeasure(problem, f"to learn what one story is takes {MIN_PAIRS} or more")
        return cls(clusters, is_older)
