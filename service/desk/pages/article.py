"""An article under audit: what the site shows under it, and why; and what it showed earlier."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, request
from markupsafe import Markup

from recommender.catalogue import withheld
from recommender.domain.article import Article
from recommender.domain.corpus import epoch_us
from recommender.domain.list_rule import ListRule
from recommender.domain.placement import DEFAULT_PLACEMENT
from recommender.domain.traits import keys_of
from recommender.errors import MorefromError, UnknownArticle
from recommender.ranking.cards import Card
from recommender.ranking.refs import Ref
from recommender.ranking.snapshot import Snapshot
from recommender.workflows.around import same_story, shown_under
from recommender.workflows.auditing import Audit
from recommender.workflows.hidden_articles import state_of
from recommender.workflows.named import hidden_because
from recommender.workflows.override_list import Listed, listed
from service.desk.at_hand import AtHand, at_hand
from service.desk.on_site import answer_on_site
from service.desk.shell import page
from service.ledger import Held, answers_on
from service.public.answers import related
from service.public.fragment import render_fragment
from service.public.parameters import DEFAULT_LIMIT, Question

N_REVISIONS = 20
"""Revisions named, the last of them."""

N_CHOICES = 6
"""Articles offered where a question names none exactly."""


def register(app: Flask) -> None:
    """Give an app the pages.

    Args:
        app: the desk app.
    """
    app.add_url_rule("/desk/article", endpoint="article", view_func=article)
    app.add_url_rule("/desk/article/then", endpoint="article_then", view_func=then)


@dataclass(frozen=True)
class Subject:
    """The article that a page is about.

    Attributes:
        held: as the catalogue has it.
        card: what is shown of it.
        ref: where the snapshot has it; None where it may not be shown.
        snapshot: what is served.
        now: the instant.
        placement: the name of the place whose list is looked at.
        placements: the names of all places.
    """

    held: Article
    card: Card
    ref: Ref | None
    snapshot: Snapshot
    now: datetime
    placement: str
    placements: tuple[str, ...]


def article() -> Response:
    """Return the answer to `GET /desk/article`: `id`, `placement`, and `why`, another article."""
    desk = at_hand()
    about = _subject(desk)
    facts = {"about": about, **_facts_of_article(desk, about)}
    if about.ref is not None:
        facts |= _facts_of_list(desk, about, about.ref)
    return page("article.html", title=about.card.title or about.held.id, **facts)


def then() -> Response:
    """Return the answer to `GET /desk/article/then`: what was shown `on` a date, or an instant."""
    desk = at_hand()
    about = _subject(desk)
    on = request.args.get("on", "").strip()
    held: list[Held] = []
    problem = None
    if on:
        question = Question(about.held.id, None, DEFAULT_LIMIT, about.placement)
        try:
            held = answers_on(desk.settings, question, on)
        except MorefromError as error:
            problem = str(error)
    title = f"Then: {about.card.title}"
    return page("article_then.html", title=title, about=about, on=on, held=held, problem=problem)


def _subject(desk: AtHand) -> Subject:
    """Return the article that the request names.

    Raises:
        UnknownArticle: if there is none such.
    """
    article_id, now = request.args.get("id", ""), datetime.now(UTC)
    snapshot = desk.snapshot()
    held = desk.catalogue().article(article_id)
    if held is None:
        raise UnknownArticle(article_id, "the catalogue", "search for it by its headline")
    placements = snapshot.overlay.placements
    placement = placements.named(request.args.get("placement") or DEFAULT_PLACEMENT)
    ref = snapshot.find(article_id=article_id)
    return Subject(
        held,
        Card.of(held) if ref is None else snapshot.card(ref),
        ref,
        snapshot,
        now,
        placement.name,
        tuple(placements.by_name),
    )


def _facts_of_article(desk: AtHand, about: Subject) -> dict[str, Any]:
    """Return what is said of an article itself, whether it may be shown or not."""
    snapshot, ref = about.snapshot, about.ref
    changes = desk.database().read(
        lambda connection: withheld.changes_of(connection, about.held.id, N_REVISIONS)
    )
    return {
        "state": state_of(about.held, about.now),
        "hidden_because": hidden_because(about.held, about.now),
        "language": about.card.language if ref is None else snapshot.language(ref),
        "told": [] if ref is None else same_story(snapshot, ref),
        "decisions": _decisions(desk, about),
        "changes": changes,
    }


def _decisions(desk: AtHand, about: Subject) -> list[Listed]:
    """Return the pins, blocks and rules, in force or to come, that name an article."""
    folded = keys_of(about.held.id, about.card.tags, about.card.section)
    return [
        one
        for one in listed(desk.catalogue(), about.now)
        if (
            not folded.isdisjoint((*one.override.shown, *one.override.under))
            if isinstance(one.override, ListRule)
            else about.held.id in {one.override.article_id, one.override.query_id}
        )
    ]


def _facts_of_list(desk: AtHand, about: Subject, ref: Ref) -> dict[str, Any]:
    """Return what is said of the list that the site shows under an article."""
    settings, snapshot, now_us = desk.settings, about.snapshot, epoch_us(about.now)
    question = Question(about.held.id, None, DEFAULT_LIMIT, about.placement)
    answer, _ = related(snapshot, question, settings.site_name, now_us, desk.searcher)
    given = (ref, about.placement, DEFAULT_LIMIT, about.now, desk.searcher)
    audit = Audit(snapshot, desk.catalogue(), *given)
    # The template of the public app escapes what it is given, so this is markup and no text.
    block = Markup(render_fragment(answer_on_site(answer), settings.language))
    return {
        "answer": answer,
        "block": block,
        "picks": audit.picks(),
        "misses": audit.near_misses(),
        "under": shown_under(snapshot, ref, DEFAULT_LIMIT, now_us, about.placement),
        **_asked_why_not(desk, audit, about.now),
    }


def _asked_why_not(desk: AtHand, audit: Audit, now: datetime) -> dict[str, Any]:
    """Return why the article asked about is not shown; a choice where several are meant."""
    why = request.args.get("why", "").strip()
    if not why:
        return {"why": "", "why_not": None, "choices": ()}
    hits = desk.find(why, now, N_CHOICES).hits
    exact = [one for one in hits if {"id", "address"} & {match.where for match in one.matches}]
    chosen = exact or (hits if len(hits) == 1 else ())
    why_not = audit.why_not(chosen[0].card.id) if chosen else None
    return {"why": why, "why_not": why_not, "choices": () if chosen else hits}
