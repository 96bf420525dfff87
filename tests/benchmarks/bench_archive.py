"""Whether made-up archives are like long news texts, to an engine: frequencies and neighbours.

    [MOREFROM_REAL_DATA=…] python -m tests.benchmarks.bench_archive [--articles 15000] [--seed 0]

The first column is what long news texts are expected to show, the second the generator's archive;
where real articles are there, Reuters follows: all of it, and the texts of 1,000 characters or
more, of which there are too few for the rarest band to mean much. Terms are what the product's own
analysis makes of the words. Cosines are between the vectors of the default configuration, medians
over a sample of the articles.
"""

import argparse
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from recommender.catalogue.readers import formats
from recommender.catalogue.readers.rows import Accepted
from recommender.domain.article import Article
from recommender.ranking.engine import Engine
from recommender.ranking.sequences import TEXT_FIELDS
from recommender.training.frequencies import frequencies
from recommender.training.tokens import Tokens
from recommender.training.vectors import ArticleVectorizer
from tests.benchmarks.archive import Archive

BANDS = (1.0, 0.1, 0.01, 0.001, 0.0)
"""Shares of the articles that a term stands in, between which its occurrences are counted."""

NEIGHBOURS = (1, 10, 50)
N_QUERIES = 500

NAMES = (
    "terms an article",
    *(f"of them on terms in {low:g}–{high:g}" for high, low in pairwise(BANDS)),
    *(f"cosine of neighbour {rank}" for rank in NEIGHBOURS),
    "terms in all",
    "entries of a vector",
    "tags in all",
    "tags an article",
)
EXPECTED = (165, 0.33, 0.30, 0.20, 0.17, 0.45, 0.25, 0.15)

LONG_CHARS = 1_000


def main() -> None:
    options = argparse.ArgumentParser(description="A made-up archive beside real news.")
    options.add_argument("--articles", type=int, default=15_000)
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    made = Archive(chosen.articles, chosen.seed)
    next(made.block(0))  # the table of words is made once
    started = time.process_time()
    n_articles = sum(1 for _ in made)
    seconds = time.process_time() - started
    columns: dict[str, Sequence[float]] = {"expected": EXPECTED, "made": figures(made)}
    folder = os.environ.get("MOREFROM_REAL_DATA")
    if folder:
        wire = list(reuters(Path(folder)))
        columns["Reuters"] = figures(wire)
        columns["its long"] = figures([one for one in wire if len(one.body) >= LONG_CHARS])
    print(f"{n_articles:,} articles made, {n_articles / seconds:,.0f} a second of one core\n")
    print(f"{'':34}" + "".join(f"{name:>12}" for name in columns))
    for row, name in enumerate(NAMES):
        print(f"{name:34}" + "".join(f"{cell(column, row):>12}" for column in columns.values()))


def figures(articles: Iterable[Article]) -> list[float]:
    """Return what `NAMES` says of a corpus."""
    tokens = Tokens.of(articles, "en")
    n = tokens.n_articles
    every_field = np.ones(len(TEXT_FIELDS), np.float32)
    n_with = frequencies(tokens, every_field, 1, None, 0.0, phrases=False).terms
    rows = ArticleVectorizer().fit_tokens(tokens)
    sample = np.random.default_rng(0).choice(n, min(n, N_QUERIES), replace=False)
    found = Engine(rows).neighbours(sample, max(NEIGHBOURS)).similarity / 1e6
    return [
        n_with.sum() / n,
        *bands(n_with / n),
        *np.median(found[:, np.array(NEIGHBOURS) - 1], axis=0).tolist(),
        np.count_nonzero(n_with),
        rows.columns.size / n,
        len(tokens.slugs),
        tokens.tags.numbers.size / n,
    ]


def bands(shares: np.ndarray) -> list[float]:
    """Return how much of the terms of all articles is in each of `BANDS`.

    Args:
        shares: float64[n_terms], the share of the articles that each term stands in.
    """
    return [
        float(shares[(shares > low) & (shares <= high)].sum() / shares.sum())
        for high, low in pairwise(BANDS)
    ]


def reuters(folder: Path) -> Iterator[Article]:
    """Yield the real articles."""
    for row in formats.rows(folder / "reuters21578.jsonl.gz", 1_000_000, None):
        if isinstance(row, Accepted):
            yield row.article


def cell(column: Sequence[float], row: int) -> str:
    """Return a figure with three digits that tell, a dash where there is none."""
    if row >= len(column):
        return "—"
    return f"{column[row]:,.0f}" if column[row] >= 100 else f"{column[row]:.3g}"


if __name__ == "__main__":
    main()
