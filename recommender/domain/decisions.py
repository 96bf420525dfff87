"""What the people of a newsroom decided about the lists, as the history has it.

Decisions belong to the history and not to a model version, so that no training, promotion or
rollback can lose one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from recommender.domain.event import Event, EventKind
from recommender.domain.list_rule import ListRule, is_of_rule, take_rule
from recommender.domain.override import Override, take
from recommender.domain.placement import Placements
from recommender.domain.policy import SENSITIVITY_POLICY, Policy
from recommender.domain.synonyms import SYNONYMS_POLICY, Synonyms
from recommender.errors import WrongInput

DECISION_KINDS = (EventKind.OVERRIDE, EventKind.POLICY)
"""The kinds of event that decisions come from."""

PLACEMENTS_POLICY = "placements"
"""The subject of the events whose detail is the placements in force from then on."""


@dataclass(frozen=True)
class Decisions:
    """Overrides, rules, policy, placements and synonyms at some point of the history.

    Attributes:
        overrides: pins and blocks by number, in order; those that were undone too.
        placements: those in force.
        synonyms: the tags that are one.
        last_event: number of the last event that they come from, 0 for none.
        unread: what is wrong with events that cannot be read, by number; they do not count.
        rules: those of editors by number, in order; those that were undone too.
        policy: the one in force.
    """

    overrides: Mapping[int, Override] = field(default_factory=dict)
    placements: Placements = field(default_factory=Placements.default)
    synonyms: Synonyms = field(default_factory=Synonyms)
    last_event: int = 0
    unread: Mapping[int, str] = field(default_factory=dict)
    rules: Mapping[int, ListRule] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)

    @property
    def problem(self) -> str | None:
        """One sentence on the first event that cannot be read, None if all can."""
        for number, problem in self.unread.items():
            return f"Event {number} cannot be read and does not count: {problem.rstrip('.')}."
        return None

    @property
    def all_rules(self) -> tuple[ListRule, ...]:
        """The rules of editors and of the policy, with their tags under all of their names."""
        return tuple(
            replace(
                one,
                shown=self.synonyms.in_traits(one.shown),
                under=self.synonyms.in_traits(one.under),
            )
            for one in (*self.rules.values(), *self.policy.rules)
        )

    def after(self, events: Iterable[Event]) -> Self:
        """Return the decisions after further events; telling one again changes nothing.

        Args:
            events: the next of the history of `DECISION_KINDS`, in order.
        """
        overrides, rules, unread = dict(self.overrides), dict(self.rules), dict(self.unread)
        placements, synonyms, policy = self.placements, self.synonyms, self.policy
        last_event = self.last_event
        for event in events:
            last_event = max(last_event, event.number)
            try:
                if is_of_rule(event, rules):
                    take_rule(rules, event)
                elif event.kind is EventKind.OVERRIDE:
                    take(overrides, event)
                elif event.subject == PLACEMENTS_POLICY:
                    where = f"event {event.number}"
                    placements = Placements.from_values(event.detail, where, event.number)
                elif event.subject == SYNONYMS_POLICY:
                    synonyms = replace(synonyms.after(event.detail), event=event.number)
                elif event.subject == SENSITIVITY_POLICY:
                    policy = Policy.from_values(event.detail, f"event {event.number}", event.number)
            except WrongInput as error:  # one bad event must not keep out all that come after it
                unread[event.number] = str(error)
        return type(self)(overrides, placements, synonyms, last_event, unread, rules, policy)
