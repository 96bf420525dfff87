"""The facts of the append-only history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What happened."""

    ARTICLE = "article"
    TRAINING = "training"
    PROMOTION = "promotion"
    ROLLBACK = "rollback"
    OVERRIDE = "override"
    """A pin, a block or a rule, or the undoing of one; its subject is the article pinned or
    blocked, or what the rule is about."""
    RATING = "rating"
    """An editor's grade of one article under another, which is the subject."""
    POLICY = "policy"
    """What the newsroom decided for all articles; its subject says of what, as in `placements`."""
    ERASURE = "erasure"
    """An article removed for good, its subject; `versions` in its detail names the model versions
    that were written anew without it, and what the manifest of each hashes to since."""
    PERSON = "person"
    """Somebody invited to the desk, let in, given another role, signed out or shut out: the subject
    is a name, and `change` in the detail says which of these."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, once, and stays true.

    Attributes:
        number: its place in the history; every later event has a greater one, none is ever reused.
        kind: what happened.
        subject: the id of the article or model version it happened to, or the name of a policy.
        at: when, in UTC; order comes from `number`, never from a clock.
        author: who did it.
        reason: why; empty where nobody was asked.
        detail: what else belongs to the fact, as JSON values.
    """

    number: int
    kind: EventKind
    subject: str
    at: datetime
    author: str
    reason: str
    detail: Mapping[str, object] = field(default_factory=dict)
