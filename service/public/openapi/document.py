"""The document: every path, what it takes, and what it answers."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, NamedTuple

from recommender.settings import Settings
from service.public.openapi.parameters import COMPONENTS, FILTERS, WISHES
from service.public.openapi.responses import (
    HEADERS,
    Response,
    Responses,
    answered,
    not_modified,
    problems,
    told,
    without_bodies,
)
from service.public.openapi.schemas import SCHEMAS, Schema, named

Document = dict[str, Any]

INTRODUCTION = (
    "Related articles for the article that a reader has open, chosen from the newsroom’s own "
    "archive. Every address answers GET and HEAD and nothing else (405). There are no cookies; "
    "everyone gets the same answer, any page may read it, and any cache may keep it as long as "
    "its headers say. A parameter that is not named here is an error: it is not ignored."
)

_RELATED, _BLOCK, _OPERATION, _DESCRIPTION = _GROUPS = (
    "Related articles",
    "The block, ready made",
    "Operation",
    "This description",
)
_ALWAYS = tuple(parameter["name"] for parameter in (*WISHES, *FILTERS))
_BY_ID = ("pathId", *_ALWAYS)
_BY_PAGE = ("id", "url", *_ALWAYS)
_SEVERAL = ("ids", *_ALWAYS)


class Route(NamedTuple):
    """An address, as the document tells it.

    Attributes:
        path: with the name of its parameter in braces.
        name: of the operation, for clients that are made from the document.
        group: what it stands under.
        summary: what it is for.
        parameters: names of all that it takes, among `COMPONENTS`.
        answers: by status.
    """

    path: str
    name: str
    group: str
    summary: str
    parameters: Sequence[str]
    answers: Responses


def openapi_document(settings: Settings) -> Document:
    """Return what the public app answers, as OpenAPI 3.1 has it.

    Args:
        settings: of the newsroom: an unknown article may be a 404, and caches may be told names.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Related articles of {settings.site_name}",
            "version": version("morefrom"),
            "description": INTRODUCTION,
        },
        "tags": [{"name": group} for group in _GROUPS],
        "paths": {route.path: _path(route) for route in _routes(settings)},
        "components": {"schemas": SCHEMAS, "parameters": COMPONENTS, "headers": HEADERS},
    }


def _routes(settings: Settings) -> tuple[Route, ...]:
    refused = ("400", "404") if settings.unknown_article == "404" else ("400",)
    json = _question(answered("application/json", named("Answer"), "The picks.", settings), refused)
    html = _question(answered("text/html", _text("The block"), _BLOCK_SAID, settings), refused)
    batch = answered("application/json", named("Batch"), "An answer for each id.", settings)
    script = answered("text/javascript", _text("The script"), "The element “more-from”.")
    document = answered("application/json", {"type": "object"}, "What you are reading.")
    page = answered("text/html", _text("The page"), "What you are reading.")
    health = {"200": told("Health"), **problems("400", "500")}
    ready = {"200": told("Readiness"), **problems("400", "500", "503", not_ready="NotReady")}
    return (
        Route("/v1/related", "related", _RELATED, "By id or by address", _BY_PAGE, json),
        Route(
            "/v1/articles/{id}/related", "relatedById", _RELATED, "By id in the path", _BY_ID, json
        ),
        Route(
            "/v1/related/batch",
            "relatedBatch",
            _RELATED,
            "For several articles at once",
            _SEVERAL,
            _question(batch, ("400",)),
        ),
        Route("/v1/related.html", "block", _BLOCK, "As HTML, by id or by address", _BY_PAGE, html),
        Route(
            "/v1/articles/{id}/related.html",
            "blockById",
            _BLOCK,
            "As HTML, by id in the path",
            _BY_ID,
            html,
        ),
        Route("/embed.js", "embed", _BLOCK, "As a web component", (), _file(script)),
        Route("/healthz", "health", _OPERATION, "Whether the process runs", (), health),
        Route("/readyz", "readiness", _OPERATION, "What is served, and how old it is", (), ready),
        Route("/openapi.json", "openapi", _DESCRIPTION, "For machines", (), _file(document, "400")),
        Route("/docs", "docs", _DESCRIPTION, "For people", (), _file(page, "400")),
    )


_BLOCK_SAID = "One section element, or nothing at all where there is no pick that can be followed."


def _text(description: str) -> Schema:
    return {"type": "string", "description": f"{description}, in UTF-8."}


def _question(answer: Response, refused: Sequence[str]) -> Responses:
    """Return what a question may be answered with."""
    return {"200": answer, "304": not_modified(), **problems(*refused, "500", "503")}


def _file(answer: Response, *refused: str) -> Responses:
    """Return what a file is answered with."""
    return {"200": answer, "304": not_modified(), **problems(*refused)}


def _path(route: Route) -> Document:
    """Return a path with its two methods."""
    path: Document = {
        "get": {
            "operationId": route.name,
            "tags": [route.group],
            "summary": route.summary,
            "responses": route.answers,
        },
        "head": {
            "operationId": f"{route.name}Head",
            "tags": [route.group],
            "summary": f"{route.summary}: the headers alone",
            "responses": without_bodies(route.answers),
        },
    }
    taken = [{"$ref": f"#/components/parameters/{name}"} for name in route.parameters]
    return {"parameters": taken, **path} if taken else path
