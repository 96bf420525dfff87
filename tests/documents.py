"""The documents as tests read them: sections, tables and blocks of code of Markdown files."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/*.md", "data/*.md", "models/*.md")
    for path in ROOT.glob(pattern)
)

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def prose(document: str) -> str:
    """Return a document without its blocks of code."""
    return _FENCE.sub("", read(document))


def blocks(document: str, *languages: str) -> list[str]:
    """Return the blocks of code in some languages."""
    return [code for language, code in _FENCE.findall(read(document)) if language in languages]


def headings(document: str) -> list[str]:
    return re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)


def section(document: str, heading: str) -> str:
    """Return what stands under a heading, up to the next of its level or above, without code."""
    title = re.search(rf"^(#+) {re.escape(heading)}$", prose(document), re.MULTILINE)
    assert title, f"{document} has no heading “{heading}”"
    rest = prose(document)[title.end() :]
    return re.split(rf"^#{{1,{len(title[1])}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of each row of the tables of a text, without their heads."""
    for table in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        for line in table.splitlines()[2:]:
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


def named(text: str) -> dict[str, list[str]]:
    """Return the rows of the tables of a text by each name in code in their first cell."""
    found: dict[str, list[str]] = {}
    for row in rows(text):
        for name in spans(row[0]):
            assert name not in found, f"{name} stands twice"
            found[name] = row
    return found


def spans(text: str) -> list[str]:
    """Return what is set in code within lines."""
    return re.findall(r"`([^`\n]+)`", text)
