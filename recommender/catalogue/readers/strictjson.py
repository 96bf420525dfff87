"""JSON where leniency would have to guess: no key twice in an object, no NaN, no Infinity."""

import json
from collections import Counter

from recommender.catalogue.readers.found import Described, describe
from recommender.errors import InvalidField, shorten


def decode(text: str) -> object:
    """Return the value that a JSON text stands for.

    Raises:
        ValueError: if it is none; the message is a few words that may stand in a sentence.
    """
    try:
        return _DECODER.decode(text)
    except RecursionError:
        fault = "nested too deeply"
    except ValueError as error:
        fault = f"not JSON ({shorten(Described(str(error)), 120)})"
    raise ValueError(fault)


def decode_object(field: str, content: bytes) -> dict[str, object]:
    """Return the object that some bytes hold.

    Args:
        field: what the bytes are, for the sentence.
        content: JSON in UTF-8.

    Raises:
        InvalidField: if they are no UTF-8, no JSON, or JSON of something else; it says where.
    """
    try:
        held = decode(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        byte = Described(f"not UTF-8 at byte {error.start + 1}")
        raise InvalidField(field, byte, "UTF-8 text") from None
    except ValueError as error:
        raise InvalidField(field, Described(f"{error}"), "one JSON object") from None
    if not isinstance(held, dict):
        raise InvalidField(field, describe(held), "one JSON object")
    return held


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
        fault = f"the key {shorten(twice)} stands twice"
        raise ValueError(fault)
    return record


def _no_constant(name: str) -> object:
    fault = f"{name} is no number of JSON"
    raise ValueError(fault)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant)
