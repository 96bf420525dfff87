"""What is true at this moment of what the last look at all lists found.

The look was made last night perhaps. Since then a picture came, a hub was blocked, a story was
retracted: then the list says so, and nobody does again what was done.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from recommender.domain.decisions import Decisions
from recommender.domain.override import OverrideKind
from recommender.ranking.cards import Card
from recommender.ranking.snapshot import Snapshot
from recommender.workflows.health_report import Entry, Health
from recommender.workflows.health_words import Ailment

OF_ARTICLES = frozenset(
    {
        Ailment.FALLBACK,
        Ailment.FEW,
        Ailment.HUBS,
        Ailment.NEVER,
        Ailment.NO_IMAGE,
        Ailment.NO_ALT,
    }
)
"""The work-lists whose entries are articles."""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it is now.

    Attributes:
        entry: what was found.
        card: of the article; None where the entry names none, or it may no longer be shown.
        since: what has become of it since, in a few words; None for nothing.
    """

    entry: Entry
    card: Card | None = None
    since: str | None = None


def rows_now(
    snapshot: Snapshot,
    decided: Decisions,
    found: Health,
    ailment: Ailment,
    entries: Iterable[Entry],
    now_us: int,
) -> list[Row]:
    """Return entries of a work-list as they are now.

    Args:
        snapshot: what is served.
        decided: by the newsroom, up to now.
        found: the last look.
        ailment: which work-list.
        entries: some of it.
        now_us: the instant, in microseconds since 1970.
    """
    now = _Now(snapshot, decided, found.placement, now_us)
    return [now.row(ailment, entry) for entry in entries]


@dataclass(frozen=True)
class _Now:
    """What an entry is held against."""

    snapshot: Snapshot
    decided: Decisions
    placement: str
    now_us: int

    def row(self, ailment: Ailment, entry: Entry) -> Row:
        if ailment in OF_ARTICLES:
            ref = self.snapshot.find(article_id=entry.subject)
            if ref is None:
                return Row(entry, since="no longer shown")
            card = self.snapshot.card(ref)
            return Row(entry, card, self._of_article(ailment, card))
        if ailment is Ailment.SYNONYMS:
            return Row(entry, since=self._of_tags(entry))
        if ailment in {Ailment.DEAD_PINS, Ailment.ENDED}:
            return Row(entry, since=self._of_override(int(entry.subject)))
        return Row(entry)

    def _of_article(self, ailment: Ailment, card: Card) -> str | None:
        if ailment is Ailment.HUBS and self._is_blocked(card.id):
            return "blocked since"
        if ailment is Ailment.NO_IMAGE and card.image is not None:
            return "has a picture now"
        if ailment is Ailment.NO_ALT and (card.image is None or card.image.alt):
            return "mended since"
        return None

    def _is_blocked(self, article_id: str) -> bool:
        return any(
            one.kind is OverrideKind.BLOCK
            and one.article_id == article_id
            and one.query_id is None
            and one.concerns(None, self.placement)
            and one.holds(self.now_us)
            for one in self.decided.overrides.values()
        )

    def _of_tags(self, entry: Entry) -> str | None:
        synonyms = self.decided.synonyms
        alias, other = entry.more["alias"]["slug"], entry.more["canonical"]["slug"]
        if not synonyms.merged.keys().isdisjoint((alias, other)):
            return "merged since"
        is_split = not synonyms.split.isdisjoint({(alias, other), (other, alias)})
        return "two, as was decided since" if is_split else None

    def _of_override(self, number: int) -> str | None:
        held = self.decided.overrides.get(number) or self.decided.rules.get(number)
        return "undone since" if held is not None and held.undone_by else None
