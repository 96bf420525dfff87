"""Text analysis: from what was written to the terms that are compared.

`tokens` finds the words of a text as they stand; `Normaliser` turns one word of one language into
its term, or into nothing. The two are apart because a token is looked at once per occurrence and
normalised once per distinct form: whoever counts millions of tokens keeps a table of the forms.

Writing without spaces between words (Chinese, Japanese, Thai…) gives overlapping pairs of
characters, which need no dictionary and find the same neighbours (Nie et al., "On the use of words
and n-grams for Chinese information retrieval", IRAL 2000).
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from string import ascii_lowercase

import Stemmer

from recommender.ranking.stopwords import STOP_WORDS

MAX_TOKEN_CHARS = 64
"""Longer runs of letters are encoded data, not words, and have no term."""

MAX_MARKS = 30
"""Most accents in a row that are looked at."""

STEMMERS = {
    "ar": "arabic", "bs": "serbian", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian",
    "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hr": "serbian", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "ms": "indonesian", "ne": "nepali", "nl": "dutch", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sh": "serbian",
    "sr": "serbian", "st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip
"""The algorithm that finds the stem of a word, for each language that has one."""

UNSPACED = (
    r"\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e80-\u0eff\u1000-\u1049\u1050-\u109f"
    r"\u1780-\u17d3\u17d7\u17dc-\u17e9\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese and Korean, without their punctuation."""

