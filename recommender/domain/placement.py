"""Placements: the named places on a site, and in each the slots with their own recipes.

A file that says otherwise than the defaults is read strictly: an unknown key, a wrong type, a
number out of range or an empty list of slots is one sentence that names its place.
`docs/placements.md` has the meaning of every key for those who write one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

from recommender.domain.pick import Rung
from recommender.domain.rules import (
    Rule,
    either,
    flag,
    list_of,
    member_of,
    names,
    number,
    whole_number,
)
from recommender.errors import InvalidPlacements, UnknownPlacement

DEFAULT_PLACEMENT = "more-from"
"""The placement of a question that names none; every set of placements has it."""
MAX_PLACES = 20
"""Places of a list at most."""
NOISE = "noise"
"""The floor that the training found: closer than chance."""
_MAX_DAYS = 100_000
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
_A_NAME = Rule(
    "a name of lower-case letters, digits and hyphens, at most 40 characters",
    lambda value: value if isinstance(value, str) and _NAME.fullmatch(value) else None,
)


class Source(StrEnum):
    """Where a slot looks for its picks."""

    CLOSEST = "closest"
    LATEST = "latest"
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class Slot:
    """A position in a list, or several, with one recipe.

    Ages are whole days between UTC dates: up to the answer's date for `closest` and `latest`, up to
    the query's for `background`. An article without a date has no age: it is outside any bound,
    and its freshness is the lowest.

    Attributes:
        name: unique in its placement.
        source: `closest` the most similar; `latest` the freshest that share a tag; `background` the
            most similar among those that are older than the query.
        places: how many picks, 1 to 20.
        half_life_days: age at which freshness, a factor of the score, is 0.5; None for none.
        freshness_floor: what freshness never falls below, 0 to 1.
        min_age_days: the least age; None for any.
        max_age_days: the greatest age; None for any.
        floor: the least similarity of a pick of the model, 0 to 1; or `noise`, closer than chance.
        diversity: 0 for the best scores; up to 1 for picks that differ from each other.
        sections: only from these, if any are named; compared as tags are.
        not_sections: never from these.
        tags: only with one of these, if any are named.
        not_tags: never with one of these.
        ladder: what fills a place that no recipe can, in this order.
    """

    name: str = field(metadata={"rule": _A_NAME})
    source: Source = field(metadata={"rule": member_of(Source)})
    places: int = field(default=1, metadata={"rule": whole_number(1, MAX_PLACES)})
    half_life_days: float | None = field(default=None, metadata={"rule": number(0.01, _MAX_DAYS)})
    freshness_floor: float = field(default=0.0, metadata={"rule": number(0, 1)})
    min_age_days: int | None = field(default=None, metadata={"rule": whole_number(0, _MAX_DAYS)})
    max_age_days: int | None = field(default=None, metadata={"rule": whole_number(0, _MAX_DAYS)})
    floor: float | str = field(default=NOISE, metadata={"rule": either(NOISE, number(0, 1))})
    diversity: float = field(default=0.0, metadata={"rule": number(0, 1)})
    sections: tuple[str, ...] = field(default=(), metadata={"rule": names()})
    not_sections: tuple[str, ...] = field(default=(), metadata={"rule": names()})
    tags: tuple[str, ...] = field(default=(), metadata={"rule": names()})
    not_tags: tuple[str, ...] = field(default=(), metadata={"rule": names()})
    ladder: tuple[Rung, ...] = field(default=tuple(Rung), metadata={"rule": list_of(Rung)})

    def to_values(self) -> dict[str, object]:
        """Return what differs from the defaults, and name, source and places, as JSON values."""
        told = {"name", "source", "places"}
        held = {one.name: (getattr(self, one.name), one.default) for one in fields(self)}
        return {
            key: _plain(value)
            for key, (value, default) in held.items()
            if key in told or value != default
        }


@dataclass(frozen=True, slots=True)
class Placement:
    """A named place on the site.

    Attributes:
        name: as requests name it.
        slots: in the order of their places; at least one.
        prefer_fewer: leave a place empty that no recipe can fill, instead of going down the ladder.
    """

    name: str
    slots: tuple[Slot, ...]
    prefer_fewer: bool = False

    def slot_of_place(self, place: int) -> Slot:
        """Return the slot that a place belongs to; after the last slot the first goes on.

        Args:
            place: from 0.
        """
        found = (slot for slot in self.slots if place < self.places_of(slot).stop)
        return next(found, self.slots[0])

    def places_of(self, slot: Slot) -> slice:
        """Return the places that are a slot's own, from 0.

        Args:
            slot: one of them.
        """
        start = sum(one.places for one in self.slots[: self.slots.index(slot)])
        return slice(start, start + slot.places)


@dataclass(frozen=True, slots=True)
class Placements:
    """All places of a site; `more-from` is always among them.

    Attributes:
        by_name: the placements, in the order of their file.
        event: number of the event that put them in force, 0 for the defaults.
    """

    by_name: Mapping[str, Placement]
    event: int = 0

    def __iter__(self) -> Iterator[Placement]:
        return iter(self.by_name.values())

    def named(self, name: str) -> Placement:
        """Return a placement.

        Args:
            name: as requests name it.

        Raises:
            UnknownPlacement: if there is none of that name.
        """
        found = self.by_name.get(name)
        if found is None:
            raise UnknownPlacement(name, tuple(self.by_name))
        return found

    @classmethod
    def default(cls) -> Self:
        """Return the placements of a newsroom that has put no other in force."""
        slots = (
            Slot(
                "closest",
                Source.CLOSEST,
                places=2,
                half_life_days=365.0,
                freshness_floor=0.7,
                diversity=0.1,
            ),
            Slot("latest", Source.LATEST, half_life_days=30.0, freshness_floor=0.05),
            Slot("background", Source.BACKGROUND, min_age_days=90),
        )
        return cls({DEFAULT_PLACEMENT: Placement(DEFAULT_PLACEMENT, slots)})

    def to_values(self) -> dict[str, object]:
        """Return the placements as JSON values, which are those of a TOML file too."""
        return {
            one.name: {
                "prefer_fewer": one.prefer_fewer,
                "slots": [slot.to_values() for slot in one.slots],
            }
            for one in self
        }

    @classmethod
    def from_values(
        cls, values: Mapping[str, object], where: str = "placements", event: int = 0
    ) -> Self:
        """Read placements strictly.

        Args:
            values: a table of placements by name, as `to_values` returns it.
            where: the file, for the sentence on what is wrong.
            event: number of the event that put them in force.

        Returns:
            The placements.

        Raises:
            InvalidPlacements: at the first thing that is unknown, missing, or out of range.
        """
        found = {name: _placement(name, held, where) for name, held in values.items()}
        if DEFAULT_PLACEMENT not in found:
            expected = f"a placement “{DEFAULT_PLACEMENT}”, which answers questions that name none"
            raise InvalidPlacements(where, (), DEFAULT_PLACEMENT, _MISSING, expected)
        return cls(found, event)


def _placement(name: str, held: object, where: str) -> Placement:
    if _A_NAME.read(name) is None:
        raise InvalidPlacements(where, (), "name of a placement", name, _A_NAME.expected)
    place = (f"placement “{name}”",)
    table = _table(held, where, place, {"slots", "prefer_fewer"})
    switch = flag()
    fewer = switch.read(table.get("prefer_fewer", False))
    if fewer is None:
        found = table["prefer_fewer"]
        raise InvalidPlacements(where, place, "prefer_fewer", found, switch.expected)
    listed = table.get("slots", _MISSING)
    if not isinstance(listed, list) or not listed:
        raise InvalidPlacements(where, place, "slots", listed, "a list of at least one slot")
    slots = tuple(_slot(one, where, (*place, f"slot {n}")) for n, one in enumerate(listed, start=1))
    slot_names = [slot.name for slot in slots]
    if len(set(slot_names)) < len(slots):
        raise InvalidPlacements(where, place, "slots", slot_names, "a different name for each slot")
    if sum(slot.places for slot in slots) > MAX_PLACES:
        n_places = sum(slot.places for slot in slots)
        raise InvalidPlacements(where, place, "places", n_places, f"at most {MAX_PLACES} in all")
    return Placement(name, slots, fewer)


def _slot(held: object, where: str, place: tuple[str, ...]) -> Slot:
    rules: dict[str, Rule] = {one.name: one.metadata["rule"] for one in fields(Slot)}
    if isinstance(held, Mapping) and (name := _A_NAME.read(held.get("name"))) is not None:
        place = (*place[:-1], f"slot “{name}”")
    table = _table(held, where, place, rules)
    values: dict[str, Any] = {}
    for key in ("name", "source", *table):
        found = table.get(key, _MISSING)
        values[key] = rules[key].read(found)
        if values[key] is None:
            raise InvalidPlacements(where, place, key, found, rules[key].expected)
    slot = Slot(**values)
    if slot.half_life_days is None and "freshness_floor" in values:
        expected = "no such key without “half_life_days”, which it bounds"
        raise InvalidPlacements(where, place, "freshness_floor", slot.freshness_floor, expected)
    if slot.max_age_days is not None and (slot.min_age_days or 0) > slot.max_age_days:
        expected = f"no more than “max_age_days”, which is {slot.max_age_days}"
        raise InvalidPlacements(where, place, "min_age_days", slot.min_age_days, expected)
    return slot


def _table(
    held: object, where: str, place: tuple[str, ...], known: Mapping[str, object] | set[str]
) -> Mapping[str, object]:
    """Return a table of which every key is known.

    Raises:
        InvalidPlacements: if it is no table, or has another key.
    """
    if not isinstance(held, Mapping):
        raise InvalidPlacements(where, place, "the whole entry", held, "a table")
    for key in held:
        if key not in known:
            expected = f"one of {', '.join(sorted(known))}"
            raise InvalidPlacements(where, place, key, _Said("unknown"), expected)
    return held


class _Said:
    """A word of ours where otherwise a value stands that was found."""

    def __init__(self, word: str) -> None:
        self._word = word

    def __repr__(self) -> str:
        return self._word


_MISSING = _Said("missing")


def _plain(value: object) -> object:
    """Return a value as JSON has it."""
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return str(value) if isinstance(value, StrEnum) else value
