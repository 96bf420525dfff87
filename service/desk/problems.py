"""Every error of the desk app as a problem (RFC 9457); none names a file, a token or a traceback.

The shape is the public app's; what may be kept of one is nothing.
"""

import json
import logging
from http import HTTPStatus

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from recommender.errors import (
    BrokenBundle,
    Busy,
    CatalogueUnavailable,
    ErasedArticle,
    InvalidField,
    MorefromError,
    NoChampion,
    NotFound,
    Outdated,
    UnknownArticle,
    WrongInput,
)
from recommender.logs import tell
from service.desk.identity import why_no_pages
from service.desk.shell import is_page, message
from service.public.parameters import RefusedQuestion
from service.public.problems import (
    MEDIA_TYPE,
    Problem,
    invalid_parameters,
    of_http_error,
    unforeseen,
    with_methods,
)

RETRY_AFTER_S = 2

NOT_ADMITTED = Problem(
    HTTPStatus.UNAUTHORIZED,
    "This address needs a token that is in force, in the header “Authorization: Bearer mf_…”; "
    "“morefrom token create” makes one.",
    kind="no-token",
    title="The request has no token that is in force",
)
UNAVAILABLE = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The catalogue cannot be used at the moment, and nothing is acknowledged; send the same "
    "request again, which does no harm if it was stored.",
    kind="unavailable",
    title="The catalogue cannot be used at the moment",
)
NOT_READY = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "There is no model that a draft could be compared with; once one is promoted there is.",
    kind="not-ready",
    title="There is no model to answer with yet",
)

_log = logging.getLogger(__name__)


class UnreadableBody(Exception):
    """The body of a request cannot be read at all; its text is a sentence."""


def problem_response(problem: Problem) -> Response:
    """Return a problem as a response: to people a page that says its sentence."""
    if is_page() and why_no_pages() is None:
        return message(problem.title or problem.status.phrase, problem.detail, problem.status)
    text = json.dumps(problem.content(), ensure_ascii=False, separators=(",", ":"))
    response = Response(text.encode("utf-8", "replace"), problem.status, mimetype=MEDIA_TYPE)
    if problem.status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def register_problems(app: Flask) -> None:
    """Answer every error of an app with a problem.

    Args:
        app: the app; its errors are no longer HTML.
    """
    app.register_error_handler(RefusedQuestion, _refused)
    app.register_error_handler(UnreadableBody, _unreadable)
    app.register_error_handler(InvalidField, _invalid)
    app.register_error_handler(UnknownArticle, _unknown)
    app.register_error_handler(ErasedArticle, _erased)
    app.register_error_handler(Outdated, _outdated)
    app.register_error_handler(CatalogueUnavailable, _unavailable)
    app.register_error_handler(Busy, _unavailable)
    app.register_error_handler(NoChampion, _not_ready)
    app.register_error_handler(BrokenBundle, _not_ready)
    app.register_error_handler(MorefromError, _sentence)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unforeseen)


def _refused(error: RefusedQuestion) -> Response:
    return problem_response(invalid_parameters(str(error), error.faults))


def _unreadable(error: UnreadableBody) -> Response:
    return problem_response(
        Problem(
            HTTPStatus.BAD_REQUEST,
            str(error),
            kind="unreadable-body",
            title="The body of the request cannot be read",
        )
    )


def _invalid(error: InvalidField) -> Response:
    return problem_response(
        Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"The article cannot be taken: {error}.",
            kind="invalid-article",
            title="A field of the article holds what it may not",
            facts={"errors": [{"field": error.field, "detail": f"{error}."}]},
        )
    )


def _unknown(error: UnknownArticle) -> Response:
    return problem_response(
        Problem(
            HTTPStatus.NOT_FOUND,
            str(error),
            kind="unknown-article",
            title="The article is not known",
        )
    )


def _erased(error: ErasedArticle) -> Response:
    return problem_response(
        Problem(HTTPStatus.GONE, str(error), kind="erased", title="The article was erased")
    )


def _outdated(error: Outdated) -> Response:
    problem = Problem(
        HTTPStatus.PRECONDITION_FAILED,
        str(error),
        kind="outdated",
        title="The article is at another revision",
        facts={"etag": None if error.current is None else f'"{error.current}"'},
    )
    response = problem_response(problem)
    if error.current is not None:
        response.set_etag(error.current)
    return response


def _unavailable(error: CatalogueUnavailable | Busy) -> Response:
    tell(_log, "trouble", f"A request had to be put off: {error}", logging.WARNING)
    return problem_response(UNAVAILABLE)


def _not_ready(error: NoChampion | BrokenBundle) -> Response:
    if isinstance(error, BrokenBundle):
        tell(_log, "trouble", f"A draft cannot be looked at: {error}", logging.WARNING)
    return problem_response(NOT_READY)


def _sentence(error: MorefromError) -> Response:
    """Return the sentence of an error to people; a CMS is never the cause of one."""
    if not is_page():
        return _unforeseen(error)
    status = HTTPStatus.CONFLICT
    if isinstance(error, WrongInput):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    elif isinstance(error, NotFound):
        status = HTTPStatus.NOT_FOUND
    return problem_response(Problem(status, str(error), title="That cannot be done"))


def _http_error(error: HTTPException) -> Response:
    details = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body of the request is larger than 12 MB."}
    return with_methods(problem_response(of_http_error(error, details)), error)


def _unforeseen(error: Exception) -> Response:
    return problem_response(unforeseen(error))
