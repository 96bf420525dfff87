"""Which articles may be picks at all: decided before they are ranked, so that no list starves.

A filter is looked up in a table and becomes one byte a row, which a search takes (`barred`). It is
exact: what is found is what would be left of a list of all articles. To make it costs a few passes
over arrays of numbers, far less than a search.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import UNDATED_US
from recommender.ranking.language_codes import packed


class Filtered(Protocol):
    """What a filter must be able to look up; `table.ArticleTable` is one."""

    @property
    def published_us(self) -> NDArray[np.int64]:
        """int64[n], microseconds since 1970, descending, `UNDATED_US` at the end."""

    @property
    def language(self) -> NDArray[np.uint32]:
        """uint32[n], packed codes."""

    def rows_with_tag(self, slug: str) -> NDArray[np.int32]:
        """Return the rows of the articles with a tag."""

    def rows_in_section(self, section: str) -> NDArray[np.int32]:
        """Return the rows of the articles in a section."""

    def rows_by_author(self, author: str) -> NDArray[np.int32]:
        """Return the rows of the articles by an author."""

    @property
    def has_image(self) -> NDArray[np.bool_]:
        """bool[n], whether there is a picture."""


@dataclass(frozen=True, eq=False)
class Filter:
    """What an article must be; every condition that is given must hold.

    Attributes:
        tags: slugs; it carries one of them at least.
        sections: names; it stands in one of them.
        authors: names; it is by one of them.
        languages: ISO 639 codes; it is written in one of them.
        published_from_us: it was published at this instant or later, in microseconds since 1970. An
            undated article passes no limit of time.
        published_until_us: it was published at this instant or earlier.
        with_image: whether it must have a picture.
        allowed: bool[n], by row, for whatever else the caller knows of articles.
        excluded_rows: rows that may not be picks in any case.
    """

    tags: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    published_from_us: int | None = None
    published_until_us: int | None = None
    with_image: bool = False
    allowed: NDArray[np.bool_] | None = None
    excluded_rows: tuple[int, ...] = ()

    def barred(self, articles: Filtered) -> NDArray[np.bool_]:
        """Return which articles may not be picks.

        Args:
            articles: n of them.

        Returns:
            bool[n], a new array.
        """
        n = articles.published_us.size
        barred = np.zeros(n, np.bool_)
        for holds in self._conditions(articles):
            barred |= ~holds
        barred[list(self.excluded_rows)] = True
        return barred

    def _conditions(self, articles: Filtered) -> Iterator[NDArray[np.bool_]]:
        """Yield for each condition that is given which articles it holds for, bool[n].

        Raises:
            ValueError: `allowed` is of another size.
        """
        n = articles.published_us.size
        for groups in self._groups(articles):
            yield _one_of(groups, n)
        if self.languages:
            yield _in_languages(articles.language, self.languages)
        if self.with_image:
            yield articles.has_image
        if self.published_from_us is not None or self.published_until_us is not None:
            yield self._in_time(articles.published_us)
        if self.allowed is not None:
            if self.allowed.shape != (n,):
                message = f"{list(self.allowed.shape)} allowed, expected [{n}]"
                raise ValueError(message)
            yield self.allowed

    def admits(self, articles: Filtered, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which of some articles may be picks: what `barred` says of them, sooner.

        Args:
            articles: n of them.
            rows: int32[r], some of their rows.

        Returns:
            bool[r], a new array.
        """
        holds = ~np.isin(rows, self.excluded_rows)
        for groups in self._groups(articles):
            holds &= np.isin(rows, np.concatenate(groups))
        if self.languages:
            holds &= _in_languages(articles.language[rows], self.languages)
        if self.with_image:
            holds &= articles.has_image[rows]
        if self.allowed is not None:
            holds &= self.allowed[rows]
        if self.published_from_us is not None or self.published_until_us is not None:
            published_us = articles.published_us[rows]
            holds &= published_us > UNDATED_US
            if self.published_from_us is not None:
                holds &= published_us >= self.published_from_us
            if self.published_until_us is not None:
                holds &= published_us <= self.published_until_us
        return holds

    def _groups(self, articles: Filtered) -> Iterator[list[NDArray[np.int32]]]:
        """Yield the rows of each tag, of each section and by each author, where any is given."""
        for names, rows_of in (
            (self.tags, articles.rows_with_tag),
            (self.sections, articles.rows_in_section),
            (self.authors, articles.rows_by_author),
        ):
            if names:
                yield [rows_of(name) for name in names]

    def _in_time(self, published_us: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which articles are within the limits of time: rows that lie together."""
        until, since = self.published_until_us, self.published_from_us
        first = 0 if until is None else first_until(published_us, until)
        earliest = UNDATED_US + 1 if since is None else max(since, UNDATED_US + 1)
        holds = np.zeros(published_us.size, np.bool_)
        holds[first : first_until(published_us, earliest - 1)] = True
        return holds


def _in_languages(language: NDArray[np.uint32], codes: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return whether each of some languages is among others, bool of the same shape."""
    is_in: NDArray[np.bool_] = np.logical_or.reduce([language == packed(code) for code in codes])
    return is_in


def _one_of(rows: list[NDArray[np.int32]], n: int) -> NDArray[np.bool_]:
    """Return which of n articles are in any of some lists of rows."""
    holds = np.zeros(n, np.bool_)
    for some in rows:
        holds[some] = True
    return holds


def first_until(published_us: NDArray[np.int64], until_us: int) -> int:
    """Return the first row published at an instant or earlier, found by halving.

    Args:
        published_us: int64[n], microseconds since 1970, descending.
        until_us: the instant.
    """
    return bisect_left(range(published_us.size), -until_us, key=lambda row: -int(published_us[row]))
