"""From texts to counts, one block of articles at a time.

Only the looking up of a word's form is done in Python, once per word; counting, phrases and sums
are array work on a block. A block's counts are small beside its texts, which are not kept.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.ranking.text import MAX_TOKEN_CHARS, Normaliser, is_unspaced, language_of, tokens

BLOCK_ARTICLES = 2_000
BLOCK_CHARS = 16_000_000
"""How much is counted together, whichever is reached first: enough to make array work pay, little
enough to hold its words."""

TEXT_FIELDS = ("title", "summary", "body", "tags")


@dataclass(frozen=True)
class Entries:
    """Non-zero counts in coordinate form, each (row, key) once, ascending by row, then key.

    Attributes:
        rows: int32[n], the article's row.
        keys: uint64[n], a term's number, or a phrase's two packed into one (`phrase_key`).
        weights: float32[n], occurrences, each weighted by its field.
    """

    rows: NDArray[np.int32]
    keys: NDArray[np.uint64]
    weights: NDArray[np.float32]

    @classmethod
    def join(cls, parts: list["Entries"]) -> "Entries":
        """Return the entries of successive blocks as one."""
        empty = cls(np.empty(0, np.int32), np.empty(0, np.uint64), np.empty(0, np.float32))
        columns = zip(
            *((part.rows, part.keys, part.weights) for part in (empty, *parts)), strict=True
        )
        return cls(*map(np.concatenate, columns))


@dataclass(frozen=True)
class Counts:
    """What a corpus says, before any weight of rarity.

    Attributes:
        n_articles: rows counted.
        terms: entries whose keys index `term_names`.
        phrases: entries whose keys are `phrase_key` of two neighbouring terms' numbers.
        tags: entries whose keys index `tag_slugs`; each weight is 1.
        term_names: a term's text, by number.
        term_labels: the way in which articles most often write the term, by number.
        tag_slugs: a tag's slug, by number.
        tag_labels: the label that editors most often give it, by number.
    """

    n_articles: int
    terms: Entries
    phrases: Entries
    tags: Entries
    term_names: list[str]
    term_labels: list[str]
    tag_slugs: list[str]
    tag_labels: list[str]


def phrase_key(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the key of each pair of neighbouring terms: both numbers side by side in 64 bits."""
    return (first << np.uint64(32)) | second


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
        terms, phrases, tags = [], [], []
        n_articles = 0
        for block in _blocks(articles):
            of_terms, of_phrases = self._count_texts(block, n_articles)
            terms.append(of_terms)
            phrases.append(of_phrases)
            tags.append(self._count_tags(block, n_articles))
            n_articles += len(block)
        return Counts(
            n_articles,
            Entries.join(terms),
            Entries.join(phrases),
            Entries.join(tags),
            list(self._numbering.terms),
            self._labels(),
            list(self._tags),
            [max(sorted(labels), key=labels.__getitem__) for labels in self._tag_labels],
        )

    def _count_texts(self, block: list[Article], first_row: int) -> tuple[Entries, Entries]:
        runs = list(self._runs(block))
        lengths = np.array([len(forms) for _, _, forms in runs], np.int64)
        stretches = chain.from_iterable(forms for _, _, forms in runs)
        forms = np.fromiter(stretches, np.int64, lengths.sum())
        self._count_forms(forms)
        terms = np.asarray(self._numbering.term_of_form, np.int64)[forms]
        kept = terms >= 0
        keys = terms[kept].astype(np.uint64)
        rows = np.repeat(np.array([row for row, _, _ in runs], np.int32), lengths)[kept] + first_row
        weights = np.repeat(np.array([weight for _, weight, _ in runs], np.float32), lengths)[kept]
        of_terms = _sum_entries(rows, keys, weights)
        if not self._phrases:
            return of_terms, Entries.join([])
        run_numbers = np.repeat(np.arange(len(runs)), lengths)[kept]
        makes_phrases = np.asarray(self._numbering.makes_phrases, bool)[forms[kept]]
        follows = makes_phrases[1:] & makes_phrases[:-1] & (run_numbers[1:] == run_numbers[:-1])
        pairs = phrase_key(keys[:-1][follows], keys[1:][follows])
        return of_terms, _sum_entries(rows[1:][follows], pairs, weights[1:][follows])

    def _runs(self, block: list[Article]) -> Iterator[tuple[int, float, list[int]]]:
        """Yield row in the block, weight and forms' numbers of each unbroken stretch of text."""
        for row, article in enumerate(block):
            forms = self._forms_of(article)
            for name, weight in self._fields:
                for text in _texts(article, name):
                    yield row, weight, list(map(forms.__getitem__, tokens(text)))

    def _forms_of(self, article: Article) -> _Forms:
        opening = " ".join((article.title, article.summary, article.body[:1_000]))
        language = language_of(opening, article.language, self._language)
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
        return _sum_entries(np.asarray(rows, np.int32), np.asarray(keys, np.uint64), ones)

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


def _sum_entries(
    rows: NDArray[np.int32], keys: NDArray[np.uint64], weights: NDArray[np.float32]
) -> Entries:
    """Return entries with the weights of every (row, key) added up."""
    if not len(rows):
        return Entries(rows, keys, weights)
    order = np.lexsort((keys, rows))
    rows, keys, weights = rows[order], keys[order], weights[order]
    starts = np.flatnonzero(np.r_[True, (rows[1:] != rows[:-1]) | (keys[1:] != keys[:-1])])
    sums = np.add.reduceat(weights, starts, dtype=np.float32)
    return Entries(rows[starts], keys[starts], sums)
