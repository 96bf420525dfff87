"""The best and the worst lists of an evaluation, as a person reads them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.judges import Judge, Totals
from recommender.evaluation.results import METRICS, N_RANKS, PickResult, QueryResult, SystemResult
from recommender.ranking.bundle import Bundle
from recommender.ranking.explain import evidence
from recommender.ranking.rows import MILLION, similarity
from recommender.workflows.measured_lists import MeasuredLists

N_EXAMPLES = 20
N_MISSED = 3
N_SHARES = 6


@dataclass(frozen=True, eq=False)
class Measured:
    """Our lists, and what became of them.

    Attributes:
        bundle: what made them.
        judge: what knows the grades.
        query_rows: int64[q].
        first_rows: int64[q], each query's first row that was a candidate.
        totals: what there was to find.
        lists: the lists.
        result: the figures.
    """

    bundle: Bundle
    judge: Judge
    query_rows: NDArray[np.int64]
    first_rows: NDArray[np.int64]
    totals: Totals
    lists: MeasuredLists
    result: SystemResult

    def examples(self) -> tuple[tuple[QueryResult, ...], tuple[QueryResult, ...]]:
        """Return the best lists, best first, and the worst, worst first; none is in both."""
        per_query = self.result.per_query
        keys = (self.query_rows, -per_query["mrr"], -per_query["ndcg@10"])
        order = np.lexsort(keys).tolist()
        n_best = min(N_EXAMPLES, (len(order) + 1) // 2)
        n_worst = min(N_EXAMPLES, len(order) - n_best)
        best, worst = order[:n_best], order[::-1][:n_worst]
        return tuple(map(self._example, best)), tuple(map(self._example, worst))

    def _example(self, place: int) -> QueryResult:
        row = int(self.query_rows[place])
        card = self.bundle.articles.card(row)
        rows = self.lists.rows[place].tolist()
        ranks = {pick: rank for rank, pick in enumerate(rows, start=1) if pick >= 0}
        shown = [pick for pick, rank in ranks.items() if rank <= N_RANKS]
        grades = self.judge.grades(self.query_rows[[place]], self.lists.rows[[place]])[0]
        relevant = self.judge.relevant(row, int(self.first_rows[place]))
        missed = [(pick, grade) for pick, grade in relevant if pick not in shown][:N_MISSED]
        return QueryResult(
            id=card.id,
            title=card.title,
            published_at=card.published_at,
            n_relevant=int(self.totals.n_relevant[place]),
            by_metric={name: float(self.result.per_query[name][place]) for name in METRICS},
            picks=tuple(
                self._pick(place, pick, ranks[pick], float(grades[ranks[pick] - 1]))
                for pick in shown
            ),
            missed=tuple(self._pick(place, pick, ranks.get(pick), at) for pick, at in missed),
        )

    def _pick(self, place: int, row: int, rank: int | None, grade: float) -> PickResult:
        query_row = int(self.query_rows[place])
        card = self.bundle.articles.card(row)
        score = np.nan if rank is None else float(self.lists.score[place, rank - 1])
        why = evidence(self.bundle, query_row, row)
        return PickResult(
            id=card.id,
            title=card.title,
            published_at=card.published_at,
            rank=rank,
            score=None if np.isnan(score) else score,
            similarity=similarity(self.bundle.vectors, query_row, row) / MILLION,
            grade=grade,
            shares=tuple((share.kind, share.label, share.share) for share in why[:N_SHARES]),
            n_more=len(why[N_SHARES:]),
        )
