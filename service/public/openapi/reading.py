"""The document as a page shows it: groups of routes, and every field of every body, in rows."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from service.public.openapi.document import Document
from service.public.openapi.schemas import Schema


class Row(NamedTuple):
    """A parameter, a status or a field.

    Attributes:
        name: of a field with those of the objects around it, `items[].image.url`.
        kind: its type and its bounds, in words.
        said: what it means.
    """

    name: str
    kind: str
    said: str


class Section(NamedTuple):
    """A route.

    Attributes:
        path: with the name of its parameter in braces.
        anchor: where it stands on the page.
        summary: what it is for.
        parameters: all that it takes.
        answers: by status.
    """

    path: str
    anchor: str
    summary: str
    parameters: tuple[Row, ...]
    answers: tuple[Row, ...]


def sections_of(document: Document) -> list[tuple[str, list[Section]]]:
    """Return the routes under the names of their groups.

    Args:
        document: as `openapi_document` returns it.
    """
    held = document["paths"].items()
    known = document["components"]["parameters"]
    return [
        (group, [_section(path, one, known) for path, one in pairs])
        for group, pairs in groupby(held, lambda pair: pair[1]["get"]["tags"][0])
    ]


def bodies_of(document: Document) -> list[tuple[str, str, list[Row]]]:
    """Return name, meaning and fields of every body.

    Args:
        document: as `openapi_document` returns it.
    """
    return [
        (name, schema["description"], list(_fields(schema)))
        for name, schema in document["components"]["schemas"].items()
    ]


def anchor_of(name: str) -> str:
    """Return where a body stands on the page.

    Args:
        name: of its schema.
    """
    return f"body-{name.lower()}"


def kind_of(schema: Schema) -> str:
    """Return type and bounds of a value, in words.

    Args:
        schema: of the value.

    >>> kind_of({"type": "integer", "minimum": 1, "maximum": 20, "default": 4})
    'integer, 1 to 20, default 4'
    """
    if "$ref" in schema:
        return _name_of(schema)
    if "anyOf" in schema:
        return " or ".join(kind_of(one) for one in schema["anyOf"])
    if "enum" in schema:
        words = [" or ".join("null" if one is None else str(one) for one in schema["enum"])]
    elif schema["type"] == "array":
        kind = kind_of(schema["items"])
        words = [f"list of {'texts' if kind == 'string' else kind}"]
    else:
        kinds = schema["type"]
        words = [kinds if isinstance(kinds, str) else " or ".join(kinds)]
        words += _bounds(schema)
    if "default" in schema:
        default = schema["default"]
        words.append(f"default {str(default).lower() if isinstance(default, bool) else default}")
    return ", ".join(words)


def _bounds(schema: Schema) -> Iterator[str]:
    if "maxLength" in schema:
        yield f"at most {schema['maxLength']:,} characters"
    if "maximum" in schema:
        yield f"{schema['minimum']} to {schema['maximum']}"
    if schema.get("format") == "date-time":
        yield "ISO 8601"


def _section(path: str, held: Mapping[str, Any], known: Mapping[str, Any]) -> Section:
    taken = [known[_name_of(reference)] for reference in held.get("parameters", ())]
    answers = held["get"]["responses"].items()
    return Section(
        path,
        held["get"]["operationId"],
        held["get"]["summary"],
        tuple(map(_parameter, taken)),
        tuple(Row(status, _content(one), one["description"]) for status, one in answers),
    )


def _parameter(parameter: Mapping[str, Any]) -> Row:
    schema = parameter["schema"]
    is_many = schema["type"] == "array"
    kind = kind_of(schema["items"] if is_many else schema)
    notes = ["required"] * parameter["required"] + ["repeatable"] * is_many
    return Row(parameter["name"], ", ".join([kind, *notes]), parameter["description"])


def _content(response: Mapping[str, Any]) -> str:
    """Return the name of the schema of a body, else its media type; empty where there is none."""
    for media_type, held in response.get("content", {}).items():
        return _name_of(held["schema"]) if "$ref" in held["schema"] else str(media_type)
    return ""


def _fields(schema: Schema, prefix: str = "") -> Iterator[Row]:
    for name, field in schema.get("properties", {}).items():
        yield Row(f"{prefix}{name}", kind_of(field), field.get("description", ""))
        inner = field.get("items", field)
        yield from _fields(inner, f"{prefix}{name}{'[]' if 'items' in field else ''}.")


def _name_of(reference: Schema) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
