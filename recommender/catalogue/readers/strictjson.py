"""JSON where leniency would have to guess: no key twice in an object, no NaN, no Infinity."""

import json
from collections import Counter

from recommender.catalogue.readers.found import Described
from recommender.errors import shorten


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
