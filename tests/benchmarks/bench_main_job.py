"""The main job on real articles: import, train, promote and picks, against plain scikit-learn.

    MOREFROM_REAL_DATA=… python -m tests.benchmarks.bench_main_job [--file NAME] [--runs 3]

Ours are the three commands that a user types, each a process of its own, the catalogue on disk
between them. The peer is the shortest program that finds the same: it reads the same file and runs
`TfidfVectorizer` and `NearestNeighbors(metric="cosine")`, keeping nothing. Both take turns. Seconds
are wall time from start to end of the processes, memory is the largest process's peak.
"""

import argparse
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import sklearn

from recommender.ranking.engine import warm

PEER = """
import gzip, json, sys
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import NearestNeighbors

with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
    articles = [json.loads(line) for line in lines]
texts = [" ".join((row["title"], row["body"], *row["tags"])) for row in articles]
matrix = TfidfVectorizer().fit_transform(texts)
NearestNeighbors(n_neighbors=10, metric="cosine").fit(matrix).kneighbors()
"""


def main() -> None:
    options = argparse.ArgumentParser(description="Import, train and picks against scikit-learn.")
    options.add_argument("--file", default="reuters21578.jsonl.gz")
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    folder = os.environ.get("MOREFROM_REAL_DATA")
    if not folder:
        sys.exit(f"Set MOREFROM_REAL_DATA to the folder that holds {chosen.file}.")
    articles = Path(folder) / chosen.file
    warm()
    ours: list[list[tuple[float, int]]] = []
    peers: list[tuple[float, int]] = []
    for _ in range(chosen.runs):
        ours.append(main_job(articles))
        peers.append(run([sys.executable, "-c", PEER, str(articles)]))
    print(
        f"{chosen.file}, {os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}, scikit-learn {sklearn.__version__}; "
        f"medians of {chosen.runs}\n"
    )
    print(f"{'':36}{'seconds':>10}{'peak MB':>10}")
    for step, runs in zip(
        ("import", "train --promote", "picks --limit 10"), zip(*ours, strict=True), strict=True
    ):
        report(f"  morefrom {step}", runs)
    report("morefrom in all", [together(steps) for steps in ours])
    report("scikit-learn", peers)
    ratio = median(peers, 0) / median([together(steps) for steps in ours], 0)
    memory = median(peers, 1) / median([together(steps) for steps in ours], 1)
    print(f"\nmorefrom is {ratio:.1f} times as fast and takes 1/{memory:.1f} of the memory.")


def main_job(articles: Path) -> list[tuple[float, int]]:
    """Return seconds and peak memory of each of the three commands, in a fresh home."""
    home = Path(tempfile.mkdtemp())
    try:
        return [
            run([sys.executable, "-m", "recommender.cli", "--home", str(home), *step])
            for step in (
                ("import", str(articles)),
                ("train", "--promote"),
                ("picks", "--limit", "10", "--out", str(home / "picks.jsonl")),
            )
        ]
    finally:
        shutil.rmtree(home)


def run(command: Sequence[str]) -> tuple[float, int]:
    """Run a command and return the seconds that it took and its peak memory in MB."""
    started = time.perf_counter()
    process = os.posix_spawn(
        command[0],
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(process, 0)
    if status != 0:
        sys.exit(f"{' '.join(command[:4])} … ended with status {status}.")
    unit = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - started, usage.ru_maxrss * unit // 1_000_000


def together(steps: Sequence[tuple[float, int]]) -> tuple[float, int]:
    """Return the seconds of all steps and the peak of the largest."""
    return sum(seconds for seconds, _ in steps), max(peak for _, peak in steps)


def median(runs: Sequence[tuple[float, int]], of: int) -> float:
    """Return the median of one figure of each run."""
    return statistics.median(one[of] for one in runs)


def report(name: str, runs: Sequence[tuple[float, int]]) -> None:
    """Print one line of the table."""
    print(f"{name:36}{median(runs, 0):10.1f}{median(runs, 1):10.0f}")


if __name__ == "__main__":
    main()
