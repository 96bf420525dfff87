"""Evaluations made up for the tests of the report: every field filled."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from recommender.evaluation.beyond_results import AgeBin, Ages, Beyond, Hub
from recommender.evaluation.results import (
    METRICS,
    N_RANKS,
    Estimate,
    Evaluation,
    Paired,
    PickResult,
    QueryResult,
    Reliability,
    ScoreBin,
    SystemResult,
    TruthSummary,
)

TITLES = (
    "Black Sea grain ships wait for a third day as insurers hesitate",
    "北京与布鲁塞尔就芯片出口管制展开新一轮谈判",
    "السفن تنتظر في البحر الأسود بينما تتردد شركات التأمين",
    "Суда с зерном третий день ждут в Чёрном море",
    "Los barcos de grano esperan por tercer día en el mar Negro",
    "A short one",
)
LABELS = ("Russia", "grain corridor", "制裁", "الحبوب", "insurers", "Чёрное море", "port", "wheat")
SYSTEMS = {
    "ours": ("morefrom", 0.37),
    "bm25": ("BM25", 0.30),
    "bm25-tags": ("BM25, tags as text", 0.303),
    "tfidf": ("TF-IDF", 0.29),
    "tfidf-tags": ("TF-IDF, tags as text", 0.295),
    "tags": ("tag overlap", 0.2),
    "recent": ("recent, shared tag", 0.11),
    "random": ("random", 0.01),
}


def made_evaluation(
    n_queries: int = 300,
    *,
    titles: Sequence[str] = TITLES,
    labels: Sequence[str] = LABELS,
    n_lists: int = 20,
    n_shares: int = 12,
) -> Evaluation:
    """Return an evaluation whose ours is better than every baseline, with all that can be shown."""
    rng = np.random.default_rng(7)
    systems = []
    for name, (label, mean) in SYSTEMS.items():
        systems.append(made_system(rng, name, label, mean, n_queries))
    ours = systems[0]
    systems = [ours, *(replace(one, against_ours=made_pairs(ours, one)) for one in systems[1:])]
    lists = [made_query(rng, i, titles, labels, n_shares) for i in range(2 * n_lists)]
    return Evaluation(
        version="20240501T063000Z-ddd9c40767f9",
        trained_at="2024-05-01T06:30:00Z",
        n_articles=2314,
        truth=TruthSummary(
            kind="links",
            description="Links that editors placed in articles, both ways.",
            files=("links.csv",),
            n_judgements=2410,
            n_queries=n_queries,
            n_without_candidates=31,
            n_unknown_ids=12,
        ),
        candidates="as-of",
        placement=None,
        query_ids=tuple(f"q{i}" for i in range(n_queries)),
        systems=tuple(systems),
        best=tuple(lists[:n_lists]),
        worst=tuple(lists[n_lists:]),
        beyond=made_beyond(titles),
        by_score=tuple(made_bins(0.05, 0.6, 6)),
        reliability=Reliability(
            bins=tuple(replace(one, predicted=one.share.mean) for one in made_bins(0.1, 0.8, 5)),
            curve=((0.1, 0.05), (0.4, 0.5), (0.8, 0.9)),
            relevant_from=2.0,
            n_fitted=400,
            n_held_out=120,
            brier=0.112,
            brier_of_mean=0.213,
        ),
        seconds=12.3,
    )


def made_system(
    rng: np.random.Generator, name: str, label: str, mean: float, n: int
) -> SystemResult:
    """Return a system whose per-query figures have about that mean."""
    per_query = {
        metric: np.where(rng.random(n) < 0.3, 0.0, rng.beta(3 * mean + 0.05, 2, n))
        for metric in METRICS
    }
    by_metric = {
        metric: Estimate(float(x.mean()), float(x.mean()) * 0.93, float(x.mean()) * 1.07)
        for metric, x in per_query.items()
    }
    ranks = mean * 0.9 ** np.arange(N_RANKS)
    return SystemResult(name, label, name == "ours", by_metric, per_query, ranks, None)


def made_pairs(ours: SystemResult, other: SystemResult) -> dict[str, Paired]:
    """Return differences of means, all of them certain."""
    found = {}
    for metric in METRICS:
        lead = ours.by_metric[metric].mean - other.by_metric[metric].mean
        found[metric] = Paired(Estimate(lead, lead - 0.02, lead + 0.02), 0.0002)
    return found


def made_query(
    rng: np.random.Generator, i: int, titles: Sequence[str], labels: Sequence[str], n_shares: int
) -> QueryResult:
    """Return a query with ten picks, some of them relevant, and two that the list missed."""
    grades = rng.random(N_RANKS) < 0.4
    similarities = np.sort(rng.uniform(0.1, 0.7, N_RANKS))[::-1]
    picks = tuple(
        made_pick(rng, rank, titles, labels, float(similarity), float(grade), n_shares)
        for rank, (similarity, grade) in enumerate(zip(similarities, grades, strict=True), 1)
    )
    missed = tuple(made_pick(rng, rank, titles, labels, 0.08, 1.0, n_shares) for rank in (37, None))
    return QueryResult(
        id=f"q{i}",
        title=titles[i % len(titles)],
        published_at="2024-04-30T12:00:00Z",
        n_relevant=int(grades.sum()) + 2,
        by_metric=dict.fromkeys(METRICS, float(grades.mean())),
        picks=picks,
        missed=missed,
    )


def made_pick(
    rng: np.random.Generator,
    rank: int | None,
    titles: Sequence[str],
    labels: Sequence[str],
    similarity: float,
    grade: float,
    n_shares: int,
) -> PickResult:
    """Return a pick whose shares sum to its similarity."""
    parts = np.sort(rng.dirichlet(np.full(n_shares, 0.6)))[::-1] * similarity
    kinds = rng.choice(["tag", "term", "phrase"], n_shares)
    names = rng.choice(len(labels), n_shares)
    shares = tuple(
        (str(kind), labels[name], float(part))
        for kind, name, part in zip(kinds, names, parts, strict=True)
    )
    title = titles[int(rng.integers(len(titles)))]
    date = None if rank == 3 else "2023-11-02T08:00:00Z"
    return PickResult(f"p{rank}", title, date, rank, similarity, similarity, grade, shares)


def made_bins(low: float, high: float, n: int) -> list[ScoreBin]:
    """Return bins whose share relevant rises with similarity."""
    edges = np.linspace(low, high, n + 1)
    found = []
    for start, end in pairwise(edges):
        share = float((start + end) / 2) ** 0.8
        spread = Estimate(share, max(0.0, share - 0.08), min(1.0, share + 0.08))
        found.append(ScoreBin(float(start), float(end), 240, spread))
    return found


def made_beyond(titles: Sequence[str]) -> Beyond:
    """Return facts of lists of four, with a worry among them."""
    return Beyond(
        k=4,
        n_lists=2314,
        coverage=0.81,
        never_picked=0.19,
        gini=0.62,
        hubs=tuple(Hub(f"h{i}", titles[i % len(titles)], 60 - 5 * i) for i in range(8)),
        list_counts=((0, 440), (1, 400), (3, 500), (5, 600), (9, 300), (20, 60), (60, 14)),
        same_story_rate=0.03,
        intra_list_similarity=0.31,
        ages=Ages(
            n=9000,
            quantiles={"0.1": 0.4, "0.25": 5.0, "0.5": 90.0, "0.75": 500.0, "0.9": 1600.0},
            bins=(
                AgeBin("newer than the query", 0.0),
                AgeBin("under a day", 0.14),
                AgeBin("1–7 days", 0.2),
                AgeBin("7–30 days", 0.16),
                AgeBin("30–90 days", 0.0),
                AgeBin("90 days to a year", 0.2),
                AgeBin("over a year", 0.3),
            ),
        ),
        language_mixing=0.0,
        fallback_rate=None,
        short_rate=0.002,
    )
