"""Articles as sparse unit rows over tags, terms and phrases.

A term's weight in an article is ln(1 + occurrences) × (rarity + 1), where rarity is
ln((1 + n) / (1 + articles with it)), as scikit-learn's `TfidfTransformer(smooth_idf=True)` defines
it, but at most `max_rarity`: in a large archive most of what is rarer are coincidences, a date or a
bystander's name, while what two articles are about stands in many. An occurrence in the title
counts for more than one in the body. Words that articles write with a capital, as names are, and
numbers weigh somewhat more: times 1 + `name_weight` × the share of the term's occurrences with a
capital + `number_weight` × the share that begin with a digit. A phrase, two neighbouring terms,
weighs the same as a term times `phrase_weight`. A tag is a coordinate of its own, `tag_weight` ×
its rarity: nothing for a tag that stands on every article, much for a rare one. An article that
*names* a tag nobody set, China in its body, has the coordinate times `named_tag_weight`, and counts
among the tag's articles.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags as EstimatorTags
from sklearn.utils.validation import check_is_fitted

from recommender.domain.article import Article, Tag
from recommender.ranking.naming import ways_to_name
from recommender.ranking.rows import SparseRows
from recommender.ranking.sequences import TEXT_FIELDS
from recommender.ranking.string_table import StringTable
from recommender.ranking.strings import Strings
from recommender.ranking.vocabulary import Vocabulary
from recommender.ranking.weighing import Columns, weigh
from recommender.training.column_names import ColumnNames
from recommender.training.frequencies import Frequencies, Phrases, frequencies
from recommender.training.growing import Growing
from recommender.training.matrices import as_matrix, by_frequency
from recommender.training.tokens import Tokens

MIN_BROAD_ARTICLES = 20
"""`max_df` leaves alone what stands in no more articles: in a small archive all is common."""


class ArticleVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped bases
    """TF-IDF over the fields of articles.

    Takes any iterable of `Article`, read once and streamed, and gives a float32 CSR matrix with a
    row an article: of Euclidean length 1, or all zero where nothing of it is in the vocabulary.

    Parameters:
        title: what an occurrence in the title counts for.
        summary: what an occurrence in the summary counts for.
        body: what an occurrence in the body counts for.
        tags: what an occurrence among the words of a tag counts for.
        tag_weight: weight of a tag as a coordinate of its own; 0 for none.
        named_tag_weight: what a tag counts for that a text names but nobody set, 1 as if it were.
        phrase_weight: weight of a pair of neighbouring terms; 0 for no phrases.
        name_weight: what a term written with a capital weighs more.
        number_weight: what a number weighs more.
        min_df: fewest articles in which a term must stand.
        phrase_min_df: fewest articles in which a phrase must stand.
        max_df: greatest share of the articles in which a term or phrase may stand.
        max_rarity: greatest logarithm of rarity that counts, of terms, phrases and tags.
        language: ISO 639-1 code for articles whose language nothing tells.

    Attributes:
        vocabulary_: what was learnt, all that is needed to vectorise.
        keys_: what each column is, `phrase:…`, `tag:…` or `term:…`; what most articles have comes
            first, of equally frequent ones the first by code point.
        labels_: each column as a person writes it.
        n_articles_: the number of articles fitted on.
    """

    def __init__(  # noqa: PLR0913 - scikit-learn wants every hyperparameter here by name
        self,
        *,
        title: float = 1.5,
        summary: float = 1.2,
        body: float = 1.0,
        tags: float = 1.0,
        tag_weight: float = 1.3,
        named_tag_weight: float = 0.8,
        phrase_weight: float = 0.8,
        name_weight: float = 0.1,
        number_weight: float = 0.4,
        min_df: int = 2,
        phrase_min_df: int = 2,
        max_df: float = 0.5,
        max_rarity: float = 4.6,
        language: str = "en",
    ) -> None:
        self.title = title
        self.summary = summary
        self.body = body
        self.tags = tags
        self.tag_weight = tag_weight
        self.named_tag_weight = named_tag_weight
        self.phrase_weight = phrase_weight
        self.name_weight = name_weight
        self.number_weight = number_weight
        self.min_df = min_df
        self.phrase_min_df = phrase_min_df
        self.max_df = max_df
        self.max_rarity = max_rarity
        self.language = language

    def fit(self, articles: Iterable[Article], y: object = None) -> Self:
        """Learn vocabulary and rarity.

        Args:
            articles: the corpus.
            y: ignored.

        Returns:
            This vectoriser.
        """
        del y
        self.fit_tokens(Tokens.of(articles, self.language))
        return self

    def fit_transform(self, articles: Iterable[Article], y: object = None) -> sp.csr_matrix:
        """Learn vocabulary and rarity, and vectorise, in one pass.

        Args:
            articles: the corpus.
            y: ignored.

        Returns:
            float32[n_articles, n_columns], unit rows.
        """
        del y
        return as_matrix(self.fit_tokens(Tokens.of(articles, self.language)))

    def fit_tokens(self, tokens: Tokens, folder: Path | None = None) -> SparseRows:
        """Learn vocabulary and rarity from what articles say, and vectorise them.

        Args:
            tokens: of the corpus.
            folder: where the rows go, as files that are mapped; None to keep them in memory.

        Returns:
            Unit rows, n_articles of n_columns.
        """
        fields = np.array([getattr(self, name) for name in TEXT_FIELDS], np.float32)
        phrases, ways = self.phrase_weight > 0, None
        if self.tag_weight * self.named_tag_weight:
            written = tokens.spellings.n_written
            ways = ways_to_name(tokens.tag_labels, tokens.lexicon, written, phrases=phrases)
        found = frequencies(
            tokens, fields, self.phrase_min_df, ways, self.named_tag_weight, phrases=phrases
        )
        self.n_articles_ = tokens.n_articles
        slugs = StringTable()
        slugs.add(Strings.of(tokens.slugs))
        self.vocabulary_ = Vocabulary(
            lexicon=tokens.lexicon,
            unspaced=tokens.spellings.unspaced,
            fields=fields,
            phrases=phrases,
            slugs=slugs,
            ways=ways,
            named_weight=self.named_tag_weight,
            columns=self._columns(tokens, found),
        )
        self._labels = tokens.spellings.labels, Strings.of(tokens.tag_labels)
        return self._rows(tokens, found, folder)

    def transform(self, articles: Iterable[Article]) -> sp.csr_matrix:
        """Vectorise articles over the vocabulary learnt; what it does not have is passed over.

        Args:
            articles: any articles.

        Returns:
            float32[n_articles, n_columns], unit rows; scikit-learn's NotFittedError before `fit`.
        """
        check_is_fitted(self)
        return as_matrix(self.vocabulary_.vectors(articles, self.language))

    @property
    def keys_(self) -> list[str]:
        """What each column is: `phrase:…`, `tag:…` or `term:…`."""
        return list(self.keys())

    @property
    def labels_(self) -> list[str]:
        """Each column as a person writes it."""
        return list(self.labels())

    def keys(self) -> ColumnNames:
        """Return `keys_`, each made when it is asked for."""
        terms, slugs = self.vocabulary_.lexicon.terms.strings(), self.vocabulary_.slugs.strings()
        return ColumnNames(self.vocabulary_.columns, terms, slugs, ("phrase:", "tag:", "term:"))

    def labels(self) -> ColumnNames:
        """Return `labels_`, each made when it is asked for."""
        return ColumnNames(self.vocabulary_.columns, *self._labels, ("", "", ""))

    @property
    def rarity_(self) -> NDArray[np.float64]:
        """float64[n_columns], the weight of rarity of each column."""
        return self.vocabulary_.columns.rarity

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the keys of the columns."""
        del input_features
        check_is_fitted(self)
        return np.asarray(self.keys_, object)

    def __sklearn_tags__(self) -> EstimatorTags:
        tags: EstimatorTags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags

    def _columns(self, tokens: Tokens, found: Frequencies) -> Columns:
        """Return what is kept, and what it weighs."""
        phrases = self._kept_phrases(found.phrases)
        of_phrases = self.phrase_weight * (self._rarity(phrases.n_with) + 1)

        of_tags = self.tag_weight * self._rarity(found.n_tagged)
        has_column = of_tags > 0

        names, numbers = tokens.spellings.capitals, tokens.spellings.digits
        telling = 1 + self.name_weight * names + self.number_weight * numbers
        of_terms = (self._rarity(found.terms) + 1) * telling
        is_kept = self._is_kept(found.terms, self.min_df)

        n_with = (phrases.n_with, found.n_tagged[has_column], found.terms[is_kept])
        columns = by_frequency(np.concatenate(n_with))
        rarity = np.empty(columns.size)
        rarity[columns] = np.concatenate([of_phrases, of_tags[has_column], of_terms[is_kept]])
        ends = np.cumsum([one.size for one in n_with])
        of_phrase, of_tag, of_term = np.split(columns, ends[:-1])
        tags = np.full(has_column.size, -1, np.int32)
        tags[has_column] = of_tag
        terms = np.full(is_kept.size + 1, -1, np.int32)
        terms[:-1][is_kept] = of_term
        with_others = np.append(of_phrase, np.int32(-1))
        return Columns(phrases.starts, phrases.seconds, with_others, tags, terms, rarity)

    def _kept_phrases(self, phrases: Phrases) -> Phrases:
        """Return the phrases that have a column."""
        is_kept = self._is_kept(phrases.n_with, self.phrase_min_df)
        ends = np.append(0, is_kept.cumsum())
        return Phrases(ends[phrases.starts], phrases.seconds[is_kept], phrases.n_with[is_kept])

    def _rows(self, tokens: Tokens, found: Frequencies, folder: Path | None) -> SparseRows:
        """Return the rows of the articles that were fitted."""
        learnt = self.vocabulary_
        ends = Growing(np.int64, folder and folder / "rows.ends")
        columns = Growing(np.int32, folder and folder / "rows.columns")
        weights = Growing(np.float32, folder and folder / "rows.weights")
        ends.append(np.zeros(1))
        for part in tokens.counted(learnt.fields, phrases=learnt.phrases):
            tags = found.tags.of_rows(part.first, part.end)
            rows = weigh(learnt.columns, part.terms, part.phrases, tags, tokens.bits)
            ends.append(rows.ends + columns.size)
            columns.append(rows.columns)
            weights.append(rows.weights)
        return SparseRows(
            ends.whole(), columns.whole(), weights.whole(), learnt.columns.rarity.size
        )

    def _rarity(self, n_with: NDArray[np.integer]) -> NDArray[np.float64]:
        return np.minimum(np.log((1 + self.n_articles_) / (1 + n_with)), self.max_rarity)

    def _is_kept(self, n_with: NDArray[np.integer], least: int) -> NDArray[np.bool_]:
        most = max(self.max_df * self.n_articles_, MIN_BROAD_ARTICLES)
        return (n_with >= max(least, 1)) & (n_with <= most)


def warm() -> None:
    """Compile the loops of text analysis, or load them, so that nobody waits for it later."""
    article = Article(
        "warm", title="Compiled loops", body="Größe, loops", tags=(Tag("loops", "Loops"),)
    )
    unseen = replace(article, body="Words that nobody learnt")
    vectorizer = ArticleVectorizer().fit([article, article])
    vectorizer.vocabulary_.vectors([article, unseen], "en")
