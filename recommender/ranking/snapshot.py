"""The snapshot: the one bundle and the one overlay that an answer is computed from."""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby, takewhile
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from recommender.errors import BrokenBundle
from recommender.ranking.bundle import Bundle
from recommender.ranking.cards import Card
from recommender.ranking.overlay import TAKEN_AWAY, Overlay
from recommender.ranking.pointer import Pointer, read_pointer
from recommender.ranking.rows import MILLION
from recommender.ranking.table import ArticleTable
from recommender.settings import Settings

_PATIENCE = 5
"""How often the pointer may move while what it names is being opened."""


class Ref(NamedTuple):
    """Where a snapshot holds an article: which of its two tables, and the row there."""

    in_overlay: bool
    row: int


class Trail:
    """Gathers, while an answer is made, the number of the last event that touched it.

    Attributes:
        last_event: the greatest number noted, 0 if the bundle alone was enough.
    """

    def __init__(self) -> None:
        self.last_event = 0

    def note(self, number: int) -> None:
        """Take an event into account.

        Args:
            number: the event's number, 0 for what comes from the bundle.
        """
        self.last_event = max(self.last_event, number)


class Snapshot:
    """A bundle and the overlay that belongs to it; immutable, all threads may read it at once.

    Attributes:
        bundle: the bundle.
        overlay: the overlay.
        pointer: what named the two, or None if nothing did.
    """

    def __init__(self, bundle: Bundle, overlay: Overlay, pointer: Pointer | None = None) -> None:
        """Put the two together.

        Args:
            bundle: the bundle.
            overlay: an overlay that belongs to it.
            pointer: what named the two.
        """
        self.bundle = bundle
        self.overlay = overlay
        self.pointer = pointer

    @classmethod
    def open(cls, settings: Settings, previous: "Snapshot | None" = None) -> Self:
        """Open what the pointer names.

        Args:
            settings: where things are.
            previous: a snapshot whose bundle is used again if it is still the one.

        Returns:
            The snapshot, mapped.

        Raises:
            BrokenBundle: if the pointer or what it names is damaged.
        """
        pointer = read_pointer(settings.serving_dir)
        for _ in range(_PATIENCE):
            try:
                return cls._named_by(pointer, settings, previous)
            except BrokenBundle:
                moved = read_pointer(settings.serving_dir)
                if moved == pointer:
                    raise
                pointer = moved  # the follower went on, and swept up what it no longer names
        return cls._named_by(pointer, settings, previous)

    @classmethod
    def _named_by(cls, pointer: Pointer, settings: Settings, previous: "Snapshot | None") -> Self:
        wanted = (pointer.version, pointer.manifest_sha256)
        if previous and wanted == (previous.bundle.version, previous.bundle.manifest_sha256):
            bundle = previous.bundle
        else:
            bundle = Bundle.open(settings.versions_dir / pointer.version, pointer.manifest_sha256)
        place = settings.serving_dir / pointer.overlay
        return cls(bundle, Overlay.open(place, pointer.version, pointer.overlay_sha256), pointer)

    def find(self, article_id: str | None = None, url: str | None = None) -> Ref | None:
        """Return where an article is, or None if it is unknown or was taken away.

        Args:
            article_id: its id; or
            url: the address it is published at, in any spelling. An article whose address was
                corrected is still found at the old one, unless another is published there now.
        """
        if article_id is not None:
            row = self.overlay.articles.row_of_id(article_id)
            return Ref(True, row) if row is not None else self._by_id_in_bundle(article_id)
        return None if url is None else self._by_url(url)

    def card(self, ref: Ref) -> Card:
        """Return what is shown of an article.

        Args:
            ref: where it is.
        """
        return self._table(ref).card(ref.row)

    def id_of(self, ref: Ref) -> str:
        """Return an article's id.

        Args:
            ref: where it is.
        """
        return self._table(ref).id_of(ref.row)

    def page_of(self, ref: Ref) -> str:
        """Return an article's canonical URL, empty where it has none.

        Args:
            ref: where it is.
        """
        return self._table(ref).page_of(ref.row)

    def published_us(self, ref: Ref) -> int:
        """Return when an article was published: microseconds since 1970, or `UNDATED_US`.

        Args:
            ref: where it is.
        """
        return int(self._table(ref).published_us[ref.row])

    def event(self, ref: Ref) -> int:
        """Return the number of the event of an article's revision, 0 if the bundle has it.

        Args:
            ref: where it is.
        """
        return int(self._table(ref).event[ref.row])

    def bundle_row(self, ref: Ref) -> int | None:
        """Return the bundle's row of an article, corrected since or not; None for a new one.

        Args:
            ref: where it is.
        """
        row = int(self.overlay.replaces[ref.row]) if ref.in_overlay else ref.row
        return row if row >= 0 else None

    def story(self, ref: Ref) -> int | None:
        """Return the number of the story that an article tells; None for a new one.

        Args:
            ref: where it is.
        """
        row = self.bundle_row(ref)
        return None if row is None else int(self.bundle.stories[row])

    def n_with_tag(self, slug: str) -> int:
        """Return how many articles carry a tag; those corrected or taken away may count twice.

        Args:
            slug: the tag's slug.
        """
        return self.bundle.articles.n_with_tag(slug) + self.overlay.articles.n_with_tag(slug)

    def candidates(self, ref: Ref, trail: Trail | None = None) -> Iterator[tuple[Ref, float]]:
        """Yield what the model found for an article, as the catalogue has it today.

        Args:
            ref: the query. A corrected one keeps the candidates that were found before; one that is
                new has none.
            trail: takes note of every event that touched the list.

        Yields:
            Candidate and similarity, most similar first, then newer first, then by id.
        """
        row = self.bundle_row(ref)
        if row is None:
            return
        pairs = zip(
            self.bundle.candidate_similarity[row].tolist(),
            self.bundle.candidate_rows[row].tolist(),
            strict=True,
        )
        filled = takewhile(lambda pair: pair[1] >= 0, pairs)
        for millionths, ties in groupby(filled, key=lambda pair: pair[0]):
            found = list(self._today([row for _, row in ties], trail))
            if len(found) > 1 and any(ref.in_overlay for ref in found):
                found.sort(key=self._order)  # a correction may have changed a date
            for candidate in found:
                yield candidate, millionths / MILLION

    def newest(
        self,
        *,
        tag: str | None = None,
        section: str | None = None,
        until_us: int | None = None,
        trail: Trail | None = None,
    ) -> Iterator[Ref]:
        """Yield articles, newest first, reading no more of a long list than is asked for.

        Args:
            tag: only those with this slug; or
            section: only those in this section.
            until_us: only those published at this instant or before, in microseconds since 1970.
            trail: takes note of every event that touched the list.

        Yields:
            Articles in row order of the two tables together.
        """
        trail = trail or Trail()
        in_bundle = self.bundle.articles.newest(tag, section, until_us)
        in_overlay = self.overlay.articles.newest(tag, section, until_us)
        revised = (Ref(True, row) for rows in in_overlay for row in rows.tolist())
        for ref in merge(self._unchanged(in_bundle, trail), revised, key=self._order):
            trail.note(self.event(ref))
            yield ref

    def _by_id_in_bundle(self, article_id: str) -> Ref | None:
        row = self.bundle.articles.row_of_id(article_id)
        return Ref(False, row) if row is not None and self.overlay.hidden(row) is None else None

    def _by_url(self, url: str) -> Ref | None:
        """Return the newest article that is published there now, else one that moved away."""
        known = list(self._today(self.bundle.articles.rows_of_url(url), None))
        here = [Ref(True, row) for row in self.overlay.articles.rows_of_url(url)]
        here += [ref for ref in known if not ref.in_overlay]
        return min(here, key=self._order, default=None) or min(known, default=None)

    def _today(self, rows: Iterable[int], trail: Trail | None) -> Iterator[Ref]:
        """Yield what became of rows of the bundle, leaving out what was taken away.

        Args:
            rows: the bundle's rows.
            trail: takes note of the events.

        Yields:
            The row itself, or that of its correction.
        """
        for row in rows:
            hidden = self.overlay.hidden(row)
            if hidden is None:
                yield Ref(False, row)
                continue
            if trail is not None:
                trail.note(hidden[1])
            if hidden[0] != TAKEN_AWAY:
                yield Ref(True, hidden[0])

    def _unchanged(self, pieces: Iterable[NDArray[np.int32]], trail: Trail) -> Iterator[Ref]:
        """Yield the rows of the bundle that still count.

        Args:
            pieces: the bundle's rows.
            trail: takes note of the events by which those between were lost.

        Yields:
            One row after another; thousands that were lost in a row cost next to nothing.
        """
        for rows in pieces:
            is_hidden, events = self.overlay.hidden_among(rows)
            latest = np.maximum.accumulate(events)
            for position in np.flatnonzero(~is_hidden).tolist():
                trail.note(int(latest[position]))
                yield Ref(False, int(rows[position]))
            trail.note(int(latest[-1]))

    def _order(self, ref: Ref) -> tuple[int, str]:
        return (-self.published_us(ref), self.id_of(ref))

    def _table(self, ref: Ref) -> ArticleTable:
        return self.overlay.articles if ref.in_overlay else self.bundle.articles
