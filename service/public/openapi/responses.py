"""Every status of an answer, with its headers and its bodies."""

from typing import Any

from recommender.settings import Settings
from service.public.openapi.schemas import Schema, named, number, text
from service.public.problems import MEDIA_TYPE, RETRY_AFTER_S

Response = dict[str, Any]
Responses = dict[str, Response]

HEADERS: dict[str, Schema] = {
    "ETag": {
        "description": "A strong validator: it changes exactly when the bytes do.",
        "schema": text("In quotation marks.", pattern='^"[0-9a-f]{32}"$'),
    },
    "Cache-Control": {
        "description": "For how long this may be kept, and be used while we cannot be reached.",
        "schema": text("Directives of RFC 9111 and RFC 5861."),
    },
    "Retry-After": {
        "description": "Ask again then.",
        "schema": number("Seconds.", const=RETRY_AFTER_S),
    },
    "Server-Timing": {
        "description": "“cache;desc=hit” for a ready answer, or “app;dur=0.41”: milliseconds.",
        "schema": text("As the standard of that name has it."),
    },
    "Surrogate": {
        "description": "The names of all that this shows, by which a CDN can be told to forget it.",
        "schema": text("Names, with blanks or commas between them."),
    },
}

_PROBLEMS = {
    "400": "A parameter is unknown, missing, given twice where it may not be, malformed or out of "
    "range; every fault is named.",
    "404": "The article is not known.",
    "500": "A fault of ours. The log of the server has it.",
    "503": "There is nothing to answer from yet.",
}


def answered(
    media_type: str, schema: Schema, description: str, settings: Settings | None = None
) -> Response:
    """Return a 200 that caches may keep.

    Args:
        media_type: what it is.
        schema: of the body.
        description: what it says.
        settings: of the newsroom, for an answer that has surrogate keys.
    """
    headers = _headers("ETag", "Cache-Control")
    if settings is not None and settings.surrogate_header != "none":
        headers[settings.surrogate_header] = _header("Surrogate")
    content = {media_type: {"schema": schema}}
    return {"description": description, "headers": headers, "content": content}


def told(schema_name: str) -> Response:
    """Return a 200 that nobody may keep.

    Args:
        schema_name: of the body.
    """
    return {
        "description": "As it is now.",
        "headers": _headers("Cache-Control"),
        "content": {"application/json": {"schema": named(schema_name)}},
    }


def not_modified() -> Response:
    """Return a 304."""
    description = "“If-None-Match” names the ETag: what the caller has is still right."
    return {"description": description, "headers": _headers("ETag", "Cache-Control")}


def problems(*statuses: str, not_ready: str = "Problem") -> Responses:
    """Return errors.

    Args:
        statuses: which, as digits.
        not_ready: name of the schema of a 503.
    """
    return {
        status: {
            "description": _PROBLEMS[status],
            "headers": _headers("Cache-Control", *(["Retry-After"] if status == "503" else [])),
            "content": {MEDIA_TYPE: {"schema": named(not_ready if status == "503" else "Problem")}},
        }
        for status in statuses
    }


def without_bodies(responses: Responses) -> Responses:
    """Return what HEAD answers where GET answers this.

    Args:
        responses: of GET.
    """
    return {
        status: {name: held for name, held in response.items() if name != "content"}
        for status, response in responses.items()
    }


def _headers(*names: str) -> dict[str, Schema]:
    return {name: _header(name) for name in names}


def _header(name: str) -> Schema:
    return {"$ref": f"#/components/headers/{name}"}
