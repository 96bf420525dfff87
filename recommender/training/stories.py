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
            text = _own_text(article)
            digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
            # Articles without words, such as two pictures, are not the same story for that.
            self._numbers.append(self._number_of.setdefault(digest, row) if text else row)
            yield article

    def stories(self) -> NDArray[np.int32]:
        """Return int32[n]: for each row passed, the first row that has the same words."""
        return np.asarray(self._numbers, np.int32)


_OWN_WORDS_CHARS = 200
"""A shorter body may be a formula ("Watch the video"), so then headline and deck count too."""


def _own_text(article: Article) -> str:
    """Return the words that an article has to itself, without case and spacing."""
    text = _squeezed(article.body)
    if len(text) >= _OWN_WORDS_CHARS:
        return text
    return _squeezed(f"{article.title} {article.summary} {text}")


def _squeezed(text: str) -> str:
    return " ".join(text.casefold().split())
