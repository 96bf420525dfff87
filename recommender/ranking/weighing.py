"""From counts to unit vectors: the column of each term, phrase and tag, and its weight.

Columns are numbered by falling frequency, as the engine wants them (`postings`). A phrase is found
among the second terms of its first one, in a list that is short and sorted.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.article_tags import Tags
from recommender.ranking.compiled import compiled
from recommender.ranking.occurrences import Bits, Counted
from recommender.ranking.rows import SparseRows

_NO_COLUMN = -1


class Columns(NamedTuple):
    """Where things stand in a vector, and what they weigh.

    Attributes:
        phrase_starts: int64[n_terms + 2], for each term where the phrases begin that it begins.
        phrase_seconds: int32[n_phrases], the second term of each phrase.
        phrases: int32[n_phrases + 1], the column of each phrase; the last, -1, for any other.
        tags: int32[n_tags], the column of each tag, or -1.
        terms: int32[n_terms + 1], the column of each term, or -1; the last for any other term.
        rarity: float64[n_columns], the weight of rarity of each column.
    """

    phrase_starts: NDArray[np.int64]
    phrase_seconds: NDArray[np.int32]
    phrases: NDArray[np.int32]
    tags: NDArray[np.int32]
    terms: NDArray[np.int32]
    rarity: NDArray[np.float64]


class Rows(NamedTuple):
    """Unit rows of some articles.

    Attributes:
        ends: int64[n], where each row ends.
        columns: int32, ascending within a row.
        weights: float32.
    """

    ends: NDArray[np.int64]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]


def weigh(columns: Columns, terms: Counted, phrases: Counted, tags: Tags, bits: Bits) -> Rows:
    """Return the unit rows of articles; what has no column is passed over.

    Args:
        columns: of the vectors.
        terms: counted in the articles.
        phrases: likewise.
        tags: of the articles.
        bits: of the keys.
    """
    low, n = (1 << bits.article) - 1, tags.starts.size - 1
    tagged = np.arange(n).repeat(tags.starts[1:] - tags.starts[:-1])
    articles = np.concatenate([phrases.keys & low, tagged, terms.keys & low])
    numbers = phrase_numbers(columns.phrase_starts, columns.phrase_seconds, phrases.keys, bits)
    of_terms = columns.terms[terms.keys >> bits.article]
    found = np.concatenate([columns.phrases[numbers], columns.tags[tags.numbers], of_terms])
    counts = np.concatenate([np.log1p(phrases.weights), tags.weights, np.log1p(terms.weights)])
    layout = _Layout(columns.rarity.size.bit_length(), found.size.bit_length())
    entries = _entries(articles, found, layout)
    entries.sort()
    return Rows(*_unit_rows(entries, layout, counts, columns.rarity, n))


def join(parts: Iterable[Rows], n_columns: int) -> SparseRows:
    """Return the rows of successive articles as one matrix."""
    rows = list(parts)
    if len(rows) == 1:  # one new article, as a rule: nothing to join
        starts = np.append(np.int64(0), rows[0].ends)
        return SparseRows(starts, rows[0].columns, rows[0].weights, n_columns)
    sizes = np.cumsum([0, *(part.columns.size for part in rows)])
    ends = [part.ends + size for part, size in zip(rows, sizes, strict=False)]
    return SparseRows(
        np.concatenate([np.zeros(1, np.int64), *ends]),
        np.concatenate([np.empty(0, np.int32), *(part.columns for part in rows)]),
        np.concatenate([np.empty(0, np.float32), *(part.weights for part in rows)]),
        n_columns,
    )


@compiled
def phrase_numbers(
    starts: NDArray[np.int64], seconds: NDArray[np.int32], phrases: NDArray[np.int64], bits: Bits
) -> NDArray[np.int32]:
    """Return the numbers of phrases, by binary searches that walk through their table once.

    Args:
        starts: int64[n_terms + 2], where the phrases of each first term begin.
        seconds: int32[n_phrases], the second term of each, ascending for each first term.
        phrases: int64[m], keys of phrases (`Counted`), ascending.
        bits: of the keys.

    Returns:
        int32[m], the place of each in `seconds`, or -1.
    """
    found = np.empty(phrases.size, np.int32)
    before, place = np.int64(-1), np.int64(0)
    for i in range(phrases.size):
        pair = phrases[i] >> bits.article
        first, second = pair >> bits.term, pair & ((1 << bits.term) - 1)
        if first != before:
            before, place = first, starts[first]
        end = high = starts[first + 1]
        while place < high:
            middle = (place + high) >> 1
            if seconds[middle] < second:
                place = middle + 1
            else:
                high = middle
        found[i] = place if place < end and seconds[place] == second else -1
    return found


class _Layout(NamedTuple):
    """How an entry of a row is one whole number: its article, its column, and its place.

    Attributes:
        column: bits of the column.
        place: bits of the place, among those of all articles, where its count stands.
    """

    column: int
    place: int


@compiled
def _entries(
    articles: NDArray[np.int64], columns: NDArray[np.int32], layout: _Layout
) -> NDArray[np.int64]:
    """Return an entry for all that has a column.

    Args:
        articles: int64[m], where something occurs.
        columns: int32[m], its column, or -1.
        layout: of the entries.
    """
    entries = np.empty(articles.size, np.int64)
    n = 0
    for place in range(articles.size):
        if columns[place] != _NO_COLUMN:
            where = articles[place] << layout.column | columns[place]
            entries[n] = where << layout.place | place
            n += 1
    return entries[:n]


@compiled
def _unit_rows(
    entries: NDArray[np.int64],
    layout: _Layout,
    counts: NDArray[np.float32],
    rarity: NDArray[np.float64],
    n: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Return the ends, columns and weights of unit rows.

    Args:
        entries: int64, ascending.
        layout: of the entries.
        counts: float32, what occurrences count, by place.
        rarity: float64[n_columns].
        n: how many articles there are.
    """
    ends = np.zeros(n, np.int64)
    columns, weights = np.empty(entries.size, np.int32), np.empty(entries.size, np.float64)
    for i in range(entries.size):
        where = entries[i] >> layout.place
        columns[i] = where & ((1 << layout.column) - 1)
        weights[i] = counts[entries[i] & ((1 << layout.place) - 1)] * rarity[columns[i]]
        ends[where >> layout.column] += 1
    first = 0
    for article in range(n):
        ends[article] += first
        _make_unit(weights[first : ends[article]])
        first = ends[article]
    return ends, columns, weights.astype(np.float32)


@compiled
def _make_unit(weights: NDArray[np.float64]) -> None:
    """Divide weights by their Euclidean length, in place; nothing but zeros stays as it is."""
    total = 0.0
    for weight in weights:
        total += weight * weight
    if total > 0:
        length = np.sqrt(total)
        for place in range(weights.size):
            weights[place] /= length
