"""`morefrom compare`: what changes for readers if one version takes the place of another."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.catalogue import Catalogue
from recommender.errors import NothingToMeasure
from recommender.evaluation.comparison import ChangedList, Comparison, Measured, Titled
from recommender.evaluation.intervals import estimates
from recommender.evaluation.metrics import Values, measure
from recommender.evaluation.rbo import rank_biased_overlap
from recommender.evaluation.results import METRICS, Estimate
from recommender.evaluation.systems import paired_by_metric
from recommender.evaluation.truth import Truth
from recommender.ranking.bundle import Bundle
from recommender.settings import Settings
from recommender.workflows.evaluating import BLOCK, DEPTH
from recommender.workflows.measured_lists import plain
from recommender.workflows.plain import Candidates, PlainLists
from recommender.workflows.promoting import open_bundle
from recommender.workflows.queries import Queries, queries_of
from recommender.workflows.truths import Asked, given_truth

K = 10
"""Picks of each list that are compared."""

N_MOST_CHANGED = 10
_BLOCK_LISTS = 20_000
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

Progress = Callable[[str, int, int], object]


@dataclass(frozen=True)
class Comparing:
    """What one comparison is to do.

    Attributes:
        first: a version.
        second: the version held against it.
        truth: what their lists are judged by; without a source only lists are compared.
        candidates: which articles may be picks where lists are judged.
    """

    first: str
    second: str
    truth: Asked
    candidates: Candidates = Candidates.AS_OF


def compare(settings: Settings, task: Comparing, progress: Progress) -> Comparison:
    """Compare two versions.

    Args:
        settings: whose home.
        task: what to do.
        progress: told how far it is.

    Returns:
        What differs. Lists are compared as `morefrom picks` writes them, all articles of each
        version being candidates.

    Raises:
        NothingToMeasure: if the two have no article in common.
    """
    started = time.monotonic()
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        first, second = (open_bundle(settings, catalogue, one) for one in (task.first, task.second))
        truth = given_truth(catalogue, task.truth)
    same = _rows_of(first, second)
    rows = np.flatnonzero(same >= 0)
    if not rows.size:
        problem = f"versions {task.first} and {task.second} have no article in common"
        raise NothingToMeasure(problem, "compare versions of one archive")
    before = _plain(first, same[rows], progress)
    after = _plain(second, rows, progress)
    overlap = _overlap(before, _renumbered(after, same, len(first)))
    differs = before != _renumbered(after, same, len(first))
    quantiles = np.quantile(overlap, _QUANTILES).tolist()
    return Comparison(
        first=task.first,
        second=task.second,
        k=K,
        n_lists=rows.size,
        n_only_first=len(first) - rows.size,
        n_only_second=len(second) - rows.size,
        changed=float(differs.any(axis=1).mean()),
        changed_at_top=float(differs[:, :BLOCK].any(axis=1).mean()),
        overlap=float(overlap.mean()),
        overlap_quantiles=dict(zip(map(str, _QUANTILES), quantiles, strict=True)),
        most_changed=tuple(
            ChangedList(
                query=_titled(second, int(rows[place])),
                overlap=float(overlap[place]),
                before=_titles(first, before[place]),
                after=_titles(second, after[place]),
            )
            for place in np.argsort(overlap, kind="stable")[:N_MOST_CHANGED].tolist()
            if differs[place].any()
        ),
        measured=None if truth is None else _measured((first, second), truth, task, progress),
        seconds=time.monotonic() - started,
    )


def _rows_of(first: Bundle, second: Bundle) -> NDArray[np.int64]:
    """Return for each row of the second the first's row of the same article, -1 for none."""
    ids = (second.articles.id_of(row) for row in range(len(second)))
    found = (first.articles.row_of_id(one) for one in ids)
    return np.fromiter((-1 if row is None else row for row in found), np.int64, len(second))


def _plain(bundle: Bundle, rows: NDArray[np.int64], progress: Progress) -> NDArray[np.int64]:
    finder = PlainLists(bundle, K, Candidates.ALL)
    return plain(finder, rows, K, partial(progress, "ranking")).rows.astype(np.int64)


def _renumbered(
    lists: NDArray[np.int64], same: NDArray[np.int64], n_first: int
) -> NDArray[np.int64]:
    """Return the second's lists by the first's rows; articles that it alone has come behind."""
    known = same[lists]
    return np.where(lists < 0, -1, np.where(known >= 0, known, n_first + lists))


def _overlap(before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.float64]:
    blocks = range(0, len(before), _BLOCK_LISTS)
    parts = [slice(start, start + _BLOCK_LISTS) for start in blocks]
    return np.concatenate([rank_biased_overlap(before[part], after[part]) for part in parts])


def _titled(bundle: Bundle, row: int) -> Titled:
    card = bundle.articles.card(row)
    return Titled(card.id, card.title)


def _titles(bundle: Bundle, rows: NDArray[np.int64]) -> tuple[Titled, ...]:
    return tuple(_titled(bundle, row) for row in rows.tolist() if row >= 0)


def _measured(
    bundles: tuple[Bundle, Bundle], truth: Truth, task: Comparing, progress: Progress
) -> Measured:
    """Measure both versions on the queries that something can be found for in both.

    Args:
        bundles: the two.
        truth: what their lists are judged by.
        task: which articles may be picks.
        progress: told how far it is.

    Returns:
        The figures.

    Raises:
        NothingToMeasure: if there is no such query.
    """
    finders = [PlainLists(bundle, DEPTH, task.candidates) for bundle in bundles]
    ids = [[bundle.articles.id_of(row) for row in range(len(bundle))] for bundle in bundles]
    asked = [
        queries_of(held, truth, finder.first_rows, None)
        for held, finder in zip(ids, finders, strict=True)
    ]
    places = [
        {held[row]: place for place, row in enumerate(one.rows.tolist())}
        for held, one in zip(ids, asked, strict=True)
    ]
    common = sorted(places[0].keys() & places[1].keys())
    if not common:
        problem = "no query has a relevant candidate in both versions"
        raise NothingToMeasure(problem, "try “--candidates all”")
    first, second = (
        _values(finder, one, [place_of[query] for query in common], progress)
        for finder, one, place_of in zip(finders, asked, places, strict=True)
    )
    return Measured(
        truth=replace(asked[1].summary, n_queries=len(common)),
        candidates=task.candidates.value,
        first=_means(first),
        second=_means(second),
        differences=paired_by_metric(second, first),
    )


def _values(finder: PlainLists, asked: Queries, places: list[int], progress: Progress) -> Values:
    rows, first_rows = asked.rows[places], asked.first_rows[places]
    lists = plain(finder, rows, DEPTH, partial(progress, "measuring"))
    totals = asked.judge.totals(rows, first_rows)
    return measure(asked.judge.grades(rows, lists.rows), totals, asked.judge.relevant_from)


def _means(values: Values) -> dict[str, Estimate]:
    table = np.stack([values[name] for name in METRICS], axis=1)
    return dict(zip(METRICS, estimates(table), strict=True))
