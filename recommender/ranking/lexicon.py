"""What the words of each language stand for: every form is normalised once, however often it comes.

A form is a word as written. `Normaliser` turns it into its term in some microseconds of Python; so
that this is spent on distinct forms only, a lexicon keeps them in tables (`string_table`) that
compiled loops look words up in. It is a cache: what it has met before never changes what it says.
"""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.article_words import ArticleWords
from recommender.ranking.sequences import NO_TERM, renumber
from recommender.ranking.string_table import StringTable
from recommender.ranking.strings import Strings
from recommender.ranking.text import MAX_TOKEN_CHARS, Normaliser

_FEW_WORDS = 200
"""Up to so many it takes longer to sort them out than to normalise each by itself."""


class Forms:
    """The forms of one language.

    Attributes:
        table: numbers them.
        terms: int32[n_forms], the term of each, or `NO_TERM`.
    """

    def __init__(self) -> None:
        self.table = StringTable()
        self.terms = np.empty(0, np.int32)

    def learn(self, numbers: NDArray[np.int32], terms: NDArray[np.int32]) -> None:
        """Note the terms of forms.

        Args:
            numbers: int32[m], all the new ones among them.
            terms: int32[m].
        """
        more = np.full(len(self.table) - self.terms.size, NO_TERM, np.int32)
        self.terms = np.concatenate([self.terms, more])
        self.terms[numbers] = terms


_NO_FORMS = Forms()


class Lexicon:
    """The forms of all languages met, and their terms.

    Attributes:
        terms: numbers the terms, those of all languages together.
        forms: of each language, by its code.
    """

    def __init__(self) -> None:
        self.terms = StringTable()
        self.forms: dict[str, Forms] = {}
        self._normalisers: dict[str, Normaliser] = {}

    def of(self, language: str) -> Forms:
        """Return the forms of a language."""
        return self.forms.setdefault(language, Forms())

    def read(self, found: ArticleWords) -> tuple[NDArray[np.int32], dict[str, NDArray[np.int32]]]:
        """Find the terms of words, and learn the forms that are new.

        Args:
            found: the words of articles.

        Returns:
            int32, the number of each word's term, or `NO_TERM`; and for each language int32, the
            number of each of its words' forms.
        """
        words = found.words
        terms = np.empty(words.firsts.size, np.int32)
        numbers = {}
        for language, chosen in found.by_language():
            forms = self.of(language)
            held = forms.table.numbers(words.data, words.firsts[chosen], words.lengths[chosen])
            new = forms.table.strings(forms.terms.size)
            forms.learn(
                np.arange(forms.terms.size, len(forms.table), dtype=np.int32),
                self._terms_of(new, language),
            )
            terms[chosen] = forms.terms[held]
            numbers[language] = held
        return terms, numbers

    def look_up(self, found: ArticleWords) -> NDArray[np.int32]:
        """Find the terms of words, and learn nothing.

        Args:
            found: the words of articles.

        Returns:
            int32, the number of each word's term, or `NO_TERM`; one more than the last number for
            terms that are not known.
        """
        words = found.words
        terms = np.empty(words.firsts.size, np.int32)
        for language, chosen in found.by_language():
            firsts, lengths = words.firsts[chosen], words.lengths[chosen]
            forms = self.forms.get(language, _NO_FORMS)
            held = forms.table.find(words.data, firsts, lengths)
            new = np.flatnonzero(held < 0)
            if new.size:
                numbers = np.full(held.size, NO_TERM, np.int32)
                numbers[held >= 0] = forms.terms[held[held >= 0]]
                written = Strings.cut(words.data, firsts[new], lengths[new])
                numbers[new] = self._known(written, language)
            else:
                numbers = forms.terms[held]
            terms[chosen] = numbers
        return terms

    def _known(self, words: Strings, language: str) -> NDArray[np.int32]:
        """Return the number of each word's term, as `look_up`."""
        terms, has_term = self._normalised(words, language)
        numbers = np.full(has_term.size, NO_TERM, np.int32)
        found = self.terms.find(*terms.places())
        numbers[has_term] = np.where(found < 0, len(self.terms), found)
        return numbers

    def sort(self) -> NDArray[np.int32]:
        """Number the terms anew, ascending by code point.

        Returns:
            int32[n_terms], the new number of each.
        """
        strings = self.terms.strings()
        order = strings.order()
        numbers = np.empty_like(order)
        numbers[order] = np.arange(order.size, dtype=np.int32)
        self.terms = StringTable()
        self.terms.add(strings.chosen(order))
        for forms in self.forms.values():
            renumber(forms.terms, numbers)
        return numbers

    def _terms_of(self, words: Strings, language: str) -> NDArray[np.int32]:
        """Return the number of each word's term, or `NO_TERM`; new terms at the end."""
        terms, has_term = self._normalised(words, language)
        numbers = np.full(has_term.size, NO_TERM, np.int32)
        numbers[has_term] = self.terms.add(terms)
        return numbers

    def _normalised(self, words: Strings, language: str) -> tuple[Strings, NDArray[np.bool_]]:
        """Return the terms of words, end to end, and which of the words have one, bool[m]."""
        normaliser = self._normaliser(language)
        if words.offsets.size > _FEW_WORDS and normaliser.takes_letters:
            found = self._sorted_out(words, normaliser)
        else:
            found = normaliser.terms_of(words.texts())
        has_term = np.array([term is not None for term in found], np.bool_)
        return Strings.of([term for term in found if term is not None]), has_term

    def _sorted_out(self, words: Strings, normaliser: Normaliser) -> list[str | None]:
        """Return the term of each of many words, those of letters alone sooner than the others."""
        found: list[str | None] = [None] * (words.offsets.size - 1)
        is_of_letters, small = words.of_letters(MAX_TOKEN_CHARS)
        for part, terms_of, chosen in (
            (small, normaliser.terms_of_letters, is_of_letters),
            (words, normaliser.terms_of, ~is_of_letters),
        ):
            places = np.flatnonzero(chosen).astype(np.int32)
            terms = terms_of(part.chosen(places).texts())
            for place, term in zip(places.tolist(), terms, strict=True):
                found[place] = term
        return found

    def _normaliser(self, language: str) -> Normaliser:
        if language not in self._normalisers:
            self._normalisers[language] = Normaliser(language)
        return self._normalisers[language]
