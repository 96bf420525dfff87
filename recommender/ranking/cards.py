"""Cards: what is shown of an article, and no more; its text stays in the catalogue."""

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from recommender.domain.article import Article, Image, Tag
from recommender.domain.url import is_safe_url


@dataclass(frozen=True, slots=True)
class Card:
    """What a reader or a template is given of an article.

    Attributes:
        id: the article's id.
        title: its headline, or its opening words where it has none; plain text, empty only where it
            was erased.
        url: where it is published, or None; safe as a link.
        summary: the deck; plain text, may be empty.
        image: the picture, or None; its URL is safe.
        published_at: ISO 8601 in UTC, as in `2024-05-01T06:30:00Z`, or None where unknown.
        section: the part of the site, or None.
        tags: in the editor's order.
        language: an ISO 639-1 code, or None.
    """

    id: str
    title: str = ""
    url: str | None = None
    summary: str = ""
    image: Image | None = None
    published_at: str | None = None
    section: str | None = None
    tags: tuple[Tag, ...] = ()
    language: str | None = None

    @classmethod
    def of(cls, article: Article) -> "Card":
        """Return the card of an article.

        Args:
            article: any; URLs that are not safe are left out.
        """
        image = article.image
        return cls(
            id=article.id,
            title=article.headline,
            url=_safe(article.url),
            summary=article.summary,
            image=image if image is not None and _safe(image.url) else None,
            published_at=None if article.published_at is None else iso_utc(article.published_at),
            section=article.section,
            tags=article.tags,
            language=article.language,
        )

    def to_json(self) -> str:
        """Return the card as JSON, without what is absent."""
        filled = {name: _plain(value) for name in _FIELDS if (value := getattr(self, name))}
        return _ENCODER.encode(filled)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Card":
        """Return the card that `to_json` wrote.

        The rule of safe URLs is applied again: it may have become stricter since.

        Args:
            text: the JSON.
        """
        held = json.loads(text)
        image = held.pop("image", None)
        return cls(
            url=_safe(held.pop("url", None)),
            image=Image(**image) if image is not None and _safe(image["url"]) else None,
            tags=tuple([Tag(**tag) for tag in held.pop("tags", ())]),
            **held,
        )


def iso_utc(instant: datetime) -> str:
    """Return an instant in ISO 8601, in UTC and with a Z.

    Args:
        instant: aware.

    >>> iso_utc(datetime(2024, 5, 1, 6, 30, tzinfo=UTC))
    '2024-05-01T06:30:00Z'
    """
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _plain(value: object) -> object:
    """Return a field's value as JSON has it."""
    if isinstance(value, tuple):
        return [{"slug": tag.slug, "label": tag.label} for tag in value]
    if isinstance(value, Image):
        return {name: getattr(value, name) for name in _IMAGE_FIELDS}
    return value


_FIELDS = tuple(field.name for field in fields(Card))
_IMAGE_FIELDS = tuple(field.name for field in fields(Image))
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _safe(url: str | None) -> str | None:
    return url if url and is_safe_url(url) else None
