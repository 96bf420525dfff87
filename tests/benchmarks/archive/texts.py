"""From words to prose: headlines, decks and bodies with sentences and paragraphs.

A block's words lie in one array, text after text. A rewrite is the same words looked up at another
place, in whole stretches, so that it keeps the sentences and the turns of phrase of its original.
"""

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.archive import tokens
from tests.benchmarks.archive.subjects import Subjects
from tests.benchmarks.archive.words import PLURAL, Lexicon, capitalise

FIELDS = 3
"""Headline, deck and body, in this order."""

_MEDIAN_WORDS = np.array([8, 22, 215])
_SPREAD = np.array([0.12, 0.15, 0.25])
_FEWEST_WORDS = np.array([4, 8, 60])
_MOST_WORDS = np.array([16, 50, 2_500])
"""Lengths are log-logistic, with a long tail to the right, as those of news are."""

_STRETCH_WORDS = 16
"""A rewrite keeps or changes so many words together."""

_MARKS = np.array([b" ", b", ", b". ", b".\n\n", b".\x1e", b"\x1e"], "S3").view("u1").reshape(-1, 3)
_NONE, _COMMA, _STOP, _PARAGRAPH, _END, _HEADLINE_END = range(len(_MARKS))
_BETWEEN_TEXTS = "\x1e"
"""What comes behind a word: a mark, and the blank or the end of the text after it."""

_MARK = np.repeat(np.array([_PARAGRAPH, _STOP, _COMMA, _NONE]), (4, 9, 13, 230))
_OPENS = np.arange(256) >= 256 - 41
_IS_PLURAL = (np.arange(256) >= 128) & (np.arange(256) < 128 + 51)
"""What a byte of chance means for a word: the mark behind it; whether it opens an expression of
two; whether it is a plural, if it has one."""


def write(
    rng: np.random.Generator,
    lexicon: Lexicon,
    subjects: Subjects,
    groups: NDArray[np.uint64],
) -> list[str]:
    """Write the texts of a block.

    Args:
        rng: the block's own.
        lexicon: spells the words.
        subjects: what the articles are about.
        groups: uint64[levels, n_articles], where their words come from (`tokens.group_keys`).

    Returns:
        Headline, deck and body of the first article, then of the second…
    """
    n_articles = len(subjects.story)
    lengths = _lengths(rng, n_articles)
    starts = np.cumsum(lengths) - lengths
    text = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(len(text)) - starts[text]
    chance = np.frombuffer(rng.bytes(len(text)), np.uint8)
    in_headline, is_last = text % FIELDS == 0, place + 1 == lengths[text]
    opens = _OPENS[chance] & ~is_last
    opens[1:] &= ~opens[:-1]
    drawn = tokens.draw(rng, groups, text // FIELDS, in_headline, opens)

    source = _sources(rng, subjects, lengths, starts, text, place)
    chance = chance[source]
    marks = np.where(in_headline, _NONE, _MARK[chance])
    marks[is_last] = np.where(in_headline[is_last], _HEADLINE_END, _END)
    return _joined(lexicon.spell(drawn[source]), _IS_PLURAL[chance], marks)


def _lengths(rng: np.random.Generator, n_articles: int) -> NDArray[np.int64]:
    """Return how many words each text has, int64[FIELDS * n_articles]."""
    odds = rng.random((n_articles, FIELDS))
    words = _MEDIAN_WORDS * (odds / (1 - odds)) ** _SPREAD
    return np.clip(words, _FEWEST_WORDS, _MOST_WORDS).astype(np.int64).ravel()


def _sources(
    rng: np.random.Generator,
    subjects: Subjects,
    lengths: NDArray[np.int64],
    starts: NDArray[np.int64],
    text: NDArray[np.int64],
    place: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return where the word at each place is taken from: the original's text, or its own."""
    original = FIELDS * subjects.origin[text // FIELDS] + text % FIELDS
    stretches = np.repeat(rng.random(len(text) // _STRETCH_WORDS + 1), _STRETCH_WORDS)[: len(text)]
    keeps = (stretches < subjects.kept[text // FIELDS]) & (place < lengths[original])
    return np.where(keeps, starts[original] + place, np.arange(len(text)))


def _joined(
    written: NDArray[np.uint8], is_plural: NDArray[np.bool_], marks: NDArray[np.int64]
) -> list[str]:
    """Return the texts: letters, plural, mark and blank of each word side by side, zeros dropped.

    Args:
        written: uint8[n, WIDTH], from `words.Lexicon`; overwritten.
        is_plural: bool[n].
        marks: int64[n], rows of `_MARKS`.
    """
    begins = np.ones(len(marks), np.bool_)
    begins[1:] = marks[:-1] >= _STOP
    capitalise(written, begins)
    written[:, PLURAL] *= is_plural
    written[:, PLURAL + 1 :] = _MARKS[marks]
    content = written[written != 0].tobytes().decode("ascii")
    return content.removesuffix(_BETWEEN_TEXTS).split(_BETWEEN_TEXTS)
