"""Which articles have the same words: an article published twice, under two ids or sections."""

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.training.folding import digest

_OWN_WORDS_CHARS = 200
"""A shorter body may be a formula ("Watch the video"), so then headline and deck count too."""

_NO_WORDS = np.frombuffer(digest(b""), np.uint64)[0]


def own_words(article: Article) -> bytes:
    """Return 8 bytes that stand for the words that an article has to itself.

    Args:
        article: of which case and spacing make no difference.
    """
    text = _squeezed(article.body)
    if len(text) < _OWN_WORDS_CHARS:
        text = _squeezed(f"{article.title} {article.summary} {text}")
    return digest(text.encode())


def first_rows(hashes: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Find the copies.

    Args:
        hashes: uint64[n], what `own_words` returned for each row.

    Returns:
        int32[n], for each row the first row that has the same words. Articles without words, such
        as two pictures, are not the same for that.
    """
    _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    rows = np.where(hashes == _NO_WORDS, np.arange(hashes.size), first[inverse])
    return rows.astype(np.int32)


def _squeezed(text: str) -> str:
    return " ".join(text.casefold().split())
