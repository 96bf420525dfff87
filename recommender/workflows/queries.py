"""The queries of an evaluation: those that the truth says something about, and can be answered."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.errors import NothingToMeasure, shorten
from recommender.evaluation.judges import Judge, judge_of
from recommender.evaluation.results import TruthSummary
from recommender.evaluation.truth import Truth

_SEED = 1_963


@dataclass(frozen=True, eq=False)
class Queries:
    """What is asked of every way to rank.

    Attributes:
        judge: what knows the grades.
        rows: int64[q], the queries that have a relevant candidate.
        first_rows: int64[q], each query's first row that is a candidate.
        summary: what they were chosen from.
    """

    judge: Judge
    rows: NDArray[np.int64]
    first_rows: NDArray[np.int64]
    summary: TruthSummary


def queries_of(
    ids: Sequence[str], truth: Truth, first_rows: NDArray[np.int64], limit: int | None
) -> Queries:
    """Choose the queries that something can be found for.

    Args:
        ids: the id of each row.
        truth: what its lists are judged by.
        first_rows: int64[n], each article's first row that is a candidate.
        limit: draw at most so many; None for all.

    Returns:
        The queries.

    Raises:
        NothingToMeasure: if there is none.
    """
    named = truth.ids
    unknown = named.difference(ids)
    if not named:
        problem = "the truth names no article"
        raise NothingToMeasure(problem, "fill it, or name another one")
    if len(unknown) == len(named):
        example = shorten(min(unknown))
        problem = f"of its {len(named):,} ids none is among the articles, such as {example}"
        raise NothingToMeasure(problem, "check that the truth is about this archive")
    judge = judge_of(truth, ids)
    rows = judge.query_rows
    if not rows.size:
        problem = "the truth calls no article of the version relevant to another one"
        raise NothingToMeasure(problem, "name one that says more")
    has_any = judge.totals(rows, first_rows[rows]).n_relevant > 0
    n_without = int((~has_any).sum())
    rows = rows[has_any]
    if not rows.size:
        least = judge.relevant_from
        wanted = "a relevant article" if least == 1 else f"an article of grade {least:g} or above"
        problem = f"none of {n_without:,} queries has {wanted} among its candidates"
        raise NothingToMeasure(problem, "try “--candidates all”, or a truth that says more")
    if limit is not None and limit < rows.size:
        rows = np.sort(np.random.default_rng(_SEED).choice(rows, limit, replace=False))
    summary = TruthSummary(
        kind=truth.kind.value,
        description=truth.description,
        files=truth.files,
        n_judgements=len(truth.grades) or len(truth.labels),
        n_queries=rows.size,
        n_without_candidates=n_without,
        n_unknown_ids=len(unknown),
        relevant_from=judge.relevant_from,
    )
    return Queries(judge, rows, first_rows[rows], summary)
