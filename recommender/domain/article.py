"""An article as morefrom knows it: text and labels, never markup."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_ID_LENGTH = 512

DRAFT_ID = " draft"
"""The id of a text that has none yet; with a blank in front it can be no article's."""

_HEADLINE_WORDS = 14
_HEADLINE_CHARS = 140
"""Where an article without title is cut off, the latter for writing without spaces."""


class Status(StrEnum):
    """Whether the newsroom stands by an article."""

    PUBLISHED = "published"
    DRAFT = "draft"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Tag:
    """An editor's label.

    Attributes:
        slug: the label's one spelling, by which tags are compared (see `tag_slug`).
        label: the label as the editor wrote it.
    """

    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class Image:
    """The picture on an article's card; width and height are in pixels."""

    url: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link that stood in a body.

    Attributes:
        url: where it leads: `http` or `https`, or relative to the site or the page, as written.
        text: the words that carry it; empty where a picture does.
    """

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """A published item. Times are aware and in UTC; an absent text is the empty string.

    Attributes:
        id: the newsroom's own identifier, 1 to 512 printable characters.
        title: the headline.
        url: where it is published, or None.
        summary: the deck.
        body: paragraphs of plain text.
        tags: in the editor's order, no slug twice.
        section: the part of the site it stands in, or None.
        authors: names, in the order of the byline.
        language: an ISO 639-1 code, or None where the newsroom did not say.
        image: the card's picture, or None.
        status: what the newsroom says of it.
        published_at: None where unknown.
        updated_at: None where unknown.
        embargoed_until: before this instant nothing of it may leave the newsroom.
        links: the links of the body, in its order; the words of each stand in the body too.
    """

    id: str
    title: str = ""
    url: str | None = None
    summary: str = ""
    body: str = ""
    tags: tuple[Tag, ...] = ()
    section: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    image: Image | None = None
    status: Status = Status.PUBLISHED
    published_at: datetime | None = None
    updated_at: datetime | None = None
    embargoed_until: datetime | None = None
    links: tuple[Link, ...] = ()

    @property
    def headline(self) -> str:
        """The title, or the opening words of an article that has none."""
        if self.title:
            return self.title
        words = (self.summary or self.body).split(maxsplit=_HEADLINE_WORDS)
        opening = " ".join(words[:_HEADLINE_WORDS])
        is_whole = len(words) <= _HEADLINE_WORDS and len(opening) <= _HEADLINE_CHARS
        return opening if is_whole else f"{opening[:_HEADLINE_CHARS].rstrip()}…"

    def is_open(self, at: datetime) -> bool:
        """Tell whether anything of the article may leave the newsroom at an instant.

        Args:
            at: an aware instant.

        Returns:
            True if it is published and no embargo holds. A publication date in the future does not
            close it: whether it may be *shown* yet is asked when an answer is made.
        """
        embargoed = self.embargoed_until is not None and self.embargoed_until > at
        return self.status is Status.PUBLISHED and not embargoed


def tag_slug(label: str) -> str:
    """Return the spelling by which tags are compared.

    Args:
        label: a tag as an editor wrote it.

    Returns:
        The label in compatibility form, without case, and with every run of spaces, hyphens and
        underscores as one hyphen.

    >>> tag_slug("  European_Union ") == tag_slug("european union")
    True
    """
    if label.isascii():
        folded = label.lower()  # all that the forms of Unicode change in it
    else:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).casefold())
    return "-".join(folded.replace("_", " ").replace("-", " ").split())


def is_article_id(text: str) -> bool:
    """Return whether a text is 1 to 512 printable characters with no blank at either end."""
    return 0 < len(text) <= MAX_ID_LENGTH and text.isprintable() and text == text.strip()
