"""The public app: `granian --interface wsgi --factory service.public.app:create_app`.

Parse, call, map an error to a status: everything else is in the modules beside this one.
"""

import time
from datetime import UTC, datetime
from http import HTTPStatus

from flask import Flask, Response, current_app, request
from werkzeug.routing import BaseConverter

from recommender.errors import NoChampion
from recommender.settings import Settings, load_settings
from service.public.answers import JSON, Answer, answer_question
from service.public.live import Live
from service.public.parameters import (
    Question,
    read_id_question,
    read_no_parameters,
    read_query_question,
)
from service.public.preview import preview_pages
from service.public.problems import problem_response, register_problems
from service.public.readiness import readiness

STALE_IF_ERROR_S = 86_400
"""Seconds for which a cache may repeat an answer while we cannot be reached."""

UNREADABLE = "What was promoted cannot be read; “morefrom doctor” says why and what to do."
"""The reason of a worker that has never been able to open what the pointer names. It names no file,
for readers may see it; `/readyz` does."""


class ArticleIdConverter(BaseConverter):
    """Part of a path that holds an article's id: anything, slashes and line ends included."""

    regex = r"[\s\S]*"
    part_isolating = False


def create_app(settings: Settings | None = None) -> Flask:
    """Return the public app.

    Args:
        settings: what to obey; read from the environment and the home folder if not given. Where
            the catalogue is, and its password, is forgotten: nothing here has business with it.
    """
    settings = (settings or load_settings()).model_copy(update={"database_url": None})
    app = Flask(__name__, static_folder=None)
    app.config["MOREFROM"] = settings
    app.extensions["morefrom.live"] = live = Live(settings)
    app.url_map.merge_slashes = False
    app.url_map.converters["article_id"] = ArticleIdConverter
    for rule, view in (
        ("/v1/articles/<article_id:article_id>/related", related_to_article),
        ("/v1/related", related_to_page),
        ("/healthz", healthz),
        ("/readyz", readyz),
    ):
        app.add_url_rule(rule, view_func=view, methods=["GET"], provide_automatic_options=False)
    register_problems(app)
    app.after_request(_open_to_all)
    if settings.preview:
        app.register_blueprint(preview_pages(settings, live))
    live.snapshot()
    return app


def related_to_article(article_id: str) -> Response:
    """Return the answer to `GET /v1/articles/{id}/related`."""
    path, query = request.environ["PATH_INFO"], request.environ["QUERY_STRING"]
    return _related(read_id_question(path, article_id, query))


def related_to_page() -> Response:
    """Return the answer to `GET /v1/related?id=…` and `GET /v1/related?url=…`."""
    return _related(read_query_question(request.environ["QUERY_STRING"]))


def healthz() -> Response:
    """Return the answer to `GET /healthz`: the process is there."""
    read_no_parameters(request.environ["QUERY_STRING"])
    return _uncached({"status": "ok"})


def readyz() -> Response:
    """Return the answer to `GET /readyz`: what there is to answer from, and how old it is."""
    read_no_parameters(request.environ["QUERY_STRING"])
    live: Live = current_app.extensions["morefrom.live"]
    snapshot = live.snapshot()
    facts = readiness(snapshot, live.trouble, _settings().serving_dir, datetime.now(UTC))
    return _nothing_to_show(live, facts) if snapshot is None else _uncached(facts)


def _related(question: Question) -> Response:
    live: Live = current_app.extensions["morefrom.live"]
    snapshot = live.snapshot()
    if snapshot is None:
        return _nothing_to_show(live, {})
    settings = _settings()
    answer = answer_question(snapshot, question, settings.site_name, time.time_ns() // 1000)
    if not answer.is_known and settings.unknown_article == "404":
        detail = "There is no article of that id or at that address."
        return problem_response(
            HTTPStatus.NOT_FOUND, detail, kind="unknown-article", title="The article is not known"
        )
    return _cacheable(answer, settings.max_age_s if answer.is_known else settings.max_age_unknown_s)


def _cacheable(answer: Answer, max_age_s: int) -> Response:
    response = Response(answer.body, mimetype="application/json")
    response.set_etag(answer.etag)
    response.headers["Cache-Control"] = (
        f"public, max-age={max_age_s}, stale-while-revalidate={max_age_s}, "
        f"stale-if-error={STALE_IF_ERROR_S}"
    )
    response.make_conditional(request)
    return response


def _uncached(facts: dict[str, object]) -> Response:
    response = Response(JSON.encode(facts), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _open_to_all(response: Response) -> Response:
    """Return the response, open to any page: it is the same for everyone who asks."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _nothing_to_show(live: Live, facts: dict[str, object]) -> Response:
    return problem_response(
        HTTPStatus.SERVICE_UNAVAILABLE,
        str(NoChampion()) if live.trouble is None else UNREADABLE,
        kind="not-ready",
        title="There is nothing to answer from yet",
        facts=facts,
    )


def _settings() -> Settings:
    settings: Settings = current_app.config["MOREFROM"]
    return settings
