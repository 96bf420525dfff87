"""What the rules in force keep out of one list."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain.list_rule import ListRule
from recommender.domain.traits import Key, Traits
from recommender.ranking.refs import Ref
from recommender.ranking.table import ArticleTable


class _Kept(NamedTuple):
    """One side of a rule, with the rows that it names."""

    rule: ListRule
    is_only: bool
    is_all: bool
    in_bundle: list[NDArray[np.int32]]
    in_overlay: list[NDArray[np.int32]]

    def bars(self, in_overlay: bool, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which of some rows of a table it keeps out, bool[r]."""
        if self.is_all:
            return np.full(len(rows), not self.is_only)
        is_named = np.zeros(len(rows), np.bool_)
        for named in self.in_overlay if in_overlay else self.in_bundle:
            is_named |= are_among(rows, named)
        barred: NDArray[np.bool_] = is_named != self.is_only
        return barred


class Closing:
    """Who may not stand in one list, by the rules; made for one answer.

    Attributes:
        closed_by: the rule that keeps everything out, None where none does.
    """

    def __init__(
        self,
        bundle: ArticleTable,
        overlay: ArticleTable,
        rules: Iterable[ListRule],
        query: set[Key],
    ) -> None:
        """Look up what the rules name.

        Args:
            bundle: its articles.
            overlay: its articles.
            rules: those that concern the list, and are in force.
            query: what the article has under which it stands; nothing, if nobody knows it.
        """
        self._kept = [
            _Kept(
                rule,
                side.is_only,
                not side.traits,
                rows_with(bundle, side.traits),
                rows_with(overlay, side.traits),
            )
            for rule in rules
            for side in rule.sides(query)
        ]
        closing = (one.rule for one in self._kept if one.is_all and not one.is_only)
        self.closed_by: ListRule | None = next(closing, None)

    def __bool__(self) -> bool:
        return bool(self._kept)

    def rule_against(self, ref: Ref) -> ListRule | None:
        """Return the rule that keeps an article out, the first of several; None if none does.

        Args:
            ref: where it is.
        """
        if not self._kept:
            return None
        row = np.array([ref.row], np.int32)
        barring = (one.rule for one in self._kept if one.bars(ref.in_overlay, row)[0])
        return next(barring, None)

    def admits(self, in_overlay: bool, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which of some articles may come in, bool[r], a new array.

        Args:
            in_overlay: whether they are the overlay's.
            rows: int32[r], their rows there, in any order.
        """
        admitted = np.ones(len(rows), np.bool_)
        for one in self._kept:
            admitted &= ~one.bars(in_overlay, rows)
        return admitted


def rows_with(articles: ArticleTable, traits: Traits) -> list[NDArray[np.int32]]:
    """Return the rows of the articles that have a trait, for each of some that any article has.

    Args:
        articles: the table.
        traits: the traits.

    Returns:
        int32, ascending, each.
    """
    found = (rows_of_key(articles, key) for key in traits)
    return [rows for rows in found if len(rows)]


def rows_of_key(articles: ArticleTable, key: Key) -> NDArray[np.int32]:
    """Return the rows of the articles that have a trait, int32, ascending.

    Args:
        articles: the table.
        key: the trait.
    """
    name, value = key
    if name == "tags":
        return articles.rows_with_tag(value)
    if name == "sections":
        return articles.rows_in_section(value)
    row = articles.row_of_id(value)
    return np.array([] if row is None else [row], np.int32)


def are_among(rows: NDArray[np.int32], named: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which of some rows are among others, found by halving.

    Args:
        rows: int32[r], in any order.
        named: int32[m], ascending, m > 0.

    Returns:
        bool[r].
    """
    places = np.minimum(named.searchsorted(rows), len(named) - 1)
    found: NDArray[np.bool_] = named[places] == rows
    return found
