"""The public app, before which `server` puts the answer cache.

Parse, call, map an error to a status: everything else is in the modules beside this one.
"""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus

from flask import Flask, Response, current_app, request
from werkzeug.routing import BaseConverter

from recommender.domain.counts import PIPE
from recommender.errors import NoChampion
from recommender.ranking.rerank import Selection
from recommender.ranking.searching import LiveSearch
from recommender.settings import SECRETS, Settings, load_settings
from service.public.answers import AS_JSON, JSON, Form, answer_question
from service.public.batch import answer_batch
from service.public.caching import Life, joined, life_of, names_of, surrogate_keys
from service.public.counting import Counts
from service.public.embed import embed_script
from service.public.fragment import as_fragment
from service.public.front import KEEP, Keep
from service.public.live import Live
from service.public.manual import manual_views
from service.public.parameters import (
    Question,
    read_batch_question,
    read_id_question,
    read_no_parameters,
    read_query_question,
)
from service.public.preview import preview_pages
from service.public.problems import (
    UNKNOWN_ARTICLE,
    Problem,
    problem_response,
    register_problems,
)
from service.public.readiness import ages, readiness

FRAGMENT_POLICY = "default-src 'none'; img-src *"
"""For who opens a fragment by itself: it is no page, and it runs nothing."""

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
    settings = (settings or load_settings()).model_copy(update=dict.fromkeys(SECRETS))
    app = Flask(__name__, static_folder=None)
    app.config["MOREFROM"] = settings
    app.extensions["morefrom.live"] = live = Live(settings)
    app.extensions["morefrom.counts"] = Counts(settings.serving_dir / PIPE)
    app.extensions["morefrom.search"] = LiveSearch() if settings.live_search else None
    app.url_map.merge_slashes = False
    app.url_map.converters["article_id"] = ArticleIdConverter
    openapi_json, docs = manual_views(settings)
    for rule, view in (
        ("/v1/articles/<article_id:article_id>/related", related_to_article),
        ("/v1/articles/<article_id:article_id>/related.html", block_of_article),
        ("/v1/related", related_to_page),
        ("/v1/related.html", block_of_page),
        ("/v1/related/batch", related_to_several),
        ("/embed.js", embed_script),
        ("/healthz", healthz),
        ("/readyz", readyz),
        ("/openapi.json", openapi_json),
        ("/docs", docs),
    ):
        app.add_url_rule(rule, rule, view, methods=["GET"], provide_automatic_options=False)
    register_problems(app)
    app.after_request(_open_to_all)
    if settings.preview:
        app.register_blueprint(preview_pages(settings, live))
    live.snapshot()
    return app


def related_to_article(article_id: str) -> Response:
    """Return the answer to `GET /v1/articles/{id}/related`."""
    path, query = request.environ["PATH_INFO"], request.environ["QUERY_STRING"]
    return _related(read_id_question(path, article_id, query), AS_JSON)


def block_of_article(article_id: str) -> Response:
    """Return the answer to `GET /v1/articles/{id}/related.html`."""
    path, query = request.environ["PATH_INFO"], request.environ["QUERY_STRING"]
    return _block(read_id_question(path, article_id, query))


def related_to_page() -> Response:
    """Return the answer to `GET /v1/related?id=…` and `GET /v1/related?url=…`."""
    return _related(read_query_question(request.environ["QUERY_STRING"]), AS_JSON)


def block_of_page() -> Response:
    """Return the answer to `GET /v1/related.html?id=…` and `GET /v1/related.html?url=…`."""
    return _block(read_query_question(request.environ["QUERY_STRING"]))


def related_to_several() -> Response:
    """Return the answer to `GET /v1/related/batch?id=…&id=…`: one for each, in the same order."""
    live: Live = current_app.extensions["morefrom.live"]
    questions = read_batch_question(request.environ["QUERY_STRING"])
    snapshot = live.snapshot()
    if snapshot is None:
        return _nothing_to_show(live, {})
    settings, now_us = _settings(), time.time_ns() // 1000
    searcher = current_app.extensions["morefrom.search"]
    batch = answer_batch(snapshot, questions, settings, now_us, searcher)
    _count(batch.selections)
    response = Response(batch.body, mimetype="application/json")
    response.set_etag(batch.etag)
    keep = Keep(snapshot, now_us, batch.life.until_us, batch.names)
    return _kept(response, batch.life, batch.keys, keep)


def healthz() -> Response:
    """Return the answer to `GET /healthz`: the process is there, and how old what it has is."""
    read_no_parameters(request.environ["QUERY_STRING"])
    live: Live = current_app.extensions["morefrom.live"]
    return _uncached({"status": "ok", **ages(live.snapshot(), datetime.now(UTC))})


def readyz() -> Response:
    """Return the answer to `GET /readyz`: what there is to answer from, and how old it is."""
    read_no_parameters(request.environ["QUERY_STRING"])
    live: Live = current_app.extensions["morefrom.live"]
    snapshot = live.snapshot()
    facts = readiness(snapshot, live.trouble, _settings().serving_dir, datetime.now(UTC))
    return _nothing_to_show(live, facts) if snapshot is None else _uncached(facts)


def _block(question: Question) -> Response:
    response = _related(question, as_fragment(_settings().language))
    response.headers["Content-Security-Policy"] = FRAGMENT_POLICY
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _related(question: Question, form: Form) -> Response:
    live: Live = current_app.extensions["morefrom.live"]
    snapshot = live.snapshot()
    if snapshot is None:
        return _nothing_to_show(live, {})
    settings = _settings()
    now_us = time.time_ns() // 1000
    searcher = current_app.extensions["morefrom.search"]
    answer = answer_question(snapshot, question, settings.site_name, now_us, form, searcher)
    if not answer.is_known and settings.unknown_article == "404":
        return problem_response(UNKNOWN_ARTICLE)
    _count([answer.selection])
    life = life_of(answer.selection, settings, now_us)
    keys = tuple(surrogate_keys(answer.selection, snapshot.bundle.version))
    response = Response(answer.body, mimetype=answer.media_type)
    response.set_etag(answer.etag)
    names = names_of(answer.selection, keys)
    return _kept(response, life, keys, Keep(snapshot, now_us, life.until_us, names))


def _count(selections: Iterable[Selection]) -> None:
    counts: Counts = current_app.extensions["morefrom.counts"]
    for selection in selections:
        counts.chosen(selection)


def _kept(response: Response, life: Life, keys: Iterable[str], keep: Keep) -> Response:
    """Return a response with all that caches need to know of it, or a 304 in its place."""
    response.headers["Cache-Control"] = life.cache_control
    header = _settings().surrogate_header
    if header != "none":
        response.headers[header] = joined(keys, header)
    request.environ[KEEP] = keep
    response.make_conditional(request)
    response.headers.pop("Date", None)  # the server's to write, at the time it sends
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
    problem = Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        str(NoChampion()) if live.trouble is None else UNREADABLE,
        kind="not-ready",
        title="There is nothing to answer from yet",
        facts=facts,
    )
    return problem_response(problem)


def _settings() -> Settings:
    settings: Settings = current_app.config["MOREFROM"]
    return settings
