"""The first page, and the way to it."""

from http import HTTPStatus

from flask import Flask, Response, make_response, redirect, url_for

from service.desk.shell import page


def register(app: Flask) -> None:
    """Add the page."""
    app.add_url_rule("/", "front_door", front_door)
    app.add_url_rule("/desk/", "home", home)


def front_door() -> Response:
    """Return the way from the bare address to the first page."""
    return make_response(redirect(url_for("home"), HTTPStatus.SEE_OTHER))


def home() -> Response:
    """Return the first page."""
    return page("home.html", title="Desk")
