"""Who sits at the browser: cookies in, a person out.

The cookie names a session of the table and nothing else; sessions end on the server. Over `https`
its name begins with `__Host-`, so that no other host of the domain can set it.
"""

import secrets
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Response, current_app, g, request

from recommender.catalogue.sessions import LONGEST, SEEN_EVERY, Sessions
from recommender.errors import Busy
from recommender.setting_values import NO_SECRET
from recommender.settings import Settings
from recommender.workflows.publishing import Publisher
from service.desk.sealing import Seals

SESSION, VISITOR, BROWSER, NOTICE = "session", "visitor", "browser", "notice"
"""Cookies: who is signed in; before that, whose form it is; known before; a sentence to tell."""

_YEAR_S = 365 * 24 * 3600
_LIVES_S: dict[str, int | None] = {
    SESSION: int(LONGEST.total_seconds()),
    BROWSER: _YEAR_S,
    VISITOR: None,
    NOTICE: 60,
}
_MAX_COOKIE_CHARS = 4_000
_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def settings() -> Settings:
    """Return the settings of the app that answers."""
    found: Settings = current_app.config["MOREFROM"]
    return found


def seals() -> Seals:
    """Return what seals cookies; only where pages are set up."""
    return Seals(settings().desk_secret or "")


def sessions() -> Sessions:
    """Return the sessions of the catalogue."""
    publisher: Publisher = current_app.extensions["morefrom.publisher"]
    return Sessions(publisher.database())


def why_no_pages() -> str | None:
    """Return why no page can be shown, as a sentence; None where they can."""
    if settings().desk_secret is None:
        return NO_SECRET
    host = urlsplit(f"//{request.host}").hostname
    if settings().desk_url is None and host not in _OWN_NAMES:
        return (
            "The desk’s pages answer on this machine alone: set “desk_url” to the https address "
            "at which editors reach them."
        )
    return None


def is_secure() -> bool:
    """Return whether editors come over `https`."""
    return (settings().desk_url or "").startswith("https:")


def cookie(kind: str) -> str:
    """Return what a cookie of ours holds, empty where there is none."""
    held = request.cookies.get(_name(kind), "")
    return held if len(held) <= _MAX_COOKIE_CHARS else ""


def set_cookie(response: Response, kind: str, value: str) -> None:
    """Have the browser keep a cookie, or an empty value forget it."""
    response.set_cookie(
        _name(kind),
        value,
        max_age=_LIVES_S[kind] if value else 0,
        path="/",
        secure=is_secure(),
        httponly=True,
        samesite="Lax",
    )


def recognise() -> None:
    """Note in `g` who is signed in: `person`, and `author` as the history will name them."""
    g.person = None
    held = cookie(SESSION)
    if not held:
        return
    key, now = seals().session(held), datetime.now(UTC)
    found = sessions().find(key, now)
    if found is None:
        return
    g.person, g.author = found.person, found.person.author
    if now - found.seen_at > SEEN_EVERY:
        with suppress(Busy):  # it is noted the next time
            sessions().see(key, now)


def form_key() -> str:
    """Return the cookie that forms are bound to: the session's, a visitor's before there is one."""
    if g.get("person") is not None:
        return cookie(SESSION)
    if "visitor" not in g:
        g.visitor = cookie(VISITOR)
        if not g.visitor:
            g.visitor = g.new_visitor = secrets.token_urlsafe(32)
    return str(g.visitor)


def begin_session(response: Response, name: str) -> None:
    """Sign somebody in: a new session, whatever the browser held before.

    Args:
        response: takes the cookies.
        name: who it is.
    """
    _end_on_server()
    value = secrets.token_urlsafe(32)
    sessions().begin(name, seals().session(value), datetime.now(UTC))
    set_cookie(response, SESSION, value)
    set_cookie(response, BROWSER, seals().browser(name))


def end_session(response: Response) -> None:
    """Sign whoever it is out, on the server too."""
    _end_on_server()
    set_cookie(response, SESSION, "")


def _end_on_server() -> None:
    held = cookie(SESSION)
    if held:
        sessions().end(seals().session(held))


def _name(kind: str) -> str:
    return f"__Host-morefrom-{kind}" if is_secure() else f"morefrom-{kind}"
