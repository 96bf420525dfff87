"""What the desk's pages are looked at with: a few articles, and the public app's files of them."""

from datetime import UTC, datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Status
from recommender.settings import Settings
from recommender.workflows.follower import Follower
from tests.service.newsroom import article


def stored(settings: Settings) -> None:
    """Store a dozen articles, one with a headline from right to left, one in Japanese."""
    said = (
        ("Ships wait at the Black Sea", "Grain for Egypt waits at the Black Sea", "Trade"),
        ("Grain prices rise again", "Grain for Egypt and the ships that wait", "Trade"),
        ("Kerry meets Lavrov", "Sanctions and Ukraine were on the table", "Russia"),
        ("Lavrov answers Kerry", "Sanctions hurt both, and Ukraine too", "Russia"),
        ("المحادثات في جنيف", "Sanctions and Ukraine in Geneva", "Russia"),
        ("黒海の穀物", "Grain waits at the Black Sea, ships too", "Trade"),
        ("Verdi in Milan", "A night at the opera in Milan", "Opera"),
        ("Puccini in Milan", "A morning at the opera in Milan", "Opera"),
        ("What the harbour pays for patience", "Ships wait, grain waits, Egypt pays", "Trade"),
    )
    articles = [
        article(f"n{place}", tag, title=title, body=body, summary=f"{body}.", hours_ago=30 * place)
        for place, (title, body, tag) in enumerate(said)
    ]
    with Catalogue.open(settings.catalogue_url) as catalogue:
        catalogue.upsert(articles, "anna", "test")


def retracted(settings: Settings, article_id: str) -> None:
    """Take an article back."""
    with Catalogue.open(settings.catalogue_url) as catalogue:
        catalogue.upsert([article(article_id, status=Status.RETRACTED)], "anna", "test")


def followed(settings: Settings) -> None:
    """Write the files of the public app."""
    with Catalogue.open(settings.catalogue_url) as catalogue:
        Follower(settings, catalogue).step(datetime.now(UTC))
