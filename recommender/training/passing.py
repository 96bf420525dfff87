"""What is noted of articles that pass by on their way to being counted: read once, not held."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.domain.corpus import epoch_us
from recommender.ranking.languages import language_of_article
from recommender.training.cleaning import Tally, TextCleaner
from recommender.training.stories import Copies


class Passing:
    """Cleans articles, and notes their dates, their languages and which have the same words.

    Attributes:
        languages: ISO 639 code of the language that each is written in, in row order.
        copies: which of them have the same words.
        tally: what was left out of their texts.
    """

    def __init__(self, cleaner: TextCleaner, language: str) -> None:
        """Begin with no article.

        Args:
            cleaner: fitted.
            language: ISO 639-1 code for articles whose language nothing tells.
        """
        self.languages: list[str] = []
        self.copies = Copies()
        self.tally = Tally()
        self._published_us: list[int] = []
        self._cleaner = cleaner
        self._language = language

    def cleaned(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Pass articles on.

        Args:
            articles: in row order.

        Yields:
            The same articles with what is to be counted, each with its language.
        """
        for article in self.copies.watch(articles):
            self.languages.append(language_of_article(article, self._language))
            self._published_us.append(epoch_us(article.published_at))
            reading = self._cleaner.read(article)
            self.tally.add(reading)
            yield replace(reading.article, language=self.languages[-1])

    def published_us(self) -> NDArray[np.int64]:
        """Return int64[n]: when each was published, microseconds since 1970 or `UNDATED_US`."""
        return np.array(self._published_us, np.int64)

    def by_language(self) -> NDArray[np.int32]:
        """Return int32[n]: the same number for articles of one language."""
        _, numbers = np.unique(np.array(self.languages, dtype=object), return_inverse=True)
        return numbers.astype(np.int32)
