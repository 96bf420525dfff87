"""Which articles tell the same thing, so that a reader is not offered one story twice.

Three kinds of evidence (`overlap` measures it) make a story of two articles:

- the same words: an article published twice, under two ids or in two sections;
- a rewrite: within a few days one says most of what the other says, as a report says what the flash
  before it said, and the next edition what the last one did; the longer after, the more of it;
- a copy: the two say all but the same, whenever they appeared.

A story is a chain of such pairs: a rewrite of a rewrite belongs to it. Two guards keep chains from
growing through forms that are filled in every week. What is nearly as close to an article of other
days as to one of the same days is one of a series, not a rewrite. And all rewrites of one story lie
within the same few days.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import DAY_US, UNDATED_US
from recommender.ranking.engine import Neighbours
from recommender.ranking.rows import MILLION
from recommender.training.overlap import Overlap
from recommender.training.tokens import Tokens

_LEAST_SIMILARITY = MILLION * 3 // 10
_LEAST_OF_A_COPY = MILLION * 6 // 10
"""Candidates less similar are not looked at. A flash of one line is closer to its report than the
former, and what is filled into one form is closer together than the latter."""

_LEAST_TERMS = 8
"""What says less, such as "The weather at the weekend", is only ever told again word for word."""

_ROWS_AT_ONCE = 50_000
"""Rows whose candidates are looked at together: some hundred megabytes."""

_NEARLY_ALL = 0.9
_FEWEST_PAIRS = 20
"""Pairs of one story by which a similarity is believed, each seen from both sides."""

_LEAD = 0.1
"""How much more a rewrite must have in common than either has with any article of other days."""


@dataclass(frozen=True)
class Likeness:
    """How alike two articles must be to be one story.

    Attributes:
        rewritten: share of what one says that a rewrite of the same instant must say too
            (`Overlap.containment`); it rises evenly, to `copied` after all of the days.
        copied: share of what either says that both must say (`Overlap.resemblance`) where they
            appeared further apart; where a date is missing, `rewritten` of it is enough.
        days: within which all rewrites of one story are published.
    """

    rewritten: float
    copied: float
    days: float

    def stories(
        self,
        copies: NDArray[np.int32],
        candidates: Neighbours,
        tokens: Tokens,
        published_us: NDArray[np.int64],
    ) -> NDArray[np.int32]:
        """Number the stories.

        Args:
            copies: int32[n], for each row the first row that has the same words.
            candidates: the nearest rows of each row.
            tokens: what the articles say, n rows.
            published_us: int64[n] microseconds since 1970, or `UNDATED_US`.

        Returns:
            int32[n], for each row the first row of its story.
        """
        pairs = _Pairs.of(candidates, published_us, self.days)
        overlap = Overlap.of(tokens, pairs.ones, pairs.others)
        tells = overlap.n_terms >= _LEAST_TERMS
        usual = pairs.greatest(np.where(pairs.is_close, 0.0, overlap.containment), copies.size)
        rising = (self.copied - self.rewritten) / self.days
        needed = self.rewritten + max(rising, 0.0) * pairs.days_apart
        is_rewrite = pairs.is_close & tells & (overlap.containment >= needed)
        is_rewrite &= overlap.containment > usual[pairs.ones] + _LEAD
        is_rewrite &= overlap.containment > usual[pairs.others] + _LEAD
        least = np.where(pairs.is_dated, self.copied, self.rewritten)
        is_copy = ~pairs.is_close & tells & (overlap.resemblance >= least)

        stories = _Stories(published_us)
        strongest_first = np.argsort(-overlap.containment, kind="stable")
        for pair in strongest_first[is_rewrite[strongest_first]].tolist():
            stories.join_within(pairs.ones[pair], pairs.others[pair], self.days)
        for pair in np.flatnonzero(is_copy).tolist():
            stories.join(pairs.ones[pair], pairs.others[pair])
        for row in np.flatnonzero(copies != np.arange(copies.size)).tolist():
            stories.join(row, copies[row])
        return stories.numbers()

    def similarity(
        self,
        stories: NDArray[np.int32],
        candidates: Neighbours,
        published_us: NDArray[np.int64],
    ) -> int:
        """Return from which similarity on nearly all articles of the same days are one story.

        What the texts of two articles have in common is known while all are compared; of an article
        that comes later only its vector is. So what is as close as stories are is taken for one.

        Args:
            stories: int32[n], as `stories` numbers them.
            candidates: the nearest rows of each row.
            published_us: int64[n] microseconds since 1970, or `UNDATED_US`.

        Returns:
            Millionths; 1_000_001 where the corpus has too few stories to tell.
        """
        n_pairs, n_same = np.zeros(MILLION + 1, np.int64), np.zeros(MILLION + 1, np.int64)
        for first in range(0, stories.size, _ROWS_AT_ONCE):
            similarity = candidates.similarity[first : first + _ROWS_AT_ONCE]
            queries, ranks = np.nonzero(similarity >= _LEAST_SIMILARITY)
            others = candidates.rows[first : first + _ROWS_AT_ONCE][queries, ranks]
            is_dated, days_apart = _apart(published_us, queries + first, others.astype(np.int64))
            counts = is_dated & (days_apart <= self.days)
            is_same = counts & (stories[queries + first] == stories[others])
            np.add.at(n_pairs, similarity[queries, ranks][counts], 1)
            np.add.at(n_same, similarity[queries, ranks][is_same], 1)
        at_least, same = n_pairs[::-1].cumsum()[::-1], n_same[::-1].cumsum()[::-1]
        enough = (same >= _NEARLY_ALL * at_least) & (same >= _FEWEST_PAIRS)
        return int(enough.argmax()) if enough.any() else MILLION + 1


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs of similar articles, each once.

    Attributes:
        ones: int64[p], the lower row of each.
        others: int64[p], the higher row of each.
        is_dated: bool[p], whether both have a date.
        days_apart: float64[p], 0 where a date is missing.
        is_close: bool[p], whether both have a date and the two are close.
    """

    ones: NDArray[np.int64]
    others: NDArray[np.int64]
    is_dated: NDArray[np.bool_]
    days_apart: NDArray[np.float64]
    is_close: NDArray[np.bool_]

    @classmethod
    def of(cls, candidates: Neighbours, published_us: NDArray[np.int64], days: float) -> "_Pairs":
        """Return those that may be one story: close in time, or all but the same."""
        n = published_us.size
        found = [np.empty(0, np.int64)]
        for first in range(0, n, _ROWS_AT_ONCE):
            part = slice(first, first + _ROWS_AT_ONCE)
            similarity = candidates.similarity[part]
            queries, ranks = np.nonzero(similarity >= _LEAST_SIMILARITY)
            ones, others = queries + first, candidates.rows[part][queries, ranks].astype(np.int64)
            is_dated, days_apart = _apart(published_us, ones, others)
            is_copy = similarity[queries, ranks] >= _LEAST_OF_A_COPY
            keys = np.minimum(ones, others) * n + np.maximum(ones, others)
            found.append(np.unique(keys[is_copy | (is_dated & (days_apart <= days))]))
        pairs = np.unique(np.concatenate(found))
        is_dated, days_apart = _apart(published_us, pairs // n, pairs % n)
        return cls(pairs // n, pairs % n, is_dated, days_apart, is_dated & (days_apart <= days))

    def greatest(self, values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
        """Return float64[n], the greatest value of any pair that each row is in; 0 for none."""
        greatest = np.zeros(n)
        np.maximum.at(greatest, self.ones, values)
        np.maximum.at(greatest, self.others, values)
        return greatest


def _apart(
    published_us: NDArray[np.int64], ones: NDArray[np.int64], others: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return whether both of each pair have a date, and the days between them; 0 where not."""
    is_dated = np.minimum(published_us[ones], published_us[others]) > UNDATED_US
    apart_us = np.abs(published_us[ones] - published_us[others])
    return is_dated, np.where(is_dated, apart_us / DAY_US, 0.0)


class _Stories:
    """Rows joined into stories, each called by its first row (union-find, halving paths)."""

    def __init__(self, published_us: NDArray[np.int64]) -> None:
        self._first = list(range(published_us.size))
        self._newest = published_us.tolist()
        self._oldest = published_us.tolist()

    def join(self, one: int, other: int) -> None:
        here, there = sorted((self._of(int(one)), self._of(int(other))))
        self._first[there] = here
        self._newest[here] = max(self._newest[here], self._newest[there])
        self._oldest[here] = min(self._oldest[here], self._oldest[there])

    def join_within(self, one: int, other: int, days: float) -> None:
        here, there = self._of(int(one)), self._of(int(other))
        newest = max(self._newest[here], self._newest[there])
        oldest = min(self._oldest[here], self._oldest[there])
        if newest - oldest <= days * DAY_US:
            self.join(here, there)

    def numbers(self) -> NDArray[np.int32]:
        return np.array([self._of(row) for row in range(len(self._first))], np.int32)

    def _of(self, row: int) -> int:
        while self._first[row] != row:
            self._first[row] = self._first[self._first[row]]
            row = self._first[row]
        return row
