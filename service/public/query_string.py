"""Reading a query string strictly: each parameter that is known, and a fault for all else.

Flask's own parsing is lenient: it takes the first of two values, replaces broken bytes by `�` and
ignores names it was not asked for. A cache in front of us would then keep one answer under many
addresses, and a misspelt parameter would look as if it worked.
"""

import re
from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from recommender.errors import InvalidParameter

MAX_PARAMETERS = 100
"""A request with more is refused without naming each."""

_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Read(NamedTuple):
    """What a query string says.

    Attributes:
        one: the value of each parameter that may be given once.
        many: the values of each that may be repeated, in order.
        faults: of all else, in the order in which they were met.
        is_too_long: whether it was not read at all.
    """

    one: dict[str, str]
    many: dict[str, list[str]]
    faults: list[InvalidParameter]
    is_too_long: bool = False


def read_query(query: str, known: Collection[str], repeatable: Collection[str] = ()) -> Read:
    """Read a query string.

    Args:
        query: as WSGI gives it.
        known: the parameters that may be given once.
        repeatable: those that may be repeated.

    Returns:
        What it says; where there are too many parameters to name, that alone.
    """
    pairs = [piece.partition("=") for piece in query.split("&") if piece]
    if len(pairs) > MAX_PARAMETERS:
        expected = f"at most {MAX_PARAMETERS} parameters"
        return Read({}, {}, [InvalidParameter("query string", query, expected)], is_too_long=True)
    one: dict[str, str] = {}
    many: dict[str, list[str]] = {}
    faults: dict[str, InvalidParameter] = {}
    names = ", ".join((*known, *repeatable)) or "none"
    for raw_name, _, raw_value in pairs:
        name, value = _decode(raw_name), _decode(raw_value)
        if name is None or (name not in known and name not in repeatable):
            shown = raw_name if name is None else name
            expected = f"no such parameter; known here: {names}"
            faults.setdefault(shown, InvalidParameter(shown[:80], raw_value, expected))
        elif value is None:
            faults[name] = InvalidParameter(name, raw_value, "percent-encoded text in UTF-8")
        elif name in repeatable:
            many.setdefault(name, []).append(value)
        elif name in one:
            faults[name] = InvalidParameter(name, [one[name], value], "one value")
        else:
            one[name] = value
    sound = {name: value for name, value in one.items() if name not in faults}
    return Read(sound, many, list(faults.values()))


def _decode(text: str) -> str | None:
    """Return the text that a name or a value stands for, None if it is not UTF-8, well escaped."""
    if _BROKEN_ESCAPE.search(text):
        return None
    try:
        return unquote_to_bytes(text.replace("+", " ").encode("latin-1")).decode("utf-8")
    except UnicodeError:
        return None
