"""What a search finds, as pages show it."""

from dataclasses import dataclass
from typing import NamedTuple

from recommender.ranking.cards import Card
from recommender.workflows.typed import Typed


class Match(NamedTuple):
    """Where in an article what was typed stands.

    Attributes:
        where: `id`, `address`, `headline`, `tag`, `section` or `text`.
        words: as the article has them.
    """

    where: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found.

    Attributes:
        card: what is shown of it.
        state: `published`, `retracted`, `draft`, `embargoed`, or `to come` of a later date.
        matches: why it was found.
    """

    card: Card
    state: str
    matches: tuple[Match, ...]


class TagHit(NamedTuple):
    """A tag that may be meant.

    Attributes:
        slug: of it.
        label: as editors write it.
        n_articles: how many carried it at the training.
    """

    slug: str
    label: str
    n_articles: int


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found.

    Attributes:
        typed: what was asked.
        hits: the articles, best first, or newest first where nothing but tags was asked for.
        n_all: how many articles have every word.
        n_any: how many have any.
        tags: that begin so.
        unknown: words that no article has, so far as is known.
    """

    typed: Typed
    hits: tuple[Hit, ...]
    n_all: int
    n_any: int
    tags: tuple[TagHit, ...]
    unknown: tuple[str, ...]
