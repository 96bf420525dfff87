"""Draft: what a text would find before it is published, and what another freshness would change."""

from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus

from flask import Flask, Response, current_app, request

from recommender.catalogue.readers import fields
from recommender.domain.article import DRAFT_ID, Article
from recommender.domain.corpus import epoch_us
from recommender.domain.placement import Slot
from recommender.errors import InvalidField, NoChampion
from recommender.workflows.freshening import effect, fading_slots
from service.desk.at_hand import at_hand
from service.desk.drafts import DraftDesk
from service.desk.identity import settings
from service.desk.shell import page
from service.public.parameters import DEFAULT_LIMIT, Question

LONGEST_DAYS = 730
FIELDS = ("title", "summary", "body", "tags")


def register(app: Flask) -> None:
    """Give an app the pages.

    Args:
        app: the desk app.
    """
    app.add_url_rule("/desk/draft", "draft", draft)
    app.add_url_rule("/desk/draft/look", "look_at_text", look, methods=["POST"])
    app.add_url_rule("/desk/draft/freshness", "freshness", freshness)


def draft() -> Response:
    """Return the form of a draft, and that of freshness."""
    return _page()


def look() -> Response:
    """Return what a text would find; nothing of it is stored."""
    typed = {
        name: request.form.get(name, "").strip() for name in ("title", "summary", "body", "tags")
    }
    if not any(typed.values()):
        problem = "There is nothing to look at: paste a headline or a text."
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, typed=typed, problem=problem)
    desk: DraftDesk = current_app.extensions["morefrom.drafts"]
    try:
        found = desk.facts(_article(typed), Question(DRAFT_ID, None, DEFAULT_LIMIT), ())
    except InvalidField as error:
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, typed=typed, problem=f"{error}.".capitalize())
    return _page(typed=typed, found=found)


def freshness() -> Response:
    """Return what another half-life would change, on a sample of pages."""
    slots = _slots()
    name = request.args.get("slot", "")
    days = request.args.get("days", 0.0, type=float)
    if name not in {slot.name for slot in slots} or not 1 <= days <= LONGEST_DAYS:
        problem = f"Choose a slot that fades with age, and 1 to {LONGEST_DAYS} days."
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, problem=problem)
    found = effect(at_hand().snapshot(), name, days, epoch_us(datetime.now(UTC)))
    return _page(effect=found, slot=name, days=days)


def _article(typed: dict[str, str]) -> Article:
    """Return the article that a form stands for, read by the rules of the import."""
    tags = [tag.strip() for tag in typed["tags"].split(",") if tag.strip()]
    record: dict[str, object] = {**typed, "id": "draft", "tags": tags}
    return replace(fields.to_article(record, settings().max_body_chars), id=DRAFT_ID)


def _slots() -> list[Slot]:
    try:
        return fading_slots(at_hand().snapshot())
    except NoChampion:
        return []


def _page(status: HTTPStatus = HTTPStatus.OK, **facts: object) -> Response:
    defaults: dict[str, object] = {"typed": {}, "found": None, "effect": None, "slot": None}
    given = {**defaults, "slots": _slots(), "longest_days": LONGEST_DAYS, **facts}
    return page("draft.html", title="Draft", status=status, **given)
