"""Signing in and out."""

from http import HTTPStatus

from flask import Flask, Response, g, make_response, redirect, request, url_for

from recommender.domain.person import folded_name
from recommender.errors import NotAdmitted, TooManyAttempts
from recommender.workflows.people import Origin, check_password
from service.desk.addresses import own_path, sender
from service.desk.identity import BROWSER, begin_session, cookie, end_session, seals
from service.desk.shell import database, page


def register(app: Flask) -> None:
    """Add the pages."""
    app.add_url_rule("/desk/sign-in", "sign_in", sign_in, methods=["GET", "POST"])
    app.add_url_rule("/desk/sign-out", "sign_out", sign_out, methods=["POST"])


def sign_in() -> Response:
    """Return the form; or, sent with the right name and password, the way in."""
    to = own_path(request.values.get("next")) or url_for("home")
    if request.method != "POST":
        return _to(to) if g.person is not None else _form(to)
    typed = request.form.get("name", "")
    browser = seals().known_browser(cookie(BROWSER), folded_name(typed) or "")
    origin = Origin(sender(), browser)
    try:
        name = check_password(database(), typed, request.form.get("password", ""), origin)
    except NotAdmitted as error:
        return _form(to, typed, str(error), HTTPStatus.UNAUTHORIZED)
    except TooManyAttempts as error:
        response = _form(to, typed, str(error), HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(error.wait_s)
        return response
    response = _to(to)
    begin_session(response, name)
    return response


def sign_out() -> Response:
    """Return the way to the sign-in page, once the session has ended."""
    response = _to(url_for("sign_in"))
    end_session(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _form(
    to: str, name: str = "", problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    return page("sign_in.html", title="Sign in", status=status, next=to, name=name, problem=problem)


def _to(address: str) -> Response:
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))
