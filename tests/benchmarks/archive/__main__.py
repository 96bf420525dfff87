"""Write an archive as a file to import: `python -m tests.benchmarks.archive N --out FILE.jsonl.gz`.

The same size and seed give the same bytes.
"""

import argparse
import gzip
import json
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

from recommender.domain.article import Article
from tests.benchmarks.archive import Archive

_PACKED = 1
"""The level of compression: the quickest, for packing takes longer than making."""


def main() -> None:
    options = argparse.ArgumentParser(description="Write a made-up archive.")
    options.add_argument("n_articles", type=int, metavar="N")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--out", type=Path, required=True, metavar="FILE.jsonl.gz")
    chosen = options.parse_args()
    started = time.perf_counter()
    write(Archive(chosen.n_articles, chosen.seed), chosen.out)
    seconds = time.perf_counter() - started
    rate = chosen.n_articles / seconds
    print(
        f"{chosen.n_articles:,} articles in {seconds:.0f} s, {rate:,.0f} a second", file=sys.stderr
    )


def write(archive: Archive, path: Path, n_oldest: int | None = None) -> None:
    """Write an archive as gzipped JSON Lines.

    Args:
        archive: which.
        path: of the file, overwritten.
        n_oldest: how many of its articles, all if not given.
    """
    encode = json.JSONEncoder(separators=(",", ":")).encode
    n_left = len(archive) if n_oldest is None else n_oldest
    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", _PACKED, file, mtime=0) as packed,  # no name, no time: same bytes
    ):
        for block in range(archive.n_blocks):
            lines = [encode(record(article)) for article in islice(archive.block(block), n_left)]
            n_left -= len(lines)
            packed.write("\n".join([*lines, ""]).encode("ascii"))


def record(article: Article) -> dict[str, Any]:
    """Return an article as the import reads it."""
    image = article.image
    return {
        "id": article.id,
        "title": article.title,
        "summary": article.summary,
        "body": article.body,
        "tags": [tag.label for tag in article.tags],
        "section": article.section,
        "authors": article.authors,
        "language": article.language,
        "url": article.url,
        "image": image
        and {name: getattr(image, name) for name in ("url", "alt", "width", "height")},
        "published_at": article.published_at and article.published_at.isoformat(),
    }


if __name__ == "__main__":
    main()
