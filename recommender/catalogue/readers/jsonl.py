"""JSON Lines: one object a line, UTF-8 with or without byte order mark, plain or gzipped.

Strict where leniency would have to guess: a key that stands twice in an object, NaN and Infinity,
and bytes that are no UTF-8 reject their line.
"""

from collections.abc import Iterator
from pathlib import Path

from recommender.catalogue.readers import strictjson
from recommender.catalogue.readers.fields import KEYS
from recommender.catalogue.readers.found import Described
from recommender.catalogue.readers.lines import MAX_LINE_BYTES, read_lines
from recommender.catalogue.readers.records import to_row
from recommender.catalogue.readers.rows import WHOLE_LINE, Rejection, Row
from recommender.catalogue.readers.streams import Advance
from recommender.errors import InvalidField


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
        if line is not None and not line.strip():
            continue
        try:
            record = _decode(line)
        except InvalidField as error:
            yield Rejection(number, WHOLE_LINE, f"{error}")
        else:
            ignored_keys = tuple(key for key in record if key not in KEYS)
            yield to_row(number, record, max_chars, ignored_keys)


def _decode(line: bytes | None) -> dict[str, object]:
    if line is None:
        size = Described(f"longer than {MAX_LINE_BYTES:,} bytes")
        raise InvalidField(WHOLE_LINE, size, "one article")
    return strictjson.decode_object(WHOLE_LINE, line)
