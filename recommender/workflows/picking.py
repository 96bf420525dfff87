"""`morefrom picks`: the plain ranking of every article, the thing that evaluation scores."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.catalogue import Catalogue
from recommender.errors import CannotWrite
from recommender.ranking.atomic import replacing
from recommender.ranking.bundle import Bundle
from recommender.ranking.rows import MILLION
from recommender.settings import Settings
from recommender.workflows.promoting import champion, open_bundle, open_champion

BLOCK_ARTICLES = 1_000
BLOCK_PICKS = 4_000_000
"""How much is ranked at a time, whichever is reached first."""

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
        out: the file, replaced only when it is complete; standard output is written to as it is.
        progress: called with the articles done and the articles in all.

    Returns:
        The number of articles written.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        bundle = (
            open_champion(settings, champion(catalogue))
            if version is None
            else open_bundle(settings, catalogue, version)
        )
    ids = [bundle.articles.id_of(row) for row in range(len(bundle))]
    done = 0
    with _opened(out) as file:
        for rows, similarity in _ranked(bundle, k):
            lines = []
            for row, millionths in zip(rows.tolist(), similarity.tolist(), strict=True):
                lines.append(_line(ids[done], _picks(ids, row, millionths)))
                done += 1
            file.write("".join(lines).encode())
            progress(done, len(ids))
    return done


def is_standard_output(path: Path) -> bool:
    """Return whether a path, such as `/dev/stdout`, is where this process prints."""
    try:
        return os.path.samestat(path.stat(), os.fstat(1))
    except OSError:
        return False


@contextmanager
def _opened(out: Path) -> Iterator[BinaryIO]:
    """Open where the lists go; standard output is not replaced, for it may be appended to a file.

    Args:
        out: a file, a pipe, or standard output.

    Yields:
        What takes the lists.

    Raises:
        CannotWrite: if the disk refuses.
        BrokenPipeError: if whoever read standard output has left.
    """
    if not is_standard_output(out):
        with replacing(out) as file:
            yield file
        return
    try:
        yield sys.stdout.buffer
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotWrite(out, error.strerror or str(error)) from error


def _ranked(bundle: Bundle, k: int) -> Iterator[Ranked]:
    """Yield the first k candidates of each block of articles, stored ones as far as they reach."""
    k = min(k, max(1, len(bundle) - 1))
    stored = bundle.candidate_rows.shape[1]
    engine = None
    if k > stored:
        from recommender.ranking.engine import Engine  # its compiled loops take time to load

        engine = Engine(bundle.vectors)
    n_rows = max(1, min(BLOCK_ARTICLES, BLOCK_PICKS // k))
    for start in range(0, len(bundle), n_rows):
        block = range(start, min(start + n_rows, len(bundle)))
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
