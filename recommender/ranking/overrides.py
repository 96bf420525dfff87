"""The overrides of an overlay, found by the list that they are about.

There are few of them, so they are plain objects, made anew with each overlay; whether one holds is
asked at the instant of each answer. Overrides that were undone are here too: a list that lost its
pin is another list, and the number of the event that took it away tells the two apart.
"""

import json
from collections.abc import Iterable, Iterator

from recommender.domain.corpus import epoch_us
from recommender.domain.override import MAX_POSITION, Override, OverrideKind
from recommender.errors import InvalidField
from recommender.ranking.refs import NEVER_US, Trail

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Overrides:
    """Overrides by query and by article; immutable, all threads may read it at once."""

    def __init__(self, overrides: Iterable[Override] = ()) -> None:
        """Take the overrides.

        Args:
            overrides: in any order, undone ones too.
        """
        self._all = tuple(sorted(overrides, key=lambda one: one.number))
        self._pins: dict[str, list[Override]] = {}
        self._blocks: dict[str, list[Override]] = {}
        for one in self._all:
            if one.kind is OverrideKind.BLOCK:
                self._blocks.setdefault(one.article_id, []).append(one)
            elif one.query_id is not None:
                self._pins.setdefault(one.query_id, []).append(one)
        for pins in self._pins.values():
            pins.sort(key=_by_position)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Override]:
        return iter(self._all)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Overrides) and self._all == other._all

    def __hash__(self) -> int:
        return hash(self._all)

    def pins(self, query_id: str, placement: str, now_us: int) -> tuple[Override, ...]:
        """Return the pins of a list: by position, then those for the next free place.

        Args:
            query_id: the article under which the list stands.
            placement: the name of the place on the site.
            now_us: the instant of the answer, in microseconds since 1970.
        """
        held = self._pins.get(query_id, ())
        return tuple(one for one in held if one.concerns(query_id, placement) and one.holds(now_us))

    def block(
        self, article_id: str, query_id: str | None, placement: str, now_us: int
    ) -> Override | None:
        """Return the block that keeps an article out of a list, the first of several, or None.

        Args:
            article_id: the article that might stand there.
            query_id: the article under which the list stands; None for one that nobody knows.
            placement: the name of the place on the site.
            now_us: the instant of the answer, in microseconds since 1970.
        """
        for one in self._blocks.get(article_id, ()):
            if one.concerns(query_id, placement) and one.holds(now_us):
                return one
        return None

    def note_pins(self, query_id: str, placement: str, trail: Trail) -> None:
        """Take note of all pins of a list, those in force and the others.

        Args:
            query_id: the article under which the list stands.
            placement: the name of the place on the site.
            trail: takes note of their events, of their beginnings and their ends.
        """
        _note(self._pins.get(query_id, ()), query_id, placement, trail)

    def note_blocks(
        self, article_id: str, query_id: str | None, placement: str, trail: Trail
    ) -> None:
        """Take note of all that keeps an article out of a list, or has, or will.

        Args:
            article_id: the article that might stand in the list.
            query_id: the article under which the list stands; None for one that nobody knows.
            placement: the name of the place on the site.
            trail: takes note of the blocks' events, of their beginnings and their ends.
        """
        _note(self._blocks.get(article_id, ()), query_id, placement, trail)

    def undone_after(self, number: int) -> "Overrides":
        """Return the overrides without those undone at an event or before.

        Args:
            number: of the event.
        """
        return Overrides(one for one in self._all if not 0 < one.undone_by <= number)

    def to_json(self) -> bytes:
        """Return the overrides as JSON in UTF-8: what lists need of them, and nothing else."""
        held = [
            {
                "number": one.number,
                "article_id": one.article_id,
                "undone_by": one.undone_by,
                **one.to_values(),
            }
            for one in self._all
        ]
        return _JSON.encode(held).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Overrides":
        """Return the overrides that `to_json` wrote.

        Args:
            text: the JSON.

        Raises:
            ValueError: if it cannot be read; the text is a clause.
        """
        try:
            return cls(
                Override.from_values(one["number"], one["article_id"], one, one["undone_by"])
                for one in json.loads(text)
            )
        except (TypeError, KeyError, RecursionError, InvalidField) as error:
            raise ValueError(str(error)) from None


def _by_position(pin: Override) -> tuple[int, int]:
    return (pin.position or MAX_POSITION + 1, pin.number)


def _note(held: Iterable[Override], query_id: str | None, placement: str, trail: Trail) -> None:
    for one in held:
        if one.concerns(query_id, placement):
            trail.note(one.last_event)
            if not one.undone_by:
                trail.note_instant(epoch_us(one.starts_at))
                trail.note_instant(NEVER_US if one.ends_at is None else epoch_us(one.ends_at))
