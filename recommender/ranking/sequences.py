"""Articles as sequences of terms, in one array of whole numbers.

    [-1, 5, 8, -3, 5, 2, 8, 8, -4, 9]

is an article: a mark says which field follows (-1 the title, -2 the summary, -3 the body, -4 one
tag's label), then stand the numbers of its terms, in order. All else is worked out from this,
whatever the fields weigh: which terms stand where, and which stand side by side.
"""

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled

TEXT_FIELDS = ("title", "summary", "body", "tags")
"""What an article says, in the order of the marks."""

TAGS = TEXT_FIELDS.index("tags")

NO_TERM = -1
"""Stands for the term of a word that has none."""


@compiled
def sequences(
    terms: NDArray[np.int32],
    ends: NDArray[np.int64],
    fields: NDArray[np.int32],
    texts: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Join what texts say to the sequences of articles; words without a term are passed over.

    Args:
        terms: int32[m], the term of each word, or `NO_TERM`.
        ends: int64[t], words up to the end of each text.
        fields: int32[t], the field of each text.
        texts: int64[n + 1], where the texts of each article begin and those of the last one end.

    Returns:
        int64[n + 1], where each sequence begins and the last one ends, and int32, the sequences.
    """
    starts = np.zeros(texts.size, np.int64)
    tokens = np.empty(terms.size + ends.size, np.int32)
    n, word = 0, 0
    for article in range(texts.size - 1):
        for text in range(texts[article], texts[article + 1]):
            mark = n
            while word < ends[text]:
                if terms[word] != NO_TERM:
                    n += 1
                    tokens[n] = terms[word]
                word += 1
            if n > mark:  # a text without a term leaves no trace
                tokens[mark] = -1 - fields[text]
                n += 1
        starts[article + 1] = n
    return starts, tokens[:n].copy()


@compiled
def renumber(tokens: NDArray[np.int32], numbers: NDArray[np.int32]) -> None:
    """Replace every number of a term by another, in place; marks stay.

    Args:
        tokens: int32, sequences.
        numbers: int32, the new number of each term.
    """
    for place in range(tokens.size):
        if tokens[place] >= 0:
            tokens[place] = numbers[tokens[place]]


@compiled
def as_met(numbers: NDArray[np.int32], n: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Number things anew, from 0 on, in the order in which they come.

    Args:
        numbers: int32[m], in [0, n) or negative; overwritten by the new numbers.
        n: how many there may be.

    Returns:
        int32[k], the old number of each, and int32[k], how often it comes.
    """
    places = np.full(n, -1, np.int32)
    met, counts = np.empty(min(n, numbers.size), np.int32), np.zeros(min(n, numbers.size), np.int32)
    n_met = 0
    for i in range(numbers.size):
        number = numbers[i]
        if number < 0:
            continue
        if places[number] < 0:
            places[number] = n_met
            met[n_met] = number
            n_met += 1
        numbers[i] = places[number]
        counts[places[number]] += 1
    return met[:n_met].copy(), counts[:n_met].copy()
