"""Tables for spreadsheets that do nothing but hold text, whoever wrote the text.

A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula,
which may send what stands beside it to anybody. OWASP's advice ("CSV Injection"): put an
apostrophe before it, quote every cell, and double the quotation marks in it. The signs count in
their full width too, as spreadsheets in East Asia read them, and behind blanks, which some
programs cut off.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "\0")

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Stands first: without it Excel reads the file as if it were of the Windows of its country."""


def safe(cell: object) -> str:
    r"""Return a cell that no spreadsheet computes.

    Args:
        cell: a text, or what becomes one; None for nothing.

    >>> safe('=HYPERLINK("http://x","y")'), safe(12), safe(None)
    ('\'=HYPERLINK("http://x","y")', '12', '')
    """
    text = "" if cell is None else str(cell)
    is_dangerous = text.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS)
    return f"'{text}" if is_dangerous else text


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Write a table, a line at a time.

    Args:
        header: what the columns are called.
        rows: the cells.

    Yields:
        Lines of CSV as RFC 4180 has it, every cell quoted; the first begins with the BOM.
    """
    yield BOM + _line(header)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([safe(cell) for cell in cells])
    return out.getvalue()
