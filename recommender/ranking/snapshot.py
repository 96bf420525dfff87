"""The snapshot: the one bundle and the one overlay that an answer is computed from."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recommender.errors import BrokenBundle
from recommender.ranking.bundle import Bundle
from recommender.ranking.cards import Card
from recommender.ranking.known import Known
from recommender.ranking.overlay import Overlay
from recommender.ranking.overlaying import TAKEN_AWAY
from recommender.ranking.pointer import Pointer, read_pointer
from recommender.ranking.refs import Group, Ref, Trail
from recommender.ranking.table import ArticleTable
from recommender.settings import Settings

_PATIENCE = 5
"""How often the pointer may move while what it names is being opened."""


class Snapshot:
    """A bundle and the overlay that belongs to it; immutable, all threads may read it at once.

    Attributes:
        bundle: the bundle.
        overlay: the overlay.
        known: what the model knows of the articles of both, by one row number.
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
        self.known = Known(bundle, overlay.arrived, overlay.articles.published_us)

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

    def find(
        self, article_id: str | None = None, url: str | None = None, trail: Trail | None = None
    ) -> Ref | None:
        """Return where an article is, or None if it is unknown or was taken away.

        Args:
            article_id: its id; or
            url: the address it is published at, in any spelling. An article whose address was
                corrected is still found at the old one, unless another is published there now.
            trail: takes note of the events by which an article that is not found was lost.
        """
        if article_id is not None:
            row = self.overlay.articles.row_of_id(article_id)
            found = Ref(True, row) if row is not None else self._by_id_in_bundle(article_id)
        else:
            found = None if url is None else self._by_url(url)
        if found is None and trail is not None:
            self.overlay.former.note(trail, article_id=article_id, url=url)
            lost = self.bundle.articles.row_of_id(article_id) if article_id is not None else None
            rows = self.bundle.articles.rows_of_url(url) if url is not None else []
            for row in rows if lost is None else [lost]:
                self.today(row, trail)
        return found

    def look_at(self, ref: Ref, trail: Trail) -> None:
        """Take note of all that decides whether an article may be shown, and what it is.

        Args:
            ref: where it is.
            trail: takes note of its revision, and of the instants of its publication and of the end
                of its embargo.
        """
        trail.note(self.event(ref))
        trail.note_instant(self.published_us(ref))
        if ref.in_overlay:
            trail.note_instant(int(self.overlay.opened_us[ref.row]))

    def table(self, ref: Ref) -> ArticleTable:
        """Return which of the two tables has an article.

        Args:
            ref: where it is.
        """
        return self.overlay.articles if ref.in_overlay else self.bundle.articles

    def card(self, ref: Ref) -> Card:
        """Return what is shown of an article.

        Args:
            ref: where it is.
        """
        return self.table(ref).card(ref.row)

    def id_of(self, ref: Ref) -> str:
        """Return an article's id.

        Args:
            ref: where it is.
        """
        return self.table(ref).id_of(ref.row)

    def page_of(self, ref: Ref) -> str:
        """Return an article's canonical URL, empty where it has none.

        Args:
            ref: where it is.
        """
        return self.table(ref).page_of(ref.row)

    def published_us(self, ref: Ref) -> int:
        """Return when an article was published: microseconds since 1970, or `UNDATED_US`.

        Args:
            ref: where it is.
        """
        return int(self.table(ref).published_us[ref.row])

    def event(self, ref: Ref) -> int:
        """Return the number of the event of an article's revision, 0 if the bundle has it.

        Args:
            ref: where it is.
        """
        return int(self.table(ref).event[ref.row])

    def language(self, ref: Ref) -> str:
        """Return the ISO 639 code of the language that an article is written in.

        Args:
            ref: where it is.
        """
        return self.table(ref).language_of(ref.row)

    def row_of(self, ref: Ref) -> int | None:
        """Return the row by which the model knows an article, as `known` numbers them.

        Args:
            ref: where it is.

        Returns:
            The row; before it was compared a correction has that of what it corrects, a new article
            none.
        """
        if not ref.in_overlay:
            return ref.row
        if self.overlay.arrived.has_lists[ref.row]:
            return self.known.n + ref.row
        return self.trained_row(ref)

    def trained_row(self, ref: Ref) -> int | None:
        """Return the bundle's row of an article, corrected since or not; None for a new one.

        Args:
            ref: where it is.
        """
        row = self.overlay.replaces[ref.row] if ref.in_overlay else ref.row
        return int(row) if row >= 0 else None

    def story(self, ref: Ref) -> int | None:
        """Return the number of the story that an article tells; None for one of its own.

        Args:
            ref: where it is.
        """
        row = self.row_of(ref)
        return None if row is None else self.known.story(row)

    def twins(self, ref: Ref) -> list[Ref]:
        """Return the later articles that tell the story of a later one.

        Args:
            ref: where the one is; of an article of the bundle `story` tells all.
        """
        row = self.row_of(ref) if ref.in_overlay else None
        return (
            [] if row is None else [Ref(True, one - self.known.n) for one in self.known.twins(row)]
        )

    def tagged(self, slug: str) -> Group:
        """Return the articles that carry a tag.

        Args:
            slug: the tag's slug.
        """
        bundle, overlay = self.bundle.articles, self.overlay.articles
        return Group(bundle.rows_with_tag(slug), overlay.rows_with_tag(slug))

    def in_section(self, section: str) -> Group:
        """Return the articles of a section.

        Args:
            section: its name; spellings that differ as those of one tag may are the same section.
        """
        bundle, overlay = self.bundle.articles, self.overlay.articles
        return Group(bundle.rows_in_section(section), overlay.rows_in_section(section))

    def today(self, row: int, trail: Trail | None = None) -> Ref | None:
        """Return what became of a row of the bundle: itself or its correction; None if taken away.

        Args:
            row: the bundle's row.
            trail: takes note of the event that corrected it or took it away.
        """
        hidden = self.overlay.hidden(row)
        if hidden is None:
            return Ref(False, row)
        if trail is not None:
            trail.note(hidden[1])
        return None if hidden[0] == TAKEN_AWAY else Ref(True, hidden[0])

    def listed(self, row: int, trail: Trail | None = None) -> Ref | None:
        """Return the article that a row on a list of `known` stands for; None if it is gone.

        What was corrected is another article on the lists, with a row of its own, as soon as it was
        compared; until then its correction stands in for it.

        Args:
            row: the row.
            trail: takes note of the event that corrected it or took it away.
        """
        if row >= self.known.n:
            return Ref(True, row - self.known.n)
        ref = self.today(row, trail)
        has_moved = ref is not None and ref.in_overlay and self.row_of(ref) != row
        return None if has_moved else ref

    def orders(self, rows: NDArray[np.int32]) -> list[Any]:
        """Return keys of row order of the articles that rows of `known` stand for.

        Args:
            rows: int32[m]; those of articles that are gone have any key.

        Returns:
            m keys, to be compared with each other.
        """
        is_hidden, _ = self.overlay.hidden_among(rows)
        if not any(map(self.listed, rows[is_hidden].tolist())):
            return list(self.known.orders(rows).tolist())
        held = map(self.listed, rows.tolist())  # corrections stand in, perhaps of another date
        return [(0, "") if ref is None else self.order(ref) for ref in held]

    def _by_id_in_bundle(self, article_id: str) -> Ref | None:
        row = self.bundle.articles.row_of_id(article_id)
        return Ref(False, row) if row is not None and self.overlay.hidden(row) is None else None

    def _by_url(self, url: str) -> Ref | None:
        """Return the newest article that is published there now, else one that moved away."""
        rows = self.bundle.articles.rows_of_url(url)
        known = [ref for ref in map(self.today, rows) if ref is not None]
        here = [Ref(True, row) for row in self.overlay.articles.rows_of_url(url)]
        here += [ref for ref in known if not ref.in_overlay]
        return min(here, key=self.order, default=None) or min(known, default=None)

    def order(self, ref: Ref) -> tuple[int, str]:
        """Return the key of row order, over the two tables together: newer first, then by id.

        Args:
            ref: where the article is.
        """
        return (-self.published_us(ref), self.id_of(ref))
