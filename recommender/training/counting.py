"""From texts to counts, one block of articles at a time.

Only the looking up of a word's form is done in Python, once per word; counting, phrases and sums
are array work on a block. A block's counts are small beside its texts, which are not kept.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.ranking.languages import language_of_article
from recommender.ranking.text import MAX_TOKEN_CHARS, Normaliser, is_unspaced, tokens
from recommender.training.counts import Counts, Entries, phrase_key, sum_entries

BLOCK_ARTICLES = 2_000
BLOCK_CHARS = 16_000_000
"""How much is counted together, whichever is reached first: enough to make array work pay, little
enough to hold its words."""

TEXT_FIELDS = ("title", "summary", "body", "tags")


NO_WORD = 0
"""Number of the form that stands for whatever is too long to be a word."""


class _Forms(dict[str, int]):
    """Numbers the forms of one language's words; a form met for the first time is normalised."""

    def __init__(self, normaliser: Normaliser, numbering: "_Numbering") -> None:
        super().__init__()
        self._normaliser = normaliser
        self._numbering = numbering

    def __missing__(self, word: str) -> int:
        if len(word) > MAX_TOKEN_CHARS:  # has no term, and would be held for ever
            return NO_WORD
        number = self[word] = self._numbering.add(word, self._normaliser.term(word))
        return number


class _Run(NamedTuple):
    """An unbroken stretch of text.

    Attributes:
        row: the article's, in its block.
        weight: of each occurrence.
        of_tag: whether it is the label of a tag.
        forms: the numbers of its words' forms.
    """

    row: int
    weight: float
    of_tag: bool
    forms: list[int]


@dataclass
class _Numbering:
    """Every form met, the term that it stands for (-1 for none), and whether it makes phrases.

    Pairs of characters make none: the next pair repeats half of this one, and long compounds are
    found by their pairs already.
    """

    words: list[str] = field(default_factory=lambda: [""])
    term_of_form: list[int] = field(default_factory=lambda: [-1])
    makes_phrases: list[bool] = field(default_factory=lambda: [False])
    terms: dict[str, int] = field(default_factory=dict)

    def add(self, word: str, term: str | None) -> int:
        self.words.append(word)
        number = -1 if term is None else self.terms.setdefault(term, len(self.terms))
        self.term_of_form.append(number)
        self.makes_phrases.append(not is_unspaced(word))
        return len(self.words) - 1


