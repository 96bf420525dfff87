"""What a corpus taught: all that is needed to make the vector of an article.

Everything is an array or a table of arrays (`string_table`): no word that was met before becomes a
Python object, and a million of them need no dictionary.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.ranking.article_tags import Tags
from recommender.ranking.article_words import ArticleWords
from recommender.ranking.lexicon import Lexicon
from recommender.ranking.naming import Ways, named
from recommender.ranking.occurrences import Bits, count
from recommender.ranking.rows import SparseRows
from recommender.ranking.string_table import StringTable
from recommender.ranking.strings import Strings
from recommender.ranking.weighing import Columns, Rows, join, weigh


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Terms, phrases and tags, and what they weigh.

    Attributes:
        lexicon: its terms, and the forms of them.
        unspaced: bool[n_terms + 1], terms that make no phrases; the last for any other term.
        fields: float32[4], what one occurrence counts in each of `TEXT_FIELDS`.
        phrases: whether they are counted.
        slugs: of the tags, by number.
        ways: to name tags, or None where naming one counts nothing.
        named_weight: what a tag counts for that a text names and nobody set.
        columns: of the vectors.
    """

    lexicon: Lexicon
    unspaced: NDArray[np.bool_]
    fields: NDArray[np.float32]
    phrases: bool
    slugs: StringTable
    ways: Ways | None
    named_weight: float
    columns: Columns

    def vectors(self, articles: Iterable[Article], language: str) -> SparseRows:
        """Return the unit rows of articles; what is not known is passed over.

        Args:
            articles: any articles.
            language: ISO 639-1 code for those whose language nothing tells.
        """
        articles = list(articles)
        parts = Bits.of(self.unspaced.size).parts(len(articles))
        rows = (self._rows(articles[first:end], language) for first, end in parts)
        return join(rows, self.columns.rarity.size)

    def _rows(self, articles: list[Article], language: str) -> Rows:
        """Return the rows of one part of the articles."""
        bits = Bits.of(self.unspaced.size)
        found = ArticleWords.of(articles, language)
        starts, tokens = found.sequences(self.lexicon.look_up(found))
        terms, phrases = count(starts, tokens, self.unspaced, self.fields, phrases=self.phrases)
        slugs = Strings.of([tag.slug for article in articles for tag in article.tags])
        tagged = np.array([row for row, one in enumerate(articles) for _ in one.tags], np.int64)
        tags = Tags.of(len(articles), tagged, self.slugs.find(*slugs.places()))
        if self.ways is not None:
            tags = tags.with_more(*named(terms, phrases, bits, self.ways), self.named_weight)
        return weigh(self.columns, terms, phrases, tags, bits)
