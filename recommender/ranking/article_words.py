"""The words of articles, with the field and the language of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.ranking.languages import language_of_article
from recommender.ranking.sequences import TAGS, sequences
from recommender.ranking.words import Words


@dataclass(frozen=True, eq=False)
class ArticleWords:
    """The words of n articles with t texts: title, summary, body, and the label of each tag.

    Attributes:
        words: of all texts.
        fields: int32[t], the place of each text's field in `sequences.TEXT_FIELDS`.
        texts: int64[n + 1], where each article's texts begin and those of the last one end.
        languages: of each article, ISO 639-1 codes.
    """

    words: Words
    fields: NDArray[np.int32]
    texts: NDArray[np.int64]
    languages: list[str]

    @classmethod
    def of(cls, articles: Iterable[Article], language: str) -> "ArticleWords":
        """Find the words of articles.

        Args:
            articles: each is looked at once.
            language: ISO 639-1 code for articles whose language nothing tells.

        Returns:
            Their words.
        """
        texts: list[str] = []
        fields: list[int] = []
        ends = [0]
        languages = []
        for article in articles:
            texts += (article.title, article.summary, article.body)
            texts += [tag.label for tag in article.tags]
            fields += (*range(TAGS), *[TAGS] * len(article.tags))
            ends.append(len(texts))
            languages.append(language_of_article(article, language))
        found = np.array(fields, np.int32), np.array(ends, np.int64)
        return cls(Words.of(texts), *found, languages)

    def by_language(self) -> Iterator[tuple[str, NDArray[np.bool_] | slice]]:
        """Yield each language, in the order in which they come, with the words that are of it."""
        spoken = list(dict.fromkeys(self.languages))
        if len(spoken) == 1:
            yield spoken[0], slice(None)
            return
        ends = np.r_[0, self.words.ends][self.texts]
        of_article = np.array([spoken.index(code) for code in self.languages], np.int32)
        of_word = np.repeat(of_article, np.diff(ends))
        for number, code in enumerate(spoken):
            yield code, of_word == number

    def sequences(self, terms: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the articles as sequences of terms, and where each begins.

        Args:
            terms: int32, the number of each word's term, or `NO_TERM`.

        Returns:
            int64[n + 1] and int32, as `sequences.sequences`.
        """
        return sequences(terms, self.words.ends, self.fields, self.texts)
