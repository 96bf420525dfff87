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
from functools import cache

import Stemmer

from recommender.ranking.stopwords import STOP_WORDS

MAX_TOKEN_CHARS = 64
"""Longer runs of letters are encoded data, not words, and have no term."""

MAX_MARKS = 30
"""Most accents in a row that are looked at."""

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "nb": "norwegian", "nn": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip
_SCRIPTS = (
    ("ru", re.compile(r"[\u0400-\u052f]")),
    ("ar", re.compile(r"[\u0600-\u06ff\u0750-\u077f]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
_UNSPACED = (
    r"\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e80-\u0eff\u1000-\u1049\u1050-\u109f"
    r"\u1780-\u17d3\u17d7\u17dc-\u17e9\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese and Korean, without their punctuation."""

_ELISIONS = re.compile(r"^(?:qu|jusqu|lorsqu|puisqu|dell|all|nell|sull|dall|un|[cdjlmnst])'(?=\w)")
_ELIDING = frozenset({"fr", "it", "ca"})
_ARABIC_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": None, "\u0670": None}
    | {chr(vowel): None for vowel in range(0x64B, 0x653)}
)
_INVISIBLE = re.compile("[\u00ad\u200c\u200d\u2060\ufe00-\ufe0f\ufeff]+")
"""Soft hyphens, joiners and the like, which stand inside of words and are no part of them."""

_ASCII_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*")
"""What `_word_pattern` finds in plain ASCII, in a third of the time."""

_SAMPLE_CHARS = 400


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
    text = _normal_form(text)
    if _unspaced_pattern().search(text) is None:
        return _word_pattern(has_unspaced=False).findall(text)
    words: list[str] = []
    for match in _word_pattern(has_unspaced=True).finditer(text):
        words.extend(_pairs(match.group()) if match.lastgroup else [match.group()])
    return words


def language_of(text: str, stated: str | None, default: str) -> str:
    """Return the language by whose rules a text is analysed.

    Args:
        text: the article's words; only its beginning is looked at.
        stated: what the newsroom says, or None.
        default: the newsroom's own language.

    Returns:
        `stated`, else the language that the script gives away, else `default`: a newsroom that
        writes Ukrainian or Persian says so in `default`, and a script's guess gives way to it.
    """
    if stated:
        return stated
    sample = text[:_SAMPLE_CHARS]
    if sample.isascii():
        return default
    n_letters = sum(map(str.isalpha, sample))
    for language, letters in _SCRIPTS:
        if 2 * len(letters.findall(sample)) > n_letters:
            return default if _same_script(default, language) else language
    return default


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
        self._stop_words = frozenset(map(_folded, STOP_WORDS.get(language, ())))
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
        word = _folded(word)
        if self.language in _ELIDING:
            word = _ELISIONS.sub("", word)
        word = word.removesuffix("'s")
        is_lone = len(word) < 2 and not is_unspaced(word)
        if is_lone or word in self._stop_words:
            return None
        return _without_accents(self._stem(word))

    def _stem(self, word: str) -> str:
        algorithm = _STEMMERS.get(self.language)
        if algorithm is None or word[0].isdigit():
            return word
        if self._stemmer is None:
            self._stemmer = Stemmer.Stemmer(algorithm, 0)
        return str(self._stemmer.stemWord(word)) or word


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


def _normal_form(text: str) -> str:
    """Return a text with one spelling for each letter, and without what cannot be seen.

    Of a long row of accents the first are kept, for sorting one takes time by the square of its
    length (Unicode's stream-safe text format, UAX 15, has the same limit).
    """
    if text.isascii():
        return text
    text = _INVISIBLE.sub("", text)
    if unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFKC", _long_row_of_marks().sub(r"\1", text))


def _folded(word: str) -> str:
    """Return a word without case, the points of an abbreviation, and the vowels of Arabic."""
    return word.casefold().replace("’", "'").replace(".", "").translate(_ARABIC_LETTERS)


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(max(1, len(run) - 1))]


def _without_accents(word: str) -> str:
    """Return a word without the accents of Latin letters: Orbán is Orban, but й is not и."""
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFD", word)
    bases = [char for char in parts if not unicodedata.combining(char)]
    return "".join(bases) if all(char < "\u0250" for char in bases) else word.replace("ё", "е")


def _same_script(default: str, guessed: str) -> bool:
    scripts = {"ru": {"ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn"}}
    scripts |= {"ar": {"ar", "fa", "ur", "ps", "ckb"}, "hi": {"hi", "mr", "ne"}, "zh": {"zh", "ja"}}
    return default in scripts.get(guessed, {guessed})


@cache
def _unspaced_pattern() -> re.Pattern[str]:
    return re.compile(f"[{_UNSPACED}]")


@cache
def _marks() -> str:
    """Return the combining marks of the first 65,536 characters.

    Those beyond belong to scripts that hardly any newsroom writes, and one of them in a pattern
    makes every search two hundred times slower.
    """
    return "".join(
        chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M"
    )


@cache
def _long_row_of_marks() -> re.Pattern[str]:
    return re.compile(f"([{_marks()}]{{{MAX_MARKS}}})[{_marks()}]+")


@cache
def _word_pattern(*, has_unspaced: bool) -> re.Pattern[str]:
    """Return the pattern of a word, with a branch for unspaced writing only where it is needed.

    What Python takes for part of a word leaves out combining marks, which would cut Hindi and
    vocalised Arabic to pieces.
    """
    letter = rf"[^\W_{_UNSPACED}]" if has_unspaced else r"[^\W_]"
    word = rf"{letter}+(?:[{_marks()}]+{letter}*)*"
    abbreviation = r"(?:[^\W\d_]\.){2,}"
    pattern = rf"(?:{abbreviation}|{word}(?:['’]{word})*)"
    unspaced = rf"(?P<unspaced>[{_UNSPACED}][{_UNSPACED}{_marks()}]*)|"
    return re.compile(unspaced + pattern if has_unspaced else pattern)
