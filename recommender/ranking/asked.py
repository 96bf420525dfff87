"""What is asked for: picks beside one article, at one instant, for one place of the site."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from recommender.domain.article import Tag
from recommender.domain.placement import Placement
from recommender.ranking.freshness import day_of
from recommender.ranking.refs import Group, Ref, Trail
from recommender.ranking.snapshot import Snapshot

MAX_TAGS = 50
"""Tags of an article that are looked at; an article with more says nothing by the rest."""


class Tagged(NamedTuple):
    """A tag of the article being read, and the articles that carry it."""

    tag: Tag
    group: Group


class Asked:
    """The inputs of a list, and what several of its makers need to know of them.

    Attributes:
        snapshot: what is served.
        query: the article being read; None for one that is not known.
        card: the query's, None for one that is not known.
        row: the bundle's row of the query, None where the bundle has none.
        placement: whose slots are filled.
        now_us: the instant of the answer, in microseconds since 1970.
        day: its UTC date, in days since 1970.
        language: packed code of the only language that picks may be in; None for any.
        trail: takes note of every event that touches the list.
    """

    def __init__(
        self, snapshot: Snapshot, query: Ref | None, placement: Placement, now_us: int
    ) -> None:
        """Take the inputs.

        Args:
            snapshot: what is served.
            query: the article being read; None for one that is not known.
            placement: whose slots are to be filled.
            now_us: the instant of the answer, in microseconds since 1970.
        """
        self.snapshot = snapshot
        self.query = query
        self.card = None if query is None else snapshot.card(query)
        self.row = None if query is None else snapshot.bundle_row(query)
        self.placement = placement
        self.now_us = now_us
        self.day = day_of(now_us)
        self.trail = Trail()
        self.language: int | None = None
        if query is not None and not snapshot.bundle.mixes_languages:
            self.language = int(snapshot.table(query).language[query.row])
        if query is not None:
            self.trail.note(snapshot.event(query))

    @property
    def query_id(self) -> str | None:
        """The query's id, None for one that is not known."""
        return None if self.card is None else self.card.id

    @cached_property
    def tags(self) -> Sequence[Tagged]:
        """The query's tags, those of fewest articles first; among equals in the editor's order."""
        held = () if self.card is None else self.card.tags[:MAX_TAGS]
        found = [Tagged(tag, self.snapshot.tagged(tag.slug)) for tag in held]
        return sorted(found, key=lambda one: len(one.group))

    @cached_property
    def shared_tags(self) -> Sequence[Tagged]:
        """Those of them that another article may carry too."""
        return [one for one in self.tags if len(one.group) > 1]
