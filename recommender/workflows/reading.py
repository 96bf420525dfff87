"""`morefrom text`: how an article is read, paragraph by paragraph."""

from dataclasses import dataclass

from recommender.catalogue.catalogue import Catalogue
from recommender.errors import UnknownArticle
from recommender.settings import Settings
from recommender.training.body import Reason
from recommender.workflows.as_trained import AsTrained
from recommender.workflows.promoting import champion, open_champion


@dataclass(frozen=True)
class Part:
    """A deck or a paragraph.

    Attributes:
        field: `summary` or `body`.
        text: as it stands in the catalogue.
        reason: why its words are not counted; None where they are.
    """

    field: str
    text: str
    reason: Reason | None


@dataclass(frozen=True)
class ReadArticle:
    """How the champion reads an article.

    Attributes:
        version: the champion.
        id: the article.
        title: its headline.
        language: ISO 639 code of the language by whose rules its words are read.
        parts: the deck, if it has one, and the paragraphs.
    """

    version: str
    id: str
    title: str
    language: str
    parts: tuple[Part, ...]


def read_article(settings: Settings, article_id: str) -> ReadArticle:
    """Show which words of an article the champion counts, and why not the others.

    Args:
        settings: whose home.
        article_id: the article's id, whatever its status.

    Returns:
        Its deck and paragraphs as they stand in the catalogue now, NoChampion if nothing has been
        promoted.

    Raises:
        UnknownArticle: if the catalogue has no such article.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        bundle = open_champion(settings, champion(catalogue))
        article = catalogue.article(article_id)
    if article is None:
        remedy = "check the id, or import the article first"
        raise UnknownArticle(article_id, "the catalogue", remedy)
    as_trained = AsTrained(bundle)
    reading = as_trained.read(article)
    deck = [Part("summary", article.summary, reading.deck)] if article.summary else []
    body = zip(reading.paragraphs, reading.reasons, strict=True)
    parts = (*deck, *(Part("body", text, reason) for text, reason in body))
    language = as_trained.language_of(article)
    return ReadArticle(bundle.version, article.id, article.headline, language, parts)


def as_json(read: ReadArticle) -> dict[str, object]:
    """Return how an article is read as JSON values.

    Args:
        read: what `read_article` found.

    Returns:
        `version`, `id`, `title`, `language` and `parts`, each with `field`, `text` and `dropped`:
        the reason, or null.
    """
    return {
        "version": read.version,
        "id": read.id,
        "title": read.title,
        "language": read.language,
        "parts": [
            {"field": part.field, "text": part.text, "dropped": part.reason} for part in read.parts
        ],
    }
