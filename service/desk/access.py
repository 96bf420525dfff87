"""Who may reach what: every endpoint of the desk app, in one table.

What has no row here nobody reaches, and a test fails; another walks every route, role and method.
An endpoint that changes something is one of its own, with the role that the change needs.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from recommender.domain.person import Role


class Door(Enum):
    """What is not opened by a role."""

    OPEN = "open"
    """Anybody."""
    TOKEN = "token"
    """A CMS, with a token that is in force; a cookie opens it never, nor a token a page."""


VIEWER, EDITOR, ADMIN = Role.VIEWER, Role.EDITOR, Role.ADMIN

ACCESS: Mapping[str, Role | Door] = MappingProxyType({
    # The CMS.
    "put_article": Door.TOKEN,
    "get_article": Door.TOKEN,
    "retract_article": Door.TOKEN,
    "restore_article": Door.TOKEN,
    "look_at_draft": Door.TOKEN,
    "healthz": Door.OPEN,
    # Signing in.
    "static": Door.OPEN,
    "front_door": Door.OPEN,
    "sign_in": Door.OPEN,
    "join": Door.OPEN,
    "sign_out": VIEWER,
    "home": VIEWER,
    # Articles.
    "articles": VIEWER,
    "article": VIEWER,
    "article_then": VIEWER,
    # Health of the archive.
    "health": VIEWER,
    "health_list": VIEWER,
    "health_count": EDITOR,
    "health_merge": EDITOR,
    "health_apart": EDITOR,
    "health_undo": EDITOR,
    # Rating.
    "rate": EDITOR,
    "rate_give": EDITOR,
    "rate_undo": EDITOR,
    "rate_agreement": VIEWER,
    # Overrides.
    "overrides": VIEWER,
    "new_override": EDITOR,
    "preview_override": EDITOR,
    "save_override": EDITOR,
    "undo_override": EDITOR,
    # The policy, and the emergency stop.
    "policy": VIEWER,
    "try_policy": EDITOR,
    "set_policy": ADMIN,
    "stop": EDITOR,
    "resume": EDITOR,
    # The log.
    "log": VIEWER,
    "log_act": VIEWER,
    "log_csv": VIEWER,
    # Models and drafts.
    "models": VIEWER,
    "promote": ADMIN,
    "roll_back": ADMIN,
    "draft": VIEWER,
    "freshness": VIEWER,
    "look_at_text": EDITOR,
    # People.
    "people": ADMIN,
    "invite": ADMIN,
    "set_role": ADMIN,
    "revoke": ADMIN,
    "end_sessions": ADMIN,
})  # fmt: skip
"""Endpoint to what opens it; each page has a paragraph."""
