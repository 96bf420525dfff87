"""What a half-typed word may become: the forms of all words that a bundle's vocabulary has met.

A stem is no help to whoever types: “negotiat” begins no stem, for that of “negotiations” is
“negoti”. The forms as they were written are in the bundle; here they lie sorted.
"""

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.bundle import Bundle
from recommender.ranking.language_codes import unpacked
from recommender.ranking.sequences import NO_TERM
from recommender.ranking.strings import Strings
from recommender.ranking.text import Normaliser
from recommender.workflows.spelling import plain
from recommender.workflows.word_hits import Word

MOST_COLUMNS = 60
"""Words that a beginning may stand for: the most frequent; “a” may become ten thousand."""

LEAST_STEM_CHARS = 3
"""Shorter stems begin too many other words for headlines to be compared with them."""


class Completions:
    """The words of a bundle, whole and by their beginnings, as columns of its vectors."""

    def __init__(self, bundle: Bundle) -> None:
        """Sort the forms: a second for half a million of them.

        Args:
            bundle: whose vocabulary.
        """
        arrays = bundle.vocabulary
        self._terms = bundle.terms
        self._n_articles = np.diff(bundle.index.starts)
        codes = arrays["vocabulary.languages"].tolist()
        self._normalisers = [Normaliser(unpacked(code)) for code in codes]
        of_terms = arrays["vocabulary.forms.terms"]
        columns = np.where(of_terms == NO_TERM, -1, arrays["vocabulary.columns.terms"][of_terms])
        known = np.flatnonzero(columns >= 0).astype(np.int32)
        written = Strings(arrays["vocabulary.forms.data"], arrays["vocabulary.forms.offsets"])
        spelt = plain("\n".join(written.chosen(known).texts())).split("\n") if known.size else []
        found = sorted(
            {
                (form.encode("utf-8", "surrogatepass"), column)
                for form, column in zip(spelt, columns[known].tolist(), strict=True)
                if form and " " not in form
            }
        )
        self._forms = b"".join(form for form, _ in found)
        self._ends = np.cumsum([0, *(len(form) for form, _ in found)], dtype=np.int64)
        self._columns = np.array([column for _, column in found], np.int32)

    def begun(self, word: str) -> NDArray[np.int32]:
        """Return the columns of the words that begin so, those of most articles first.

        Args:
            word: in one spelling.

        Returns:
            int32[m], at most `MOST_COLUMNS`, none twice.
        """
        first = word.encode("utf-8", "surrogatepass")
        places = range(self._columns.size)
        start = bisect_left(places, first, key=self._form)
        end = bisect_left(places, first + b"\xff", lo=start, key=self._form)
        columns = np.unique(self._columns[start:end])
        order = np.argsort(-self._n_articles[columns], kind="stable")
        return columns[order[:MOST_COLUMNS]]

    def word(self, written: str, *, is_open: bool) -> Word:
        """Return a word as it is sought, in every language in which it may be one.

        Args:
            written: one of `ranking.text.tokens`.
            is_open: whether it may still grow.

        Returns:
            The word; it says nothing where it does so in one of the languages.
        """
        text = plain(written)
        terms = [normaliser.term(written) for normaliser in self._normalisers]
        stems = dict.fromkeys(term for term in terms if term is not None)
        found = {self._terms.column_of(f"term:{term}") for term in stems}
        columns = np.array(sorted(one for one in found if one is not None), np.int32)
        begun = self.begun(text) if is_open else np.empty(0, np.int32)
        telling = tuple(stem for stem in stems if len(stem) >= LEAST_STEM_CHARS and stem != text)
        return Word(text, columns, begun, telling, None in terms or not text)

    def _form(self, place: int) -> bytes:
        return self._forms[self._ends[place] : self._ends[place + 1]]
