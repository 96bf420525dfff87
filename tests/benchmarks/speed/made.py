"""The articles of a benchmark: a made archive as vectors, and texts from it that are unseen.

Every 501st article of the archive is left out of the index, so that it is new to it and yet of the
same stories, topics and vocabulary: what a newsroom's next article is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from joblib import Parallel, delayed

from recommender.domain.article import Article
from recommender.ranking.lexicon import Lexicon
from recommender.ranking.rows import SparseRows
from recommender.training.blocks import Block, count_block
from recommender.training.matrices import as_matrix
from recommender.training.tokens import TokensWriter
from recommender.training.vectors import ArticleVectorizer
from tests.benchmarks.archive import Archive

STEP = 501
_UNSEEN = STEP // 2
"""Of each `STEP` articles the one at this place is unseen, the rest are indexed."""

MOST_UNSEEN = 200
"""Texts that are asked about; of more, some are taken, spread evenly."""

BLOCKS_THAT_PAY = 20
"""Blocks of an archive for which it pays to start processes."""

STRETCH_ROWS = 256
"""Rows in a stretch of a sample: as many as lie together when all are asked for."""


@dataclass(frozen=True, eq=False)
class Made:
    """An archive's articles, each as a vector.

    Attributes:
        archive: where they come from.
        vectorizer: fitted on those that are indexed, with the default configuration.
        rows: their unit rows.
        unseen: some more, which the vectoriser has not seen.
        queries: their unit rows, float32[len(unseen), n_columns].
    """

    archive: Archive
    vectorizer: ArticleVectorizer
    rows: SparseRows
    unseen: list[Article]
    queries: sp.csr_matrix

    @property
    def n(self) -> int:
        """How many articles are indexed."""
        return self.rows.n_rows

    @property
    def matrix(self) -> sp.csr_matrix:
        """The unit rows as peers take them, float32[n, n_columns], of the same arrays."""
        return as_matrix(self.rows)


def make(n_articles: int, folder: Path | None = None) -> Made:
    """Return an archive of which so many articles are indexed.

    Args:
        n_articles: how many.
        folder: for what is as long as the archive, in files; None to keep it in memory.
    """
    archive = Archive(-(-n_articles * STEP // (STEP - 1)))
    vectorizer, writer = ArticleVectorizer(), TokensWriter(folder)
    blocks = range(archive.n_blocks)
    unseen: list[Article] = []
    read = Parallel(n_jobs=-1 if len(blocks) >= BLOCKS_THAT_PAY else 1, return_as="generator")
    for counted, left_out in read(
        delayed(_read)(archive, block, vectorizer.language) for block in blocks
    ):
        writer.add(counted)
        unseen += left_out
    unseen = unseen[:: -(-len(unseen) // MOST_UNSEEN)]
    rows = vectorizer.fit_tokens(writer.finish(), folder)
    return Made(archive, vectorizer, rows, unseen, vectorizer.transform(unseen))


def indexed(archive: Archive) -> Iterator[Article]:
    """Yield the articles of an archive that are indexed, in row order."""
    return (article for article in archive if not _is_unseen(article))


def sampled_rows(n_rows: int, n_sampled: int) -> np.ndarray:
    """Return some of the rows, int64, in stretches spread evenly.

    Neighbours in time are near each other in the index too, and whoever asks for all asks for them
    together; a sample of single rows would be slower than the whole.

    Args:
        n_rows: how many there are.
        n_sampled: how many to take; all are, where there are no more.
    """
    if n_sampled >= n_rows:
        return np.arange(n_rows)
    n_stretches = -(-n_sampled // STRETCH_ROWS)
    length = n_sampled // n_stretches
    firsts = np.linspace(0, n_rows - length, n_stretches).astype(np.int64)
    return np.unique(firsts[:, None] + np.arange(length))


def _read(archive: Archive, block: int, language: str) -> tuple[Block, list[Article]]:
    """Return what the articles of a block say that are indexed, and those that are not."""
    articles = list(archive.block(block))
    held = [article for article in articles if not _is_unseen(article)]
    return count_block(held, language, _lexicon()), [*filter(_is_unseen, articles)]


def _is_unseen(article: Article) -> bool:
    """Return whether an article is left out: the archive numbers them in their ids."""
    return int(article.id.rpartition("-")[2]) % STEP == _UNSEEN


@cache
def _lexicon() -> Lexicon:
    """Return the words that this process has met so far."""
    return Lexicon()
