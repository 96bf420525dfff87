"""Counts of a corpus that can be weighted by field again and again without another reading.

Every field of an article is counted as a row of its own; weighting adds the four rows up.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.ranking.languages import language_of_article
from recommender.training.counting import TEXT_FIELDS, TermCounter
from recommender.training.counts import Counts, Entries
from recommender.training.named import named_tags

_N_FIELDS = len(TEXT_FIELDS)


@dataclass(frozen=True)
class _Spread:
    """Entries of one kind, still apart by field.

    Attributes:
        entries: ascending by article, then key, then field; weights are occurrences.
        fields: int64[n], the number in `TEXT_FIELDS` of each.
        starts: int64[m], where each article's key begins.
    """

    entries: Entries
    fields: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, counted: Entries) -> "_Spread":
        """Put the fields of each article side by side.

        Args:
            counted: whose rows are article × number of fields + field.

        Returns:
            The same entries in another order.
        """
        rows, fields = np.divmod(counted.rows.astype(np.int64), _N_FIELDS)
        order = np.lexsort((counted.keys, rows))
        rows, keys = rows[order], counted.keys[order]
        begins = np.r_[True, (rows[1:] != rows[:-1]) | (keys[1:] != keys[:-1])][: len(rows)]
        entries = Entries(rows.astype(np.int32), keys, counted.weights[order])
        return cls(entries, fields[order], np.flatnonzero(begins))

    def weighted(self, weights: NDArray[np.float32]) -> Entries:
        """Return the fields added up, each times its weight; what comes to nothing is left out."""
        if not len(self.starts):
            return self.entries
        sums = np.add.reduceat(self.entries.weights * weights[self.fields], self.starts)
        counts = sums > 0
        rows, keys = self.entries.rows[self.starts], self.entries.keys[self.starts]
        return Entries(rows[counts], keys[counts], sums[counts].astype(np.float32))


class FieldCounts:
    """What a corpus says, field by field."""

    def __init__(self, articles: Iterable[Article], language: str) -> None:
        """Count articles in one pass.

        Args:
            articles: in row order, cleaned.
            language: ISO 639 code for articles whose language nothing tells.
        """
        once = dict.fromkeys(TEXT_FIELDS, 1.0)
        self._counts = TermCounter(once, language, phrases=True).count(_fields(articles, language))
        self._terms = _Spread.of(self._counts.terms)
        self._phrases = _Spread.of(self._counts.phrases)
        tags = self._counts.tags
        self._tags = Entries(tags.rows // np.int32(_N_FIELDS), tags.keys, tags.weights)
        self._named = named_tags(self.weighted(once), phrases=True)

    def weighted(self, weights: Mapping[str, float]) -> Counts:
        """Return the counts of the corpus as `TermCounter` would count it with these weights.

        Args:
            weights: what one occurrence counts in each of `TEXT_FIELDS`.

        Returns:
            Counts with phrases, and with the tags that texts name.
        """
        factors = np.array([weights[name] for name in TEXT_FIELDS], np.float32)
        of_tags = np.where(np.array(TEXT_FIELDS) == "tags", factors, np.float32(0))
        return replace(
            self._counts,
            n_articles=self._counts.n_articles // _N_FIELDS,
            terms=self._terms.weighted(factors),
            phrases=self._phrases.weighted(factors),
            tag_terms=self._terms.weighted(of_tags),
            tag_phrases=self._phrases.weighted(of_tags),
            tags=self._tags,
            named=getattr(self, "_named", self._counts.named),
        )


def _fields(articles: Iterable[Article], language: str) -> Iterator[Article]:
    """Yield each field of each article as an article, all in the language of the whole."""
    for article in articles:
        empty = Article(article.id, language=language_of_article(article, language))
        yield replace(empty, title=article.title)
        yield replace(empty, summary=article.summary)
        yield replace(empty, body=article.body)
        yield replace(empty, tags=article.tags)
