"""Taking up an invitation: whoever opens the link chooses a password, once."""

from datetime import UTC, datetime
from http import HTTPStatus

from flask import Flask, Response, make_response, redirect, request, url_for

from recommender.catalogue.database import Database
from recommender.catalogue.people import People
from recommender.errors import NotAdmitted
from recommender.workflows.passwords import LEAST_CHARS
from recommender.workflows.people import LINK_ENDED, accept, digest
from service.desk.identity import begin_session
from service.desk.shell import database, message, page


def register(app: Flask) -> None:
    """Add the page."""
    app.add_url_rule("/desk/join", "join", join, methods=["GET", "POST"])


def join() -> Response:
    """Return the form of a link; or, sent with a password, the first page, signed in."""
    secret, opened = request.values.get("link", ""), database()
    if request.method != "POST":
        return _form(opened, secret)
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return _form(opened, secret, "The two passwords differ.", HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        person = accept(opened, secret, password)
    except NotAdmitted as error:
        return _form(opened, secret, str(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    response = make_response(redirect(url_for("home"), HTTPStatus.SEE_OTHER))
    begin_session(response, person.name)
    return response


def _form(
    opened: Database, secret: str, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    person = People(opened).invited(digest(secret), datetime.now(UTC))
    if person is None:
        return message("This link has ended", LINK_ENDED, HTTPStatus.GONE)
    facts = {"person": person, "link": secret, "problem": problem, "least_chars": LEAST_CHARS}
    return page("join.html", title="Welcome", status=status, **facts)
