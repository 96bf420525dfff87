"""Where one paragraph of a body ends and the next begins."""

import re

_WIDEST_COLUMN = 100
_NARROWEST_COLUMN = 40
"""Between these many characters lies the longest line of a text that was wrapped by hand."""

_FULL = 0.75
"""Share of the longest line from which on a line is full: the next word may be a long one."""

_END = re.compile(r"\n(?=\s)")
"""Where a paragraph may end in a wrapped text: before a blank line or an indented one."""


def paragraphs(body: str) -> list[str]:
    """Split a body into its paragraphs.

    A line is a paragraph, except in a text that was wrapped to a column, as agencies' wires are:
    there a paragraph ends at a blank line, or before one that is indented.

    Args:
        body: plain text.

    Returns:
        The paragraphs in order, none blank, without blanks at their ends.
    """
    parts = body.split("\n")
    width = max(map(len, parts))
    if len(parts) > 1 and _NARROWEST_COLUMN <= width <= _WIDEST_COLUMN:
        wrapped = _END.split(body)
        if _are_wrapped(wrapped, width):
            parts = [part.replace("\n", " ") for part in wrapped]
    return [stripped for part in parts if (stripped := part.strip())]


def _are_wrapped(parts: list[str], width: int) -> bool:
    """Return whether most lines that may go on in the next are about as long as the longest."""
    inside = (part.split("\n")[:-1] for part in parts if "\n" in part)
    n_chars = [len(line) for lines in inside for line in lines if line]
    n_full = sum(n > _FULL * width for n in n_chars)
    return 2 * n_full > len(n_chars)
