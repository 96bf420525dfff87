"""Pins, blocks and rules: listed, previewed, saved and undone."""

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, request, url_for

from recommender.domain.article import Article
from recommender.domain.corpus import epoch_us
from recommender.domain.list_rule import ListRule
from recommender.domain.override import Override
from recommender.errors import DecidedMeanwhile, MorefromError, NotFound, WrongInput
from recommender.workflows import overriding, ruling
from recommender.workflows.awaiting import becomes_visible
from recommender.workflows.deciding import last_decision
from recommender.workflows.override_list import Listed, State, listed, problem_of
from recommender.workflows.previewing import Beside, beside, laid_over, survey
from service.desk.at_hand import AtHand, at_hand
from service.desk.override_form import KINDS, Form
from service.desk.shell import fragment, page, told
from service.desk.surveys import Job, Surveys

VISIBLE_WITHIN_S = 1.0
"""Seconds for which a page waits until readers see what was decided."""

NOW = "now"
"""Value of `state` for what is in force and to come."""

STATES = {
    NOW: "In force and planned",
    State.IN_FORCE: "In force",
    State.TO_COME: "Planned",
    "over": "Over",
    "all": "All",
}
_EXTENSION = "morefrom.surveys"


def register(app: Flask) -> None:
    """Give an app the pages.

    Args:
        app: the desk app.
    """
    app.extensions[_EXTENSION] = Surveys()
    for rule, endpoint, view, method in (
        ("", "overrides", overrides, "GET"),
        ("/new", "new_override", new, "GET"),
        ("/preview", "preview_override", preview, "GET"),
        ("/save", "save_override", save, "POST"),
        ("/undo", "undo_override", undo, "POST"),
    ):
        app.add_url_rule(f"/desk/overrides{rule}", endpoint, view, methods=[method])


def overrides() -> Response:
    """Return the answer to `GET /desk/overrides`: `state`, `person`."""
    desk, state = at_hand(), request.args.get("state") or NOW
    catalogue = desk.catalogue()
    with_past = state in {"over", "all"}
    found = listed(catalogue, datetime.now(UTC), with_past=with_past)[::-1]
    authors = sorted({one.event.author for one in found})
    person = request.args.get("person", "")
    shown = [one for one in found if _is_asked_for(one, state, person)]
    ids = {key for one in shown for key in _names(one.override)}
    return page(
        "overrides.html",
        title="Overrides",
        shown=shown,
        articles=_articles(desk, ids),
        states=STATES,
        state=state,
        authors=authors,
        person=person,
        seen=last_decision(catalogue),
    )


def new() -> Response:
    """Return the answer to `GET /desk/overrides/new`: a form, with what the address says in it."""
    return _form(Form.of(request.args))


def preview() -> Response:
    """Return the answer to `GET /desk/overrides/preview`: what the form would change."""
    form = Form.of(request.args)
    try:
        return _previewed(form)
    except (WrongInput, NotFound) as error:
        return _form(form, str(error))


def save() -> Response:
    """Return the answer to `POST /desk/overrides/save`: the decision is in force."""
    form, desk = Form.of(request.form), at_hand()
    try:
        wish = form.wish(desk.settings.time_zone)
        act: Any = ruling.rule if isinstance(wish, ruling.RuleWish) else overriding.override
        event = act(desk.settings, wish, g.author, form.reason, form.last_seen)
    except DecidedMeanwhile as error:
        return _previewed(form, str(error), HTTPStatus.CONFLICT)
    except (WrongInput, NotFound) as error:
        return _form(form, str(error))
    return told(done(desk, event.number, "Saved"), url_for("overrides"))


