"""What an editor typed into the form of a pin, a block or a rule, and the wish that it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from recommender.domain.list_rule import ListRule, RuleKind
from recommender.domain.override import Override, OverrideKind
from recommender.domain.traits import Traits
from recommender.errors import InvalidParameter
from recommender.workflows.overriding import Wish, wanted_override
from recommender.workflows.ruling import RuleWish, wanted_rule

KINDS = {"pin": "Pin", "block": "Block", "rule": "Rule"}
"""What can be decided, by its name in addresses."""

_MAX_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class Form:
    """The fields, as typed; those of a rule name several tags with commas between them.

    Attributes:
        kind: `pin`, `block` or `rule`.
        article: id of the article to pin or to block; of a rule one that it names.
        under: id of the article under which.
        placement: name of the place on the site, empty for every one.
        position: of a pin, empty for the next that is free.
        rule: `never` or `only`.
        tags: of the articles that a rule names.
        sections: of these.
        under_tags: of the articles under which a rule holds.
        under_sections: of these.
        both_ways: `1` for a rule that holds the other way round, too.
        starts: from when on, in the newsroom's time zone.
        ends: until when.
        reason: why.
        seen: number of the last decision when the form was opened.
    """

    kind: str = "block"
    article: str = ""
    under: str = ""
    placement: str = ""
    position: str = ""
    rule: str = RuleKind.NEVER.value
    tags: str = ""
    sections: str = ""
    under_tags: str = ""
    under_sections: str = ""
    both_ways: str = ""
    starts: str = ""
    ends: str = ""
    reason: str = ""
    seen: str = ""

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> "Form":
        """Return what a request holds.

        Args:
            typed: its fields; others are not looked at.
        """
        names = (one.name for one in fields(cls))
        held = {name: typed[name].strip()[:_MAX_CHARS] for name in names if name in typed}
        made = cls(**{name: value for name, value in held.items() if value})
        return made if made.kind in KINDS else cls()

    @property
    def values(self) -> dict[str, str]:
        """All that is filled in, for an address or for hidden fields."""
        held = {one.name: str(getattr(self, one.name)) for one in fields(self)}
        return {name: value for name, value in held.items() if value}

    @property
    def is_about_one_page(self) -> bool:
        """Whether it changes the list under one article alone."""
        return self.kind != "rule" and bool(self.under)

    @property
    def last_seen(self) -> int | None:
        """The number of the last decision when the form was opened; None if it does not say."""
        is_number = self.seen.isascii() and self.seen.isdigit() and len(self.seen) < 19
        return int(self.seen) if is_number else None

    def wish(self, zone: str) -> Wish | RuleWish:
        """Return what is wanted.

        Args:
            zone: the newsroom's time zone.

        Raises:
            InvalidParameter: if something cannot be read.
        """
        starts_at, ends_at = _instant("from", self.starts, zone), _instant("until", self.ends, zone)
        if self.kind == "rule":
            if self.rule not in {RuleKind.NEVER, RuleKind.ONLY}:
                raise InvalidParameter(parameter="rule", found=self.rule, expected="never or only")
            return RuleWish(
                RuleKind(self.rule),
                Traits(_names(self.tags), _names(self.sections), _ids(self.article)),
                Traits(_names(self.under_tags), _names(self.under_sections), _ids(self.under)),
                bool(self.both_ways),
                self.placement or None,
                starts_at,
                ends_at,
            )
        return Wish(
            OverrideKind(self.kind),
            self.article,
            self.under or None,
            self.placement or None,
            _position(self.position if self.kind == "pin" else ""),
            starts_at,
            ends_at,
        )

    def wanted(self, zone: str) -> Override | ListRule:
        """Return the decision that it would be; InvalidParameter if there can be none.

        Args:
            zone: the newsroom's time zone.
        """
        wish, now = self.wish(zone), datetime.now(UTC)
        return wanted_rule(wish, now) if isinstance(wish, RuleWish) else wanted_override(wish, now)


def _names(typed: str) -> tuple[str, ...]:
    """Return the names between commas, each once."""
    return tuple(dict.fromkeys(name.strip() for name in typed.split(",") if name.strip()))


def _ids(typed: str) -> tuple[str, ...]:
    return (typed,) if typed else ()


def _position(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 3):
        expected = "a place of the list, from 1"
        raise InvalidParameter(parameter="position", found=typed, expected=expected)
    return int(typed)


def _instant(parameter: str, typed: str, zone: str) -> str | None:
    """Return a time of the newsroom's clock as an instant, ISO 8601; None for none.

    Raises:
        InvalidParameter: if it is none.
    """
    if not typed:
        return None
    try:
        read = datetime.fromisoformat(typed)
        there = read if read.tzinfo is not None else read.replace(tzinfo=ZoneInfo(zone))
        return there.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise InvalidParameter(parameter, typed, "a date and a time") from None
