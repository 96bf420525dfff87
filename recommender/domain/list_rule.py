"""Rules: what editors decide about many lists at once, by tag, by section, or for a while of all.

As pins and blocks are, a rule is an event of the history with an author and a reason, may begin and
end, and is undone by another event. A policy has rules too, which hold while it does.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from recommender.domain.event import Event, EventKind
from recommender.domain.lasting import Lasting, instant_in, is_id, is_number
from recommender.domain.override import UNDOES, undo_in
from recommender.domain.traits import NO_TRAITS, Key, Traits
from recommender.errors import InvalidField

EVERYTHING = "everything"
"""The subject of the event of a rule that names no article that is shown."""

MAX_NAME_LENGTH = 200


class RuleKind(StrEnum):
    """What a rule wants.

    `never`: what it names is not shown under what it names. `only`: nothing else is shown there.
    `stop`: what it names is shown nowhere, and nothing is shown under it.
    """

    NEVER = "never"
    ONLY = "only"
    STOP = "stop"


class Side(NamedTuple):
    """What a rule comes to in one list.

    Attributes:
        is_only: whether it asks for what it names, and does not keep it out.
        traits: what it names; where that is nothing, all articles.
    """

    is_only: bool
    traits: Traits


@dataclass(frozen=True, slots=True)
class ListRule(Lasting):
    """A rule.

    Attributes:
        number: of its event, its own or that of its policy.
        kind: what it wants.
        shown: the articles that it keeps out, or asks for; none named means all.
        under: the articles under which; none named means under all, and under what nobody knows.
        both_ways: whether what stands in `under` is kept out under what stands in `shown`, too.
        placement: the name of the place on the site; None for every one.
        starts_at: from when on, in UTC; None for at once.
        ends_at: from when on no more, in UTC; None for never.
        undone_by: number of the event that undid it, 0 while it stands.
        name: what a policy calls it; empty for a rule that is an event of its own.
    """

    number: int
    kind: RuleKind
    shown: Traits = NO_TRAITS
    under: Traits = NO_TRAITS
    both_ways: bool = False
    placement: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    undone_by: int = 0
    name: str = ""

    @property
    def subject(self) -> str:
        """The subject of its event: the first that it names."""
        for name, names in self.shown.to_values().items():
            return names[0] if name == "articles" else f"{name[:-1]}:{names[0]}"
        return EVERYTHING

    @property
    def is_everywhere(self) -> bool:
        """Whether it concerns every list."""
        return not self.under

    def sides(self, query: Set[Key]) -> Iterator[Side]:
        """Yield what the rule comes to in a list, whatever the time and the placement.

        Args:
            query: what the article has under which the list stands; nothing, if nobody knows it.
        """
        is_shown_one = not query.isdisjoint(self.shown)
        if not self.under or not query.isdisjoint(self.under):
            yield Side(self.kind is RuleKind.ONLY, self.shown)
        if self.both_ways and is_shown_one:
            yield Side(False, self.under)
        if self.kind is RuleKind.STOP and self.shown and is_shown_one:
            yield Side(False, NO_TRAITS)

    def keeps_out(self, article: Set[Key], query: Set[Key]) -> bool:
        """Return whether an article may not stand in a list, whatever the time and the placement.

        Args:
            article: what it has.
            query: what the article has under which the list stands; nothing, if nobody knows it.
        """
        for is_only, traits in self.sides(query):
            is_named = not traits or not article.isdisjoint(traits)
            if is_named != is_only:
                return True
        return False

    def __str__(self) -> str:
        """Return it in words, as an editor reads it."""
        where = "" if self.placement is None else f" in “{self.placement}”"
        if self.kind is RuleKind.STOP:
            what = f"{self.shown}" if self.shown else "the whole block"
            return f"stop: {what}{where}"
        under = f"{self.under}" if self.under else "any article"
        if self.kind is RuleKind.ONLY:
            return f"under {under} only {self.shown}{where}"
        back = ", nor the other way round" if self.both_ways else ""
        shown = f"{self.shown}" if self.shown else "anything"
        return f"under {under} never {shown}{back}{where}"

    def to_values(self) -> dict[str, object]:
        """Return the detail of its event: JSON values, instants in microseconds since 1970."""
        return {
            "kind": self.kind.value,
            "shown": self.shown.to_values(),
            "under": self.under.to_values(),
            "both_ways": self.both_ways,
            "placement": self.placement,
            **self.times(),
        }

    @classmethod
    def from_values(
        cls, number: int, values: Mapping[str, Any], undone_by: int = 0, name: str = ""
    ) -> "ListRule":
        """Return the rule that `to_values` made values of.

        Args:
            number: of its event.
            values: what `to_values` returned; further keys are not looked at.
            undone_by: number of the event that undid it, 0 while it stands.
            name: what a policy calls it.

        Returns:
            The rule.

        Raises:
            InvalidField: if none can have these values.
        """
        kind = values.get("kind")
        if kind not in list(RuleKind):
            raise InvalidField(field="kind", found=kind, expected=" or ".join(RuleKind))
        made = cls(
            number=number,
            kind=RuleKind(str(kind)),
            shown=Traits.from_values("shown", values.get("shown", {})),
            under=Traits.from_values("under", values.get("under", {})),
            both_ways=values.get("both_ways", False),
            placement=values.get("placement"),
            starts_at=instant_in("starts_us", values),
            ends_at=instant_in("ends_us", values),
            undone_by=undone_by,
            name=name,
        )
        made.check()
        return made

    def check(self) -> None:
        """See that it can be.

        Raises:
            InvalidField: if it cannot.
        """
        is_stop, shown, under = self.kind is RuleKind.STOP, bool(self.shown), bool(self.under)
        is_only = self.kind is RuleKind.ONLY
        says_something = is_stop or (shown if is_only else shown or under)
        may_turn = self.kind is RuleKind.NEVER and shown and under
        is_name = len(self.name) <= MAX_NAME_LENGTH
        has_place = self.placement is None or is_id(self.placement)
        undone_by = self.undone_by
        for field, found, is_so, expected in (
            ("number", self.number, is_number(self.number, 1), "that of an event"),
            ("shown", self.shown, says_something, "a tag, a section or an article at least"),
            ("under", self.under, not (is_stop and under), "nothing: a stop holds everywhere"),
            ("both_ways", self.both_ways, type(self.both_ways) is bool, "true or false"),
            ("both_ways", True, not self.both_ways or may_turn, "a “never” that names both sides"),
            ("placement", self.placement, has_place, "a name"),
            ("ends_us", self.ends_at, self.lasts, "an instant after the start"),
            ("undone_by", undone_by, undone_by == 0 or is_number(undone_by, self.number + 1), "0"),
            ("name", self.name, is_name, f"at most {MAX_NAME_LENGTH} characters"),
        ):
            if not is_so:
                raise InvalidField(field, found, expected)


def is_of_rule(event: Event, rules: Mapping[int, ListRule]) -> bool:
    """Return whether an event makes a rule, or undoes one.

    Args:
        event: of any kind.
        rules: those before it, by number.
    """
    if event.kind is not EventKind.OVERRIDE:
        return False
    if UNDOES in event.detail:
        number = event.detail[UNDOES]
        return type(number) is int and number in rules
    return event.detail.get("kind") in list(RuleKind)


def take_rule(rules: dict[int, ListRule], event: Event) -> None:
    """Take an event of a rule into account; telling the same one again changes nothing.

    Args:
        rules: those before it, undone ones too, by number; changed in place.
        event: one that `is_of_rule`; InvalidField if it cannot be read, and then nothing has
            changed.
    """
    if UNDOES in event.detail:
        undo_in(rules, event)
        return
    held = rules.get(event.number)
    undone_by = 0 if held is None else held.undone_by
    rules[event.number] = ListRule.from_values(event.number, event.detail, undone_by)
