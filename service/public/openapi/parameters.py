"""Every parameter with its bounds, which are those of the parser.

Two patterns say in Unicode's classes what the parser asks of Python: printable is what is neither
control nor format, nor any blank but the common one.
"""

from typing import Any

from recommender.domain.article import MAX_ID_LENGTH
from recommender.domain.placement import DEFAULT_PLACEMENT
from service.public.filter_parameters import (
    DATE,
    FALLBACKS,
    INSTANT,
    LANGUAGE_CODE,
    MAX_AGE_DAYS,
    MAX_NAME_LENGTH,
)
from service.public.openapi.schemas import Schema
from service.public.parameters import DEFAULT_LIMIT, MAX_BATCH, MAX_LIMIT, MAX_URL_LENGTH
from service.public.query_string import MAX_PARAMETERS

Parameter = dict[str, Any]

ID: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_ID_LENGTH,
    "pattern": r"^[^\p{C}\p{Z}]+( +[^\p{C}\p{Z}]+)*$",
}
"""Of an article's id: printable, with no blank at either end."""

_NAME: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_NAME_LENGTH,
    "pattern": r"^([^\p{C}\p{Z}]| )*[^\p{C}\p{Z}_-]([^\p{C}\p{Z}]| )*$",
}
_URL: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_URL_LENGTH,
    "pattern": r"^([Hh][Tt][Tt][Pp][Ss]?://|/)[^\u0000-\u0020\u007f\\<>\"`{}|^]*$",
}
_TIME: Schema = {"type": "string", "pattern": f"^({DATE.pattern}|{INSTANT.pattern})$"}


def _query(
    name: str, description: str, schema: Schema, example: object = None, *, required: bool = False
) -> Parameter:
    """Return a parameter of the query string."""
    parameter = {
        "name": name,
        "in": "query",
        "description": description,
        "required": required,
        "schema": schema,
    }
    return parameter if example is None else {**parameter, "example": example}


def _repeatable(name: str, description: str, schema: Schema, example: object) -> Parameter:
    """Return a filter that may be given several times, as in `tag=a&tag=b`."""
    values = {"type": "array", "items": schema, "minItems": 1, "maxItems": MAX_PARAMETERS}
    return {**_query(name, description, values, [example]), "style": "form", "explode": True}


PATH_ID: Parameter = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The article’s id, percent-encoded, slashes too. Some proxies change “%2F”, "
    "“//” and “..”: for ids that hold these, take the form with the id in the query.",
    "schema": ID,
    "example": "mp-2025-0129-cable-cut",
}

QUERY_ID = _query(
    "id", "The article’s id. Give it or the address, one of the two.", ID, "mp-2025-0129-cable-cut"
)

QUERY_URL = _query(
    "url",
    "The address at which the article is published: http, https or a path of the site. Tracking "
    "parameters, a fragment and a slash at the end make no difference.",
    _URL,
    "/2025/01/29/second-baltic-data-cable-severed",
)

BATCH_IDS: Parameter = {
    **_query(
        "id",
        "The ids of the articles. One that is no id gets a problem in its place.",
        {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MAX_BATCH},
        ["mp-2025-0129-cable-cut", "mp-2026-0918-cable-trial"],
        required=True,
    ),
    "style": "form",
    "explode": True,
}

WISHES: tuple[Parameter, ...] = (
    _query(
        "limit",
        "How many picks at most.",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    ),
    _query(
        "placement",
        "The place on the site: the name of a placement in force.",
        {"type": "string", "default": DEFAULT_PLACEMENT},
    ),
)
"""What every question may wish for."""

FILTERS: tuple[Parameter, ...] = (
    _repeatable("tag", "A pick must carry one of these tags, in any spelling.", _NAME, "NATO"),
    _repeatable("section", "A pick must stand in one of these sections.", _NAME, "News"),
    _repeatable(
        "author", "A pick must be by one of these, as bylines name them.", _NAME, "Ada Stone"
    ),
    _repeatable(
        "language",
        "A pick must be written in one of these: ISO 639 codes.",
        {"type": "string", "pattern": f"^{LANGUAGE_CODE.pattern}$"},
        "en",
    ),
    _repeatable(
        "exclude",
        "No pick may be one of these articles: what the page shows already.",
        ID,
        "mp-2026-0918-cable-trial",
    ),
    _query(
        "published_after",
        "A pick must be published at this instant or later; a date is its midnight in UTC.",
        _TIME,
        "2026-03-31",
    ),
    _query(
        "published_before",
        "A pick must be published before this instant; a date is its midnight in UTC.",
        _TIME,
        "2026-03-31T06:30:00Z",
    ),
    _query(
        "max_age_days",
        "A pick must be published at most so many days ago, by UTC dates.",
        {"type": "integer", "minimum": 0, "maximum": MAX_AGE_DAYS},
        365,
    ),
    _query("require_image", "A pick must have a picture.", {"type": "boolean", "default": False}),
    _query(
        "min_score",
        "A pick of the model must have this score at least, written without an exponent.",
        {"type": "number", "minimum": 0, "maximum": 1, "multipleOf": 1e-6, "default": 0},
        0.25,
    ),
    _query(
        "fallback",
        "With “none”, places that the model leaves empty stay so.",
        {"type": "string", "enum": list(FALLBACKS), "default": next(iter(FALLBACKS))},
    ),
)
"""Who may be a pick at all."""

COMPONENTS: dict[str, Parameter] = {
    "pathId": PATH_ID,
    "ids": BATCH_IDS,
    **{parameter["name"]: parameter for parameter in (QUERY_ID, QUERY_URL, *WISHES, *FILTERS)},
}
"""All of them, by the names under which the document refers to them."""
