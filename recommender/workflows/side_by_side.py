"""Two lists under one article, side by side: what stayed, moved, went and came."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from recommender.catalogue.catalogue import Catalogue
from recommender.ranking.bundle import Bundle
from recommender.ranking.cards import Card
from recommender.settings import Settings
from recommender.workflows.plain import Candidates, PlainLists
from recommender.workflows.promoting import open_bundle

N_PAGES = 12
"""Articles under which lists are compared: the newest, for these are being read."""

N_PICKS = 6
_LOOKED_AT = 2_000


class Mark(StrEnum):
    """What became of a pick."""

    SAME = "same"
    MOVED = "moved"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Marked:
    """A pick in one of two lists.

    Attributes:
        card: what is shown of it.
        mark: what became of it.
        elsewhere: its place in the other list, from 1; None if it is not there.
    """

    card: Card
    mark: Mark
    elsewhere: int | None


@dataclass(frozen=True, slots=True)
class Pair:
    """The lists under one article.

    Attributes:
        query: the article.
        before: the first list.
        after: the second.
    """

    query: Card
    before: tuple[Marked, ...]
    after: tuple[Marked, ...]

    @property
    def n_changed(self) -> int:
        """How many picks are new."""
        return sum(one.mark is Mark.NEW for one in self.after)

    @property
    def differs(self) -> bool:
        """Whether the second list differs from the first in any way."""
        return [one.card.id for one in self.before] != [one.card.id for one in self.after]


def pair(query: Card, before: Sequence[Card], after: Sequence[Card]) -> Pair:
    """Return two lists, each pick marked.

    Args:
        query: under which article.
        before: the first list.
        after: the second.
    """
    return Pair(query, _marked(before, after, Mark.GONE), _marked(after, before, Mark.NEW))


def side_by_side(settings: Settings, first: str, second: str) -> list[Pair]:
    """Return what two versions find for the newest articles that both know.

    Args:
        settings: whose home.
        first: a version.
        second: the version held against it.

    Returns:
        At most `N_PAGES` pairs of plain lists, newest article first: by similarity and the model's
        own factors, without slots and overrides, which are the same for both.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        bundles = [open_bundle(settings, catalogue, one) for one in (first, second)]
    old, new = bundles
    newest = range(min(_LOOKED_AT, len(new)))
    found = ((old.articles.row_of_id(new.articles.id_of(row)), row) for row in newest)
    rows = [(before, row) for before, row in found if before is not None][:N_PAGES]
    if not rows:
        return []
    lists = [
        _cards(bundle, np.array(own, np.int64))
        for bundle, own in zip(bundles, zip(*rows, strict=True), strict=True)
    ]
    return [
        pair(new.articles.card(row), before, after)
        for (_, row), before, after in zip(rows, *lists, strict=True)
    ]


def _cards(bundle: Bundle, rows: NDArray[np.int64]) -> list[list[Card]]:
    held = PlainLists(bundle, N_PICKS, Candidates.ALL).of(rows).rows.tolist()
    return [[bundle.articles.card(row) for row in one if row >= 0] for one in held]


def _marked(these: Sequence[Card], those: Sequence[Card], alone: Mark) -> tuple[Marked, ...]:
    places = {card.id: place for place, card in enumerate(those, start=1)}
    found = []
    for place, card in enumerate(these, start=1):
        other = places.get(card.id)
        mark = alone if other is None else Mark.SAME if other == place else Mark.MOVED
        found.append(Marked(card, mark, other))
    return tuple(found)
