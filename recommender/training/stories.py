"""Which articles tell the same thing, so that a reader is not offered one story twice.

Here that means the same words: an article published twice, under two ids or in two sections.
"""

import hashlib
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article


class StoryNumbers:
    """Numbers the stories of articles that pass by on their way to something else."""

    def __init__(self) -> None:
        self._number_of: dict[bytes, int] = {}
        self._numbers: list[int] = []

    def watch(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Pass articles through, and number their stories.

        Args:
            articles: in row order.

        Yields:
            The same articles.
        """
        for row, article in enumerate(articles):
            digest = _text_digest(article)
            self._numbers.append(self._number_of.setdefault(digest, row))
            yield article

    def stories(self) -> NDArray[np.int32]:
        """Return int32[n]: for each row passed, the first row that has the same words."""
        return np.asarray(self._numbers, np.int32)


def _text_digest(article: Article) -> bytes:
    """Return a digest of the words of the text, without case, spacing and the headline's wording.

    A page without a body is told apart by all that it has.
    """
    text = article.body or f"{article.title} {article.summary}"
    return hashlib.blake2b(" ".join(text.casefold().split()).encode(), digest_size=16).digest()
