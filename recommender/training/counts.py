"""What was counted, in coordinate form: the numbers between texts and vectors."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Entries:
    """Non-zero counts in coordinate form, each (row, key) once, ascending by row, then key.

    Attributes:
        rows: int32[n], the article's row.
        keys: uint64[n], a term's number, or a phrase's two packed into one (`phrase_key`).
        weights: float32[n], occurrences, each weighted by its field.
    """

    rows: NDArray[np.int32]
    keys: NDArray[np.uint64]
    weights: NDArray[np.float32]

    @classmethod
    def join(cls, parts: list["Entries"]) -> "Entries":
        """Return the entries of successive blocks as one."""
        empty = cls(np.empty(0, np.int32), np.empty(0, np.uint64), np.empty(0, np.float32))
        columns = zip(
            *((part.rows, part.keys, part.weights) for part in (empty, *parts)), strict=True
        )
        return cls(*map(np.concatenate, columns))

    def weighted(self, factor: float) -> "Entries":
        """Return the same entries, every weight times a factor."""
        return Entries(self.rows, self.keys, self.weights * np.float32(factor))


@dataclass(frozen=True)
class Counts:
    """What a corpus says, before any weight of rarity.

    Attributes:
        n_articles: rows counted.
        terms: entries whose keys index `term_names`.
        phrases: entries whose keys are `phrase_key` of two neighbouring terms' numbers.
        tags: entries whose keys index `tag_slugs`; each weight is 1.
        term_names: a term's text, by number.
        term_labels: the way in which articles most often write the term, by number.
        tag_slugs: a tag's slug, by number.
        tag_labels: the label that editors most often give it, by number.
        term_capitals: float64[n_terms], share of a term's occurrences that begin with a capital.
        term_digits: float64[n_terms], share of a term's occurrences that begin with a digit.
        tag_terms: the part of `terms` that the words of the tags make.
        tag_phrases: the part of `phrases` that they make.
        languages: by whose rules texts were counted.
        named: entries like `tags` of those that an article names and does not carry (`named`).
    """

    n_articles: int
    terms: Entries
    phrases: Entries
    tags: Entries
    term_names: list[str]
    term_labels: list[str]
    tag_slugs: list[str]
    tag_labels: list[str]
    term_capitals: NDArray[np.float64]
    term_digits: NDArray[np.float64]
    tag_terms: Entries
    tag_phrases: Entries
    languages: list[str]
    named: Entries = field(default_factory=lambda: Entries.join([]))

    @property
    def kinds(self) -> tuple[Entries, Entries, Entries]:
        """Terms, phrases and tags."""
        return self.terms, self.phrases, self.tags

    def names(self, kind: str, numbers: NDArray[np.uint64]) -> Iterator[str]:
        """Yield what to call terms, phrases or tags as columns: `kind:…`.

        Args:
            kind: "term", "phrase" or "tag".
            numbers: their keys.
        """
        if kind == "phrase":
            for first, second in zip(*phrase_terms(numbers), strict=True):
                yield f"phrase:{self.term_names[first]} {self.term_names[second]}"
            return
        texts = self.term_names if kind == "term" else self.tag_slugs
        for number in numbers.tolist():
            yield f"{kind}:{texts[number]}"


def phrase_key(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the key of each pair of neighbouring terms: both numbers side by side in 64 bits."""
    return (first << np.uint64(32)) | second


def phrase_terms(keys: NDArray[np.uint64]) -> tuple[list[int], list[int]]:
    """Return the numbers of the first and of the second term of each phrase, by its key."""
    return (keys >> np.uint64(32)).tolist(), (keys & np.uint64(0xFFFFFFFF)).tolist()


def sum_entries(
    rows: NDArray[np.int32], keys: NDArray[np.uint64], weights: NDArray[np.float32]
) -> Entries:
    """Return entries with the weights of every (row, key) added up.

    Args:
        rows: int32[n], in any order.
        keys: uint64[n].
        weights: float32[n].
    """
    if not len(rows):
        return Entries(rows, keys, weights)
    order = np.lexsort((keys, rows))
    rows, keys, weights = rows[order], keys[order], weights[order]
    starts = np.flatnonzero(np.r_[True, (rows[1:] != rows[:-1]) | (keys[1:] != keys[:-1])])
    sums = np.add.reduceat(weights, starts, dtype=np.float32)
    return Entries(rows[starts], keys[starts], sums)