def undo() -> Response:
    """Return the answer to `POST /desk/overrides/undo`: `number`, `reason`, `seen`."""
    desk, typed = at_hand(), Form.of(request.form)
    number = request.form.get("number", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return told("That is no number of an override; nothing was changed.", url_for("overrides"))
    try:
        args = (desk.settings, int(number), g.author, typed.reason, typed.last_seen)
        event = overriding.undo(*args)
    except WrongInput as error:
        return told(str(error), url_for("overrides"))
    return told(done(desk, event.number, f"Event {number} is undone"), url_for("overrides"))


def done(desk: AtHand, number: int, what: str) -> str:
    """Return what was done, and whether readers see it already.

    Args:
        desk: whose site.
        number: of the event.
        what: a few words.
    """
    if becomes_visible(desk.settings, number, VISIBLE_WITHIN_S):
        return f"{what} (event {number}), and on the site."
    return f"{what} (event {number}); the site follows as soon as it can."


def _form(form: Form, problem: str | None = None) -> Response:
    desk = at_hand()
    facts = {**_facts(desk, form), "problem": problem}
    status = HTTPStatus.OK if problem is None else HTTPStatus.BAD_REQUEST
    return page("override_new.html", title=f"New {form.kind}", status=status, **facts)


def _previewed(
    form: Form, problem: str | None = None, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Return what a form would change: one list exactly, of many a sample."""
    desk = at_hand()
    wanted = form.wanted(desk.settings.time_zone)
    catalogue = desk.catalogue()
    if isinstance(wanted, ListRule):
        ruling.check_rule_names(catalogue, wanted)
    else:
        overriding.check_override_names(catalogue, wanted)
    shown = _one_page(desk, form, wanted) if form.is_about_one_page else None
    job = None if form.is_about_one_page else _asked(desk, wanted)
    if request.args.get("part") == "survey" and job is not None:
        return fragment("override_survey.html", job=job, form=form)
    facts = {**_facts(desk, form), "problem": problem, "shown": shown, "job": job}
    facts |= {"words": _words(wanted), "hidden": _hidden(desk, wanted)}
    title = f"Preview of a {form.kind}"
    return page("override_preview.html", title=title, status=status, **facts)


def _one_page(desk: AtHand, form: Form, wanted: Override | ListRule) -> Beside | None:
    """Return the list as it is and as it would be; None under an article that is not shown."""
    snapshot = desk.snapshot()
    query = snapshot.find(article_id=form.under)
    if query is None:
        return None
    after, now_us = laid_over(snapshot, wanted), epoch_us(datetime.now(UTC))
    return beside(snapshot, after, query, now_us, wanted.placement, desk.searcher)


def _asked(desk: AtHand, wanted: Override | ListRule) -> Job:
    """Return the survey of a decision about many pages, as far as it is."""
    snapshot, now_us = desk.snapshot(), epoch_us(datetime.now(UTC))
    subject = "" if isinstance(wanted, ListRule) else wanted.article_id
    held = [snapshot.bundle.version, snapshot.overlay.last_event, subject, wanted.to_values()]
    surveys: Surveys = current_app.extensions[_EXTENSION]
    return surveys.ask(
        json.dumps(held),
        lambda is_wanted: survey(snapshot, wanted, now_us, desk.searcher, is_wanted),
    )


def _facts(desk: AtHand, form: Form) -> dict[str, Any]:
    catalogue = desk.catalogue()
    seen = last_decision(catalogue)
    return {
        "form": form,
        "kinds": KINDS,
        "seen": seen,
        "placements": list(_placements(desk)),
        "articles": _articles(desk, {one for one in (form.article, form.under) if one}),
        "zone": desk.settings.time_zone,
    }


def _placements(desk: AtHand) -> list[str]:
    try:
        return list(desk.snapshot().overlay.placements.by_name)
    except MorefromError:  # nothing is served yet: there is one of the usual name
        return []


def _hidden(desk: AtHand, wanted: Override | ListRule) -> str | None:
    """Return why a pin would show nothing, None if it would."""
    return problem_of(desk.catalogue(), wanted, datetime.now(UTC))


def _articles(desk: AtHand, ids: set[str]) -> dict[str, Article]:
    """Return the articles that are named, as far as there are such."""
    catalogue = desk.catalogue()
    found = {one: catalogue.article(one) for one in ids}
    return {key: article for key, article in found.items() if article is not None}


def _names(held: Override | ListRule) -> set[str]:
    if isinstance(held, ListRule):
        return {*held.shown.articles, *held.under.articles}
    return {one for one in (held.article_id, held.query_id) if one is not None}


def _words(wanted: Override | ListRule) -> str | None:
    return str(wanted) if isinstance(wanted, ListRule) else None


def _is_asked_for(one: Listed, state: str, person: str) -> bool:
    if person and one.event.author != person:
        return False
    is_past = one.state in {State.ENDED, State.UNDONE}
    if state in {NOW, "over"}:
        return is_past is (state == "over")
    return state in {"all", one.state}
