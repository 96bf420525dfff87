"""What the words on a missing pick need beside what the ranking found out."""

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.domain.event import Event
from recommender.domain.lasting import Lasting
from recommender.domain.override import Override
from recommender.domain.placement import Placement
from recommender.ranking.cards import Card


@dataclass(frozen=True)
class Facts:
    """Two articles, a list, and who decided what about them.

    Attributes:
        query: the article being read.
        other: the article asked about.
        languages: ISO 639 codes of the two, by which picks are kept in one language; empty for an
            article that may not be shown.
        placement: the place of the list.
        limit: the most picks wanted.
        now_us: the instant of the answer, in microseconds since 1970.
        decided: the events of all overrides, rules and policies, by number.
    """

    query: Card
    other: Card
    languages: tuple[str, str]
    placement: Placement
    limit: int
    now_us: int
    decided: Mapping[int, Event]

    def is_here(self, pin: Override) -> bool:
        """Return whether a pin is about this list and in force now.

        Args:
            pin: of the article asked about.
        """
        return self.is_of_this_list(pin) and pin.holds(self.now_us)

    def is_of_this_list(self, pin: Override) -> bool:
        """Return whether a pin is about this list, whatever the time.

        Args:
            pin: of the article asked about.
        """
        return pin.concerns(self.query.id, self.placement.name)

    def signature(self, override: Lasting) -> str:
        """Return who decided something, when and why; it never leaves the newsroom.

        Args:
            override: of the catalogue's history.
        """
        event = self.decided[override.number]
        return f"{event.author} on {event.at:%Y-%m-%d} (event {event.number}: {event.reason})"
