"""What an evaluation found, as plain values: the terminal, the report and the JSON all read this.

Figures are float64 in [0, 1] unless a docstring says otherwise; a figure that nothing could be
measured for is None, never NaN, so that all of it is JSON.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.beyond_results import Beyond

METRICS: Mapping[str, str] = {
    "ndcg@4": "nDCG@4",
    "ndcg@10": "nDCG@10",
    "recall@10": "recall@10",
    "mrr": "MRR",
    "map": "MAP",
    "precision@4": "P@4",
}
"""The names of the metrics in the order in which they are shown, and how each is written."""

N_RANKS = 10
"""How many ranks of a list are looked at one by one."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over queries with its 95 % interval.

    Attributes:
        mean: over the queries measured.
        low: lower end of the bootstrap interval.
        high: its upper end.
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Paired:
    """How much better ours is than another system on the same queries.

    Attributes:
        difference: ours less the other, -1 to 1, with its interval.
        p_value: of a two-sided paired test that there is no difference.
    """

    difference: Estimate
    p_value: float


@dataclass(frozen=True, slots=True, eq=False)
class SystemResult:
    """One way to rank, measured: ours or a baseline.

    Attributes:
        name: a stable name for machines, such as `ours` or `bm25-tags`.
        label: for people.
        is_ours: whether this is the version evaluated.
        by_metric: for each name in `METRICS`, the mean over the queries.
        per_query: for each name in `METRICS`, float64[q], in the order of `Evaluation.query_ids`.
        precision_by_rank: float64[N_RANKS], the share of queries whose pick at that rank is
            relevant; a rank that a list does not fill counts as not relevant.
        against_ours: for each name in `METRICS` how much better ours is; None for ours itself.
    """

    name: str
    label: str
    is_ours: bool
    by_metric: Mapping[str, Estimate]
    per_query: Mapping[str, NDArray[np.float64]]
    precision_by_rank: NDArray[np.float64]
    against_ours: Mapping[str, Paired] | None


@dataclass(frozen=True, slots=True)
class PickResult:
    """A pick in the list of a query that is shown, or a relevant article that the list lacks.

    Attributes:
        id: the article picked.
        title: its headline.
        published_at: ISO 8601, None where unknown.
        rank: from 1; None for one that is not among all the candidates that were looked at.
        score: what the list is ordered by; None where no model scored it.
        similarity: cosine of the two articles.
        grade: what the truth says of it, 0 where it says nothing; above 0 is relevant.
        shares: (kind, label, share) of what the two have in common, largest first.
        n_more: how much more they have in common than `shares` lists.
    """

    id: str
    title: str
    published_at: str | None
    rank: int | None
    score: float | None
    similarity: float
    grade: float
    shares: tuple[tuple[str, str, float], ...]
    n_more: int = 0


@dataclass(frozen=True, slots=True)
class QueryResult:
    """One query with our list, as the report shows the best and the worst.

    Attributes:
        id: the query.
        title: its headline.
        published_at: ISO 8601, None where unknown.
        n_relevant: how many of its candidates the truth calls relevant.
        by_metric: our figures for this query, by name in `METRICS`.
        picks: our list, best first, at most `N_RANKS`.
        missed: relevant candidates that the list lacks, highest grade first, at most three.
    """

    id: str
    title: str
    published_at: str | None
    n_relevant: int
    by_metric: Mapping[str, float]
    picks: tuple[PickResult, ...]
    missed: tuple[PickResult, ...]


@dataclass(frozen=True, slots=True)
class ScoreBin:
    """Picks or pairs of about the same similarity, and how many of them are relevant.

    Attributes:
        low: lowest similarity of the bin.
        high: highest similarity of the bin.
        n: how many fall into it.
        share: of them that are relevant, with its interval.
        predicted: the mean probability that the calibration gives them; None without one.
    """

    low: float
    high: float
    n: int
    share: Estimate
    predicted: float | None = None


@dataclass(frozen=True, slots=True)
class Reliability:
    """Whether a calibrated probability keeps its word on pairs that it was not fitted on.

    Attributes:
        bins: held-out pairs, by ascending similarity, about equally many in each.
        curve: (similarity, probability), ascending: the calibration itself.
        relevant_from: the grade from which a pair counts as relevant.
        n_fitted: pairs that the calibration was fitted on.
        n_held_out: pairs that it is shown on.
        brier: mean squared error of the probability on them.
        brier_of_mean: the same for always saying the mean; a calibration is of use below it.
    """

    bins: tuple[ScoreBin, ...]
    curve: tuple[tuple[float, float], ...]
    relevant_from: float
    n_fitted: int
    n_held_out: int
    brier: float
    brier_of_mean: float


@dataclass(frozen=True, slots=True)
class TruthSummary:
    """What the lists were judged by.

    Attributes:
        kind: `links`, `clusters`, `pairs`, `judgements`, `labels`, `catalogue` or `mined`.
        description: a sentence or two for people, which also says what was left out.
        files: the names of the files read.
        n_judgements: pairs judged, both directions of a symmetric one counted; where articles are
            relevant to each other by what they share, those articles.
        n_queries: queries with a relevant candidate: those that the averages are over.
        n_without_candidates: queries of the truth without one, left out of the averages.
        n_unknown_ids: ids of the truth that the corpus does not have.
        relevant_from: the grade from which a pick is relevant.
    """

    kind: str
    description: str
    files: tuple[str, ...]
    n_judgements: int
    n_queries: int
    n_without_candidates: int
    n_unknown_ids: int
    relevant_from: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Everything that `morefrom evaluate` measured.

    Attributes:
        version: the version evaluated.
        trained_at: when it was trained, ISO 8601.
        n_articles: articles in it.
        truth: what the lists were judged by.
        candidates: `as-of` (what was published when the query was) or `all`.
        placement: whose lists as served were measured; None for the plain ranking.
        query_ids: the queries measured.
        systems: ours first, then the baselines.
        best: the queries of ours with the highest nDCG@10, best first, at most twenty.
        worst: those with the lowest, worst first, at most twenty, none of them in `best`.
        beyond: what accuracy does not say.
        by_score: our picks by similarity, and the share relevant.
        reliability: of a calibrated probability; None with fewer than 200 graded pairs.
        seconds: how long the evaluation took.
        depth: ranks of each list that average precision and reciprocal rank look at.
    """

    version: str
    trained_at: str
    n_articles: int
    truth: TruthSummary
    candidates: str
    placement: str | None
    query_ids: tuple[str, ...]
    systems: tuple[SystemResult, ...]
    best: tuple[QueryResult, ...]
    worst: tuple[QueryResult, ...]
    beyond: Beyond
    by_score: tuple[ScoreBin, ...]
    reliability: Reliability | None
    seconds: float
    depth: int = 100

    @property
    def ours(self) -> SystemResult:
        """The version evaluated."""
        return self.systems[0]

    def to_json_values(self, *, per_query: bool = True) -> dict[str, Any]:
        """Return all of it as JSON values, rounded to 1e-6.

        Args:
            per_query: whether to name every query and its figures too.
        """
        values: dict[str, Any] = plain(asdict(self))
        if not per_query:
            del values["query_ids"]
            for system in values["systems"]:
                del system["per_query"]
        return values


def plain(value: Any) -> Any:
    """Return a value as JSON has it: mappings, lists, numbers rounded to 1e-6."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value.tolist()]
    return round(value, 6) if isinstance(value, float) else value
