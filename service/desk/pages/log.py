"""The log: who did what, when and why; what people decided, and all else on demand."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, request

from recommender.catalogue.acts import IN_NUMBERS
from recommender.catalogue.log import Sought
from recommender.domain.event import EventKind
from recommender.errors import InvalidParameter
from recommender.workflows.log import NEWEST, PAGE, Log
from recommender.workflows.log_sought import read_sought
from service.desk.identity import settings
from service.desk.shell import database, page

DECISIONS, EVERYTHING = "decisions", "everything"

KINDS = {
    DECISIONS: "What people decided",
    EVERYTHING: "Everything",
    EventKind.ARTICLE: "Articles",
    EventKind.OVERRIDE: "Pins, blocks and rules",
    EventKind.POLICY: "Policies",
    EventKind.RATING: "Ratings",
    EventKind.PROMOTION: "Promotions",
    EventKind.ROLLBACK: "Rollbacks",
    EventKind.TRAINING: "Trainings",
    EventKind.ERASURE: "Erasures",
    EventKind.PERSON: "People",
}
"""What can be chosen, by the value that stands in the address."""

_ASKED = ("what", "by", "about", "from", "until")


def register(app: Flask) -> None:
    """Give an app the pages.

    Args:
        app: the desk app.
    """
    app.add_url_rule("/desk/log", endpoint="log", view_func=log)
    app.add_url_rule("/desk/log/act", endpoint="log_act", view_func=act)
    app.add_url_rule("/desk/log.csv", endpoint="log_csv", view_func=table)


def log() -> Response:
    """Return the answer to `GET /desk/log`: `what`, `by`, `about`, `from`, `until`, `before`."""
    asked = {name: request.args.get(name, "") for name in _ASKED}
    held = Log(database())
    facts: dict[str, Any] = {"asked": asked, "kinds": _kinds(), "authors": held.authors()}
    try:
        sought, before = _sought(), _number("before") or NEWEST
        lines = held.page(sought, before, PAGE + 1)
    except InvalidParameter as error:
        return page("log.html", title="Log", **facts, lines=[], problem=str(error))
    earlier = lines[PAGE - 1].first.number if len(lines) > PAGE else None
    return page("log.html", title="Log", **facts, lines=lines[:PAGE], earlier=earlier)


def act() -> Response:
    """Return the answer to `GET /desk/log/act`: `event`, with which it began, and `after`."""
    first, after = _number("event") or 0, _number("after") or 0
    lines = Log(database()).inside(first, after, PAGE + 1)
    later = lines[PAGE - 1].first.number if len(lines) > PAGE else None
    facts: dict[str, Any] = {"first": first, "after": after, "lines": lines[:PAGE], "later": later}
    return page("log_act.html", title=f"Log from event {first:,}", **facts)


def table() -> Response:
    """Return the answer to `GET /desk/log.csv`: all lines asked for; `each` event by itself."""
    lines = Log(database()).csv(_sought(), each="each" in request.args)
    response = Response((line.encode() for line in lines), mimetype="text/csv")
    name = f"morefrom-log-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _kinds() -> dict[str, str]:
    """Return what can be chosen, kinds that have no words of their own too."""
    return KINDS | {kind: kind.capitalize() for kind in EventKind if kind not in KINDS}


def _sought() -> Sought:
    what = request.args.get("what") or DECISIONS
    decisions = [one for one in EventKind if one.value not in IN_NUMBERS]
    kinds = {DECISIONS: decisions, EVERYTHING: []}
    zone = settings().time_zone
    return read_sought(request.args, kinds.get(what, [what]), zone)


def _number(name: str) -> int | None:
    """Return a number of the address, None where none that can be one stands there."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
