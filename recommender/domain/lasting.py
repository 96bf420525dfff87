"""What holds from one instant to another, unless somebody undoes it: pins, blocks and rules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from recommender.domain.article import is_article_id
from recommender.domain.corpus import epoch_us, instant_of
from recommender.errors import InvalidField


class Lasting:
    """The times of a decision.

    Attributes:
        number: of its event.
        starts_at: from when on, in UTC; None for at once.
        ends_at: from when on no more, in UTC; None for never.
        undone_by: number of the event that undid it, 0 while it stands.
    """

    __slots__ = ()

    number: int
    starts_at: datetime | None
    ends_at: datetime | None
    undone_by: int

    @property
    def last_event(self) -> int:
        """Number of the last event that made it what it is."""
        return max(self.number, self.undone_by)

    def holds(self, now_us: int) -> bool:
        """Return whether it is in force.

        Args:
            now_us: the instant, in microseconds since 1970.
        """
        return (
            not self.undone_by
            and epoch_us(self.starts_at) <= now_us
            and (self.ends_at is None or now_us < epoch_us(self.ends_at))
        )

    def is_over(self, now_us: int) -> bool:
        """Return whether it will never be in force again: undone, or at its end.

        Args:
            now_us: the instant, in microseconds since 1970.
        """
        return bool(self.undone_by) or (
            self.ends_at is not None and epoch_us(self.ends_at) <= now_us
        )

    @property
    def lasts(self) -> bool:
        """Whether it begins before it ends."""
        return self.ends_at is None or epoch_us(self.starts_at) < epoch_us(self.ends_at)

    def times(self) -> dict[str, int | None]:
        """Return its instants as JSON values, in microseconds since 1970."""
        return {
            "starts_us": None if self.starts_at is None else epoch_us(self.starts_at),
            "ends_us": None if self.ends_at is None else epoch_us(self.ends_at),
        }


def instant_in(field: str, values: Mapping[str, Any]) -> datetime | None:
    """Return an instant that `Lasting.times` wrote.

    Args:
        field: its key.
        values: what may have it.

    Raises:
        InvalidField: if what stands there is none.
    """
    found = values.get(field)
    if found is None:
        return None
    try:
        return instant_of(found)
    except (TypeError, OverflowError):
        raise InvalidField(field, found, "microseconds since 1970") from None


def is_id(found: object) -> bool:
    """Return whether something can be the id of an article, or another name.

    Args:
        found: anything.
    """
    return isinstance(found, str) and is_article_id(found)


def is_number(found: object, first: int, last: int | None = None) -> bool:
    """Return whether something is a whole number within bounds; `True` is none.

    Args:
        found: anything.
        first: the least.
        last: the greatest; None for none.
    """
    return type(found) is int and first <= found and (last is None or found <= last)
