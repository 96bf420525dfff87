"""What articles were between a training and now, so that a list can tell what it has lost.

An article that came after the training and was corrected or taken away since is no row of a bundle
that could be marked. Yet the event that did it touched every list in which the article stood. So an
overlay keeps of each revision that is no longer in force where it could have been met: under its id
and its address, on its tags, in its section, among all; and the event that ended it.

`former.places` uint64[f] ascending, hashes of those places: no word of what was taken back stays in
the files of the public app. In one place the newest come first: `former.published_us` and
`former.opened_us` int64[f], when it was published and its embargo ended; `former.language`
uint32[f] the packed code; `former.ended` int64[f] the number of the event.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from recommender.domain.article import tag_slug
from recommender.domain.url import canonical_url
from recommender.ranking.blobs import Arrays
from recommender.ranking.language_codes import packed
from recommender.ranking.refs import Trail
from recommender.ranking.sink import ArraySink
from recommender.ranking.table_writer import Entry

FORMER_LAYOUT = {
    "former.places": "uint64 former",
    "former.published_us": "int64 former",
    "former.opened_us": "int64 former",
    "former.language": "uint32 former",
    "former.ended": "int64 former",
}


@dataclass(frozen=True, slots=True)
class Former:
    """A revision that was open, and is no longer in force.

    Attributes:
        entry: what it was.
        ended: number of the event that put another in its place.
    """

    entry: Entry
    ended: int


class Formers:
    """What articles were, by where they could have been met."""

    def __init__(self, arrays: Arrays) -> None:
        """Take them out of an overlay.

        Args:
            arrays: the overlay's.
        """
        self._places = arrays["former.places"]
        self._published_us = arrays["former.published_us"]
        self._opened_us = arrays["former.opened_us"]
        self._language = arrays["former.language"]
        self._ended = arrays["former.ended"]

    def note(self, trail: Trail, *, article_id: str | None = None, url: str | None = None) -> None:
        """Take account of those that had an id, or stood at an address.

        Args:
            trail: takes note.
            article_id: the id; or
            url: the address, in any spelling.
        """
        if len(self._places):
            place = _of_id(article_id) if article_id is not None else _of_url(url or "")
            held = self._among(place)
            for ended in self._ended[held].tolist():
                trail.note(ended)
            for opened_us in self._opened_us[held].tolist():
                trail.note_instant(opened_us)

    def passed(
        self, tag: str | None, section: str | None, language: int | None, trail: Trail
    ) -> "Passed":
        """Return those that a walk from the newest to older articles would have met.

        Args:
            tag: on a tag, its slug; or
            section: in a section, its name; among all if neither is given.
            language: only those in the language of this packed code; None for all.
            trail: takes note of each that is passed.
        """
        if not len(self._places):
            return Passed([], trail)
        place = (
            _of_tag(tag)
            if tag is not None
            else _of_section(section)
            if section is not None
            else _ALL
        )
        held = self._among(place)
        is_in = np.ones(held.stop - held.start, np.bool_)
        if language is not None:
            is_in = self._language[held] == language
        columns = (self._published_us, self._opened_us, self._ended)
        return Passed(zip(*(one[held][is_in].tolist() for one in columns), strict=True), trail)

    def _among(self, place: int) -> slice:
        wanted = np.uint64(place)
        start, stop = (int(self._places.searchsorted(wanted, side)) for side in ("left", "right"))
        return slice(start, stop)


class Passed:
    """Former articles along a walk that goes from newer to older ones."""

    def __init__(self, newest: Iterable[tuple[int, int, int]], trail: Trail) -> None:
        """Stand before the newest.

        Args:
            newest: when each was published, when its embargo ended, and the event that ended it;
                newest first.
            trail: takes note.
        """
        self._left = iter(newest)
        self._next = next(self._left, None)
        self._trail = trail

    def walk(self, until_us: float | None) -> None:
        """Take account of those published at an instant or later, which were not passed yet.

        One that would not have been out yet at the instant of the answer counts from then on.

        Args:
            until_us: the instant, in microseconds since 1970; None to walk to the end.
        """
        while self._next is not None and (until_us is None or self._next[0] >= until_us):
            published_us, opened_us, ended = self._next
            self._trail.note_instant(published_us)
            self._trail.note_instant(opened_us)
            if published_us <= self._trail.now_us:
                self._trail.note(ended)
            self._next = next(self._left, None)


def write_former(sink: ArraySink, former: Iterable[Former]) -> None:
    """Write what articles were.

    Args:
        sink: takes the arrays.
        former: in any order.
    """
    met = [
        (place, -one.entry.published_us, one.entry.opened_us, one.entry.language, one.ended)
        for one in former
        for place in _places(one.entry)
    ]
    met.sort()
    sink.array("former.places", np.array([one[0] for one in met], np.uint64))
    sink.array("former.published_us", np.array([-one[1] for one in met], np.int64))
    sink.array("former.opened_us", np.array([one[2] for one in met], np.int64))
    sink.array("former.language", np.array([packed(one[3]) for one in met], np.uint32))
    sink.array("former.ended", np.array([one[4] for one in met], np.int64))


def _places(entry: Entry) -> Iterator[int]:
    card = entry.card
    yield _ALL
    yield _of_id(card.id)
    if card.url:
        yield _of_url(card.url)
    if card.section:
        yield _of_section(card.section)
    yield from (_of_tag(tag.slug) for tag in card.tags)


def _hashed(kind: str, name: str) -> int:
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8, person=kind.encode())
    return int.from_bytes(digest.digest(), "little")


def _of_id(article_id: str) -> int:
    return _hashed("id", article_id)


def _of_url(url: str) -> int:
    return _hashed("url", canonical_url(url))


def _of_tag(slug: str) -> int:
    return _hashed("tag", slug)


def _of_section(section: str) -> int:
    return _hashed("section", tag_slug(section))


_ALL = _hashed("all", "")
