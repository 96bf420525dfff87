"""Who may use the desk, and as what."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}", re.ASCII)

A_NAME = (
    "1 to 64 letters, digits, dots, hyphens, underscores and @, such as anna or anna@news.example"
)


class Role(StrEnum):
    """What a person may do; each may all that those before it may."""

    VIEWER = "viewer"
    """Look at everything that editors see, change nothing."""
    EDITOR = "editor"
    """Overrule, rate, decide on policy and tags."""
    ADMIN = "admin"
    """Invite and shut out, promote and roll back."""

    def may(self, needed: "Role") -> bool:
        """Return whether this role is enough for what needs another."""
        return _ORDER[self] >= _ORDER[needed]


_ORDER = {role: place for place, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may use the desk, or did once: the history names people, so none is forgotten.

    Attributes:
        name: in small letters, used in the history as `person:` and this.
        role: what they may do.
        has_password: whether they ever took up an invitation, and were not shut out since.
        created_at: when they were first invited, in UTC.
        created_by: by whom.
        revoked_at: since when they are shut out; None while they are not.
        revoked_by: by whom.
    """

    name: str
    role: Role
    has_password: bool
    created_at: datetime
    created_by: str
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    @property
    def author(self) -> str:
        """How the history names them."""
        return f"person:{self.name}"


def folded_name(typed: str) -> str | None:
    """Return the name that somebody typed, None if no person can have it.

    Args:
        typed: what they typed; capitals and blanks around it do not matter.

    >>> folded_name(" Anna "), folded_name("anna smith")
    ('anna', None)
    """
    name = typed.strip().lower()
    return name if _NAME.fullmatch(name) else None
