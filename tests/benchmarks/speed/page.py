"""Figures on a page of the documentation, which a benchmark writes itself.

They stand between two comments, `<!-- figures: NAME -->` and `<!-- end -->`, and are replaced as a
whole.
"""

import re
from collections.abc import Sequence
from pathlib import Path


def write(path: Path, name: str, lines: Sequence[str]) -> None:
    """Put figures on a page, in place of those that are there.

    Args:
        path: of the page.
        name: of the figures.
        lines: of Markdown.

    Raises:
        ValueError: the page has no place for them.
    """
    begin, end = f"<!-- figures: {name} -->", "<!-- end -->"
    held = "\n".join([begin, "", *lines, "", end])
    page, n_places = re.subn(
        f"{re.escape(begin)}.*?{re.escape(end)}",
        lambda _: held,
        path.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    if n_places != 1:
        message = f"{path} has {n_places} places for the figures of {name}, expected one"
        raise ValueError(message)
    path.write_text(page, encoding="utf-8")
