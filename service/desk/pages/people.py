"""People: who may use the desk, for those who decide on it."""

from datetime import UTC, datetime
from http import HTTPStatus

from flask import Flask, Response, g, request, url_for

from recommender.catalogue.people import People
from recommender.domain.person import Role
from recommender.errors import InvalidParameter
from recommender.workflows.people import LINK_WORKS_FOR, invite, link
from service.desk.identity import sessions, settings
from service.desk.shell import database, page, told


def register(app: Flask) -> None:
    """Add the page and what its forms do."""
    app.add_url_rule("/desk/people", "people", people)
    for rule, endpoint, view in (
        ("/desk/people/invite", "invite", send_invitation),
        ("/desk/people/role", "set_role", set_role),
        ("/desk/people/revoke", "revoke", revoke),
        ("/desk/people/end-sessions", "end_sessions", end_sessions),
    ):
        app.add_url_rule(rule, endpoint, view, methods=["POST"])


def people() -> Response:
    """Return who may use the desk, and who is signed in."""
    return _page()


def send_invitation() -> Response:
    """Return the page with a link, which is told this once."""
    name = request.form.get("name", "")
    try:
        secret = invite(database(), name, _role(), g.author)
    except InvalidParameter as error:
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, problem=str(error), typed=name)
    return _page(link=link(settings(), secret), invited=name.strip().lower())


def set_role() -> Response:
    """Return the page once somebody has another role."""
    name, role = request.form.get("name", ""), _role()
    People(database()).set_role(name, role, g.author, _reason())
    return told(f"{name} has the role {role.value} now.", url_for("people"))


def revoke() -> Response:
    """Return the page once somebody is shut out."""
    name = request.form.get("name", "")
    People(database()).revoke(name, g.author, _reason())
    return told(f"{name} can no longer sign in.", url_for("people"))


def end_sessions() -> Response:
    """Return the page once somebody is signed out everywhere."""
    name = request.form.get("name", "")
    n = People(database()).sign_out(name, g.author, _reason())
    return told(f"{name} is signed out of {n} browser{'' if n == 1 else 's'}.", url_for("people"))


def _page(status: HTTPStatus = HTTPStatus.OK, **facts: object) -> Response:
    return page(
        "people.html",
        title="People",
        status=status,
        people=People(database()).all(),
        signed_in=sessions().counted(datetime.now(UTC)),
        roles=list(Role),
        hours=int(LINK_WORKS_FOR.total_seconds() // 3600),
        **facts,
    )


def _role() -> Role:
    """Return the role that a form names.

    Raises:
        InvalidParameter: if it names none.
    """
    named = request.form.get("role", "")
    try:
        return Role(named)
    except ValueError:
        raise InvalidParameter(
            parameter="role", found=named, expected=f"one of {', '.join(Role)}"
        ) from None


def _reason() -> str:
    return " ".join(request.form.get("reason", "").split())[:1_000]
