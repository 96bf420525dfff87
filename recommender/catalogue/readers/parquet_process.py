"""Parquet to JSON Lines, in a process of its own; run as a script, never imported by the others.

    python parquet_process.py FILE KEYS MEMORY_BYTES

A Parquet file of a stranger is unpacked by a large C++ library. Whatever a damaged or a wicked one
does to it, a crash, a loop of allocations, a gigabyte in one page, happens here, within a limit on
memory, and the importing process reads lines of text or learns that this one has died.

Written to standard output, one JSON value a line: first `{"columns": [names], "others": [names],
"n_rows": n}`, the columns that are read and the others; then a list of cells for each row; in the
end `{"end": n}`, or `{"error": words}` where the file cannot be read. Nothing of morefrom is
needed.
"""

import json
import math
import resource
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

MAX_ROW_GROUP_BYTES = 4 * 1024**3
"""Largest row group that is begun, by what it says of itself, unpacked, columns that are read."""

MAX_BATCH_ROWS = 500
BATCH_BYTES = 8 * 1024**2
"""How much is unpacked at a time: about, since only averages are known before."""

BUFFER_BYTES = 1024**2
IMAGE_PARTS = ("url", "alt", "caption", "credit", "width", "height")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
UNITS_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}

NO_TEXT = "\udcff"
"""Stands for bytes that are no UTF-8: half of a surrogate pair, which no field accepts."""

Convert = Callable[[Any], object]


class Refused(Exception):
    """The file is sound, but not one to read; the message may stand in a sentence."""


def main() -> None:
    """Write what the file holds, or why it cannot be read."""
    path, keys, memory_bytes = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (int(memory_bytes), int(memory_bytes)))
    try:
        import pyarrow  # noqa: ICN001 — imported late, within the limit, and told where missing
    except ImportError:
        say({"error": "missing"})
        return
    try:
        write(path, frozenset(json.loads(keys)))
    except Refused as error:
        say({"error": str(error)})
    except MemoryError:  # pyarrow's own is one too
        say({"error": f"it needs more than {int(memory_bytes):,} bytes of memory to be unpacked"})
    except (pyarrow.ArrowException, OSError, ValueError, LookupError, OverflowError) as error:
        say({"error": f"it is damaged ({' '.join(str(error).split())[:120]})"})