class TermCounter:
    """Counts the weighted terms, phrases and tags of articles."""

    def __init__(self, weights: Mapping[str, float], language: str, *, phrases: bool) -> None:
        """Make a counter with nothing counted.

        Args:
            weights: what one occurrence counts in each of `TEXT_FIELDS`; 0 leaves a field out.
            language: ISO 639-1 code for articles whose language nothing tells.
            phrases: whether to count pairs of neighbouring terms.
        """
        self._fields = tuple((name, weights[name]) for name in TEXT_FIELDS if weights[name] > 0)
        self._language = language
        self._phrases = phrases
        self._numbering = _Numbering()
        self._forms: dict[str, _Forms] = {}
        self._form_counts = np.zeros(len(self._numbering.words), np.int64)
        self._tags: dict[str, int] = {}
        self._tag_labels: list[Counter[str]] = []

    def count(self, articles: Iterable[Article]) -> Counts:
        """Count articles in one pass.

        Args:
            articles: in row order; each is looked at once and let go.

        Returns:
            The counts, the rows numbered as the articles came.
        """
        texts: list[tuple[Entries, Entries, Entries, Entries]] = []
        tags: list[Entries] = []
        n_articles = 0
        for block in _blocks(articles):
            texts.append(self._count_texts(block, n_articles))
            tags.append(self._count_tags(block, n_articles))
            n_articles += len(block)
        terms, phrases, tag_terms, tag_phrases = (
            Entries.join([parts[kind] for parts in texts]) for kind in range(4)
        )
        return Counts(
            n_articles=n_articles,
            terms=terms,
            phrases=phrases,
            tags=Entries.join(tags),
            term_names=list(self._numbering.terms),
            term_labels=self._labels(),
            tag_slugs=list(self._tags),
            tag_labels=[max(sorted(held), key=held.__getitem__) for held in self._tag_labels],
            term_capitals=self._share_of_forms(str.isupper),
            term_digits=self._share_of_forms(str.isdigit),
            tag_terms=tag_terms,
            tag_phrases=tag_phrases,
            languages=list(self._forms),
        )

    def _count_texts(
        self, block: list[Article], first_row: int
    ) -> tuple[Entries, Entries, Entries, Entries]:
        """Return the terms and phrases of a block, and those of the words of its tags."""
        runs = list(self._runs(block))
        lengths = np.array([len(run.forms) for run in runs], np.int64)
        stretches = chain.from_iterable(run.forms for run in runs)
        forms = np.fromiter(stretches, np.int64, lengths.sum())
        self._count_forms(forms)
        terms = np.asarray(self._numbering.term_of_form, np.int64)[forms]
        kept = terms >= 0

        def spread(values: list[float], dtype: type) -> NDArray[Any]:
            return np.repeat(np.array(values, dtype), lengths)[kept]

        keys = terms[kept].astype(np.uint64)
        rows = spread([run.row for run in runs], np.int32) + np.int32(first_row)
        weights = spread([run.weight for run in runs], np.float32)
        of_tag = spread([run.of_tag for run in runs], np.bool_)
        follows = self._follows(forms[kept], spread(list(range(len(runs))), np.int64))
        pairs = phrase_key(keys[:-1][follows], keys[1:][follows])
        pair_rows, pair_weights = rows[1:][follows], weights[1:][follows]
        pair_of_tag = of_tag[1:][follows]
        return (
            sum_entries(rows, keys, weights),
            sum_entries(pair_rows, pairs, pair_weights),
            sum_entries(rows[of_tag], keys[of_tag], weights[of_tag]),
            sum_entries(pair_rows[pair_of_tag], pairs[pair_of_tag], pair_weights[pair_of_tag]),
        )

    def _follows(self, forms: NDArray[np.int64], runs: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which words, from the second on, make a phrase with the one before."""
        if not self._phrases:
            return np.zeros(max(0, len(forms) - 1), np.bool_)
        makes_phrases = np.asarray(self._numbering.makes_phrases, np.bool_)[forms]
        return np.asarray(makes_phrases[1:] & makes_phrases[:-1] & (runs[1:] == runs[:-1]))

    def _runs(self, block: list[Article]) -> Iterator["_Run"]:
        """Yield each unbroken stretch of text."""
        for row, article in enumerate(block):
            forms = self._forms_of(article)
            for name, weight in self._fields:
                for text in _texts(article, name):
                    numbers = list(map(forms.__getitem__, tokens(text)))
                    yield _Run(row, weight, name == "tags", numbers)

    def _forms_of(self, article: Article) -> _Forms:
        language = language_of_article(article, self._language)
        if language not in self._forms:
            self._forms[language] = _Forms(Normaliser(language), self._numbering)
        return self._forms[language]

    def _count_forms(self, forms: NDArray[np.int64]) -> None:
        counts = np.bincount(forms, minlength=len(self._numbering.words))
        counts[: len(self._form_counts)] += self._form_counts
        self._form_counts = counts

    def _count_tags(self, block: list[Article], first_row: int) -> Entries:
        rows, keys = [], []
        for row, article in enumerate(block, first_row):
            for tag in article.tags:
                number = self._tags.setdefault(tag.slug, len(self._tags))
                if number == len(self._tag_labels):
                    self._tag_labels.append(Counter())
                self._tag_labels[number][tag.label] += 1
                rows.append(row)
                keys.append(number)
        ones = np.ones(len(rows), np.float32)
        return sum_entries(np.asarray(rows, np.int32), np.asarray(keys, np.uint64), ones)

    def _share_of_forms(self, is_such: Callable[[str], bool]) -> NDArray[np.float64]:
        """Return the share of each term's occurrences whose first character is such a one."""
        counted = np.asarray(self._numbering.term_of_form, np.int64) + 1
        such = np.fromiter((is_such(word[:1]) for word in self._numbering.words), np.float64)
        n_such = np.bincount(counted, self._form_counts * such, len(self._numbering.terms) + 1)
        n_all = np.bincount(counted, self._form_counts, len(self._numbering.terms) + 1)
        return np.asarray(n_such[1:] / np.maximum(n_all[1:], 1))

    def _labels(self) -> list[str]:
        """Return each term's commonest form; of equally common ones the first by code point."""
        best: dict[int, tuple[int, str]] = {}
        counts = self._form_counts.tolist()
        forms = zip(self._numbering.words, self._numbering.term_of_form, counts, strict=True)
        for word, term, n in forms:
            if term >= 0 and (term not in best or (-n, word) < best[term]):
                best[term] = (-n, word)
        return [best[term][1] for term in range(len(self._numbering.terms))]


def _blocks(articles: Iterable[Article]) -> Iterator[list[Article]]:
    block: list[Article] = []
    n_chars = 0
    for article in articles:
        block.append(article)
        n_chars += len(article.title) + len(article.summary) + len(article.body)
        if len(block) >= BLOCK_ARTICLES or n_chars >= BLOCK_CHARS:
            yield block
            block, n_chars = [], 0
    if block:
        yield block


def _texts(article: Article, name: str) -> tuple[str, ...]:
    if name == "tags":
        return tuple(tag.label for tag in article.tags)
    return (getattr(article, name),)
