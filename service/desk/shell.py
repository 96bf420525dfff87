"""The shell of every page: one layout, one way to answer, one set of headers.

A page module parses, calls a workflow, and returns one of these. Every page works without script;
with htmx the same address answers with its `content` alone.
"""

from datetime import datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request
from flask import url_for as address_of

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.database import Database
from recommender.domain.person import Role
from recommender.workflows.publishing import Publisher
from service.desk.access import ACCESS
from service.desk.forms import csrf, csrf_token
from service.desk.identity import NOTICE, VISITOR, cookie, form_key, seals, set_cookie, settings
from service.desk.on_site import on_site

PREFIX = "/desk"
"""All pages are below it; what is not belongs to the CMS."""

NAVIGATION = (
    ("articles", "Articles", "Find a story, and see why each pick stands under it."),
    ("overrides", "Overrides", "Pins, blocks and rules that stand, and how to undo them."),
    ("policy", "Policy", "What may never stand beside what; the emergency stop."),
    ("health", "Health", "What is weak, stale or missing in the archive, with a button each."),
    ("rate", "Rate", "A short queue of picks to judge; it tells the next model what is good."),
    ("models", "Models", "Versions, two of them side by side, and which one serves."),
    ("draft", "Draft", "What a text would find before it is published."),
    ("log", "Log", "Who did what, when and why."),
    ("people", "People", "Who may use this desk, and as what."),
)
"""Endpoints, their names and what they are for, in order; a page that is not there, or not for this
role, is left out."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' https: http:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    # Not “no-referrer”: browsers then send “Origin: null” with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def register_shell(app: Flask) -> None:
    """Give an app what its templates use.

    Args:
        app: the desk app, with its pages.
    """
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        csrf=csrf, csrf_token=csrf_token, may=may, navigation=_navigation, notice=_notice
    )
    app.jinja_env.filters.update(local=local, utc=_utc, on_site=on_site)
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("desk/macros.html").module
    app.after_request(_protect)


def page(
    template: str, *, title: str, status: int | HTTPStatus = HTTPStatus.OK, **facts: object
) -> Response:
    """Return a page; to htmx its block `content` alone.

    Args:
        template: its name in `templates/desk`, as in `log.html`.
        title: of the page, without the site's name.
        status: of the answer.
        facts: what the template tells.
    """
    name = f"desk/{template}"
    if "HX-Request" in request.headers and "HX-Boosted" not in request.headers:
        response = make_response(_block(name, "content", {"title": title, **facts}))
    else:
        response = make_response(render_template(name, title=title, **facts))
        if cookie(NOTICE):
            set_cookie(response, NOTICE, "")
    response.status_code = int(status)
    response.headers["Vary"] = "HX-Request"
    return response


def fragment(template: str, **facts: object) -> Response:
    """Return a part of a page, for htmx: a template that extends nothing.

    Args:
        template: its name in `templates/desk`.
        facts: what it tells.
    """
    return make_response(render_template(f"desk/{template}", **facts))


def told(message: str, to: str) -> Response:
    """Return the answer to a form that was carried out: the next page, which tells what was done.

    Args:
        message: one sentence.
        to: address of the next page, one of our own, made by `url_for`.
    """
    response = redirect(to, HTTPStatus.SEE_OTHER)
    made = make_response(response)
    set_cookie(made, NOTICE, seals().notice(message, form_key()))
    return made


def message(heading: str, text: str, status: int | HTTPStatus, **facts: object) -> Response:
    """Return a page of one sentence.

    Args:
        heading: a few words.
        text: the sentence.
        status: of the answer.
        facts: what else the template tells.
    """
    return page("message.html", title=heading, text=text, status=status, **facts)


def catalogue() -> Catalogue:
    """Return the catalogue, open: one of the process, never to be closed by a page."""
    return Catalogue(database(), settings().catalogue_url)


def database() -> Database:
    """Return the database of the catalogue, as open."""
    publisher: Publisher = current_app.extensions["morefrom.publisher"]
    return publisher.database()


def may(endpoint: str) -> bool:
    """Return whether whoever is signed in may reach an endpoint that is there."""
    needed = ACCESS.get(endpoint)
    person = g.get("person")
    is_there = endpoint in current_app.view_functions and isinstance(needed, Role)
    return is_there and person is not None and person.role.may(needed)


def is_page() -> bool:
    """Return whether a request is for a page, whether there is one or not."""
    path = request.path
    return path in {"/", PREFIX} or path.startswith(f"{PREFIX}/")


def local(instant: datetime | str, form: str = "%-d %b %Y, %H:%M") -> str:
    """Return an instant, as cards have it too, in the newsroom's time zone."""
    return _instant(instant).astimezone(ZoneInfo(settings().time_zone)).strftime(form)


def _utc(instant: datetime | str) -> str:
    return f"{_instant(instant).astimezone(ZoneInfo('UTC')):%Y-%m-%dT%H:%M:%SZ}"


def _instant(found: datetime | str) -> datetime:
    return datetime.fromisoformat(found) if isinstance(found, str) else found


def _navigation() -> list[dict[str, object]]:
    """Return address, name and purpose of each page that may be reached, and whether it is this."""
    here = request.endpoint
    return [
        {"address": address_of(one), "name": name, "purpose": purpose, "is_here": one == here}
        for one, name, purpose in NAVIGATION
        if may(one)
    ]


def _notice() -> str | None:
    held = cookie(NOTICE)
    return seals().told(held, form_key()) if held else None


def _block(name: str, block: str, facts: dict[str, object]) -> str:
    template = current_app.jinja_env.get_template(name)
    values = dict(facts)
    current_app.update_template_context(values)
    return "".join(template.blocks[block](template.new_context(values)))


def _protect(response: Response) -> Response:
    """Return a page with the headers that keep it to itself, and the cookie that its forms need."""
    if not is_page():
        return response
    response.headers.update(HEADERS)
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"
    if "new_visitor" in g:
        set_cookie(response, VISITOR, g.new_visitor)
    return response
