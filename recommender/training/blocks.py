"""The first half of counting: a block of articles as the sequences of their terms.

A block numbers its terms from 0 on as they come, so any process may count any block; `tokens` puts
blocks together. It is arrays alone, cheap to send from one process to another; the texts stay where
they were read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.ranking.article_words import ArticleWords
from recommender.ranking.lexicon import Lexicon
from recommender.ranking.sequences import NO_TERM, as_met, renumber
from recommender.ranking.strings import Strings

BLOCK_ARTICLES = 2_000
BLOCK_CHARS = 16_000_000
"""How much is counted together, whichever is reached first: enough to make array work pay, little
enough to hold its texts."""

SPELT = "\n"
"""Stands between a tag's slug, which has no line breaks, and its label."""


@dataclass(frozen=True, eq=False)
class FormCounts:
    """How often the words of one language stand in a block.

    Attributes:
        forms: the words as written.
        terms: int32[n_forms], the term of each, or `NO_TERM`.
        counts: int32[n_forms], occurrences of each.
    """

    forms: Strings
    terms: NDArray[np.int32]
    counts: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Block:
    """What n articles say.

    Attributes:
        starts: int64[n + 1], where each article's sequence begins and the last one ends.
        tokens: int32, the sequences (`ranking.sequences`).
        terms: the terms, by number.
        forms: for each language that an article is written in.
        n_tags: int64[n], tags of each article.
        tags: int32, the numbers of the tags.
        tag_names: by number, a tag's slug, `SPELT`, and its label; a slug may have several.
    """

    starts: NDArray[np.int64]
    tokens: NDArray[np.int32]
    terms: Strings
    forms: dict[str, FormCounts]
    n_tags: NDArray[np.int64]
    tags: NDArray[np.int32]
    tag_names: Strings

    @property
    def n_articles(self) -> int:
        """How many articles there are."""
        return self.starts.size - 1


def count_block(articles: Iterable[Article], language: str, lexicon: Lexicon) -> Block:
    """Read articles.

    Args:
        articles: in row order, cleaned; about `BLOCK_ARTICLES`.
        language: ISO 639-1 code for articles whose language nothing tells.
        lexicon: the words met so far; it grows, which never changes the result.

    Returns:
        What they say.
    """
    articles = list(articles)
    found = ArticleWords.of(articles, language)
    terms, forms = lexicon.read(found)
    met, _ = as_met(terms, len(lexicon.terms))
    starts, tokens = found.sequences(terms)
    n_tags, tags, tag_names = tags_of(articles)
    return Block(
        starts=starts,
        tokens=tokens,
        terms=lexicon.terms.strings().chosen(met),
        forms={code: _counted(lexicon, code, numbers, met) for code, numbers in forms.items()},
        n_tags=n_tags,
        tags=tags,
        tag_names=tag_names,
    )


def blocks_of(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Yield articles in blocks, each let go before the next is read.

    Args:
        articles: in row order.
    """
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


def _counted(
    lexicon: Lexicon, language: str, numbers: NDArray[np.int32], terms: NDArray[np.int32]
) -> FormCounts:
    """Return how often each form of a language occurs.

    Args:
        lexicon: that read them.
        language: the forms'.
        numbers: int32, the form of each word; overwritten.
        terms: int32, the lexicon's number of each term of the block.
    """
    forms = lexicon.of(language)
    met, counts = as_met(numbers, len(forms.table))
    place = np.full(len(lexicon.terms), NO_TERM, np.int32)
    place[terms] = np.arange(terms.size)
    held = forms.terms[met]
    renumber(held, place)
    return FormCounts(forms.table.strings().chosen(met), held, counts)


def tags_of(articles: list[Article]) -> tuple[NDArray[np.int64], NDArray[np.int32], Strings]:
    """Return how many tags each article has, the tags' numbers, and their names."""
    numbers: dict[str, int] = {}
    tags = [
        numbers.setdefault(f"{tag.slug}{SPELT}{tag.label}", len(numbers))
        for article in articles
        for tag in article.tags
    ]
    n_tags = np.array([len(article.tags) for article in articles], np.int64)
    return n_tags, np.array(tags, np.int32), Strings.of(list(numbers))
