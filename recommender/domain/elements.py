"""HTML as a string of characters: where its tags are, and whether a text is HTML at all.

Wire copy writes `Du Pont <DD>` and mathematicians `a < b`, so a text is only taken for HTML where
it holds what nobody writes by chance (`is_markup`), and only HTML's own element names are tags.

The standard library's parser is not used: it takes every `<x` for a tag, and unclosed markup costs
some of its versions the square of its length. Here a character is looked at once, whatever follows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

PARAGRAPHS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "fieldset", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "html", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary",
    "table", "ul",
})  # fmt: skip
"""Elements that stand apart from the text around them."""

LINES = frozenset({"br", "caption", "dt", "li", "tr"})
"""Elements that begin a line of their own."""

CELLS = frozenset({"td", "th"})
"""Elements that stand apart by a space."""

DROPPED = frozenset({
    "applet", "audio", "button", "canvas", "datalist", "figcaption", "form", "frameset", "head",
    "iframe", "math", "noembed", "noframes", "noscript", "object", "script", "select", "style",
    "svg", "template", "textarea", "title", "video",
})  # fmt: skip
"""Elements whose content is no part of the text. A caption belongs to its picture."""

_INLINE = frozenset({
    "a", "abbr", "acronym", "area", "b", "base", "bdi", "bdo", "big", "cite", "code", "col",
    "colgroup", "data", "del", "dfn", "em", "embed", "font", "i", "img", "input", "ins", "kbd",
    "label", "legend", "link", "map", "mark", "meta", "meter", "nobr", "optgroup", "option",
    "output", "param", "picture", "progress", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "source", "span", "strike", "strong", "sub", "sup", "tbody", "tfoot", "thead", "time", "track",
    "tt", "u", "var", "wbr",
})  # fmt: skip

KNOWN = PARAGRAPHS | LINES | CELLS | DROPPED | _INLINE
"""Every element that HTML has or had."""

_RAW = frozenset({"script", "style"})
"""Elements in which nothing is a tag but their own end."""

_OPENING = re.compile(
    r"<(?P<closes>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,10})(?![\w:.-])|(?P<comment><!--)"
    r"|<!\[CDATA\[|\]\]>|<(?:!doctype|\?xml|/?[movw]:\w)[^<>]*+>",
    re.IGNORECASE,
)
_REST = re.compile(r"""((?:[^<>=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=)*+)>""")
"""What follows an element's name. Possessive, so that a long one is read once."""

_EVIDENCE = re.compile(
    r"<(?:/(?P<closed>[A-Za-z][A-Za-z0-9]{0,10})\s*+|(?P<full>[A-Za-z][A-Za-z0-9]{0,10})"
    r"(?:\s[^<>=]*+=[^<>]*+|\s*+/)|(?P<bare>p|br|hr|li|wbr))>|(?P<comment><!--)"
)
"""An end of an element, one with attributes, or a bare one as HTML writes it today, not a ticker
in capitals."""

_ATTRIBUTE = re.compile(
    r"""(?<![^\s"'/])([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++)))?+"""
)

_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TWICE = re.compile(r"&(?!(?:lt|gt|LT|GT|#0*6[02]|#[xX]0*3[cCeE]);)[#\w]++;")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, a comment or a declaration of HTML.

    Attributes:
        start: where it begins in the text.
        end: where the text after it begins.
        name: the element's, in lower case; empty for a comment or a declaration.
        closes: whether it ends its element.
        attributes: what stands between name and end, as written.
    """

    start: int
    end: int
    name: str
    closes: bool
    attributes: str

    @property
    def href(self) -> str | None:
        """Where a link leads, references resolved, without blanks at the ends."""
        for name, *values in _ATTRIBUTE.findall(self.attributes):
            if name.lower() == "href":
                return unescape("".join(values)).strip()
        return None


def is_markup(text: str) -> bool:
    """Return whether a text has HTML in it that cannot have been meant as words."""
    if "<" not in text:
        return False
    for found in _EVIDENCE.finditer(text):
        name = found["closed"] or found["full"]
        if name is None or name.lower() in KNOWN:
            return True
    return False


def tags(text: str) -> Iterator[Tag]:
    """Find the tags of a text.

    Args:
        text: HTML, however broken. What looks like a tag and never ends is text, and so is a
            comment that never ends.

    Yields:
        The tags in order.
    """
    start = 0
    last_comment_end = text.rfind("-->")
    unended: set[str] = set()
    while found := _OPENING.search(text, start):
        start = found.end()
        name = (found["name"] or "").lower()
        if found["comment"]:
            if start - 2 <= last_comment_end:  # <!--> is a whole comment
                start = text.find("-->", start - 2) + 3
                yield Tag(found.start(), start, "", False, "")
            continue
        if not name:
            yield Tag(found.start(), start, "", False, "")
            continue
        rest = _REST.match(text, start) if name in KNOWN else None
        if rest is None:
            continue
        start = rest.end()
        yield Tag(found.start(), start, name, bool(found["closes"]), rest[1])
        if name in _RAW and not found["closes"] and name not in unended:
            if end := re.compile(f"</{name}\\b", re.IGNORECASE).search(text, start):
                start = end.start()
            else:
                unended.add(name)


def unescaped(text: str) -> str:
    """Return a text with its character references as characters.

    Only what ends in a semicolon is one, or `AT&T` and addresses would suffer. What was escaped
    twice (`&amp;nbsp;`) is resolved twice, except where that would make a tag of it.
    """
    if "&" not in text:
        return text
    once = _REFERENCE.sub(_character, text)
    return _TWICE.sub(_character, once) if "&amp;" in text else once


def _character(reference: re.Match[str]) -> str:
    return unescape(reference[0])
