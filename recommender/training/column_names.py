"""What the columns of vectors are called: made a portion at a time, for there may be millions."""

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np

from recommender.ranking.strings import Strings
from recommender.ranking.weighing import Columns

_AT_ONCE = 100_000


class ColumnNames(Sequence[str]):
    """The name of each column, in their order; 16 bytes a column, and the terms' own texts."""

    def __init__(
        self, columns: Columns, terms: Strings, tags: Strings, prefixes: tuple[str, str, str]
    ) -> None:
        """Take what names are made of.

        Args:
            columns: of the vectors.
            terms: what to call each term.
            tags: what to call each tag.
            prefixes: of the names of phrases, tags and terms.
        """
        self._terms, self._tags = terms.texts(), tags.texts()
        self._prefixes = prefixes
        n_of_first = np.diff(columns.phrase_starts)
        self._firsts = np.repeat(np.arange(n_of_first.size, dtype=np.int32), n_of_first)
        self._seconds = columns.phrase_seconds
        self._held_tags = np.flatnonzero(columns.tags >= 0)
        self._held_terms = np.flatnonzero(columns.terms >= 0)
        of_tags, of_terms = columns.tags[self._held_tags], columns.terms[self._held_terms]
        self._places = np.argsort(np.concatenate([columns.phrases[:-1], of_tags, of_terms]))

    def __len__(self) -> int:
        return self._places.size

    @overload
    def __getitem__(self, columns: int) -> str: ...

    @overload
    def __getitem__(self, columns: slice) -> list[str]: ...

    def __getitem__(self, columns: int | slice) -> str | list[str]:
        if isinstance(columns, slice):
            return [self._name(place) for place in self._places[columns].tolist()]
        return self._name(int(self._places[columns]))

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _AT_ONCE):
            yield from self[start : start + _AT_ONCE]

    def _name(self, place: int) -> str:
        """Return the name of a phrase, a tag or a term, counted through in this order."""
        of_phrase, of_tag, of_term = self._prefixes
        if place < len(self._firsts):
            first, second = self._terms[self._firsts[place]], self._terms[self._seconds[place]]
            return f"{of_phrase}{first} {second}"
        place -= len(self._firsts)
        if place < len(self._held_tags):
            return f"{of_tag}{self._tags[self._held_tags[place]]}"
        return f"{of_term}{self._terms[self._held_terms[place - len(self._held_tags)]]}"
