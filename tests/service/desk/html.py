"""A page as a tree, to be asked with the simplest selectors: `li.pick a`, `#find`, `[name=q]`."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element

_EMPTY = frozenset({"br", "img", "input", "link", "meta", "rect", "hr"})
_PART = re.compile(r"([.#]?)([\w-]+)|\[([\w-]+)(?:=([^\]]*))?\]")


class Page(HTMLParser):
    """A page, or a part of one.

    Attributes:
        elements: all of them, in their order.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open = [Element("root")]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].append(one)
        self.elements.append(one)
        if tag not in _EMPTY:
            self._open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        places = [place for place, one in enumerate(self._open) if place and one.tag == tag]
        if places:
            del self._open[places[-1] :]

    def handle_data(self, data: str) -> None:
        here = self._open[-1]
        if len(here):
            here[-1].tail = (here[-1].tail or "") + data
        else:
            here.text = (here.text or "") + data

    def all(self, selector: str) -> list[Element]:
        """Return the elements that a selector names, in their order."""
        return select(self._open[0], selector)

    def texts(self, selector: str) -> list[str]:
        """Return the text of each, with one blank between words."""
        return [text_of(one) for one in self.all(selector)]

    @property
    def text(self) -> str:
        """All of its text, with one blank between words."""
        return text_of(self._open[0])


def select(within: Element, selector: str) -> list[Element]:
    """Return the elements below one that a selector names, in their order."""
    first, _, rest = selector.strip().partition(" ")
    found = [one for one in within.iter() if one is not within and _is(one, first)]
    if not rest:
        return found
    return list(dict.fromkeys(inner for one in found for inner in select(one, rest)))


def text_of(one: Element) -> str:
    """Return the text of an element, with one blank between words."""
    return " ".join("".join(one.itertext()).split())


def _is(one: Element, compound: str) -> bool:
    return all(_holds(one, *parts) for parts in _parts(compound))


def _parts(compound: str) -> Iterator[tuple[str, str, str, str | None]]:
    for found in _PART.finditer(compound):
        kind, name, attribute, value = found.groups()
        yield kind or "", name or "", attribute or "", value


def _holds(one: Element, kind: str, name: str, attribute: str, value: str | None) -> bool:
    if attribute:
        return attribute in one.attrib and value in {None, one.get(attribute)}
    if kind == ".":
        return name in (one.get("class") or "").split()
    return one.get("id") == name if kind == "#" else one.tag == name
