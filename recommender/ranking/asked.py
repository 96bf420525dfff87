"""What is asked for: picks beside one article, at one instant, for one place of the site."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from recommender.domain.article import Tag
from recommender.domain.corpus import DAY_US, epoch_us
from recommender.domain.pick import Rung
from recommender.domain.placement import Placement
from recommender.domain.traits import Key, keys_of
from recommender.ranking.admission import Admission
from recommender.ranking.closing import Closing
from recommender.ranking.conditions import NO_CONDITIONS, Conditions
from recommender.ranking.freshness import day_of
from recommender.ranking.list_rules import note_rules
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
        row: of the query, as `known` numbers articles; None where the model does not know it.
        placement: whose slots are filled.
        now_us: the instant as of which the list is made, in microseconds since 1970.
        day: its UTC date, in days since 1970.
        conditions: the filters of the question.
        closing: what the rules in force keep out of the list.
        admission: who passes filters and rules; None where everybody does.
        language: packed code of the only language that picks may be in; None for any.
        trail: takes note of every event that touches the list.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        query: Ref | None,
        placement: Placement,
        trail: Trail,
        conditions: Conditions = NO_CONDITIONS,
    ) -> None:
        """Take the inputs.

        Args:
            snapshot: what is served.
            query: the article being read; None for one that is not known.
            placement: whose slots are to be filled.
            trail: takes note of what touches the list, from the search for the query on.
            conditions: the filters of the question.
        """
        self.snapshot = snapshot
        self.query = query
        self.card = None if query is None else snapshot.card(query)
        self.row = None if query is None else snapshot.row_of(query)
        self.placement = placement
        self.trail = trail
        self.now_us = trail.now_us
        self.day = day_of(self.now_us)
        self.trail.note(snapshot.overlay.placements.event)
        self.trail.note_instant(self.day * DAY_US)
        self.trail.note_instant((self.day + 1) * DAY_US)
        self.trail.note_instant(snapshot.overlay.next_change_us)
        # The bundle does not say which embargoes had ended when it was trained, only that they had.
        taken_at = datetime.fromisoformat(snapshot.bundle.taken_at)
        self.trail.note_instant(epoch_us(taken_at))
        self.conditions = conditions
        self.closing = self._closing()
        self.admission: Admission | None = None
        if self.closing or not conditions.are_none:
            self.admission = Admission(snapshot, conditions, self.day, trail, self.closing)
            trail.note_rung(Rung.RECENT)  # any article decides who passes, and if they are all
        self.language: int | None = None
        if query is not None and not snapshot.bundle.mixes_languages:
            self.language = int(snapshot.table(query).language[query.row])
        if query is not None:
            snapshot.look_at(query, self.trail)

    @property
    def query_id(self) -> str | None:
        """The query's id, None for one that is not known."""
        return None if self.card is None else self.card.id

    def admits(self, ref: Ref) -> bool:
        """Return whether an article passes the filters of the question.

        Args:
            ref: where it is.
        """
        if self.admission is None:
            return True
        self.snapshot.look_at(ref, self.trail)
        return self.admission.admits(ref)

    def _closing(self) -> Closing:
        """Return what rules keep out, having taken note of all that concern the list."""
        overlay, card = self.snapshot.overlay, self.card
        self.trail.note(overlay.rules.event)
        own = set[Key]()
        if card is not None and len(overlay.rules):
            own = keys_of(card.id, card.tags, card.section)
        rules = overlay.rules.of_list(own, self.placement.name)
        note_rules(rules, self.trail)
        in_force = [one for one in rules if one.holds(self.now_us)]
        return Closing(self.snapshot.bundle.articles, overlay.articles, in_force, own)

    @cached_property
    def tags(self) -> Sequence[Tagged]:
        """The query's tags, the rarest first; among equals in the editor's order.

        How rare a tag is, the training said: else each new article would change lists in which it
        is not.
        """
        held = () if self.card is None else self.card.tags[:MAX_TAGS]
        found = [Tagged(tag, self.snapshot.tagged(tag.slug)) for tag in held]
        return sorted(found, key=lambda one: len(one.group.in_bundle))

    @cached_property
    def shared_tags(self) -> Sequence[Tagged]:
        """Those of them that another article carried when the model was trained."""
        trained = None if self.query is None else self.snapshot.trained_row(self.query)
        own = None if trained is None else Ref(False, trained)
        return [
            one
            for one in self.tags
            if len(one.group.in_bundle) > (own is not None and own in one.group)
        ]
