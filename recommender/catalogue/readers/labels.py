"""Several labels in one cell of a table."""

import re
from html.entities import html5

from recommender.catalogue.readers import strictjson
from recommender.catalogue.readers.found import Described
from recommender.catalogue.readers.values import MAX_LABELS
from recommender.errors import InvalidField

MAX_CELL_CHARS = 1_000_000
"""Longest cell of tags or authors, so that splitting one costs little."""

_MAYBE_ENTITY = re.compile(r"(&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)|;")


def labels(field: str, cell: str) -> list[object]:
    """Part a cell into labels; which way, the cell alone decides.

    One that begins with `[` is a JSON list. Else its labels stand between bars if it has a bar,
    else between semicolons, of which those that end an HTML entity (`R&amp;D`) part nothing.

    Args:
        field: the field's name, for the sentence.
        cell: the cell's text.

    Returns:
        The labels as they stand, blank ones left out.

    Raises:
        InvalidField: if it is too long, has too many labels, or begins like a list and is none.
    """
    if len(cell) > MAX_CELL_CHARS:
        size = Described(f"{len(cell):,} characters long")
        raise InvalidField(field, size, f"at most {MAX_CELL_CHARS:,} characters")
    if cell.lstrip().startswith("["):
        return _listed(field, cell)
    parted = cell if "|" in cell else _MAYBE_ENTITY.sub(_bar_or_entity, cell)
    found: list[object] = [label for label in parted.split("|") if label.strip()]
    if len(found) > MAX_LABELS:
        size = Described(f"a list of {len(found):,}")
        raise InvalidField(field, size, f"at most {MAX_LABELS} entries")
    return found


def _listed(field: str, cell: str) -> list[object]:
    try:
        found = strictjson.decode(cell)
    except ValueError:
        found = None
    if isinstance(found, list):
        return found
    expected = 'a JSON list such as ["Russia", "China"], or labels parted by | or ;'
    raise InvalidField(field, cell, expected)


def _bar_or_entity(match: re.Match[str]) -> str:
    entity = match[1]
    if entity is None:
        return "|"
    is_known = entity.startswith("&#") or entity[1:] in html5
    return entity if is_known else f"{entity[:-1]}|"
