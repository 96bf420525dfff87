"""A JSON object as an article: which keys there are, and what each may hold."""

from collections.abc import Mapping

from recommender.catalogue.readers import values
from recommender.catalogue.readers.found import Described
from recommender.catalogue.readers.images import image
from recommender.catalogue.readers.prose import Prose
from recommender.domain.article import Article
from recommender.errors import InvalidField

KEYS = frozenset({
    "id", "title", "summary", "body", "tags", "section", "author", "authors", "language", "lang",
    "url", "image", "status", "published_at", "updated_at", "embargoed_until",
})  # fmt: skip
"""The keys that are read; `author` and `lang` are other spellings of `authors` and `language`."""


def to_article(record: Mapping[str, object], max_chars: int, prose: Prose | None = None) -> Article:
    """Make an article of a row.

    Args:
        record: the row; keys that are not in `KEYS` are not looked at.
        max_chars: the longest title, summary or body accepted, in characters.
        prose: told what markup was taken out, for who wants to know.

    Returns:
        The article, every text clean and every time in UTC.

    Raises:
        InvalidField: if a field holds what it may not, or there is neither title, summary nor body.
    """
    get = record.get
    prose = prose or Prose(max_chars)
    body, links = prose.linked_text("body", get("body"))
    article = Article(
        id=values.article_id("id", get("id")),
        title=prose.line("title", get("title")),
        url=values.url("url", get("url")),
        summary=prose.text("summary", get("summary")),
        body=body,
        tags=values.tags("tags", get("tags")),
        section=values.line("section", get("section")),
        authors=_authors(record),
        language=values.language("language", get("language"))
        or values.language("lang", get("lang")),
        image=image("image", get("image"), prose),
        status=values.status("status", get("status")),
        published_at=values.instant("published_at", get("published_at")),
        updated_at=values.instant("updated_at", get("updated_at")),
        embargoed_until=values.instant("embargoed_until", get("embargoed_until")),
        links=links,
    )
    if not (article.title or article.summary or article.body):
        raise InvalidField(
            field="body", found=Described("empty"), expected="text in title, summary or body"
        )
    return article


def article_id_of(record: Mapping[str, object]) -> str | None:
    """Return the id of a row of which something else is wrong, None where the id is wrong too."""
    try:
        return values.article_id("id", record.get("id"))
    except InvalidField:
        return None


def _authors(record: Mapping[str, object]) -> tuple[str, ...]:
    author = values.line("author", record.get("author"))
    several = values.names("authors", record.get("authors"))
    return tuple(dict.fromkeys((author, *several) if author else several))
