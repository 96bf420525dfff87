"""Words that nobody has written: how the number of a word is spelt, in bytes.

A word is syllables of consonants and a vowel, the number written in base 96 and read from its low
end, so it can be pronounced, no two numbers share a spelling, and frequent words, whose numbers are
low, are short (Zipf's law of abbreviation, *The Psycho-Biology of Language*, 1935). Endings that an
English stemmer would cut off do not arise, but for a plural's s. Some numbers are written in
digits, and some words are names, which have a capital wherever they stand.
"""

import re

import numpy as np
from numpy.typing import NDArray

_ONSETS = re.findall(r"\w+", "b d f g h j k m n p r t v z br ch dr gr kr pr sh st th tr")
_SYLLABLES = np.array([(onset + vowel).encode() for onset in _ONSETS for vowel in "aiou"], "S3")
_BASE = len(_SYLLABLES)
_MOST_SYLLABLES = 4
_FIRST_OF_LENGTH = (0, _BASE**2, _BASE**2 + _BASE**3)
"""The first number that has two, three, four syllables."""

WORDS = _BASE**2 + _BASE**3 + _BASE**4
"""How many words there are."""

PLURAL = 3 * _MOST_SYLLABLES
"""Where the s of a plural stands, behind the longest word."""

WIDTH = 16
"""Bytes of a word, with room behind the plural for a mark and blanks."""

_COMMONEST = 200
"""The commonest words are neither names nor in digits."""

STOP_WORDS = re.findall(
    r"\w+",
    """the of to and in a said that for on it is was at by with as from be he has its are
    have an which but this not they will had were their or been his who more would than there about
    after also other if up one all when out no we some could what into over such them only so most
    before can between under any new two year last first time people may while those through during
    against did still because where made being she her him both since many then now these much own
    well should our even does until how very just down off you i""",
)
"""English function words and a few more that stand in all news, the commonest first."""

_TABLE_WORDS = 1 << 17
_CAPITAL = ord("a") - ord("A")


def spelt(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return words in small letters, names with a capital, or in digits.

    Args:
        numbers: int64[n], in [0, WORDS).

    Returns:
        uint8[n, WIDTH], ASCII with zeros anywhere between: whoever joins the words drops them. At
        `PLURAL` stands an s where the word may have one, and nothing stands behind.
    """
    firsts = np.array(_FIRST_OF_LENGTH, np.int64)
    length = np.searchsorted(firsts, numbers, side="right") - 1
    rest = numbers - firsts[length]
    letters = np.zeros((len(numbers), WIDTH), np.uint8)
    for place in range(_MOST_SYLLABLES):
        rest, digit = np.divmod(rest, _BASE)
        syllables = _SYLLABLES[digit].view(np.uint8).reshape(-1, 3)
        letters[:, 3 * place : 3 * place + 3] = syllables * (place < length + 2)[:, None]
    is_rarer = numbers > _COMMONEST
    names, figures = is_rarer & (numbers % 5 == 1), is_rarer & (numbers % 15 == 0)
    letters[:, PLURAL] = ord("s") * ~(names | figures)
    letters[figures, :PLURAL] = _digits(numbers[figures])
    capitalise(letters, names)
    return letters


def capitalise(letters: NDArray[np.uint8], where: NDArray[np.bool_]) -> None:
    """Give some words a capital, in place; digits and capitals stay.

    Args:
        letters: uint8[n, WIDTH], from `spelt`.
        where: bool[n].
    """
    letters[:, 0] -= _CAPITAL * (where & (letters[:, 0] >= ord("a"))).astype(np.uint8)


def _digits(numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return numbers in decimal, uint8[n, PLURAL], with zeros in place of leading noughts."""
    powers = 10 ** np.arange(PLURAL - 1, -1, -1, dtype=np.int64)
    digits = (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)
    return digits * (numbers[:, None] >= powers)


class Lexicon:
    """Spells tokens: the stop words in their order, then all other words by number.

    What is common is looked up, what is rare is spelt when it is met.
    """

    def __init__(self) -> None:
        stop_words = np.array([word.encode() for word in STOP_WORDS], f"S{WIDTH}").view(np.uint8)
        words = spelt(np.arange(_TABLE_WORDS, dtype=np.int64))
        self._table = np.concatenate([stop_words.reshape(-1, WIDTH), words])

    def spell(self, tokens: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return tokens as `spelt` returns words.

        Args:
            tokens: int64[n]: a stop word's place, or the number of stop words plus a word's number.

        Returns:
            uint8[n, WIDTH], a copy.
        """
        rare = np.flatnonzero(tokens >= len(self._table))
        letters = self._table.take(tokens, axis=0, mode="clip")
        letters[rare] = spelt(tokens[rare] - len(STOP_WORDS))
        return letters
