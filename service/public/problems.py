"""Every error of the public app as `application/problem+json` (RFC 9457), fit for caches.

A problem's `type` is a URI that stays the same as long as the meaning does; `title` belongs to the
type, `detail` to the occurrence. None carries a traceback or a path of this machine.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import NamedTuple

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from recommender.errors import InvalidParameter
from recommender.settings import Settings
from service.public.parameters import RefusedQuestion

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5
"""What a caller is asked to wait while there is nothing to answer from."""

_log = logging.getLogger(__name__)


class Problem(NamedTuple):
    """One occurrence of a problem.

    Attributes:
        status: the HTTP status.
        detail: one sentence on this occurrence.
        kind: the last part of the type; `about:blank`, whose title is the status's, if not given.
        title: of the type.
        facts: further members.
    """

    status: HTTPStatus
    detail: str
    kind: str | None = None
    title: str | None = None
    facts: Mapping[str, object] = MappingProxyType({})

    def content(self) -> dict[str, object]:
        """Return it as JSON values."""
        return {
            "type": f"urn:morefrom:problem:{self.kind}" if self.kind else "about:blank",
            "title": self.title or self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
            **self.facts,
        }


UNKNOWN_ARTICLE = Problem(
    HTTPStatus.NOT_FOUND,
    "There is no article of that id or at that address.",
    kind="unknown-article",
    title="The article is not known",
)


def invalid_parameters(detail: str, faults: Iterable[InvalidParameter]) -> Problem:
    """Return the problem of a request that is malformed.

    Args:
        detail: all of its faults.
        faults: each of them.
    """
    errors = [{"parameter": fault.parameter, "detail": str(fault)} for fault in faults]
    return Problem(
        HTTPStatus.BAD_REQUEST,
        detail,
        kind="invalid-parameter",
        title="A parameter of the request is not usable",
        facts={"errors": errors},
    )


def problem_response(problem: Problem) -> Response:
    """Return a problem as a response."""
    text = json.dumps(problem.content(), ensure_ascii=False, separators=(",", ":"))
    body = text.encode("utf-8", "replace")
    response = Response(body, problem.status, mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = _cache_control(problem.status)
    if problem.status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def register_problems(app: Flask) -> None:
    """Answer every error of an app with a problem.

    Args:
        app: the app; its errors are no longer HTML.
    """
    app.register_error_handler(RefusedQuestion, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unforeseen)


def _cache_control(status: HTTPStatus) -> str:
    """Return how long an error may be kept: briefly where the caller is at fault, else not."""
    settings: Settings = current_app.config["MOREFROM"]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "no-store"
    return f"public, max-age={settings.max_age_unknown_s}"


def _refused(error: RefusedQuestion) -> Response:
    return problem_response(invalid_parameters(str(error), error.faults))


def of_http_error(
    error: HTTPException, details: Mapping[HTTPStatus, str] = MappingProxyType({})
) -> Problem:
    """Return the problem that an error of HTTP is.

    Args:
        error: raised by Flask, or by `abort`, perhaps with a sentence of ours.
        details: a sentence for a status, where an app has one of its own.
    """
    status = HTTPStatus(error.code or 500)
    if error.description and error.description != type(error).description:
        return Problem(status, error.description)
    told = {
        HTTPStatus.NOT_FOUND: "There is nothing at this address.",
        HTTPStatus.METHOD_NOT_ALLOWED: f"This address does not take {request.method}.",
        **details,
    }
    return Problem(status, told.get(status, f"{status.description}."))


def with_methods(response: Response, error: HTTPException) -> Response:
    """Return a response that says which methods an address takes, where that was the error."""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def unforeseen(error: Exception) -> Problem:
    """Return a problem that says nothing of what went wrong; the log does, without the question."""
    extra = {"event": "failed", "facts": {"route": str(request.url_rule)}}
    _log.error("A request to %s failed.", request.url_rule, exc_info=error, extra=extra)
    detail = "What was asked for could not be done; the fault is ours."
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def _http_error(error: HTTPException) -> Response:
    return with_methods(problem_response(of_http_error(error)), error)


def _unforeseen(error: Exception) -> Response:
    return problem_response(unforeseen(error))
