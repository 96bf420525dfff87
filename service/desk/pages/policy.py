"""The policy: what is sensitive, a file to try, and the buttons that take things off the site."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, request, url_for

from recommender.domain.assertions import Outcome
from recommender.domain.traits import NO_TRAITS, Traits
from recommender.errors import InvalidParameter, NotFound, WrongInput
from recommender.workflows import policies, ruling
from recommender.workflows.deciding import last_decision
from service.desk.at_hand import AtHand, at_hand
from service.desk.override_form import Form
from service.desk.pages.overrides import done
from service.desk.shell import page, told

MAX_FILE_CHARS = 200_000


def register(app: Flask) -> None:
    """Give an app the pages.

    Args:
        app: the desk app.
    """
    for rule, endpoint, view, method in (
        ("policy", "policy", policy, "GET"),
        ("policy/try", "try_policy", try_file, "POST"),
        ("policy/set", "set_policy", put_in_force, "POST"),
        ("stop", "stop", stop, "POST"),
        ("resume", "resume", resume, "POST"),
    ):
        app.add_url_rule(f"/desk/{rule}", endpoint, view, methods=[method])


def policy() -> Response:
    """Return the answer to `GET /desk/policy`; `article` and `tag` fill in what may be stopped."""
    return _page()


def try_file() -> Response:
    """Return the answer to `POST /desk/policy/try`: `text`, tried, and nothing changed."""
    text = _typed_text()
    try:
        read = policies.policy_of(text, "your text")
        return _page(text=text, tried=policies.check(at_hand().settings, read), is_tried=True)
    except WrongInput as error:
        return _page(text=text, problem=str(error), status=HTTPStatus.BAD_REQUEST)


def put_in_force() -> Response:
    """Return the answer to `POST /desk/policy/set`: `text`, `reason`, `seen`."""
    text, typed, desk = _typed_text(), Form.of(request.form), at_hand()
    try:
        read = policies.policy_of(text, "your text")
        args = (desk.settings, read, g.author, typed.reason, typed.last_seen)
        event = policies.put_in_force(*args)
    except WrongInput as error:
        return _page(text=text, problem=str(error), status=HTTPStatus.BAD_REQUEST)
    return told(done(desk, event.number, "The policy is in force"), url_for("policy"))


def stop() -> Response:
    """Return the answer to `POST /desk/stop`: `what`, `value`, `reason`."""
    desk = at_hand()
    try:
        what, words = _stopped()
        event = ruling.stop(desk.settings, what, g.author, request.form.get("reason", ""))
    except (WrongInput, NotFound) as error:
        return _page(problem=str(error), status=HTTPStatus.BAD_REQUEST)
    return told(done(desk, event.number, f"Stopped: {words}"), url_for("policy"))


def resume() -> Response:
    """Return the answer to `POST /desk/resume`: `what`, `value`, `reason`."""
    desk = at_hand()
    try:
        what, words = _stopped()
        events = ruling.resume(desk.settings, what, g.author, request.form.get("reason", ""))
    except (WrongInput, NotFound) as error:
        return _page(problem=str(error), status=HTTPStatus.BAD_REQUEST)
    return told(done(desk, events[-1].number, f"Shown again: {words}"), url_for("policy"))


def _stopped() -> tuple[Traits, str]:
    """Return what a form is to stop, and the same in words.

    Raises:
        InvalidParameter: if it names nothing.
    """
    what, value = request.form.get("what", ""), request.form.get("value", "").strip()
    if what == "all":
        return NO_TRAITS, "the whole block"
    if what == "tag" and value:
        return Traits(tags=(value,)), f"articles tagged “{value}”"
    if what == "article" and value:
        return Traits(articles=(value,)), f"the article “{value}”"
    expected = "an article’s id or a tag"
    raise InvalidParameter(parameter="what", found=value or what, expected=expected)


def _typed_text() -> str:
    return request.form.get("text", "")[:MAX_FILE_CHARS].replace("\r\n", "\n")


def _page(
    *,
    text: str | None = None,
    tried: list[Outcome] | None = None,
    is_tried: bool = False,
    problem: str | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    desk = at_hand()
    catalogue = desk.catalogue()
    in_force = policies.policy_of_history(catalogue)
    event = catalogue.event(in_force.event) if in_force.event else None
    facts: dict[str, Any] = {
        "in_force": in_force,
        "event": event,
        "text": policies.as_toml(in_force) if text is None else text,
        "tried": tried or [],
        "is_tried": is_tried,
        "problem": problem,
        "stops": _stops(desk),
        "article": request.args.get("article", ""),
        "tag": request.args.get("tag", ""),
        "seen": last_decision(catalogue),
    }
    return page("policy.html", title="Policy", status=status, **facts)


def _stops(desk: AtHand) -> list[dict[str, Any]]:
    """Return the stops in force, each with who made it, and what undoes it by one button."""
    catalogue = desk.catalogue()
    found = []
    for one in ruling.stops(catalogue, datetime.now(UTC)):
        what, names = next(iter(one.shown.to_values().items()), ("all", [""]))
        held = {"what": what.removesuffix("s"), "value": names[0], "words": str(one)}
        found.append({**held, "event": catalogue.event(one.number)})
    return found
