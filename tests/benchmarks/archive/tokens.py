"""Which words an article has: some from the language, some from what it is about.

The model is the hierarchy of Teh, Jordan, Beal and Blei ("Hierarchical Dirichlet processes", JASA
2006) in its barest form: a beat, a topic, a story and an article each have expressions of their
own, which are samples of one vocabulary, and a text is a sample of theirs. An expression is one
word, or the same two. What is frequent within a text comes again in it, so words are bursty
(Church and Gale, "Poisson mixtures", 1995).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.archive.draws import Zipf, hashed, uniform
from tests.benchmarks.archive.words import STOP_WORDS, WORDS


@dataclass(frozen=True)
class Level:
    """A place that words come from.

    Attributes:
        prose: share of the words of decks and bodies.
        headline: share of the words of headlines.
        expressions: how often each of its expressions is used.
        vocabulary: how rare the words of its expressions are.
    """

    prose: float
    headline: float
    expressions: Zipf
    vocabulary: Zipf


_STOP = Zipf(exponent=1.01, offset=0.7, size=len(STOP_WORDS))
_STOP_PROSE, _STOP_HEADLINE = 0.24, 0.12

_CORE = Zipf(exponent=1.9, offset=130.0, size=9_000)
"""The words that anybody uses; beyond them frequency falls faster (Ferrer i Cancho and Solé, "Two
regimes in the frequency of words", 2001)."""

LANGUAGE, BEAT, TOPIC, STORY, ARTICLE = range(5)
LEVELS = (
    Level(0.345, 0.10, _CORE, _CORE),
    Level(0.135, 0.10, Zipf(1.02, 8.0, 60), Zipf(1.02, 1_500.0, 12_000)),
    Level(0.095, 0.30, Zipf(1.02, 3.0, 55), Zipf(1.3, 7_000.0, 200_000)),
    Level(0.12, 0.30, Zipf(1.02, 2.0, 18), Zipf(1.5, 30_000.0, WORDS)),
    Level(0.065, 0.08, Zipf(1.02, 4.0, 100), Zipf(1.7, 14_000.0, WORDS)),
)


def _kind_of_byte(*shares: float) -> NDArray[np.int64]:
    """Return int64[256], which share each byte of chance falls into."""
    return np.searchsorted(np.cumsum(shares)[:-1], (np.arange(256) + 0.5) / 256)


_PROSE = _kind_of_byte(_STOP_PROSE, *(level.prose for level in LEVELS))
_HEADLINE = _kind_of_byte(_STOP_HEADLINE, *(level.headline for level in LEVELS))


def group_keys(level: int, seed: int, *parts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return what a level's expressions are known by, for each beat, topic, story or article."""
    return hashed(seed, level, *parts)


def numbers_of(
    level: int,
    groups: NDArray[np.uint64],
    ranks: NDArray[np.int64],
    seconds: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return words of expressions.

    Args:
        level: the level.
        groups: uint64[n], whose expressions.
        ranks: int64[n], which of them, the commonest first.
        seconds: bool[n], the second word of the expression in place of the first.

    Returns:
        int64[n], the numbers of the words.
    """
    return LEVELS[level].vocabulary.ranks(uniform(groups, 2 * ranks + seconds))


def draw(
    rng: np.random.Generator,
    groups: NDArray[np.uint64],
    articles: NDArray[np.int64],
    in_headline: NDArray[np.bool_],
    opens: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Draw the words of texts.

    Args:
        rng: the block's own.
        groups: uint64[levels, n_articles], from `group_keys`.
        articles: int64[n], the article of each word to draw.
        in_headline: bool[n], whether it stands in a headline.
        opens: bool[n], whether the word after it is the second of its expression.

    Returns:
        int64[n], tokens as `words.Lexicon` spells them.
    """
    kinds = _kinds(rng, in_headline)
    quantiles = rng.random(len(articles))
    second = np.zeros(len(articles), np.bool_)
    second[1:] = opens[:-1] & (kinds[:-1] > 0)
    at = np.flatnonzero(second)
    kinds[at], quantiles[at] = kinds[at - 1], quantiles[at - 1]

    tokens = _STOP.ranks(quantiles)
    for level, rule in enumerate(LEVELS):
        at = np.flatnonzero(kinds == level + 1)
        ranks = rule.expressions.ranks(quantiles[at])
        numbers = numbers_of(level, groups[level, articles[at]], ranks, second[at])
        if level == LANGUAGE:
            numbers = np.where(second[at], numbers, ranks)
        tokens[at] = numbers + len(STOP_WORDS)
    return tokens


def _kinds(rng: np.random.Generator, in_headline: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return for each word 0 for a stop word, or its level plus 1."""
    chance = np.frombuffer(rng.bytes(len(in_headline)), np.uint8)
    return np.where(in_headline, _HEADLINE[chance], _PROSE[chance])
