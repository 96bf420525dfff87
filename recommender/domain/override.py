"""Overrides: what editors decide against the model, one article at a time.

A pin puts an article into a place of another article's list, a block keeps one out. Both are events
of the history and never change; undoing one is an event too. Who did it and why is in the event and
not here, for what is here goes to the files of the public app, where it has no business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from recommender.domain.corpus import epoch_us
from recommender.domain.event import Event, EventKind
from recommender.domain.lasting import Lasting, instant_in, is_id, is_number
from recommender.errors import InvalidField

MAX_POSITION = 20
"""The last place of a list that can be pinned: lists are no longer."""

UNDOES = "undoes"
"""Where the event that undoes an override has the other one's number."""

Undone = TypeVar("Undone", bound=Any)
"""A decision as `Lasting` has it, and a dataclass."""


class OverrideKind(StrEnum):
    """What an editor wants of an article."""

    PIN = "pin"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Override(Lasting):
    """A pin or a block.

    Attributes:
        number: of its event.
        kind: which of the two.
        article_id: the article that is pinned or blocked.
        query_id: the article under which; None for a block under every one. A pin always has one.
        placement: the name of the place on the site; None for every one.
        position: of a pin, from 1 to `MAX_POSITION`; None for the next that is free.
        starts_at: from when on, in UTC; None for at once.
        ends_at: from when on no more, in UTC; None for never.
        undone_by: number of the event that undid it, 0 while it stands.
    """

    number: int
    kind: OverrideKind
    article_id: str
    query_id: str | None = None
    placement: str | None = None
    position: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    undone_by: int = 0

    def concerns(self, query_id: str | None, placement: str) -> bool:
        """Return whether it is about a list, whatever the time.

        Args:
            query_id: the article under which the list stands; None for one that nobody knows.
            placement: the name of the place on the site.
        """
        return self.query_id in {None, query_id} and self.placement in {None, placement}

    def meets(self, other: "Override") -> bool:
        """Return whether two ever are in force in the same list.

        Args:
            other: another override.
        """
        return (
            not (self.undone_by or other.undone_by)
            and (self.query_id == other.query_id or None in {self.query_id, other.query_id})
            and (self.placement == other.placement or None in {self.placement, other.placement})
            and (self.ends_at is None or epoch_us(other.starts_at) < epoch_us(self.ends_at))
            and (other.ends_at is None or epoch_us(self.starts_at) < epoch_us(other.ends_at))
        )

    def to_values(self) -> dict[str, object]:
        """Return the detail of its event: JSON values, instants in microseconds since 1970."""
        return {
            "kind": self.kind.value,
            "query_id": self.query_id,
            "placement": self.placement,
            "position": self.position,
            **self.times(),
        }

    @classmethod
    def from_values(
        cls, number: int, article_id: str, values: Mapping[str, Any], undone_by: int = 0
    ) -> "Override":
        """Return the override that `to_values` made values of.

        Args:
            number: of its event.
            article_id: the article that is pinned or blocked.
            values: what `to_values` returned; further keys are not looked at.
            undone_by: number of the event that undid it, 0 while it stands.

        Returns:
            The override; InvalidField if none can have these values.
        """
        made = cls(
            number=number,
            kind=_kind(values.get("kind")),
            article_id=article_id,
            query_id=values.get("query_id"),
            placement=values.get("placement"),
            position=values.get("position"),
            starts_at=instant_in("starts_us", values),
            ends_at=instant_in("ends_us", values),
            undone_by=undone_by,
        )
        made.check()
        return made

    def check(self) -> None:
        """See that it can be.

        Raises:
            InvalidField: if it cannot.
        """
        is_pin, position, undone_by = self.kind is OverrideKind.PIN, self.position, self.undone_by
        has_place = self.placement is None or is_id(self.placement)
        has_query = is_id(self.query_id) or (self.query_id is None and not is_pin)
        is_placed = position is None or (is_pin and is_number(position, 1, MAX_POSITION))
        for field, found, is_so, expected in (
            ("number", self.number, is_number(self.number, 1), "that of an event"),
            ("article_id", self.article_id, is_id(self.article_id), "an article's id"),
            ("query_id", self.query_id, has_query, "an article's id"),
            ("query_id", self.query_id, self.query_id != self.article_id, "another article's id"),
            ("placement", self.placement, has_place, "a name"),
            ("position", position, is_placed, f"1 to {MAX_POSITION}, of a pin"),
            ("ends_us", self.ends_at, self.lasts, "an instant after the start"),
            ("undone_by", undone_by, undone_by == 0 or is_number(undone_by, self.number + 1), "0"),
        ):
            if not is_so:
                raise InvalidField(field, found, expected)


def take(overrides: dict[int, Override], event: Event) -> None:
    """Take an event into account; telling the same one again changes nothing.

    Args:
        overrides: those before it, undone ones too, by number; changed in place.
        event: the next of the history, of any kind; InvalidField if it is of an override and cannot
            be read, and then nothing has changed.
    """
    if event.kind is not EventKind.OVERRIDE:
        return
    if UNDOES not in event.detail:
        held = overrides.get(event.number)
        undone_by = 0 if held is None else held.undone_by
        made = Override.from_values(event.number, event.subject, event.detail, undone_by)
        overrides[event.number] = made
        return
    undo_in(overrides, event)


def undo_in(held: dict[int, Undone], event: Event) -> None:
    """Let an event undo one of some decisions.

    Args:
        held: by number; changed in place.
        event: its detail names under `UNDOES` which.

    Raises:
        InvalidField: if none stands there that it can undo; then nothing has changed.
    """
    number = event.detail[UNDOES]
    undone = held.get(number) if type(number) is int and number < event.number else None
    if undone is None or undone.undone_by not in {0, event.number}:
        raise InvalidField(UNDOES, number, "the number of an override that stands")
    held[undone.number] = replace(undone, undone_by=event.number)


def _kind(found: object) -> OverrideKind:
    if found not in list(OverrideKind):
        raise InvalidField(field="kind", found=found, expected=" or ".join(OverrideKind))
    return OverrideKind(str(found))
