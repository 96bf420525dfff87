"""Models: the versions, two of them side by side, and which one serves."""

from datetime import UTC, datetime
from http import HTTPStatus

from flask import Flask, Response, g, request, url_for

from recommender.errors import InvalidParameter, MorefromError
from recommender.registry.versions import Version
from recommender.workflows.model_facts import ModelFacts, facts_of
from recommender.workflows.promoting import promote, rollback, versions
from recommender.workflows.side_by_side import Pair, side_by_side
from service.desk.identity import settings
from service.desk.shell import page, told


def register(app: Flask) -> None:
    """Give an app the page, and what its forms do.

    Args:
        app: the desk app.
    """
    app.add_url_rule("/desk/models", "models", models)
    app.add_url_rule("/desk/models/promote", "promote", promote_one, methods=["POST"])
    app.add_url_rule("/desk/models/roll-back", "roll_back", roll_back, methods=["POST"])


def models() -> Response:
    """Return the versions, and of two of them the lists side by side if they are asked for."""
    found = versions(settings())
    first, second = request.args.get("first"), request.args.get("second")
    pairs, problem = _pairs(first, second)
    facts: dict[str, ModelFacts] = {one.id: facts_of(settings(), one) for one in found}
    champion = next((one.id for one in found if one.is_champion), None)
    others = [one.id for one in found if one.is_present and one.id != champion]
    return page(
        "models.html",
        title="Models",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        versions=found,
        facts=facts,
        now=datetime.now(UTC),
        pairs=pairs,
        problem=problem,
        first=first or champion,
        second=second or next(iter(others), champion),
        can_roll_back=_can_roll_back(found),
    )


def promote_one() -> Response:
    """Return the page once a version serves."""
    event = promote(settings(), request.form.get("version", ""), g.author, _reason())
    return told(f"{event.subject} serves from now on.", url_for("models"))


def roll_back() -> Response:
    """Return the page once the version before serves again."""
    event = rollback(settings(), g.author, _reason())
    return told(f"Rolled back: {event.subject} serves again.", url_for("models"))


def _pairs(first: str | None, second: str | None) -> tuple[list[Pair] | None, str]:
    """Return the lists of two versions, or a sentence on why there are none."""
    if first is None or second is None:
        return None, ""
    try:
        return side_by_side(settings(), first, second), ""
    except MorefromError as error:
        return None, str(error)


def _can_roll_back(found: list[Version]) -> bool:
    return sum(one.last_promoted is not None for one in found) > 1


def _reason() -> str:
    """Return why, as the form says.

    Raises:
        InvalidParameter: if it does not.
    """
    reason = " ".join(request.form.get("reason", "").split())[:1_000]
    if not reason:
        raise InvalidParameter(parameter="reason", found="", expected="a few words, for the log")
    return reason
