"""What a person named: whether it is there, and why an article is not shown."""

from collections.abc import Sequence
from datetime import datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article, Status
from recommender.domain.decisions import Decisions
from recommender.errors import UnknownArticle
from recommender.ranking.cards import iso_utc
from recommender.workflows.changes import decisions_after


def check_articles(catalogue: Catalogue, article_ids: Sequence[str]) -> None:
    """See that the catalogue has every one of some articles, whatever their status.

    Args:
        catalogue: as it is now.
        article_ids: what was named.

    Raises:
        UnknownArticle: at the first that it has not.
    """
    known = catalogue.known(article_ids)
    for article_id in article_ids:
        if article_id not in known:
            remedy = "check the id, or import the article first"
            raise UnknownArticle(article_id, "the catalogue", remedy)


def hidden_because(article: Article | None, now: datetime) -> str | None:
    """Return as a predicate why an article is not shown, None if it is.

    Args:
        article: as the catalogue has it; None if it has none.
        now: the instant at which it is judged.
    """
    if article is None:
        return "is missing from the catalogue"
    if article.status is not Status.PUBLISHED:
        return {Status.DRAFT: "is a draft", Status.RETRACTED: "is retracted"}[article.status]
    if article.embargoed_until is not None and article.embargoed_until > now:
        return f"is under embargo until {iso_utc(article.embargoed_until)}"
    if article.published_at is not None and article.published_at > now:
        return f"is dated {iso_utc(article.published_at)}, which is to come"
    return None


def check_placement(catalogue: Catalogue, name: str | None) -> None:
    """See that a placement is in force.

    Args:
        catalogue: as it is now.
        name: of the placement; UnknownPlacement if there is none such. None stands for every one.
    """
    if name is not None:
        decided = decisions_after(catalogue, Decisions(), catalogue.last_event())
        decided.placements.named(name)
