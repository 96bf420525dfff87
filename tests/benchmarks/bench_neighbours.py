"""All top-10 and top-100 of real articles: the engine against scikit-learn and scipy.

    MOREFROM_REAL_DATA=… python -m tests.benchmarks.bench_neighbours [--articles 15390] [--runs 3]

All three take the same TF-IDF matrix, find the k nearest other rows of every row, and end with
sorted arrays of rows and similarities. They take turns, so that a busy machine is busy for all.
"""

import argparse
import gzip
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import joblib
import numba
import numpy as np
import scipy
import sklearn
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import NearestNeighbors

from recommender.ranking.engine import warm
from recommender.training.neighbours import CosineNeighbors

Found = tuple[NDArray[np.integer], NDArray[np.floating]]
SCIPY_BLOCK_ROWS = 500


def main() -> None:
    options = argparse.ArgumentParser(description="Neighbours: ours, scikit-learn's and scipy's.")
    options.add_argument("--articles", type=int, default=15_390)
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    folder = os.environ.get("MOREFROM_REAL_DATA")
    if not folder:
        sys.exit("Set MOREFROM_REAL_DATA to the folder that holds reuters21578.jsonl.gz.")

    matrix = tfidf(Path(folder) / "reuters21578.jsonl.gz", chosen.articles)
    warm()
    n_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(
        f"{matrix.shape[0]:,} articles, {matrix.shape[1]:,} terms, "
        f"{matrix.nnz / matrix.shape[0]:.0f} terms an article; {n_cores} cores, "
        f"{platform.machine()}\nPython {platform.python_version()}, numba {numba.__version__}, "
        f"numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}, "
        f"joblib {joblib.__version__}\n"
    )
    print(f"{'median seconds':24}{'top 10':>12}{'top 100':>12}{'times ours':>20}{'agreement':>12}")
    report(matrix, chosen.runs)


def report(matrix: sparse.csr_matrix, runs: int) -> None:
    """Print a line for each way: seconds, times ours, agreement on the top 100."""
    ways: dict[str, Callable[[sparse.csr_matrix, int], Found]] = {
        "morefrom, all cores": lambda matrix, k: ours(matrix, k, n_jobs=-1),
        "morefrom, one core": lambda matrix, k: ours(matrix, k, n_jobs=1),
        "scikit-learn, all cores": scikit_learn,
        "scipy, one core": scipy_blocks,
    }
    seconds: dict[tuple[str, int], list[float]] = {(way, k): [] for way in ways for k in (10, 100)}
    found: dict[str, Found] = {}
    for _ in range(runs):
        for way, k in seconds:
            started = time.perf_counter()
            found[way] = ways[way](matrix, k)
            seconds[way, k].append(time.perf_counter() - started)
    middle = {key: statistics.median(each) for key, each in seconds.items()}
    for way in ways:
        peer = "morefrom, one core" if "one core" in way else "morefrom, all cores"
        times = " / ".join(f"{middle[way, k] / middle[peer, k]:.1f}" for k in (10, 100))
        agreement = agree(found[way], found["morefrom, all cores"])
        print(f"{way:24}{middle[way, 10]:12.2f}{middle[way, 100]:12.2f}{times:>20}{agreement:>12}")


def tfidf(path: Path, n_articles: int) -> sparse.csr_matrix:
    """Return unit rows, float32, of the first articles of a file of JSON Lines."""
    texts = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line, _ in zip(lines, range(n_articles), strict=False):
            article = json.loads(line)
            texts.append(f"{article.get('title') or ''} {article.get('body') or ''}")
    matrix = TfidfVectorizer(dtype=np.float32).fit_transform(texts)
    matrix.sort_indices()
    return matrix


def ours(matrix: sparse.csr_matrix, k: int, n_jobs: int) -> Found:
    """Building the index counts too."""
    distances, nearest = CosineNeighbors(n_neighbors=k, n_jobs=n_jobs).fit(matrix).kneighbors()
    return nearest, 1 - distances


def scikit_learn(matrix: sparse.csr_matrix, k: int) -> Found:
    """Brute force, on all cores as far as scikit-learn uses them for sparse input."""
    brute = NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute", n_jobs=-1)
    distances, nearest = brute.fit(matrix).kneighbors()
    return nearest, 1 - distances


def scipy_blocks(matrix: sparse.csr_matrix, k: int) -> Found:
    """A product of sparse matrices, made dense block by block, and numpy's partial sort."""
    n_rows = matrix.shape[0]
    columns_first = matrix.T.tocsr()
    nearest = np.empty((n_rows, k), np.int64)
    similarity = np.empty((n_rows, k), np.float32)
    for first in range(0, n_rows, SCIPY_BLOCK_ROWS):
        block = (matrix[first : first + SCIPY_BLOCK_ROWS] @ columns_first).toarray()
        queries = np.arange(len(block))
        block[queries, first + queries] = -1.0
        best = np.argpartition(block, n_rows - k, axis=1)[:, -k:]
        values = np.take_along_axis(block, best, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        done = slice(first, first + len(block))
        nearest[done] = np.take_along_axis(best, order, axis=1)
        similarity[done] = np.take_along_axis(values, order, axis=1)
    return nearest, similarity


def agree(found: Found, expected: Found) -> str:
    """Return the share of neighbours found that are as similar as the last one expected."""
    worst = expected[1][:, -1:] - 2e-6
    return f"{(found[1] >= worst).mean():.4f}"


if __name__ == "__main__":
    main()
