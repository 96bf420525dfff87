"""All lists against pynndescent, which finds most of the true neighbours by descent in a graph.

    python -m tests.benchmarks.speed.graph FOLDER THREADS

It runs in a process of its own, which can be ended when it takes too long, and has a small archive
before the one that counts, so that compiling its loops does not. For each row it finds as many
neighbours as it does by itself, thirty; asked for a hundred it takes several times as long.
"""

import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from recommender.ranking.engine import Engine
from recommender.ranking.rows import MILLION
from tests.benchmarks.speed import ours
from tests.benchmarks.speed.all_lists import K_RECALLED, N_SAMPLED, K
from tests.benchmarks.speed.clock import timed
from tests.benchmarks.speed.made import Made, sampled_rows
from tests.benchmarks.speed.recall import recall
from tests.benchmarks.speed.table import Line, Table, named

PYNNDESCENT = named("pynndescent")

ASKED = {100_000: 4}
"""How many times faster ours should be within its budget, by size of the archive."""

N_WARM = 500

_MATRIX, _FOUND = "matrix.npz", "found.npz"


def measure(
    made: Made, engine: Engine, ours_s: float, threads: int, limit_s: float, table: Table
) -> None:
    """Print the lines of pynndescent.

    Args:
        made: the articles.
        engine: their index.
        ours_s: seconds that ours takes for all lists within the budget.
        threads: for each side.
        limit_s: seconds after which pynndescent is ended.
        table: to print to.
    """
    work, asked = f"all top-{K} of {made.n:,}, in budget", ASKED.get(made.n)
    found = _found(made, threads, limit_s)
    if found is None:
        line = Line.faster(work, f"{PYNNDESCENT}, ended", limit_s, ours_s, asked)
        table.add(line._replace(theirs=f"over {line.theirs}", ratio=f"over {line.ratio}"))
        return
    seconds, cosines = found
    table.add(Line.faster(work, PYNNDESCENT, seconds, ours_s, asked))
    rows = sampled_rows(made.n, N_SAMPLED)
    true = ours.lists(ours.archive(engine, None), K_RECALLED, threads, rows).similarity / MILLION
    shares = recall(cosines[rows], true)
    for name, share in (("mean", shares.mean()), ("5th percentile", np.percentile(shares, 5))):
        table.add(Line(f"  recall@10, {name}", peer=PYNNDESCENT, theirs=f"{share:.4f}"))


def _found(made: Made, threads: int, limit_s: float) -> tuple[float, np.ndarray] | None:
    """Return the seconds that pynndescent took and the cosines that it found.

    Args:
        made: the articles.
        threads: that it may use.
        limit_s: seconds after which it is ended, and nothing is returned.
    """
    with tempfile.TemporaryDirectory() as folder:
        sp.save_npz(Path(folder) / _MATRIX, made.matrix, compressed=False)
        command = [sys.executable, "-m", __spec__.name, folder, str(threads)]
        try:
            subprocess.run(command, check=True, timeout=limit_s)
        except subprocess.TimeoutExpired:
            return None
        with np.load(Path(folder) / _FOUND) as found:
            return float(found["seconds"]), found["cosines"]


def main() -> None:
    import pynndescent

    warnings.simplefilter("ignore")  # of its own, about how its loops are compiled
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    matrix = sp.load_npz(folder / _MATRIX)

    def graph(rows: sp.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
        index = pynndescent.NNDescent(rows, metric="cosine", n_jobs=threads, random_state=0)
        return index.neighbor_graph

    graph(matrix[:N_WARM])
    seconds, (nearest, distances) = timed(lambda: graph(matrix))
    cosines = 1.0 - distances
    cosines[nearest == np.arange(len(nearest))[:, None]] = 0.0  # the row itself is no neighbour
    best = -np.sort(-cosines, axis=1)[:, :K_RECALLED]
    np.savez(folder / _FOUND, seconds=seconds, cosines=best)


if __name__ == "__main__":
    main()
