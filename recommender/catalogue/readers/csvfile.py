"""CSV: a line of column names, then a row for each article; UTF-8, plain or gzipped.

Comma, semicolon or tab, whichever alone finds a column `id` in the first line; what stands further
down never decides. Quotes are double, and doubled inside of a quoted cell, where lines may end.

Strict where leniency would have to guess: after a wrong quote nobody can tell where rows begin, and
prose that is taken for rows would become articles. So there reading ends with a sentence. A row
with more or fewer cells than the first line has names, with a NUL, or no UTF-8, is rejected alone.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from recommender.catalogue.readers.fields import article_id_of
from recommender.catalogue.readers.found import Described
from recommender.catalogue.readers.lines import read_lines
from recommender.catalogue.readers.records import to_row
from recommender.catalogue.readers.rows import WHOLE_LINE, Rejection, Row
from recommender.catalogue.readers.streams import Advance
from recommender.catalogue.readers.tables import Columns, key_of
from recommender.errors import InvalidField, UnreadableFile

MAX_ROW_BYTES = 32 * 1024 * 1024
"""Longest row that is read; the parser needs four times as much while it works."""

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_NO_LINE_FEEDS = "its lines end in carriage returns alone; save it with line feeds"
_FAULTS = {
    "unexpected end": "the quote that opens in this row is never closed",
    "new-line character": _NO_LINE_FEEDS,
}
_STRAY_QUOTE = "text follows a closing quote; a quote inside of a quoted cell must be doubled"


def rows(path: Path, max_chars: int, advance: Advance | None = None) -> Iterator[Row]:
    """Read a file of articles.

    Args:
        path: the file.
        max_chars: the longest title, summary or body accepted, in characters.
        advance: told how many bytes of the file have been read.

    Yields:
        An article or a rejection for each row that is not blank, with the number of the line in
        which it begins.

    Raises:
        UnreadableFile: if its first line or its quotes are wrong, or it cannot be read to its end.
    """
    lines = _Lines(path, advance)
    header = lines.first()
    if header is None:
        return
    delimiter, columns = _columns(path, lines.number, header)
    # The parser's own limit is one for the whole process; ours has been kept before it sees a line.
    csv.field_size_limit(MAX_ROW_BYTES)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin_row()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnreadableFile(path, _fault(error), lines.begin) from None
        if cells is None:
            return
        if any(not cell.isspace() for cell in cells if cell):
            yield _row(lines, columns, cells, max_chars)


class _Lines(Iterator[str]):
    """The lines of a file as text, with what must be known of the row that they belong to.

    Attributes:
        number: of the line given last.
        begin: number of the first line of the row.
        fault: what makes the row unfit, if anything does.
    """

    def __init__(self, path: Path, advance: Advance | None) -> None:
        self.number = self.begin = 0
        self.fault: InvalidField | None = None
        self._path = path
        self._lines = read_lines(path, advance)
        self._n_bytes = 0

    def first(self) -> str | None:
        """Return the first line that is not blank, None if there is none.

        Raises:
            UnreadableFile: if it is no text, or no line.
        """
        while True:
            self.begin_row()
            line = next(self, None)
            if self.fault is not None:
                reason = f"its column names are {self.fault.found!r}"
                raise UnreadableFile(self._path, reason, self.number)
            if line is not None and "\r" in line.rstrip("\r\n"):
                raise UnreadableFile(self._path, _NO_LINE_FEEDS, self.number)
            if line is None or line.strip():
                return line

    def begin_row(self) -> None:
        """Note that the next line is the first of a row."""
        self.begin = self.number + 1
        self.fault = None
        self._n_bytes = 0

    def __next__(self) -> str:
        self.number, line = next(self._lines)
        self._n_bytes += 0 if line is None else len(line)
        if line is None or self._n_bytes > MAX_ROW_BYTES:
            reason = f"the row that begins here is longer than {MAX_ROW_BYTES:,} bytes"
            hint = "; is a quote in it never closed?" if self.number > self.begin else ""
            raise UnreadableFile(self._path, f"{reason}{hint}", self.begin)
        if b"\0" in line:
            self._note("text with a NUL byte", "text")
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError as error:
            self._note(f"not UTF-8 at byte {error.start + 1} of line {self.number}", "UTF-8 text")
            return line.decode("utf-8", "surrogateescape")

    def _note(self, found: str, expected: str) -> None:
        self.fault = self.fault or InvalidField(WHOLE_LINE, Described(found), expected)


def _columns(path: Path, number: int, header: str) -> tuple[str, Columns]:
    """Return the delimiter under which alone a line names a column `id`, and its columns.

    Args:
        path: the file, for the sentence.
        number: the line's number.
        header: the line.

    Raises:
        UnreadableFile: if there is none or more than one, or the names are wrong.
    """
    readings = {delimiter: _cells(header, delimiter) for delimiter in _DELIMITERS}
    fitting = {
        delimiter: names
        for delimiter, names in readings.items()
        if any(key_of(name) == "id" for name in names)
    }
    if len({tuple(names) for names in fitting.values()}) > 1:
        found = " or ".join(_DELIMITERS[delimiter] for delimiter in fitting)
        raise UnreadableFile(path, f"its columns may be parted by {found}", number)
    delimiter, names = next(iter((fitting or readings).items()))
    try:
        return delimiter, Columns.of(names)
    except ValueError as error:
        reason = f"{error}, so it is neither a CSV file of articles nor JSON Lines"
        raise UnreadableFile(path, reason if not fitting else f"{error}", number) from None


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:  # a quote that is none under this delimiter
        return []


def _row(lines: _Lines, columns: Columns, cells: list[str], max_chars: int) -> Row:
    fault = lines.fault
    if fault is None and len(cells) != len(columns.keys):
        found = Described(f"a row of {len(cells):,} cells")
        expected = f"{len(columns.keys):,}, as many as the first line names"
        fault = InvalidField(WHOLE_LINE, found, expected)
    if fault is None:
        try:
            return to_row(lines.begin, columns.record(cells), max_chars, columns.ignored)
        except InvalidField as error:
            fault = error
    article_id = article_id_of(columns.id_record(cells))
    return Rejection(lines.begin, fault.field, f"{fault}", article_id)


def _fault(error: csv.Error) -> str:
    found = (words for start, words in _FAULTS.items() if f"{error}".startswith(start))
    return next(found, _STRAY_QUOTE)
