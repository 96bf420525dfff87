"""Tags that a text names though no editor set them: "China" in a body, without the tag China.

A tag is named where all the terms of its label stand in title, deck or body, each beside the next.
Words of other tags name nothing: "South China Sea" is not China.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.text import is_unspaced, terms
from recommender.training.counts import Counts, Entries, phrase_key

_ALL_OF_IT = 1.00001
"""Rounding apart, a weight that is no more than this times the tags' own comes from them alone."""


def named_tags(counts: Counts, *, phrases: bool) -> Entries:
    """Return which tags articles name without carrying them.

    Args:
        counts: of the articles, with the tags that there are to be named.
        phrases: whether phrases were counted; else terms that stand apart name a tag too.

    Returns:
        Entries whose keys index `counts.tag_slugs`; each weight is 1.
    """
    number_of = {name: number for number, name in enumerate(counts.term_names)}
    needed = [
        (tag, keys)
        for tag, label in enumerate(counts.tag_labels)
        for keys in _ways_to_name(label, counts.languages, number_of, phrases=phrases)
    ]
    rows_with = _rows_of(
        counts.terms, counts.tag_terms, (term for _, (found, _) in needed for term in found)
    )
    rows_with_phrase = _rows_of(
        counts.phrases, counts.tag_phrases, (pair for _, (_, found) in needed for pair in found)
    )
    named: set[tuple[int, int]] = set()
    for tag, (found, pairs) in needed:
        holding = [rows_with[term] for term in found] + [rows_with_phrase[pair] for pair in pairs]
        named.update((row, tag) for row in set.intersection(*holding))
    named -= set(zip(counts.tags.rows.tolist(), counts.tags.keys.tolist(), strict=True))
    both = np.array(sorted(named), np.int64).reshape(-1, 2)
    ones = np.ones(len(both), np.float32)
    return Entries(both[:, 0].astype(np.int32), both[:, 1].astype(np.uint64), ones)


def _ways_to_name(
    label: str, languages: Iterable[str], number_of: dict[str, int], *, phrases: bool
) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Find the ways in which texts may name a tag.

    Args:
        label: the tag's.
        languages: of the texts; where a label's terms differ by language, there are several ways.
        number_of: each term's number.
        phrases: whether phrases were counted.

    Returns:
        Keys of terms, and of phrases, that must all stand in a text.
    """
    ways = set()
    for language in languages:
        written = terms(label, language)
        numbers = [number_of.get(term, -1) for term in written]
        if not numbers or min(numbers) < 0:
            continue
        pairs: list[int] = []
        if phrases and not any(map(is_unspaced, written)):
            keys = np.array(numbers, np.uint64)
            pairs = phrase_key(keys[:-1], keys[1:]).tolist()
        ways.add((tuple(numbers), tuple(pairs)))
    return ways


def _rows_of(entries: Entries, of_tags: Entries, keys: Iterable[int]) -> dict[int, set[int]]:
    """Return the rows in whose text each key stands, be it among the tags as well or not.

    Args:
        entries: of text and tags together.
        of_tags: the part of them that the words of the tags make.
        keys: those wanted.
    """
    wanted = np.unique(np.fromiter(keys, np.uint64))
    found: dict[int, set[int]] = {key: set() for key in wanted.tolist()}
    by_tags = {(key, row): weight for key, row, weight in _among(of_tags, wanted)}
    for key, row, weight in _among(entries, wanted):
        if weight > _ALL_OF_IT * by_tags.get((key, row), 0.0):
            found[key].add(row)
    return found


def _among(entries: Entries, wanted: NDArray[np.uint64]) -> Iterator[tuple[int, int, float]]:
    """Yield key, row and weight of the entries whose keys are wanted, which are ascending."""
    if wanted.size:
        places = np.minimum(wanted.searchsorted(entries.keys), wanted.size - 1)
        held = wanted[places] == entries.keys
        columns = (entries.keys[held], entries.rows[held], entries.weights[held])
        yield from zip(*(column.tolist() for column in columns), strict=True)
