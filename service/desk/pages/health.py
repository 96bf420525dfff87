"""The health of the archive: what the last look at all lists found, and a button for each."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, abort, current_app, g, request, url_for

from recommender.domain.article import Tag
from recommender.domain.corpus import epoch_us
from recommender.domain.decisions import Decisions
from recommender.errors import MorefromError
from recommender.ranking.overlay_size import advice_on
from recommender.workflows import overriding, tagging
from recommender.workflows.changes import decisions_after
from recommender.workflows.health_job import HealthJob
from recommender.workflows.health_report import Health, last_examination
from recommender.workflows.health_rows import OF_ARTICLES, rows_now
from recommender.workflows.health_words import WORDS, Ailment
from service.desk.at_hand import at_hand
from service.desk.identity import settings
from service.desk.shell import catalogue, page, told

PAGE = 50
OLD_DAYS = 7
"""Days after which the figures, and a model, are called old."""

_JOB = "morefrom.health-job"
_PAIR = ("alias", "canonical")


def register(app: Flask) -> None:
    """Give an app the pages.

    Args:
        app: the desk app.
    """
    app.extensions[_JOB] = HealthJob(app.config["MOREFROM"])
    app.add_url_rule("/desk/health", endpoint="health", view_func=health)
    app.add_url_rule("/desk/health/list", endpoint="health_list", view_func=worklist)
    for name, view in {
        "count": count,
        "merge": merge,
        "apart": apart,
        "undo": undo,
    }.items():
        path = f"/desk/health/{name}"
        app.add_url_rule(path, endpoint=f"health_{name}", view_func=view, methods=["POST"])


def health() -> Response:
    """Return the answer to `GET /desk/health`: every work-list with its count."""
    found, now = last_examination(settings()), datetime.now(UTC)
    facts: dict[str, Any] = {"found": found, "words": WORDS, "job": _job(), "now": now}
    if found is not None:
        facts |= _ages(found, now)
    return page("health.html", title="Health", **facts)


def worklist() -> Response:
    """Return the answer to `GET /desk/health/list`: `of` which, `after` how many."""
    found = last_examination(settings())
    name = request.args.get("of", "")
    if found is None or name not in list(Ailment):
        abort(HTTPStatus.NOT_FOUND)
    work = found.worklists[Ailment(name)]
    after = _number(request.args.get("after", "0"))
    return page(
        "health_list.html",
        title=WORDS[work.ailment].title,
        found=found,
        work=work,
        said=WORDS[work.ailment],
        rows=rows_now(
            at_hand().snapshot(),
            decisions_after(catalogue(), Decisions(), catalogue().last_event()),
            found,
            work.ailment,
            work.entries[after : after + PAGE],
            epoch_us(datetime.now(UTC)),
        ),
        is_of_articles=work.ailment in OF_ARTICLES,
        after=after,
        size=PAGE,
    )


def count() -> Response:
    """Return the answer to `POST /desk/health/count`: all lists are looked at, beside all else."""
    is_new = _job().start()
    said = "All lists are being looked at." if is_new else "They are being looked at already."
    return told(said, url_for("health"))


def merge() -> Response:
    """Return the answer to `POST /desk/health/merge`: two tags are one."""
    one, other = _proposed()
    return _decided(
        Ailment.SYNONYMS,
        lambda: tagging.merge_proposed(settings(), one.slug, other, g.author, _reason()),
    )


def apart() -> Response:
    """Return the answer to `POST /desk/health/apart`: two tags are two."""
    one, other = _proposed()
    return _decided(
        Ailment.SYNONYMS,
        lambda: tagging.keep_apart(settings(), one.slug, other.slug, g.author, _reason()),
    )


def undo() -> Response:
    """Return the answer to `POST /desk/health/undo`: a pin that shows nothing is undone."""
    number = _number(request.form.get("number", ""))
    return _decided(
        Ailment.DEAD_PINS, lambda: overriding.undo(settings(), number, g.author, _reason())
    )


def _decided(ailment: Ailment, decide: Callable[[], object]) -> Response:
    """Return the answer to a button, pressed: what it does is done, or it is told why not."""
    try:
        decide()
        said = "Done; it stands in the log."
    except MorefromError as error:
        said = str(error)
    return told(said, url_for("health_list", of=ailment.value))


def _proposed() -> tuple[Tag, Tag]:
    """Return the tags of the pair that a form names, as they were proposed; 404 if never."""
    pair = (request.form.get("alias"), request.form.get("canonical"))
    found = last_examination(settings())
    work = None if found is None else found.worklists.get(Ailment.SYNONYMS)
    for entry in () if work is None else work.entries:
        one, other = (Tag(entry.more[key]["slug"], entry.more[key]["label"]) for key in _PAIR)
        if (one.slug, other.slug) == pair:
            break
    else:
        abort(HTTPStatus.NOT_FOUND, "These two tags are not proposed any more.")
    return one, other


def _ages(found: Health, now: datetime) -> dict[str, Any]:
    """Return how old the model and the articles are, and what is to be done about it."""
    trained_at = datetime.fromisoformat(found.trained_at)
    return {
        "is_old": (now - found.at).days >= OLD_DAYS,
        "is_old_model": (now - trained_at).days >= OLD_DAYS,
        "trained_at": trained_at,
        "newest_at": None if found.newest_at is None else datetime.fromisoformat(found.newest_at),
        "advice": advice_on(found.n_later),
        "is_of_champion": at_hand().snapshot().bundle.version == found.version,
    }


def _reason() -> str:
    return request.form.get("reason", "")


def _number(text: str) -> int:
    """Return a number of a request; 400 if it is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        abort(HTTPStatus.BAD_REQUEST, "That is no number.")
    return int(text)


def _job() -> HealthJob:
    job: HealthJob = current_app.extensions[_JOB]
    return job
