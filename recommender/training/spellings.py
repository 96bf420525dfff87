"""How articles write their terms: the commonest form of each, and whether it looks like a name."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled
from recommender.ranking.letters import BEGINS_RUN, CAPITAL, DIGIT, kinds
from recommender.ranking.lexicon import Lexicon
from recommender.ranking.sequences import NO_TERM
from recommender.ranking.strings import Strings
from recommender.ranking.utf8 import character


@dataclass(frozen=True, eq=False)
class Spellings:
    """How n terms are written.

    Attributes:
        labels: the commonest form of each; of equally common ones the first by code point.
        n_written: int64[n], occurrences of each.
        capitals: float64[n], share of a term's occurrences that begin with a capital.
        digits: float64[n], share of a term's occurrences that begin with a digit.
        unspaced: bool[n + 1], terms of writing without spaces, which make no phrases: the next pair
            of characters repeats half of this one, and long compounds are found by their pairs. The
            last stands for any other term.
    """

    labels: Strings
    n_written: NDArray[np.int64]
    capitals: NDArray[np.float64]
    digits: NDArray[np.float64]
    unspaced: NDArray[np.bool_]

    @classmethod
    def of(cls, lexicon: Lexicon, form_counts: Mapping[str, NDArray[np.int64]]) -> "Spellings":
        """Choose among the forms of each term.

        Args:
            lexicon: the forms and terms of a corpus.
            form_counts: for each language int64, how often each of its forms occurs.

        Returns:
            The spellings.
        """
        held = [(lexicon.of(language), counts) for language, counts in form_counts.items()]
        forms = Strings.join([one.table.strings() for one, _ in held])
        terms = np.concatenate([np.empty(0, np.int32), *(one.terms for one, _ in held)])
        counts = np.concatenate([np.empty(0, np.int64), *(counts for _, counts in held)])
        found = _spelt(forms, terms, counts, len(lexicon.terms), kinds())
        commonest, n_written, n_capitals, n_digits = found
        begins = _first_kinds(lexicon.terms.strings(), kinds())
        return cls(
            labels=forms.chosen(commonest),
            n_written=n_written,
            capitals=n_capitals / n_written,
            digits=n_digits / n_written,
            unspaced=np.append(begins & BEGINS_RUN > 0, np.False_),
        )


@compiled
def _spelt(
    forms: Strings,
    terms: NDArray[np.int32],
    counts: NDArray[np.int64],
    n: int,
    kinds: NDArray[np.uint8],
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Choose among the forms of each of n terms.

    Args:
        forms: of all terms.
        terms: int32[n_forms], the term of each, or `NO_TERM`.
        counts: int64[n_forms], how often each occurs.
        n: how many terms there are.
        kinds: the bits of each character.

    Returns:
        int32[n], each term's commonest form, and int64[n] three times: occurrences of each term,
        those that begin with a capital, and those that begin with a digit.
    """
    commonest = np.full(n, -1, np.int32)
    n_written, n_capitals, n_digits = np.zeros((3, n), np.int64)
    first_kinds = _first_kinds(forms, kinds)
    for form in range(terms.size):
        term = terms[form]
        if term == NO_TERM:
            continue
        n_written[term] += counts[form]
        n_capitals[term] += counts[form] * (first_kinds[form] & CAPITAL > 0)
        n_digits[term] += counts[form] * (first_kinds[form] & DIGIT > 0)
        best = commonest[term]
        ahead = 1 if best < 0 else counts[form] - counts[best]
        if ahead > 0 or (ahead == 0 and _is_before(forms, form, best)):
            commonest[term] = form
    return commonest, n_written, n_capitals, n_digits


@compiled
def _first_kinds(strings: Strings, kinds: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the bits of the first character of each string, none for an empty one."""
    found = np.zeros(strings.offsets.size - 1, np.uint8)
    for number in range(found.size):
        if strings.offsets[number] < strings.offsets[number + 1]:
            code, _ = character(strings.data, strings.offsets[number])
            found[number] = kinds[code]
    return found


@compiled
def _is_before(strings: Strings, one: int, other: int) -> bool:
    """Return whether a string comes before another, by code point: in UTF-8 that is by byte."""
    here, there = strings.offsets[one], strings.offsets[other]
    while here < strings.offsets[one + 1] and there < strings.offsets[other + 1]:
        if strings.data[here] != strings.data[there]:
            return bool(strings.data[here] < strings.data[there])
        here, there = here + 1, there + 1
    return bool(there < strings.offsets[other + 1])
