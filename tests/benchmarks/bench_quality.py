"""How good the picks are, beside plain ways to rank, on real articles with a truth.

    MOREFROM_REAL_DATA=… python -m tests.benchmarks.bench_quality [--only NAME …]

Each corpus is imported, trained and evaluated by the commands that a user types, with the defaults
and all articles as candidates; no label is seen by the model. Figures are means over the queries
that have a relevant article. The column MiniLM holds fixed references (all-MiniLM-L6-v2, cosine,
the same truth), which were measured elsewhere and are only printed; all others come from this run.
“Tags as text” is the better of TF-IDF and BM25 over texts with the words of the tags behind them.

Where it is asked for, `morefrom tune` then learns from the truth of the older queries. What it
writes is trained and evaluated on the newer queries alone, which it has not seen, beside the
baselines on the same queries.

On Reuters the truth is the tags: an article is relevant if it shares a topic and a place. There the
model is trained without them (models/configs/without-tags.toml), and baselines that read tags are
left out.
"""

import argparse
import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recommender.catalogue.catalogue import Catalogue
from recommender.evaluation.results import METRICS
from recommender.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_TAGS = ROOT / "models" / "configs" / "without-tags.toml"


@dataclass(frozen=True)
class Corpus:
    """A corpus with a truth.

    Attributes:
        name: of its file.
        truth: name of the file of its truth; None where it is made of the tags.
        judged: what the truth is, for people.
        asked: for each measure the figure that ours must reach; None for "above every baseline".
        minilm: for each measure the fixed reference.
        tuned: for each measure the figure to reach after tuning, on queries not learnt from.
    """

    name: str
    truth: str | None
    judged: str
    asked: Mapping[str, float | None]
    minilm: Mapping[str, float]
    tuned: Mapping[str, float | None] = field(default_factory=dict)


CORPORA = (
    Corpus(
        "digitalgov_blog",
        "digitalgov_blog.truth.links.csv",
        "links",
        {"ndcg@10": 0.37},
        {"ndcg@10": 0.259},
        {"ndcg@10": 0.40},
    ),
    Corpus(
        "ecbplus",
        "ecbplus.truth.csv",
        "same event",
        {"ndcg@4": 0.976, "ndcg@10": 0.946},
        {"ndcg@4": 0.940, "ndcg@10": 0.902},
    ),
    Corpus("wikitimes_2015_09", "wikitimes_2015_09.truth.csv", "same story", {"ndcg@10": 0.71}, {}),
    Corpus("reuters21578", None, "shared topic and place", {"precision@4": None}, {}),
)


def main() -> None:
    options = argparse.ArgumentParser(description="Quality of picks on real articles.")
    options.add_argument("--only", nargs="+", choices=[one.name for one in CORPORA])
    chosen = options.parse_args()
    folder = os.environ.get("MOREFROM_REAL_DATA")
    if not folder:
        sys.exit("Set MOREFROM_REAL_DATA to the folder that holds the articles.")
    started = time.perf_counter()
    print(
        f"{'corpus, truth':42}{'measure':>10}{'TF-IDF':>8}{'BM25':>8}{'tags':>8}{'MiniLM':>8}"
        f"{'ours':>8}{'asked':>8}"
    )
    print(f"{'':68}{'as text':>8}{'(fixed)':>8}")
    reached = True
    for corpus in CORPORA:
        if chosen.only is None or corpus.name in chosen.only:
            with tempfile.TemporaryDirectory() as home:
                reached &= measure(Path(folder), corpus, home)
    verdict = "every figure asked is reached" if reached else "a figure asked is missed"
    print(f"\n{verdict}; {time.perf_counter() - started:.0f} seconds in all")


