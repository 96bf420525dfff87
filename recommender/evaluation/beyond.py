"""What accuracy does not say of lists: how many articles they reach, how old, how much the same.

Measured on what a site would show: the list of every article, at the length of a block.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import DAY_US, UNDATED_US
from recommender.evaluation.beyond_results import AgeBin, Ages, Beyond, Hub

N_HUBS = 20

_AGES = (
    ("newer", -np.inf, 0.0),
    ("the same day", 0.0, 1.0),
    ("1–7 days", 1.0, 7.0),
    ("1–4 weeks", 7.0, 30.0),
    ("1–3 months", 30.0, 90.0),
    ("3–12 months", 90.0, 365.0),
    ("1–3 years", 365.0, 1095.0),
    ("older", 1095.0, np.inf),
)
"""Label, and the age in days from which and below which a pick belongs there."""
_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, eq=False)
class Shown:
    """The lists of some articles of n.

    Attributes:
        query_rows: int64[q], whose lists.
        rows: int32[q, k], the picks, -1 where there is none.
        pair_similarity: float64[q, k * (k - 1) / 2] of each two picks of a list, NaN where there
            are not two.
        is_fallback: bool[q, k], which picks the ladder filled in; None where there is no ladder.
    """

    query_rows: NDArray[np.int64]
    rows: NDArray[np.int32]
    pair_similarity: NDArray[np.float64]
    is_fallback: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class Archive:
    """What there is to know of n articles by their rows.

    Attributes:
        published_us: int64[n], microseconds since 1970, `UNDATED_US` where unknown.
        stories: int32[n], the same number for articles that tell the same story.
        languages: int64[n], the same number for articles of the same language.
        name_of: returns the id and the title of a row.
    """

    published_us: NDArray[np.int64]
    stories: NDArray[np.int32]
    languages: NDArray[np.int64]
    name_of: Callable[[int], tuple[str, str]]


def measure_beyond(shown: Shown, archive: Archive) -> Beyond:
    """Measure lists without asking whether they are right.

    Args:
        shown: the lists.
        archive: the articles.

    Returns:
        All the figures.
    """
    n, (n_lists, k) = len(archive.published_us), shown.rows.shape
    is_pick = shown.rows >= 0
    counts = np.bincount(shown.rows[is_pick], minlength=n)
    picked, n_articles = np.unique(counts, return_counts=True)
    coverage = float((counts > 0).mean())
    similarity = shown.pair_similarity[np.isfinite(shown.pair_similarity)]
    fallback = None if shown.is_fallback is None else _share(shown.is_fallback, is_pick)
    return Beyond(
        k=k,
        n_lists=n_lists,
        coverage=coverage,
        never_picked=1 - coverage,
        gini=gini(counts),
        hubs=_hubs(counts, archive),
        list_counts=tuple(zip(picked.tolist(), n_articles.tolist(), strict=True)),
        same_story_rate=_share(_is_same_story(shown, archive.stories), is_pick),
        intra_list_similarity=float(similarity.mean()) if similarity.size else None,
        ages=_ages(shown, archive.published_us),
        language_mixing=_language_mixing(shown, archive.languages),
        fallback_rate=fallback,
        short_rate=float((is_pick.sum(axis=1) < k).mean()),
    )


def gini(counts: NDArray[np.int64]) -> float:
    """Return how unevenly something is shared out: 0 evenly, towards 1 all to one.

    Args:
        counts: int64[n], how much each has, at least one; 0 is returned if nobody has anything.
    """
    n, total = len(counts), int(counts.sum())
    if not total:
        return 0.0
    ascending = np.sort(counts)
    return float(2 * (np.arange(1, n + 1) @ ascending) / (n * total) - (n + 1) / n)


def _hubs(counts: NDArray[np.int64], archive: Archive) -> tuple[Hub, ...]:
    most = np.argsort(-counts, kind="stable")[:N_HUBS]
    return tuple(
        Hub(*archive.name_of(row), int(counts[row])) for row in most.tolist() if counts[row]
    )


def _is_same_story(shown: Shown, stories: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return bool[q, k]: which picks tell the story of their query, or of a pick above."""
    told = np.where(shown.rows >= 0, stories[shown.rows], -1)
    before = np.concatenate([stories[shown.query_rows][:, None], told], axis=1)
    repeats = [
        (before[:, : place + 1] == told[:, place : place + 1]).any(axis=1)
        for place in range(told.shape[1])
    ]
    return np.stack(repeats, axis=1) & (shown.rows >= 0)


def _ages(shown: Shown, published_us: NDArray[np.int64]) -> Ages | None:
    queries = np.broadcast_to(shown.query_rows[:, None], shown.rows.shape)
    asked, picked = published_us[queries], published_us[shown.rows]
    is_dated = (shown.rows >= 0) & (asked != UNDATED_US) & (picked != UNDATED_US)
    days = (asked[is_dated] - picked[is_dated]) / DAY_US
    if not days.size:
        return None
    quantiles = np.quantile(days, _QUANTILES).tolist()
    bins = tuple(
        AgeBin(label, float(((days >= low) & (days < high)).mean())) for label, low, high in _AGES
    )
    return Ages(days.size, dict(zip(map(str, _QUANTILES), quantiles, strict=True)), bins)


def _language_mixing(shown: Shown, languages: NDArray[np.int64]) -> float:
    is_pick = shown.rows >= 0
    differs = languages[shown.rows] != languages[shown.query_rows][:, None]
    return _share(differs & is_pick, is_pick)


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    return float(part.sum() / max(int(whole.sum()), 1))
