"""JSON Lines: one object a line, UTF-8 with or without byte order mark, plain or gzipped.

Strict where leniency would have to guess: a key that stands twice in an object, NaN and Infinity,
and bytes that are no UTF-8 reject their line.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from recommender.catalogue.readers.fields import KEYS, article_id_of, to_article
from recommender.catalogue.readers.found import Described, describe
from recommender.catalogue.readers.lines import MAX_LINE_BYTES, Advance, read_lines
from recommender.catalogue.readers.rows import WHOLE_LINE, Accepted, Rejection, Row
from recommender.errors import InvalidField, shorten


def rows(path: Path, max_chars: int, advance: Advance | None = None) -> Iterator[Row]:
    """Read a file of articles.

    Args:
        path: the file.
        max_chars: the longest title, summary or body accepted, in characters.
        advance: told how many bytes of the file have been read.

    Yields:
        An article or a rejection for each line that is not blank.
    """
    for number, line in read_lines(path, advance):
        try:
            record = _decode(line)
        except InvalidField as error:
            yield Rejection(number, WHOLE_LINE, f"{error}")
            continue
        try:
            article = to_article(record, max_chars)
        except InvalidField as error:
            yield Rejection(number, error.field, f"{error}", article_id_of(record))
        else:
            yield Accepted(number, article, tuple(key for key in record if key not in KEYS))


def _decode(line: bytes | None) -> dict[str, object]:
    if line is None:
        size = Described(f"longer than {MAX_LINE_BYTES:,} bytes")
        raise InvalidField(WHOLE_LINE, size, "one article")
    try:
        record = _DECODER.decode(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        byte = Described(f"not UTF-8 at byte {error.start + 1}")
        raise InvalidField(WHOLE_LINE, byte, "UTF-8 text") from None
    except RecursionError:
        raise InvalidField(WHOLE_LINE, Described("nested too deeply"), "one JSON object") from None
    except ValueError as error:
        fault = Described(f"not JSON ({shorten(Described(str(error)), 120)})")
        raise InvalidField(WHOLE_LINE, fault, "one JSON object") from None
    if not isinstance(record, dict):
        raise InvalidField(WHOLE_LINE, describe(record), "one JSON object")
    return record


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
