"""The rules of an overlay, found by the list that they concern, and what they come to in it.

A rule concerns the lists under the articles that it names, or all. Which these are is told by the
query alone, before any candidate is looked at: so every list takes note of all rules that concern
it, those in force and those that were or will be, and of no other.

What a rule keeps out is decided before anything is ranked, as the filters of a question are, so
that no rule starves a list: where too little is left of what the training stored, the search goes
on among those that pass.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from recommender.domain.corpus import epoch_us
from recommender.domain.list_rule import ListRule
from recommender.domain.traits import Key
from recommender.errors import InvalidField
from recommender.ranking.refs import NEVER_US, Trail

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class ListRules:
    """Rules by what they name; immutable, all threads may read it at once.

    Attributes:
        event: number of the event that put the policy in force, 0 for none.
    """

    def __init__(self, rules: Iterable[ListRule] = (), event: int = 0) -> None:
        """Take the rules.

        Args:
            rules: editors' and the policy's, in any order, undone ones too.
            event: number of the event that put the policy in force, 0 for none.
        """
        self.event = event
        self._all = tuple(sorted(rules, key=lambda one: one.number))
        self._everywhere = tuple(one for one in self._all if one.is_everywhere)
        self._by_key: dict[Key, list[ListRule]] = {}
        for one in self._all:
            for key in {*one.under, *(one.shown if one.both_ways else ())}:
                self._by_key.setdefault(key, []).append(one)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[ListRule]:
        return iter(self._all)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ListRules) and self._held == other._held

    def __hash__(self) -> int:
        return hash(self._held)

    @property
    def _held(self) -> tuple[int, tuple[ListRule, ...]]:
        return self.event, self._all

    def of_list(self, query: set[Key], placement: str) -> Sequence[ListRule]:
        """Return the rules that concern a list, by number, whatever the time.

        Args:
            query: what the article has under which it stands; nothing, if nobody knows it.
            placement: the name of the place on the site.
        """
        if not self._all:
            return ()
        found = dict.fromkeys(self._everywhere)
        for key in query & self._by_key.keys():
            found.update(dict.fromkeys(self._by_key[key]))
        here = (one for one in found if one.placement in {None, placement})
        return sorted(here, key=lambda one: (one.number, one.name))

    def without(self, rule: ListRule) -> "ListRules":
        """Return the rules without one.

        Args:
            rule: one of them.
        """
        return ListRules((one for one in self._all if one != rule), self.event)

    def undone_after(self, number: int) -> "ListRules":
        """Return the rules without those undone at an event or before.

        Args:
            number: of the event.
        """
        kept = (one for one in self._all if not 0 < one.undone_by <= number)
        return ListRules(kept, self.event)

    def to_json(self) -> bytes:
        """Return the rules as JSON in UTF-8: what lists need of them, and nothing else."""
        held = [
            {"number": one.number, "undone_by": one.undone_by, "name": one.name, **one.to_values()}
            for one in self._all
        ]
        return _JSON.encode({"event": self.event, "rules": held}).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "ListRules":
        """Return the rules that `to_json` wrote.

        Args:
            text: the JSON.

        Raises:
            ValueError: if it cannot be read; the text is a clause.
        """
        try:
            held: dict[str, Any] = json.loads(text)
            rules = (
                ListRule.from_values(one["number"], one, one["undone_by"], one["name"])
                for one in held["rules"]
            )
            return cls(rules, int(held["event"]))
        except (AttributeError, TypeError, KeyError, RecursionError, InvalidField) as error:
            raise ValueError(str(error)) from None


def note_rules(rules: Iterable[ListRule], trail: Trail) -> None:
    """Take note of rules that concern a list.

    Args:
        rules: those in force and the others.
        trail: takes note of their events, of their beginnings and their ends.
    """
    for one in rules:
        trail.note(one.last_event)
        if not one.undone_by:
            trail.note_instant(epoch_us(one.starts_at))
            trail.note_instant(NEVER_US if one.ends_at is None else epoch_us(one.ends_at))
