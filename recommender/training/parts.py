"""A corpus read part by part, in worker processes where that pays.

Parts are always the same rows, and results come in their order: so neither the number of workers
nor joblib's backend makes a difference. Each worker reads its parts from the catalogue by itself;
only what it makes of them comes back.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from recommender.domain.corpus import Articles, Corpus
from recommender.training.workers import in_order

ROWS_A_PART = 2_000
"""Rows that are read together: a second's work, and some megabytes."""

PARTS_THAT_PAY = 12
"""Fewer parts are read here: to start processes takes as long as reading some ten thousand rows."""

Result = TypeVar("Result")


def in_parts(
    corpus: Corpus,
    work: Callable[[Articles], Result],
    n_jobs: int,
    progress: Callable[[int], object],
) -> Iterator[Result]:
    """Do something with every part of a corpus.

    Args:
        corpus: not empty.
        work: a function, or an object, that can be sent to another process; it is given a part.
        n_jobs: workers, as joblib has it, whose current backend does the work; processes by
            default.
        progress: told how many rows are done.

    Yields:
        What `work` returned for each part, in row order. A worker that is killed costs its part;
        if it is of no use to start another one, this raises WorkersKilled.
    """
    n, starts = len(corpus), range(0, len(corpus), ROWS_A_PART)
    parts = [corpus.articles[start : start + ROWS_A_PART] for start in starts]
    pays = n_jobs != 1 and len(parts) >= PARTS_THAT_PAY
    sent = in_order(work, len(parts), lambda number: (parts[number],), n_jobs)
    for n_done, result in enumerate(sent if pays else map(work, parts), start=1):
        progress(min(n_done * ROWS_A_PART, n))
        yield result
