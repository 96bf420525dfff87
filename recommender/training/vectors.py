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

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from recommender.domain.article import Article
from recommender.training.counting import TEXT_FIELDS, TermCounter
from recommender.training.counts import Counts, Entries, phrase_terms
from recommender.training.matrices import unit_rows
from recommender.training.named import named_tags

MIN_BROAD_ARTICLES = 20
"""`max_df` leaves alone what stands in no more articles: in a small archive all is common."""


_NAMES = ("keys_", "labels_")
_KINDS = ("term", "phrase", "tag")

_NO_NUMBER = np.uint64(2**64 - 1)

_Columns = tuple[NDArray[np.uint64], NDArray[np.int64]]
"""The numbers of terms, phrases or tags, ascending, and the column of each."""
_Learnt = tuple[NDArray[np.uint64], list[tuple[str, str, float]]]
"""The numbers, and key, label and rarity of each."""


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
        keys_: what each column is, `phrase:…`, `tag:…` or `term:…`, ascending by code point.
        labels_: each column as a person writes it.
        rarity_: float64[n_columns], the weight of rarity of each column.
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
        self.fit_transform(articles, y)
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
        return self.fit_counts(self.count(articles))

    def count(self, articles: Iterable[Article]) -> Counts:
        """Count articles, to be fitted on: what an earlier fit learnt is forgotten.

        Args:
            articles: the corpus.

        Returns:
            What they say.
        """
        self.keys_: list[str] = []  # those of an earlier fit name no tags here
        self.labels_: list[str] = []
        return self._count(articles)

    def fit_counts(self, counts: Counts) -> sp.csr_matrix:
        """Learn vocabulary and rarity from what was counted, and vectorise.

        Args:
            counts: of the corpus, its occurrences weighted by field already.

        Returns:
            float32[n_articles, n_columns], unit rows.
        """
        counts = self._with_named(counts)
        self.n_articles_ = counts.n_articles
        learnt = [self._learn_terms(counts), self._learn_phrases(counts), self._learn_tags(counts)]
        vocabulary = [named for _, columns in learnt for named in columns]
        order = sorted(range(len(vocabulary)), key=lambda place: vocabulary[place][0])
        self.keys_ = [vocabulary[place][0] for place in order]
        self.labels_ = [vocabulary[place][1] for place in order]
        self.rarity_ = np.array([vocabulary[place][2] for place in order], np.float64)
        column_of = np.empty(len(order), np.int64)
        column_of[order] = np.arange(len(order))
        ends = np.cumsum([len(columns) for _, columns in learnt])
        parts = zip(learnt, np.split(column_of, ends[:-1]), strict=True)
        return self._weigh(counts, [(numbers, columns) for (numbers, _), columns in parts])

    def transform(self, articles: Iterable[Article]) -> sp.csr_matrix:
        """Vectorise articles over the vocabulary learnt; what it does not have is passed over.

        Args:
            articles: any articles.

        Returns:
            float32[n_articles, n_columns], unit rows; scikit-learn's NotFittedError before `fit`.
        """
        check_is_fitted(self)
        counts = self._with_named(self._count(articles))
        return self._weigh(counts, self._known(counts))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the keys of the columns."""
        del input_features
        check_is_fitted(self)
        return np.asarray(self.keys_, object)

    def __getstate__(self) -> dict[str, Any]:
        """Return the state to pickle, the names of the columns as one text: a tenth of the time."""
        state: dict[str, Any] = super().__getstate__()
        return state | {name: json.dumps(state[name]) for name in _NAMES if name in state}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state | {n: json.loads(state[n]) for n in _NAMES if n in state})

    def __sklearn_tags__(self) -> Tags:
        tags: Tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags

    def _count(self, articles: Iterable[Article]) -> Counts:
        weights = {name: getattr(self, name) for name in TEXT_FIELDS}
        counter = TermCounter(weights, self.language, phrases=self.phrase_weight > 0)
        counts = self._with_known_tags(counter.count(articles))
        if not self.tag_weight * self.named_tag_weight:
            return counts
        return replace(counts, named=named_tags(counts, phrases=self.phrase_weight > 0))

    def _with_named(self, counts: Counts) -> Counts:
        """Return counts whose tags are those set and, for less, those that texts name."""
        tags = Entries.join([counts.tags, counts.named.weighted(self.named_tag_weight)])
        return replace(counts, tags=tags)

    def _with_known_tags(self, counts: Counts) -> Counts:
        """Return counts that know the tags fitted too, for articles may name what none carries."""
        counted = set(counts.tag_slugs)
        columns = zip(self.keys_, self.labels_, strict=True)
        known = {key.removeprefix("tag:"): label for key, label in columns if key[:4] == "tag:"}
        more = {slug: label for slug, label in known.items() if slug not in counted}
        slugs, labels = [*counts.tag_slugs, *more], [*counts.tag_labels, *more.values()]
        return replace(counts, tag_slugs=slugs, tag_labels=labels)

    def _learn_terms(self, counts: Counts) -> _Learnt:
        n_with = np.bincount(counts.terms.keys.astype(np.int64), minlength=len(counts.term_names))
        names, numbers = counts.term_capitals, counts.term_digits
        telling = 1 + self.name_weight * names + self.number_weight * numbers
        rarity = (self._rarity(n_with) + 1) * telling
        kept = np.flatnonzero(self._is_kept(n_with, self.min_df))
        return kept.astype(np.uint64), [
            (f"term:{counts.term_names[term]}", counts.term_labels[term], float(rarity[term]))
            for term in kept.tolist()
        ]

    def _learn_phrases(self, counts: Counts) -> _Learnt:
        keys, n_with = np.unique(counts.phrases.keys, return_counts=True)
        kept = self._is_kept(n_with, self.phrase_min_df)
        rarity = self.phrase_weight * (self._rarity(n_with[kept]) + 1)
        names, labels = counts.term_names, counts.term_labels
        return keys[kept], [
            (f"phrase:{names[a]} {names[b]}", f"{labels[a]} {labels[b]}", weight)
            for a, b, weight in zip(*phrase_terms(keys[kept]), rarity.tolist(), strict=True)
        ]

    def _learn_tags(self, counts: Counts) -> _Learnt:
        n_with = np.bincount(counts.tags.keys.astype(np.int64), minlength=len(counts.tag_slugs))
        rarity = self.tag_weight * self._rarity(n_with)
        kept = np.flatnonzero(rarity > 0)
        return kept.astype(np.uint64), [
            (f"tag:{counts.tag_slugs[tag]}", counts.tag_labels[tag], float(rarity[tag]))
            for tag in kept.tolist()
        ]

    def _rarity(self, n_with: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.minimum(np.log((1 + self.n_articles_) / (1 + n_with)), self.max_rarity)

    def _is_kept(self, n_with: NDArray[np.int64], least: int) -> NDArray[np.bool_]:
        most = max(self.max_df * self.n_articles_, MIN_BROAD_ARTICLES)
        return (n_with >= max(least, 1)) & (n_with <= most)

    def _known(self, counts: Counts) -> list[_Columns]:
        """Return the columns of what counts and the vocabulary both have, found by name."""
        column_of = {key: column for column, key in enumerate(self.keys_)}
        known = []
        for kind, entries in zip(_KINDS, counts.kinds, strict=True):
            numbers = np.unique(entries.keys)
            columns = [column_of.get(name, -1) for name in counts.names(kind, numbers)]
            found = np.array(columns, np.int64)
            known.append((numbers[found >= 0], found[found >= 0]))
        return known

    def _weigh(self, counts: Counts, known: Sequence[_Columns]) -> sp.csr_matrix:
        """Return the unit rows of counts: each kind's entries moved to columns and weighted.

        Args:
            counts: any.
            known: for terms, phrases and tags the columns.
        """
        rows, columns, weights = [], [], []
        for kind, entries, (numbers, column_of) in zip(_KINDS, counts.kinds, known, strict=True):
            place = numbers.searchsorted(entries.keys)
            is_known = np.append(numbers, _NO_NUMBER)[place] == entries.keys
            held = column_of[place[is_known]]
            counted = entries.weights[is_known]
            rows.append(entries.rows[is_known])
            columns.append(held)
            weights.append((counted if kind == "tag" else np.log1p(counted)) * self.rarity_[held])
        shape = (counts.n_articles, len(self.keys_))
        coordinates = (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns)))
        return unit_rows(sp.csr_matrix(coordinates, shape=shape, dtype=np.float64))
