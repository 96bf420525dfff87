"""`morefrom evaluate`: how good a version's lists are, beside what there would be without it.

The version and the baselines choose among the same candidates, for the same queries, and are
judged by the same truth. What no truth can say (how many articles the lists reach, how old the
picks are) is measured on the lists that the site would show now, of all articles.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import epoch_us
from recommender.errors import InvalidParameter
from recommender.evaluation.beyond import Archive, Shown, measure_beyond
from recommender.evaluation.beyond_results import Beyond
from recommender.evaluation.judges import Judge, PairJudge
from recommender.evaluation.results import Evaluation, Reliability, ScoreBin
from recommender.evaluation.scores import reliability, score_bins
from recommender.evaluation.systems import Lists, measure_systems
from recommender.evaluation.truth import GRADED
from recommender.ranking.rerank import select
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from recommender.training.bags import Bags
from recommender.training.baselines import baselines
from recommender.training.calibration import Calibration
from recommender.workflows.changes import synonyms_in_force
from recommender.workflows.examples import Measured
from recommender.workflows.measured_lists import (
    MeasuredLists,
    pair_similarities,
    plain,
    served,
    similarities,
)
from recommender.workflows.plain import Candidates, PlainLists
from recommender.workflows.promoting import champion, open_bundle, open_champion
from recommender.workflows.queries import Queries, queries_of
from recommender.workflows.snapshots import snapshot_of
from recommender.workflows.truths import Asked, Subject, given_truth, subject

DEPTH = 100
"""Ranks of a plain list that average precision and reciprocal rank look at."""

SERVED_DEPTH = 20
"""Ranks of a list as served: no answer is longer."""

BLOCK = 4
"""Picks that a reader sees: what is measured beyond accuracy."""

Progress = Callable[[str, int, int], object]


@dataclass(frozen=True)
class Evaluating:
    """What one evaluation is to do.

    Attributes:
        version: the version; None for the champion.
        truth: what its lists are judged by.
        candidates: which articles may be picks; None for `as-of`, or `all` with a placement.
        placement: measure lists as served there; None for the plain ranking.
        limit_queries: measure so many queries, drawn at random; None for all.
        n_jobs: threads; never changes a figure.
    """

    version: str | None = None
    truth: Asked = field(default_factory=Asked)
    candidates: Candidates | None = None
    placement: str | None = None
    limit_queries: int | None = None
    n_jobs: int = 1


def evaluate(settings: Settings, task: Evaluating, progress: Progress) -> Evaluation:
    """Evaluate a version.

    Args:
        settings: whose home.
        task: what to do.
        progress: told how far it is.

    Returns:
        Everything that was measured.

    Raises:
        InvalidParameter: a placement's lists are asked for as they were in the past.
    """
    if task.placement is not None and task.candidates is Candidates.AS_OF:
        raise InvalidParameter(
            parameter="candidates",
            found=Candidates.AS_OF.value,
            expected="all, as lists of a placement are those that are served now",
        )
    started = time.monotonic()
    now = datetime.now(UTC)
    with ExitStack() as stack:
        catalogue = stack.enter_context(Catalogue.open(settings.catalogue_url, must_exist=True))
        bundle = (
            open_champion(settings, champion(catalogue))
            if task.version is None
            else open_bundle(settings, catalogue, task.version)
        )
        truth = given_truth(catalogue, task.truth)
        taken = stack.enter_context(catalogue.corpus(now))
        corpus = synonyms_in_force(catalogue).applied(taken)
        of = stack.enter_context(subject(settings, bundle, corpus, truth, progress))
        snapshot = snapshot_of(of.bundle, catalogue, now) if task.placement else None
        return _Evaluation(of, task, snapshot, now, progress).run(corpus.ids, started)


class _Evaluation:
    """One evaluation under way."""

    def __init__(
        self,
        of: Subject,
        task: Evaluating,
        snapshot: Snapshot | None,
        now: datetime,
        progress: Progress,
    ) -> None:
        self._of = of
        self._task = task
        self._snapshot = snapshot
        self._now_us = epoch_us(now)
        self._progress = progress
        default = Candidates.AS_OF if snapshot is None else Candidates.ALL
        self._candidates = task.candidates or default
        self._depth = DEPTH if snapshot is None else SERVED_DEPTH

    def run(self, corpus_ids: Sequence[str], started: float) -> Evaluation:
        bundle = self._of.bundle
        finder = PlainLists(bundle, self._depth, self._candidates)
        ids = [bundle.articles.id_of(row) for row in range(len(bundle))]
        asked = queries_of(ids, self._of.truth, finder.first_rows, self._task.limit_queries)
        ours = self._ours(finder, asked.rows, self._depth)
        lists = [Lists("ours", self._label(), ours.rows), *self._baselines(corpus_ids, asked)]
        totals = asked.judge.totals(asked.rows, asked.first_rows)
        self._progress("measuring", 0, 1)
        systems = measure_systems(lists, asked.judge, asked.rows, totals)
        measured = Measured(
            bundle, asked.judge, asked.rows, asked.first_rows, totals, ours, systems[0]
        )
        best, worst = measured.examples()
        return Evaluation(
            version=bundle.version,
            trained_at=str(bundle.metadata["trained_at"]),
            n_articles=len(bundle),
            truth=asked.summary,
            candidates=self._candidates.value,
            placement=self._task.placement,
            depth=self._depth,
            query_ids=tuple(bundle.articles.id_of(row) for row in asked.rows.tolist()),
            systems=systems,
            best=best,
            worst=worst,
            beyond=self._beyond(),
            by_score=self._by_score(ours, asked),
            reliability=self._reliability(asked.judge),
            seconds=time.monotonic() - started,
        )

    def _label(self) -> str:
        return "ours" if self._snapshot is None else "ours, as served"

    def _ours(self, finder: PlainLists, rows: NDArray[np.int64], k: int) -> MeasuredLists:
        progress = partial(self._progress, "ranking")
        placement = self._task.placement
        if self._snapshot is None or placement is None:
            return plain(finder, rows, k, progress)
        answer = partial(select, self._snapshot, limit=k, now_us=self._now_us, placement=placement)
        return served(self._snapshot, rows, k, answer, progress)

    def _baselines(self, corpus_ids: Sequence[str], asked: Queries) -> list[Lists]:
        place_of = {article_id: place for place, article_id in enumerate(corpus_ids)}
        bundle = self._of.bundle
        ids = (bundle.articles.id_of(row) for row in range(len(bundle)))
        places = np.fromiter((place_of.get(one, -1) for one in ids), np.int64, len(bundle))
        self._progress("counting", 0, 1)
        bags = Bags.of(self._of.articles, bundle.language).at(places)
        found = []
        systems = baselines(bags, self._task.n_jobs)
        for done, one in enumerate(systems):
            self._progress("baselines", done, len(systems))
            rows = one.rank(asked.rows, asked.first_rows, self._depth)
            found.append(Lists(one.name, one.label, rows))
        return found

    def _beyond(self) -> Beyond:
        bundle = self._of.bundle
        articles = bundle.articles
        rows = np.arange(len(bundle))
        lists = self._ours(PlainLists(bundle, BLOCK, Candidates.ALL), rows, BLOCK)
        shown = Shown(rows, lists.rows, pair_similarities(bundle, lists.rows), lists.is_fallback)

        def name_of(row: int) -> tuple[str, str]:
            card = articles.card(row)
            return card.id, card.title

        languages = articles.language.astype(np.int64)
        return measure_beyond(
            shown, Archive(articles.published_us, bundle.stories, languages, name_of)
        )

    def _by_score(self, ours: MeasuredLists, asked: Queries) -> tuple[ScoreBin, ...]:
        rows = ours.rows[:, :10]
        grades = asked.judge.grades(asked.rows, rows)
        numbers, places = np.nonzero(rows >= 0)
        picks = rows[numbers, places].astype(np.int64)
        similarity = similarities(self._of.bundle.vectors, asked.rows[numbers], picks)
        is_relevant = grades[numbers, places] >= asked.judge.relevant_from
        return score_bins(similarity, is_relevant, numbers)

    def _reliability(self, judge: Judge) -> Reliability | None:
        if self._of.truth.kind not in GRADED or not isinstance(judge, PairJudge):
            return None
        queries, picks = judge.pairs.T
        return reliability(
            similarities(self._of.bundle.vectors, queries, picks),
            judge.pair_grades >= judge.relevant_from,
            queries,
            lambda similarity, is_relevant: Calibration.fit(similarity, is_relevant).probability,
            judge.relevant_from,
        )