def measure(folder: Path, corpus: Corpus, home: str) -> bool:
    """Print what is found of a corpus, and return whether ours is what was asked.

    Args:
        folder: of the articles and truths.
        corpus: which of them.
        home: an empty folder.
    """
    articles = folder / f"{corpus.name}.jsonl.gz"
    morefrom(home, "import", str(articles))
    if corpus.truth is None:
        truth = ["--truth", labels(articles, Path(home)), "--truth-kind", "labels"]
        morefrom(home, "train", "--promote", "--config", str(WITHOUT_TAGS))
        return report(corpus, evaluated(home, truth))
    truth = ["--truth", str(folder / corpus.truth)]
    morefrom(home, "train", "--promote")
    reached = report(corpus, evaluated(home, truth))
    if not corpus.tuned:
        return reached
    config = str(Path(home) / "tuned.toml")
    asked = (*truth, "--candidates", "all", "--out", config, "--json")
    learnt = json.loads(morefrom(home, "tune", *asked))
    morefrom(home, "train", "--promote", "--config", config)
    unseen = ["--truth", newer_links(folder / corpus.truth, learnt["newer_from"], home)]
    judged = f"after tune, {learnt['newer']['n_queries']} newer"
    tuned = replace(corpus, judged=judged, asked=corpus.tuned, minilm={})
    return report(tuned, evaluated(home, unseen)) and reached


def evaluated(home: str, truth: Sequence[str]) -> dict[str, Any]:
    """Return the evaluation of the version that serves as JSON values."""
    found: dict[str, Any] = json.loads(
        morefrom(home, "evaluate", *truth, "--candidates", "all", "--json")
    )
    return found


def newer_links(truth: Path, since: str, home: str) -> str:
    """Write the links of articles published from an instant on, and return the file."""
    with (
        Catalogue.open(Settings(home=Path(home)).catalogue_url) as catalogue,
        catalogue.corpus(datetime.now(UTC)) as corpus,
    ):
        published = {article.id: article.published_at for article in corpus}
    path, first = Path(home) / "newer.csv", datetime.fromisoformat(since)
    with truth.open(newline="") as links, path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("from_id", "to_id"))
        for link in csv.DictReader(links):
            at = published.get(link["from_id"])
            if at is not None and at >= first:
                rows.writerow((link["from_id"], link["to_id"]))
    return str(path)


def labels(articles: Path, folder: Path) -> str:
    """Write the topics and places of Reuters as a truth, and return the file."""
    path = folder / "labels.csv"
    with gzip.open(articles, "rt", encoding="utf-8") as lines, path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "topics", "places"))
        for article in map(json.loads, lines):
            rows.writerow(
                (article["id"], *("|".join(article[key]) for key in ("topics", "places")))
            )
    return str(path)


def morefrom(home: str, *arguments: str) -> str:
    """Run a command in a process of its own and return what it printed."""
    command = [sys.executable, "-m", "recommender.cli", "--home", home, *arguments]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"morefrom {arguments[0]} ended with status {run.returncode}: {run.stderr}")
    return run.stdout


def report(corpus: Corpus, found: Mapping[str, Any]) -> bool:
    """Print a line for each measure, and return whether ours is what was asked."""
    systems = {one["name"]: one["by_metric"] for one in found["systems"]}
    reached = True
    for measure, asked in corpus.asked.items():
        mean = {name: by_metric[measure]["mean"] for name, by_metric in systems.items()}
        with_tags = [mean[name] for name in ("bm25-tags", "tfidf-tags") if name in mean]
        best = max(with_tags) if corpus.truth and with_tags else None
        least = max(mean["tfidf"], mean["bm25"], best or 0) if asked is None else asked
        cells = (mean["tfidf"], mean["bm25"], best, corpus.minilm.get(measure), mean["ours"], least)
        title = f"{corpus.name}, {corpus.judged}"
        shown = "".join(f"{cell:>8}" for cell in figures(cells))
        print(f"{title:42}{METRICS[measure]:>10}{shown}", flush=True)
        reached &= mean["ours"] >= least
    return reached


def figures(cells: Sequence[float | None]) -> list[str]:
    """Return figures with three places, a dash where there is none."""
    return ["—" if cell is None else f"{cell:.3f}" for cell in cells]


if __name__ == "__main__":
    main()
