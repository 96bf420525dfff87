"""All top-100: the hundred nearest other articles of every article, exact and within a budget.

Both sides answer a sample of the rows, from which the time for all is worked out, each row costing
about the same. The sample lies in stretches (`sampled_rows`). Only within a budget, as training
searches a large archive, ours may be asked for all lists too.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from recommender.ranking.engine import Engine, Neighbours
from recommender.ranking.rows import MILLION
from tests.benchmarks.speed import ours, peers
from tests.benchmarks.speed.clock import timed
from tests.benchmarks.speed.made import Made, sampled_rows
from tests.benchmarks.speed.recall import recall
from tests.benchmarks.speed.table import Line, Table

K = 100
K_RECALLED = 10
N_SAMPLED = 1_024
RUNS = 3


class Asked(NamedTuple):
    """What should be reached at one size of the archive.

    Attributes:
        exact: how many times faster than sparse_dot_topn exact lists should be.
        approximate: as well, of lists within a budget.
        mean: recall@10 of those, at least.
        percentile: the 5th percentile of it, at least.
        seconds: that those take, at most; infinite where nothing is asked.
    """

    exact: float | None = None
    approximate: float | None = None
    mean: float = 0.0
    percentile: float = 0.0
    seconds: float = np.inf


ASKED = {
    100_000: Asked(2, 6, mean=0.99, percentile=0.8),
    1_000_000: Asked(4, 20, mean=0.985, seconds=15 * 60),
}


class Found(NamedTuple):
    """What ours found within the budget.

    Attributes:
        lists: of the rows that were asked for.
        seconds: for all lists.
    """

    lists: Neighbours
    seconds: float


def measure(
    made: Made, engine: Engine, transposed: sp.csr_matrix, threads: int, table: Table, *, full: bool
) -> Found:
    """Print the lines of all top-100.

    Args:
        made: the articles.
        engine: their index.
        transposed: their matrix, for peers.
        threads: for each side.
        table: to print to.
        full: whether ours finds all lists within the budget, once, and not those of the sample.

    Returns:
        What ours found within the budget.
    """
    rows, budget = sampled_rows(made.n, N_SAMPLED), ours.budget_of(made.n)
    whole, shards = ours.archive(engine, None), ours.archive(engine, budget)
    works: list[Callable[[], object]] = [
        lambda: ours.lists(whole, K, threads, rows),
        lambda: ours.lists(shards, K, threads, rows, budget),
    ]
    if peers.has_sparse_dot_topn():
        search, sample = peers.sparse_dot_topn(transposed, threads), made.matrix[rows]
        works.append(lambda: search(sample, K + 1))  # it finds the row itself too
    turns = np.array([[timed(work)[0] for work in works] for _ in range(RUNS)])
    exact_s, near_s, *their_s = np.median(turns, axis=0) * (made.n / len(rows))
    true = ours.lists(whole, K, threads, rows)
    near = ours.lists(shards, K, threads, rows, budget)
    shares = recall(*(each.similarity[:, :K_RECALLED] / MILLION for each in (near, true)))
    if full:
        near_s, near = timed(lambda: ours.lists(shards, K, threads, np.arange(made.n), budget))
    asked, work = ASKED.get(made.n, Asked()), f"all top-{K} of {made.n:,}"
    for peer_s in their_s:
        peer = peers.SPARSE_DOT_TOPN
        table.add(Line.faster(f"{work}, exact", peer, peer_s, exact_s, asked.exact))
        table.add(Line.faster(f"{work}, in budget", peer, peer_s, near_s, asked.approximate))
    if np.isfinite(asked.seconds):
        table.add(Line.under(f"{work}, in budget", near_s, asked.seconds))
    table.add(Line.least("  recall@10, mean", float(shares.mean()), asked.mean))
    table.add(Line.least("  recall@10, 5th percentile", np.percentile(shares, 5), asked.percentile))
    return Found(near, near_s)
