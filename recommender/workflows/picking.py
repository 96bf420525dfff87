"""`morefrom picks`: the plain ranking of every article, the thing that evaluation scores."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.atomic import replacing
from recommender.ranking.bundle import Bundle
from recommender.ranking.engine import Engine
from recommender.ranking.rows import MILLION
from recommender.settings import Settings
from recommender.workflows.promoting import champion, open_bundle, open_champion

BLOCK_ARTICLES = 1_000

Ranked = tuple[NDArray[np.int32], NDArray[np.int32]]
"""Rows and similarities of some queries: int32[q, k] each, padded with -1 and 0."""


def write_picks(
    settings: Settings,
    version: str | None,
    k: int,
    out: Path,
    progress: Callable[[int, int], object],
) -> int:
    """Write the k most similar other articles of every article, one JSON object a line.

    All articles of the corpus are candidates, whatever their date and whatever became of them
    since; nothing fills up a list that ends early.

    Args:
        settings: whose home.
        version: the version to ask; None for the champion.
        k: picks an article, at least 1.
        out: the file, replaced only when it is complete.
        progress: called with the articles done and the articles in all.

    Returns:
        The number of articles written.
    """
    with Catalogue.open(settings.catalogue_url) as catalogue:
        bundle = (
            open_champion(settings, champion(catalogue))
            if version is None
            else open_bundle(settings, catalogue, version)
        )
    ids = [bundle.articles.id_of(row) for row in range(len(bundle))]
    done = 0
    with replacing(out) as file:
        for rows, similarity in _ranked(bundle, k):
            lines = []
            for row, millionths in zip(rows.tolist(), similarity.tolist(), strict=True):
                lines.append(_line(ids[done], _picks(ids, row, millionths)))
                done += 1
            file.write("".join(lines).encode())
            progress(done, len(ids))
    return done


def _ranked(bundle: Bundle, k: int) -> Iterator[Ranked]:
    """Yield the first k candidates of each block of articles, stored ones as far as they reach."""
    stored = bundle.candidate_rows.shape[1]
    engine = None if k <= stored else Engine(bundle.vectors)
    for start in range(0, len(bundle), BLOCK_ARTICLES):
        block = range(start, min(start + BLOCK_ARTICLES, len(bundle)))
        if engine is not None:
            yield engine.neighbours(block, k)
        else:
            held = slice(block.start, block.stop)
            yield bundle.candidate_rows[held, :k], bundle.candidate_similarity[held, :k]


def _picks(ids: list[str], rows: list[int], millionths: list[int]) -> list[dict[str, object]]:
    found = [(row, part / MILLION) for row, part in zip(rows, millionths, strict=True) if row >= 0]
    return [
        {"id": ids[row], "rank": rank, "score": similarity, "similarity": similarity}
        for rank, (row, similarity) in enumerate(found, start=1)
    ]


def _line(article_id: str, picks: list[dict[str, object]]) -> str:
    return json.dumps({"id": article_id, "picks": picks}, ensure_ascii=False) + "\n"