def say(value: object) -> None:
    """Write a line; halves of surrogate pairs as the escapes that JSON has for them."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")


def write(path: str, keys: frozenset[str]) -> None:
    """Write everything that a file holds under some keys.

    Args:
        path: the file.
        keys: in lower case.

    Raises:
        Refused: if it holds what cannot be read, or rows are missing.
    """
    from pyarrow import parquet

    file = parquet.ParquetFile(
        path, pre_buffer=False, buffer_size=BUFFER_BYTES, page_checksum_verification=True
    )
    names = [str(name) for name in file.schema_arrow.names]
    wanted = {place: name for place, name in enumerate(names) if name.strip().lower() in keys}
    others = [name for place, name in enumerate(names) if place not in wanted]
    say({"columns": [*wanted.values()], "others": others, "n_rows": file.metadata.num_rows})
    paths, converters = [], []
    for place, name in wanted.items():
        parts, convert = reading_of(name, file.schema_arrow.field(place).type)
        paths += parts
        converters.append(convert)
    n_rows_said = check_rows(file.metadata)
    n_bytes = largest_row(file.metadata, paths)
    n_rows = max(1, min(MAX_BATCH_ROWS, int(BATCH_BYTES / max(n_bytes, 1))))
    n_written = 0
    for batch in file.iter_batches(batch_size=n_rows, columns=paths, use_threads=False):
        by_name = dict(zip(batch.schema.names, batch.columns, strict=True))
        columns = [by_name[name] for name in wanted.values()]
        for row in range(batch.num_rows):
            cells = zip(converters, columns, strict=True)
            say([convert(column[row]) for convert, column in cells])
        n_written += batch.num_rows
    if n_written != n_rows_said:
        fault = f"it is damaged (it has {n_written:,} rows and says {n_rows_said:,})"
        raise Refused(fault)
    say({"end": n_written})


def check_rows(metadata: Any) -> int:
    """Return how many rows a file says that it has, which no row may be missing from.

    Raises:
        Refused: if its row groups say otherwise.
    """
    n_rows: int = sum(
        metadata.row_group(place).num_rows for place in range(metadata.num_row_groups)
    )
    if n_rows != metadata.num_rows:
        fault = (
            f"it is damaged (its row groups have {n_rows:,} rows, it says {metadata.num_rows:,})"
        )
        raise Refused(fault)
    return n_rows


def largest_row(metadata: Any, paths: list[str]) -> float:
    """Return how many bytes a row has on the average in the row group where it has most.

    Args:
        metadata: of the file.
        paths: what is read.

    Raises:
        Refused: if a row group is too large.
    """
    largest = 0.0
    for place in range(metadata.num_row_groups):
        group = metadata.row_group(place)
        chunks = (group.column(number) for number in range(group.num_columns))
        n_bytes = sum(
            chunk.total_uncompressed_size
            for chunk in chunks
            if any(f"{chunk.path_in_schema}.".startswith(f"{path}.") for path in paths)
        )
        if n_bytes > MAX_ROW_GROUP_BYTES:
            fault = (
                f"its row group {place + 1} unpacks to {n_bytes:,} bytes, of which "
                f"{MAX_ROW_GROUP_BYTES:,} are read; write it with smaller ones, "
                "such as row_group_size=100_000"
            )
            raise Refused(fault)
        largest = max(largest, n_bytes / max(group.num_rows, 1))
    return largest


def reading_of(name: str, kind: Any) -> tuple[list[str], Convert]:
    """Tell how a column is read.

    Args:
        name: the column's.
        kind: its type.

    Returns:
        The paths to be read, and what makes a JSON value of a scalar.

    Raises:
        Refused: if it holds what cannot be read.
    """
    from pyarrow import types

    if types.is_struct(kind):
        fields = [kind.field(place) for place in range(kind.num_fields)]
        parts = {field.name: leaf(field.type) for field in fields if field.name in IMAGE_PARTS}
        readable = {part: convert for part, convert in parts.items() if convert is not None}
        if readable and len(readable) == len(parts):
            return [f"{name}.{part}" for part in readable], optional(lambda s: struct(s, readable))
    elif is_list(kind):
        inner = leaf(kind.value_type)
        if inner is not None:
            return [name], optional(lambda scalar: [inner(entry) for entry in scalar.values])
    else:
        convert = leaf(kind)
        if convert is not None:
            return [name], convert
    fault = (
        f"its column {name[:80]!r} holds {str(kind)[:80]}, expected text, dates or lists of text"
    )
    raise Refused(fault)


def is_list(kind: Any) -> bool:
    """Return whether a type is a list of any make."""
    from pyarrow import types

    makes = ("list", "large_list", "fixed_size_list", "list_view", "large_list_view")
    tests = (getattr(types, f"is_{make}", None) for make in makes)  # older ones know fewer
    return any(test(kind) for test in tests if test is not None)


def struct(scalar: Any, parts: dict[str, Convert]) -> dict[str, object]:
    """Return the parts of a struct."""
    return {part: convert(scalar[part]) for part, convert in parts.items()}


def leaf(kind: Any) -> Convert | None:
    """Return what makes a JSON value of a scalar without parts, None for a type that has none."""
    from pyarrow import types

    if types.is_dictionary(kind):
        inner = leaf(kind.value_type)
        return None if inner is None else optional(lambda scalar: inner(scalar.value))
    if types.is_timestamp(kind):
        per_second = UNITS_A_SECOND[kind.unit]
        return optional(lambda scalar: instant(scalar.value, per_second))
    if types.is_date(kind):
        days = 86_400_000 if types.is_date64(kind) else 1
        return optional(lambda scalar: day(scalar.value // days))
    if types.is_floating(kind):
        return optional(lambda scalar: number(float(scalar.as_py())))
    is_string_view = getattr(types, "is_string_view", types.is_string)
    if types.is_string(kind) or types.is_large_string(kind) or is_string_view(kind):
        return optional(text)
    plain = types.is_integer(kind) or types.is_boolean(kind) or types.is_null(kind)
    return optional(lambda scalar: scalar.as_py()) if plain else None


def optional(convert: Convert) -> Convert:
    """Return a conversion that leaves null as it is."""
    return lambda scalar: convert(scalar) if scalar.is_valid else None


def text(scalar: Any) -> str:
    """Return a text, `NO_TEXT` where its bytes are none."""
    try:
        return str(scalar.as_py())
    except UnicodeDecodeError:
        return NO_TEXT


def number(value: float) -> object:
    """Return a number that JSON has; none is none, and what is beyond all is told in words."""
    if math.isnan(value):
        return None
    return str(value) if math.isinf(value) else value


def instant(value: int, per_second: int) -> str:
    """Return an instant as ISO 8601 in UTC; zones do not matter, Parquet counts in UTC."""
    try:
        return (EPOCH + timedelta(microseconds=value * 10**6 // per_second)).isoformat()
    except OverflowError:
        return f"{value / per_second:.0f} seconds since 1970"


def day(days: int) -> str:
    """Return a date as ISO 8601."""
    try:
        return date.fromordinal(EPOCH_DAY + days).isoformat()
    except (ValueError, OverflowError):
        return f"{days} days since 1970"


if __name__ == "__main__":
    main()
