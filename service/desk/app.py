"""The desk app: parse, call, map an error to a status. `server` is what `morefrom desk` runs."""

from http import HTTPStatus

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import NotFound

from recommender.catalogue.single import Mandate
from recommender.settings import Settings, load_settings
from recommender.workflows.publishing import VISIBLE_WITHIN_S, Change, Published, Publisher
from service.desk.acknowledging import Acknowledger, revision_facts
from service.desk.admission import admit
from service.desk.drafts import DraftDesk
from service.desk.problems import register_problems
from service.desk.reading import (
    MAX_BODY_BYTES,
    Target,
    read_article,
    read_condition,
    read_draft,
    read_no_body,
    read_target,
)
from service.desk.shell import register_shell
from service.public.answers import JSON
from service.public.app import ArticleIdConverter
from service.public.parameters import read_wishes

_CREATED = {Change.CREATED: HTTPStatus.CREATED}


def create_app(
    settings: Settings | None = None, visible_within_s: float = VISIBLE_WITHIN_S
) -> Flask:
    """Return the desk app.

    Args:
        settings: what to obey; read from the environment and the home folder if not given.
        visible_within_s: how long an acknowledgement waits for the files of the public app.
    """
    settings = settings or load_settings()
    app = Flask(__name__, static_url_path="/desk/static")
    app.config["MOREFROM"] = settings
    # A byte more, for a stream of unknown length is cut off there without a word.
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES + 1
    app.extensions["morefrom.publisher"] = Publisher(settings, visible_within_s)
    app.extensions["morefrom.acknowledger"] = Acknowledger(settings)
    app.extensions["morefrom.drafts"] = DraftDesk(settings)
    app.url_map.merge_slashes = False
    app.url_map.converters["article_id"] = ArticleIdConverter
    for rule, view, method in (
        ("/v1/articles", put_article, "PUT"),
        ("/v1/articles", get_article, "GET"),
        ("/v1/articles/retract", retract_article, "POST"),
        ("/v1/articles/restore", restore_article, "POST"),
        ("/v1/articles/<article_id:article_id>", put_article, "PUT"),
        ("/v1/articles/<article_id:article_id>", get_article, "GET"),
        ("/v1/articles/<article_id:article_id>/retract", retract_article, "POST"),
        ("/v1/articles/<article_id:article_id>/restore", restore_article, "POST"),
        ("/v1/drafts/related", look_at_draft, "POST"),
        ("/healthz", healthz, "GET"),
    ):
        app.add_url_rule(rule, view_func=view, methods=[method], provide_automatic_options=False)
    if settings.desk_secret is not None:
        from service.desk import pages  # they load what a CMS need not wait for

        pages.register(app)
    register_problems(app)
    register_shell(app)
    app.before_request(admit)
    app.after_request(_closed_to_all)
    return app


def put_article(article_id: str | None = None) -> Response:
    """Return the answer to `PUT /v1/articles/{id}`: the article is created or corrected."""
    target = _target(article_id)
    condition = read_condition(request.headers, may_be_new=True)
    read = read_article(request, target.article_id, _settings().max_body_chars)
    done = _publisher().put(read.article, Mandate(g.author, target.reason, condition))
    return _acknowledged(done, read.ignored_keys)


def retract_article(article_id: str | None = None) -> Response:
    """Return the answer to `POST /v1/articles/{id}/retract`."""
    target = _target(article_id)
    read_no_body(request)
    condition = read_condition(request.headers)
    mandate = Mandate(g.author, target.reason, condition)
    return _acknowledged(_publisher().retract(target.article_id, mandate))


def restore_article(article_id: str | None = None) -> Response:
    """Return the answer to `POST /v1/articles/{id}/restore`."""
    target = _target(article_id)
    read_no_body(request)
    condition = read_condition(request.headers)
    mandate = Mandate(g.author, target.reason, condition)
    return _acknowledged(_publisher().restore(target.article_id, mandate))


def get_article(article_id: str | None = None) -> Response:
    """Return the answer to `GET /v1/articles/{id}`: the article as it is stored."""
    target = _target(article_id, takes_reason=False)
    read_no_body(request)
    found = _publisher().read(target.article_id)
    response = _response(revision_facts(found))
    response.set_etag(found.tag)
    return response


def look_at_draft() -> Response:
    """Return the answer to `POST /v1/drafts/related`: what a text would find; nothing is stored."""
    desk: DraftDesk = current_app.extensions["morefrom.drafts"]
    read = read_draft(request, _settings().max_body_chars)
    question = read_wishes(request.environ["QUERY_STRING"], read.article.id)
    return _response(desk.facts(read.article, question, read.ignored_keys))


def healthz() -> Response:
    """Return the answer to `GET /healthz`: the process is there."""
    return _response({"status": "ok"})


def _target(article_id: str | None, *, takes_reason: bool = True) -> Target:
    """Return what a request is about.

    Raises:
        NotFound: if the path ends where an id should begin.
    """
    if article_id == "":
        raise NotFound
    path, query = request.environ["PATH_INFO"], request.environ["QUERY_STRING"]
    return read_target(path, article_id, query, takes_reason=takes_reason)


def _acknowledged(done: Published, ignored_keys: tuple[str, ...] | None = None) -> Response:
    acknowledger: Acknowledger = current_app.extensions["morefrom.acknowledger"]
    response = _response(acknowledger.facts(done, ignored_keys))
    response.status_code = _CREATED.get(done.change, HTTPStatus.OK)
    response.set_etag(done.revision.tag)
    return response


def _response(facts: dict[str, object]) -> Response:
    return Response(JSON.encode(facts), mimetype="application/json")


def _closed_to_all(response: Response) -> Response:
    """Return the response, to be kept by nobody."""
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _publisher() -> Publisher:
    publisher: Publisher = current_app.extensions["morefrom.publisher"]
    return publisher


def _settings() -> Settings:
    settings: Settings = current_app.config["MOREFROM"]
    return settings
