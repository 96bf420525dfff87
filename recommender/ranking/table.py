"""Articles as mapped arrays in row order: what bundle and overlay know of them.

All files begin with `articles.`: `ids` and `pages` (canonical URLs, empty where there is none) are
`blobs.Keys`, `cards` a `blobs.BlobStore` of JSON; `tags`, `sections` and `authors` are
`groups.Groups`; `has_image` uint8[n], 0 or 1;
`published_us` int64[n] microseconds since 1970 or `UNDATED_US`; `event` int64[n] the number of the
event of each row's revision, 0 in bundles; `language` uint32[n] the code of the language that each
is written in, as `language_codes.packed` has it.
"""

from bisect import bisect_left
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import tag_slug
from recommender.domain.url import canonical_url
from recommender.ranking.blobs import Arrays, BlobStore, Keys
from recommender.ranking.cards import Card
from recommender.ranking.groups import Groups
from recommender.ranking.language_codes import unpacked
from recommender.ranking.refs import NEVER_US

TABLE_LAYOUT = {
    **Keys.layout("articles.ids", "articles"),
    **Keys.layout("articles.pages", "articles"),
    **BlobStore.layout("articles.cards", "articles"),
    **Groups.layout("articles.tags"),
    **Groups.layout("articles.sections"),
    **Groups.layout("articles.authors"),
    "articles.published_us": "int64 articles",
    "articles.event": "int64 articles",
    "articles.language": "uint32 articles",
    "articles.has_image": "uint8 articles",
}
"""The arrays of a table, for the layout of the folder that it is part of."""
_FIRST_PIECE = 32
"""Rows of a long list that are read at first: more than most lists of picks need."""
_LONGEST_PIECE = 4096


class ArticleTable:
    """The articles of a bundle or an overlay, by row, id, URL, tag and section.

    Attributes:
        published_us: int64[n], microseconds since 1970, `UNDATED_US` where unknown; descending.
        event: int64[n], number of the event of each row's revision, 0 in bundles.
        language: uint32[n], the packed code of the language that each is written in.
        has_image: bool[n], whether there is a picture that may be shown.
    """

    def __init__(self, arrays: Arrays) -> None:
        """Take the table out of a folder.

        Args:
            arrays: the folder's arrays.
        """
        self.published_us: NDArray[np.int64] = arrays["articles.published_us"]
        self.event: NDArray[np.int64] = arrays["articles.event"]
        self.language: NDArray[np.uint32] = arrays["articles.language"]
        self.has_image: NDArray[np.bool_] = arrays["articles.has_image"].view(np.bool_)
        self._ids = Keys(arrays, "articles.ids")
        self._pages = Keys(arrays, "articles.pages")
        self._cards = BlobStore(arrays, "articles.cards")
        self._tags = Groups(arrays, "articles.tags")
        self._sections = Groups(arrays, "articles.sections")
        self._authors = Groups(arrays, "articles.authors")

    def __len__(self) -> int:
        return len(self._ids)

    def id_of(self, row: int) -> str:
        """Return the id of the article of a row.

        Args:
            row: in [0, len).
        """
        return self._ids[row]

    def page_of(self, row: int) -> str:
        """Return the canonical URL of the article of a row, empty where it has none.

        Args:
            row: in [0, len).
        """
        return self._pages[row]

    def language_of(self, row: int) -> str:
        """Return the ISO 639 code of the language that the article of a row is written in.

        Args:
            row: in [0, len).
        """
        return unpacked(int(self.language[row]))

    def card(self, row: int) -> Card:
        """Return what is shown of the article of a row.

        Args:
            row: in [0, len).
        """
        return Card.from_json(self._cards.bytes_of(row))

    def row_of_id(self, article_id: str) -> int | None:
        """Return the row of an article, or None.

        Args:
            article_id: its id, exactly.
        """
        return self._ids.row_of(article_id)

    def rows_of_url(self, url: str) -> list[int]:
        """Return the rows of all articles published at a URL, ascending.

        Args:
            url: in any spelling.
        """
        return self._pages.rows_of(canonical_url(url))

    def rows_with_tag(self, slug: str) -> NDArray[np.int32]:
        """Return the rows of the articles with a tag: int32, ascending, which is newest first.

        Args:
            slug: the tag's slug.
        """
        return self._tags.rows(slug)

    def tag_sizes(self) -> dict[str, int]:
        """Return how many articles carry each tag, by its slug."""
        return self._tags.sizes()

    def section_sizes(self) -> dict[str, int]:
        """Return how many articles are in each section, by its name as `tag_slug` spells it."""
        return self._sections.sizes()

    def rows_in_section(self, section: str) -> NDArray[np.int32]:
        """Return the rows of the articles in a section: int32, ascending, which is newest first.

        Args:
            section: its name; spellings that differ as those of one tag may are the same section.
        """
        return self._sections.rows(tag_slug(section))

    def rows_by_author(self, author: str) -> NDArray[np.int32]:
        """Return the rows of the articles by an author: int32, ascending, which is newest first.

        Args:
            author: a name as it stands in bylines; spellings that differ as those of one tag may
                are the same name.
        """
        return self._authors.rows(tag_slug(author))

    def newest(
        self, tag: str | None = None, section: str | None = None, until_us: int | None = None
    ) -> Iterator[NDArray[np.int32]]:
        """Yield rows, newest first, reading little more of a long list than is asked for.

        Args:
            tag: only those of articles with this slug; or
            section: only those of articles in this section.
            until_us: only those published at this instant or before, in microseconds since 1970;
                found by halving.

        Yields:
            Pieces of the list, int32, ascending, each longer than the one before.
        """
        rows = self._listed(tag, section)
        start = self._start(rows, until_us)
        length = _FIRST_PIECE
        while start < len(rows):
            yield np.asarray(rows[start : start + length], np.int32)
            start += length
            length = min(2 * length, _LONGEST_PIECE)

    def next_after(
        self, tag: str | None = None, section: str | None = None, until_us: int | None = None
    ) -> int:
        """Return when the next article comes to a list, in microseconds since 1970.

        Args:
            tag: only those of articles with this slug; or
            section: only those of articles in this section.
            until_us: the instant after which it comes.

        Returns:
            When it is published; `NEVER_US` if there is none.
        """
        rows = self._listed(tag, section)
        start = self._start(rows, until_us)
        return int(self.published_us[rows[start - 1]]) if start else NEVER_US

    def _listed(self, tag: str | None, section: str | None) -> NDArray[np.int32] | range:
        """Return the rows with a tag, else of a section, else all."""
        if tag is not None:
            return self.rows_with_tag(tag)
        return range(len(self)) if section is None else self.rows_in_section(section)

    def _start(self, rows: NDArray[np.int32] | range, until_us: int | None) -> int:
        """Return the place of the first of some rows that was published by an instant."""
        if until_us is None:
            return 0
        return bisect_left(rows, -until_us, key=lambda row: -int(self.published_us[row]))
