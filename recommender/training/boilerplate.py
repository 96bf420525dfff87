"""What stands in many articles, and so belongs to none of them.

Learnt in one pass that keeps 12 bytes a paragraph and no text, as a table of 64-bit hashes of three
kinds, told apart by what each is crossed with: standing texts of the whole archive, standing texts
of one author, and the headlines and other words of cards, by which a list of other articles at the
foot of a page is known. A bundle carries the table, so that later articles are read by the same.

A paragraph stands in an archive where `share` of its articles have it, and five at least; with an
author, where a twentieth of the author's articles have it, and three at least. Articles with the
same body are counted once: a story that was published ten times is not boilerplate. A deck is an
article's own or a placeholder ("summary"): what five articles have for a deck is nobody's.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.training.folding import HASH_BYTES, digest, fold
from recommender.training.paragraphs import paragraphs

MAX_AUTHORS = 10
"""Names of a byline that are looked at; whoever signs with more signs nothing of their own."""

MIN_ARTICLES = 5
MIN_OF_AUTHOR = 3
SHARE_OF_AUTHOR = 0.05

Hashes = NDArray[np.uint64]

_HEADLINE = np.frombuffer(digest(b"a headline"), "<u8")
_BLURB = np.frombuffer(digest(b"a deck or caption"), "<u8")
_DECK = np.frombuffer(digest(b"a deck of many"), "<u8")
_QUESTIONS = np.concatenate([np.zeros(1, np.uint64), _HEADLINE, _BLURB])
"""What a paragraph's hash is crossed with to be looked up; nothing for standing texts."""


def hashes(folded: Iterable[bytes]) -> Hashes:
    """Return the hash of each folded text."""
    return np.frombuffer(b"".join(map(digest, folded)), "<u8").astype(np.uint64, copy=False)


def blurbs(article: Article) -> Iterator[str]:
    """Yield what a card shows of an article beside its headline."""
    yield article.summary
    if article.image is not None:
        yield article.image.caption
        yield article.image.alt


@dataclass(frozen=True, slots=True)
class Found:
    """What the archive knows of some paragraphs, one bool[n] for each question.

    Attributes:
        standing: whether it stands in the whole archive.
        with_author: whether it stands with one of the authors.
        headline: whether it is the headline of an article.
        blurb: whether it is the deck, caption or alternative text of an article.
        nothing: whether the answer to all of them is no.
    """

    standing: NDArray[np.bool_]
    with_author: NDArray[np.bool_]
    headline: NDArray[np.bool_]
    blurb: NDArray[np.bool_]
    nothing: bool


class Boilerplate:
    """Knows what belongs to no single article.

    Attributes:
        table: uint64[m], ascending, as `learn_boilerplate` made it.
    """

    def __init__(self, table: Hashes) -> None:
        self.table = table

    def find(self, paragraph_hashes: Hashes, authors: Sequence[str]) -> Found:
        """Look paragraphs up.

        Args:
            paragraph_hashes: uint64[n].
            authors: of the article in which they stand.

        Returns:
            What is known of them.
        """
        keys = _QUESTIONS
        if authors:
            keys = np.concatenate([keys, hashes(map(fold, authors[:MAX_AUTHORS]))])
        wanted = paragraph_hashes ^ keys[:, np.newaxis]
        if len(self.table):
            places = np.minimum(np.searchsorted(self.table, wanted), len(self.table) - 1)
            has = self.table[places] == wanted
        else:
            has = np.zeros(wanted.shape, bool)
        return Found(has[0], has[3:].any(axis=0), has[1], has[2], nothing=not has.any())

    def is_placeholder(self, deck: str) -> bool:
        """Return whether so many articles have this deck that it is nobody's.

        Args:
            deck: a summary, not empty.
        """
        wanted = hashes([fold(deck)]) ^ _DECK
        place = int(np.searchsorted(self.table, wanted)[0])
        return place < len(self.table) and bool(self.table[place] == wanted[0])


def learn_boilerplate(articles: Iterable[Article], share: float) -> Boilerplate:
    """Read a corpus once.

    Args:
        articles: the corpus; each article is looked at once and let go.
        share: the share of the articles in which a paragraph must stand to belong to none.

    Returns:
        What belongs to no single article.
    """
    counting = _Counting()
    for article in articles:
        counting.add(article)
    return Boilerplate(counting.table(share))


class _Counting:
    """Paragraphs, cards and authors of the articles seen so far, as hashes and numbers."""

    def __init__(self) -> None:
        self._paragraphs = bytearray()
        self._lengths = array("i")
        self._bodies = bytearray()
        self._headlines = bytearray()
        self._blurbs = bytearray()
        self._decks = bytearray()
        self._authors: dict[str, int] = {}
        self._by_lines: list[tuple[int, ...]] = []

    def add(self, article: Article) -> None:
        folded = [one for one in map(fold, paragraphs(article.body)) if one]
        distinct = dict.fromkeys(folded)
        self._paragraphs += b"".join(map(digest, distinct))
        self._lengths.append(len(distinct))
        self._bodies += digest(b"".join(folded))
        self._by_lines.append(
            tuple(
                self._authors.setdefault(name, len(self._authors))
                for name in article.authors[:MAX_AUTHORS]
            )
        )
        self._headlines += digest(fold(article.title))
        if article.summary:
            self._decks += digest(fold(article.summary))
        for text in blurbs(article):
            if text:
                self._blurbs += digest(fold(text))

    def table(self, share: float) -> Hashes:
        _, first = np.unique(_read(self._bodies), return_index=True)
        is_first = np.zeros(len(self._lengths), bool)
        is_first[first] = True
        lengths = np.asarray(self._lengths, np.int64)
        rows = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        kept = is_first[rows]
        keys, rows = _read(self._paragraphs)[kept], rows[kept]
        found, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
        standing = found[counts >= max(MIN_ARTICLES, share * len(first))]
        repeated = counts[inverse] >= MIN_OF_AUTHOR
        decks, n_with = np.unique(_read(self._decks), return_counts=True)
        parts = [
            standing,
            decks[n_with >= MIN_ARTICLES] ^ _DECK,
            self._standing_with_authors(keys[repeated], rows[repeated], is_first),
            _read(self._headlines) ^ _HEADLINE,
            _read(self._blurbs) ^ _BLURB,
        ]
        return np.unique(np.concatenate(parts))

    def _standing_with_authors(
        self, keys: Hashes, rows: NDArray[np.int32], is_first: NDArray[np.bool_]
    ) -> Hashes:
        n_bylines = np.array([len(names) for names in self._by_lines], np.int64)
        starts = np.cumsum(n_bylines) - n_bylines
        flat = np.array([name for names in self._by_lines for name in names], np.int64)
        n_of_author = np.bincount(
            flat[np.repeat(is_first, n_bylines)], minlength=len(self._authors)
        )
        names = hashes(map(fold, self._authors))
        crossed, least = [], []
        for place in range(n_bylines.max(initial=0)):
            has = n_bylines[rows] > place
            authors = flat[starts[rows[has]] + place]
            crossed.append(keys[has] ^ names[authors])
            least.append(np.maximum(MIN_OF_AUTHOR, SHARE_OF_AUTHOR * n_of_author[authors]))
        if not crossed:
            return np.empty(0, np.uint64)
        found, first, counts = np.unique(
            np.concatenate(crossed), return_index=True, return_counts=True
        )
        return found[counts >= np.concatenate(least)[first]]


def _read(packed: bytearray) -> Hashes:
    assert len(packed) % HASH_BYTES == 0
    return np.frombuffer(packed, "<u8").astype(np.uint64, copy=False)
