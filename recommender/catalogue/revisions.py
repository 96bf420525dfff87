"""An article as a row of the table `revision`, and the fingerprint that tells two apart."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import fields

from sqlalchemy import Connection, RowMapping, select

from recommender.catalogue.tables import revision
from recommender.domain.article import Article, Image, Link, Status, Tag
from recommender.domain.corpus import epoch_us

CHUNK_ARTICLES = 500
CHUNK_CHARS = 4_000_000
"""How much is held at a time while many revisions are read: whichever is reached first."""


_IMAGE_FIELDS = tuple(field.name for field in fields(Image))


def to_row(article: Article) -> dict[str, object]:
    """Return an article's fields under the names and in the types of the table."""
    return {
        "article_id": article.id,
        "title": article.title,
        "url": article.url,
        "summary": article.summary,
        "body": article.body,
        "tags": [[tag.slug, tag.label] for tag in article.tags],
        "section": article.section,
        "authors": list(article.authors),
        "language": article.language,
        "image": None if article.image is None else _image_values(article.image),
        "status": article.status.value,
        "published_at": article.published_at,
        "updated_at": article.updated_at,
        "embargoed_until": article.embargoed_until,
        "links": [[link.url, link.text] for link in article.links],
    }


_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=epoch_us
)


def _image_values(image: Image) -> dict[str, object]:
    return {name: getattr(image, name) for name in _IMAGE_FIELDS}


def to_article(row: RowMapping) -> Article:
    """Return the article that a row of the table holds."""
    return Article(
        id=row["article_id"],
        title=row["title"],
        url=row["url"],
        summary=row["summary"],
        body=row["body"],
        tags=tuple(Tag(slug, label) for slug, label in row["tags"]),
        section=row["section"],
        authors=tuple(row["authors"]),
        language=row["language"],
        image=None if row["image"] is None else Image(**row["image"]),
        status=Status(row["status"]),
        published_at=row["published_at"],
        updated_at=row["updated_at"],
        embargoed_until=row["embargoed_until"],
        links=tuple(Link(url, text) for url, text in row["links"]),
    )


def fingerprint(row: dict[str, object]) -> str:
    """Tell what an article says in 64 characters.

    Fields that say nothing are left out, so that a field which a later version adds does not make
    every article of the archive look changed.

    Args:
        row: what `to_row` returned.

    Returns:
        The SHA-256 of the article's canonical JSON, in hexadecimal; instants are microseconds.
    """
    facts = {name: value for name, value in row.items() if value not in (None, "", [])}
    return hashlib.sha256(_CANONICAL.encode(facts).encode("utf-8")).hexdigest()


def n_chars(article: Article) -> int:
    """Return the length of an article's texts in characters, by which reading is portioned."""
    return len(article.title) + len(article.summary) + len(article.body)


def chunks(numbers: Sequence[int], sizes: Sequence[int]) -> Iterator[Sequence[int]]:
    """Portion revisions so that a portion fits in memory, however long single articles are.

    Args:
        numbers: numbers of revisions.
        sizes: the length of each one's texts, in characters.

    Yields:
        Runs of `numbers`, in order, none empty.
    """
    start = held = 0
    for place, size in enumerate(sizes):
        full = place - start >= CHUNK_ARTICLES or held + size > CHUNK_CHARS
        if full and place > start:
            yield numbers[start:place]
            start, held = place, 0
        held += size
    if start < len(numbers):
        yield numbers[start:]


def fetch(connection: Connection, numbers: Sequence[int]) -> list[Article]:
    """Return the articles of some revisions, in the order of the numbers given."""
    query = select(revision).where(revision.c.number.in_(list(numbers)))
    found = {row["number"]: to_article(row) for row in connection.execute(query).mappings()}
    return [found[number] for number in numbers]