_ELISIONS = re.compile(r"^(?:qu|jusqu|lorsqu|puisqu|dell|all|nell|sull|dall|un|[cdjlmnst])'(?=\w)")
_ELIDING = frozenset({"fr", "it", "ca"})
ONE_SPELLING = str.maketrans(
    {"’": "'", "\u02bc": "'", ".": None}
    | {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ـ": None, "\u0670": None}
    | dict.fromkeys(map(chr, range(0x64B, 0x656)))
    | dict.fromkeys(map(chr, range(0x591, 0x5C8)))
)
"""Letters that are written in several ways, and what may be left out: points of abbreviations, and
the vowels of Arabic and Hebrew."""

_ARABIC_LETTERS = str.maketrans({"ی": "ي", "ک": "ك"})
_PERSIAN_LETTERS = str.maketrans({"ي": "ی", "ك": "ک"})
"""Two letters that look the same, and are typed for each other."""

_OWN_SPELLING = {
    "ar": _ARABIC_LETTERS, "ckb": _PERSIAN_LETTERS, "fa": _PERSIAN_LETTERS,
    "ps": _PERSIAN_LETTERS, "ur": _PERSIAN_LETTERS,
}  # fmt: skip

_LEAST_ARABIC = 4
"""Letters of a stem that may lose a feminine ending, which is written in two ways."""

_ACCENTS_TELL = frozenset({"vi"})
"""Languages in which the same letters with other accents are other words, nearly always."""

_DOTTED_I = frozenset({"tr", "az"})
"""Languages in which the small letter of I has no dot, and that of İ has one."""
INVISIBLE = re.compile("[\u00ad\u200c\u200d\u2060\ufe00-\ufe0f\ufeff]+")
"""Soft hyphens, joiners and the like, which stand inside of words and are no part of them."""

_ASCII_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*")
"""What `_word_pattern` finds in plain ASCII, in a third of the time."""


def tokens(text: str) -> list[str]:
    """Return the words of a text.

    Args:
        text: plain text of any language.

    Returns:
        Words as written, in order: letters and digits with their accents, an inner apostrophe, or
        an abbreviation with its points (`U.S.`); for writing without spaces, pairs of characters.
    """
    if text.isascii():
        return _ASCII_WORD.findall(text)
    text = normal_form(text)
    if _unspaced_pattern().search(text) is None:
        return _word_pattern(has_unspaced=False).findall(text)
    words: list[str] = []
    for match in _word_pattern(has_unspaced=True).finditer(text):
        words.extend(_pairs(match.group()) if match.lastgroup else [match.group()])
    return words


def is_unspaced(word: str) -> bool:
    """Return whether a word comes from writing without spaces, and so overlaps its neighbours."""
    return _unspaced_pattern().match(word) is not None


class Normaliser:
    """Turns a word of one language into the term under which it is compared.

    A term is the word without case, possessive, accents and ending. The stemmer is made on first
    use and left out when pickled, which its compiled code cannot be.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        words = STOP_WORDS.get(language, ())
        self._stop_words = frozenset(_folded(word, language) for word in words)
        self._stemmer: Stemmer.Stemmer | None = None

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_stemmer": None}

    def term(self, word: str) -> str | None:
        """Return the term of a word.

        Args:
            word: one of `tokens`.

        Returns:
            The term, or None for a stop word, a lone letter or digit, and encoded data.
        """
        if len(word) > MAX_TOKEN_CHARS:
            return None
        word = _folded(word, self.language)
        if self.language in _ELIDING:
            word = _ELISIONS.sub("", word)
        word = word.removesuffix("'s")
        is_lone = len(word) < 2 and not is_unspaced(word)
        if is_lone or word in self._stop_words:
            return None
        stem = self._stem(word)
        if self.language == "ar" and len(stem) >= _LEAST_ARABIC:
            stem = stem.rstrip("ةه")
        return stem if self.language in _ACCENTS_TELL else _without_accents(stem)

    @property
    def takes_letters(self) -> bool:
        """Whether `terms_of_letters` knows words of the language."""
        return self.language not in _DOTTED_I and self.language in STEMMERS

    def terms_of(self, words: Sequence[str]) -> list[str | None]:
        """Return the term of each of many words.

        Args:
            words: of `tokens`.
        """
        return [self.term(word) for word in words]

    def terms_of_letters(self, words: Sequence[str]) -> list[str | None]:
        """Return the term of each of many words: what `term` says, sooner.

        Args:
            words: at most `MAX_TOKEN_CHARS` of the letters from a to z each, small ones: most words
                of most languages in Latin script.
        """
        if not words:
            return []
        if self._stemmer is None:
            self._stemmer = Stemmer.Stemmer(STEMMERS[self.language], 0)
        no_terms = self._stop_words.union(ascii_lowercase)
        stems = self._stemmer.stemWords(words)
        both = zip(words, stems, strict=True)
        return [None if word in no_terms else stem or word for word, stem in both]

    def _stem(self, word: str) -> str:
        if word[0].isdigit() or self.language not in STEMMERS:
            return word
        if self._stemmer is None:
            self._stemmer = Stemmer.Stemmer(STEMMERS[self.language], 0)
        stem: str = self._stemmer.stemWord(word)
        return stem or word


def terms(text: str, language: str) -> list[str]:
    """Return the terms of a text in order: the readable reference for every faster way.

    Args:
        text: plain text.
        language: the ISO 639-1 code by whose rules to normalise.

    Returns:
        One term for each word that is not passed over.

    >>> terms("The U.S. State Department’s sanctions", "en")
    ['us', 'state', 'depart', 'sanction']
    """
    normaliser = Normaliser(language)
    found = (normaliser.term(word) for word in tokens(text))
    return [term for term in found if term is not None]


def normal_form(text: str) -> str:
    """Return a text with one spelling for each letter, and without what cannot be seen.

    Of a long row of accents the first are kept, for sorting one takes time by the square of its
    length (Unicode's stream-safe text format, UAX 15, has the same limit).
    """
    if text.isascii():
        return text
    text = INVISIBLE.sub("", text)
    if unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFKC", _long_row_of_marks().sub(r"\1", text))


def _folded(word: str, language: str) -> str:
    """Return a word without case, and with one spelling for letters that have several."""
    if language in _DOTTED_I:
        word = word.replace("İ", "i").replace("I", "ı")
    word = word.casefold()
    if word.isascii() and "." not in word:
        return word
    word = word.translate(ONE_SPELLING)
    own = _OWN_SPELLING.get(language)
    return word if own is None else word.translate(own)


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(max(1, len(run) - 1))]


def _without_accents(word: str) -> str:
    """Return a word without the accents of Latin letters: Orbán is Orban, but й is not и."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFD", word)
    bases = [char for char in parts if not unicodedata.combining(char)]
    return "".join(bases) if all(char < "\u0250" for char in bases) else word.replace("ё", "е")


@cache
def _unspaced_pattern() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]")


@cache
def marks() -> str:
    """Return the combining marks of the first 65,536 characters.

    Those beyond belong to scripts that hardly any newsroom writes, and one of them in a pattern
    makes every search two hundred times slower.
    """
    return "".join(
        chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M"
    )


@cache
def _long_row_of_marks() -> re.Pattern[str]:
    return re.compile(f"([{marks()}]{{{MAX_MARKS}}})[{marks()}]+")


@cache
def _word_pattern(*, has_unspaced: bool) -> re.Pattern[str]:
    """Return the pattern of a word, with a branch for unspaced writing only where it is needed.

    What Python takes for part of a word leaves out combining marks, which would cut Hindi and
    vocalised Arabic to pieces.
    """
    letter = rf"[^\W_{UNSPACED}]" if has_unspaced else r"[^\W_]"
    word = rf"{letter}+(?:[{marks()}]+{letter}*)*"
    abbreviation = r"(?:[^\W\d_]\.){2,}"
    pattern = rf"(?:{abbreviation}|{word}(?:['’]{word})*)"
    unspaced = rf"(?P<unspaced>[{UNSPACED}][{UNSPACED}{marks()}]*)|"
    return re.compile(unspaced + pattern if has_unspaced else pattern)
