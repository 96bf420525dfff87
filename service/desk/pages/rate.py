"""Rating: one pick at a time under its article, no score and no rank in sight, a key a grade."""

from http import HTTPStatus

from flask import Flask, Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from recommender.domain.rating import Grade, Rating
from recommender.errors import MorefromError
from recommender.evaluation.agreement import RELIABLE, TENTATIVE
from recommender.workflows import rating
from recommender.workflows.rating_agreement import Agreement, agreement
from recommender.workflows.rating_desk import Next, RatingDesk, next_pair
from service.desk.at_hand import at_hand
from service.desk.identity import settings
from service.desk.shell import catalogue, page, told

_DESK = "morefrom.rating-desk"
_AGREED = "morefrom.rating-agreement"

GRADES = tuple(reversed(Grade))
"""In the order of their keys: 1 is good, 4 unacceptable."""

MEANINGS = {
    Grade.GOOD: "I would have chosen it",
    Grade.ACCEPTABLE: "it may stand there",
    Grade.POOR: "hardly about the same",
    Grade.UNACCEPTABLE: "must not stand there",
}


def register(app: Flask) -> None:
    """Give an app the pages.

    Args:
        app: the desk app.
    """
    app.extensions[_DESK] = RatingDesk(app.config["MOREFROM"])
    app.extensions[_AGREED] = {}
    app.add_url_rule("/desk/rate", endpoint="rate", view_func=rate)
    app.add_url_rule("/desk/rate", endpoint="rate_give", view_func=give, methods=["POST"])
    app.add_url_rule("/desk/rate/undo", endpoint="rate_undo", view_func=undo, methods=["POST"])
    app.add_url_rule("/desk/rate/agreement", endpoint="rate_agreement", view_func=agreed)


def rate() -> Response:
    """Return the answer to `GET /desk/rate`: the next pick, or that of `round` and `at`."""
    at = (_number("round"), _number("at"))
    return page("rate.html", title="Rate", next=_next(*at), grades=GRADES, meanings=MEANINGS)


def give() -> AnyResponse:
    """Return the answer to `POST /desk/rate`: a grade is kept, and the next pick is asked for."""
    form = request.form
    named = [form.get(name, "") for name in ("query_id", "article_id", "grade")]
    try:
        rating.rate(settings(), named[0], named[1], named[2], g.author)
    except MorefromError as error:
        return told(str(error), url_for("rate"))
    return redirect(url_for("rate"), HTTPStatus.SEE_OTHER)


def undo() -> Response:
    """Return the answer to `POST /desk/rate/undo`: the last grade is taken back."""
    try:
        rating.take_back(settings(), g.author)
    except MorefromError as error:
        return told(str(error), url_for("rate"))
    return told("Your last rating is taken back.", url_for("rate"))


def agreed() -> Response:
    """Return the answer to `GET /desk/rate/agreement`: how far those who rate agree."""
    held = _ratings()
    return page(
        "rate_agreement.html",
        title="Agreement",
        found=_agreement(held),
        reliable=RELIABLE,
        tentative=TENTATIVE,
    )


def _next(number: int | None, place: int | None) -> Next | None:
    snapshot = at_hand().snapshot()
    mine = [one for one in _ratings() if one.author == g.author]
    return next_pair(_desk().queue(snapshot), snapshot, mine, number, place)


def _agreement(held: list[Rating]) -> Agreement:
    """Return how far all agree; worked out once for the same ratings."""
    kept: dict[int, Agreement] = current_app.extensions[_AGREED]
    key = hash(tuple(held))
    if key not in kept:
        kept.clear()
        kept[key] = agreement(held)
    return kept[key]


def _ratings() -> list[Rating]:
    return _desk().ratings(catalogue())


def _number(name: str) -> int | None:
    """Return a number of the address, None where none that can be one stands there."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _desk() -> RatingDesk:
    desk: RatingDesk = current_app.extensions[_DESK]
    return desk
