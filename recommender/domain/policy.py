"""The policy of a newsroom: rules for what is sensitive, and the sentences that must stay true.

A file names *flags* (death, courts, minors…), each carried by the articles that have a tag, stand
in a section or are named one by one; *rules* on what is not shown beside what; and *assertions*,
examples in words and in names that the rules are tested by. `docs/policy.md` has the meaning of
every key for those who write one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from recommender.domain.list_rule import ListRule, RuleKind
from recommender.domain.traits import Traits
from recommender.errors import InvalidField, InvalidPolicy

SENSITIVITY_POLICY = "sensitivity"
"""The subject of the events whose detail is the policy in force from then on."""

MAX_ENTRIES = 100
"""Flags, rules and assertions at most, of each."""

_MAX_WORDS = 200
_SIDES = ("under", "both_ways", "placement")


@dataclass(frozen=True, slots=True)
class Assertion:
    """A sentence that must be true of the lists.

    Attributes:
        says: the sentence.
        under: the articles under whose lists it is true; none named means all.
        traits: the articles that it is about.
        may: whether they may be shown there; else they never are.
    """

    says: str
    under: Traits
    traits: Traits
    may: bool = False


@dataclass(frozen=True)
class Policy:
    """Rules and assertions.

    Attributes:
        rules: in the order of their file; the number of each is the policy's event.
        reasons: why each rule is there, by its name.
        assertions: in the order of their file.
        values: the file, as JSON has it.
        event: number of the event that put it in force, 0 for none.
    """

    rules: tuple[ListRule, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    assertions: tuple[Assertion, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    event: int = 0

    @classmethod
    def from_values(
        cls, values: Mapping[str, Any], where: str = "policy", event: int = 0
    ) -> "Policy":
        """Read a policy strictly.

        Args:
            values: as TOML or JSON gives them.
            where: the file, for the sentence on what is wrong.
            event: number of the event that put it in force.

        Returns:
            The policy; InvalidPolicy at the first thing that is unknown, missing or out of range.
        """
        return _Reader(where, event).policy(values)


class _Reader:
    """Reads one file."""

    def __init__(self, where: str, event: int) -> None:
        self._where = where
        self._event = event
        self._flags: dict[str, Traits] = {}

    def policy(self, values: Mapping[str, Any]) -> Policy:
        table = self._table(values, "the file", {"flags", "rules", "assertions"}, ())
        flags = table.get("flags", {})
        if not isinstance(flags, Mapping) or len(flags) > MAX_ENTRIES:
            self._refuse("flags", flags, f"a table of at most {MAX_ENTRIES} flags")
        for name, held in flags.items():
            self._flags[name] = self._traits(held, f"flag “{name}”", with_flags=False)
        entries = self._list(table, "rules")
        rules = [self._rule(held, place) for place, held in entries]
        names = [one.name for one in rules]
        if len(set(names)) < len(names):
            self._refuse("rules", names, "a different name for each rule")
        reasons = {
            one.name: held.get("reason", "") for one, (_, held) in zip(rules, entries, strict=True)
        }
        made = [self._assertion(held, place) for place, held in self._list(table, "assertions")]
        return Policy(tuple(rules), reasons, tuple(made), dict(values), self._event)

    def _rule(self, held: Any, place: str) -> ListRule:
        kinds = ("never", "only")
        table = self._table(held, place, {"name", "reason", *kinds, *_SIDES}, ("name",))
        name = self._words(table, place, "name")
        place = f"rule “{name}”"
        if "reason" in table:
            self._words(table, place, "reason")
        kind, shown = self._one_of(table, place, kinds)
        values = {
            "kind": RuleKind(kind).value,
            "shown": shown.to_values(),
            "under": self._under(table, place).to_values(),
            "both_ways": table.get("both_ways", False),
            "placement": table.get("placement"),
        }
        try:
            return ListRule.from_values(self._event or 1, values, name=name)
        except InvalidField as error:
            self._refuse(f"{place}, {error.field}", error.found, error.expected)

    def _assertion(self, held: Any, place: str) -> Assertion:
        kinds = ("never", "may")
        table = self._table(held, place, {"says", "under", *kinds}, ("says",))
        says = self._words(table, place, "says")
        kind, traits = self._one_of(table, f"assertion “{says}”", kinds)
        if not traits:
            self._refuse(f"assertion “{says}”, {kind}", held[kind], "a name at least")
        return Assertion(says, self._under(table, f"assertion “{says}”"), traits, kind == "may")

    def _under(self, table: Mapping[str, Any], place: str) -> Traits:
        return self._traits(table.get("under", {}), f"{place}, under")

    def _one_of(
        self, table: Mapping[str, Any], place: str, kinds: tuple[str, ...]
    ) -> tuple[str, Traits]:
        """Return which of some keys a table has, and what stands there."""
        found = [kind for kind in kinds if kind in table]
        if len(found) != 1:
            self._refuse(place, sorted(table), f"one of the keys {', '.join(kinds)}")
        return found[0], self._traits(table[found[0]], f"{place}, {found[0]}")

    def _traits(self, held: Any, place: str, *, with_flags: bool = True) -> Traits:
        held = held if isinstance(held, Mapping) else {"": held}
        flags = held.get("flags", []) if with_flags else []
        if not isinstance(flags, list) or not all(one in self._flags for one in flags):
            known = ", ".join(self._flags) or "none"
            self._refuse(f"{place}, flags", flags, f"flags of this file ({known})")
        own = {key: one for key, one in held.items() if key != "flags" or not with_flags}
        try:
            found = Traits.from_values(place, own)
        except InvalidField as error:
            self._refuse(error.field, error.found, error.expected)
        for flag in flags:
            found = found + self._flags[flag]
        return found

    def _list(self, table: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
        held = table.get(key, [])
        if not isinstance(held, list) or len(held) > MAX_ENTRIES:
            self._refuse(key, held, f"a list of at most {MAX_ENTRIES}")
        return [(f"{key} {n}", one) for n, one in enumerate(held, start=1)]

    def _table(
        self, held: Any, place: str, known: set[str], needed: tuple[str, ...]
    ) -> Mapping[str, Any]:
        if not isinstance(held, Mapping):
            self._refuse(place, held, "a table")
        if not known >= held.keys():
            unknown = next(key for key in held if key not in known)
            expected = f"one of {', '.join(sorted(known))}"
            self._refuse(f"{place}, “{unknown}”", "unknown", expected)
        for key in needed:
            if key not in held:
                self._refuse(f"{place}, “{key}”", "missing", "a few words")
        return held

    def _words(self, table: Mapping[str, Any], place: str, key: str) -> str:
        found = table[key]
        is_fine = isinstance(found, str) and 0 < len(found.strip()) <= len(found) <= _MAX_WORDS
        if not is_fine or not found.isprintable():
            self._refuse(f"{place}, “{key}”", found, f"at most {_MAX_WORDS} characters")
        return str(found)

    def _refuse(self, place: str, found: object, expected: str) -> NoReturn:
        raise InvalidPolicy(self._where, place, found, expected) from None
