"""Articles of which nothing may leave the newsroom: retracted, drafts, or under embargo.

No bundle and no overlay tells of them, and yet an editor looks for one now and then.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, literal, or_, select

from recommender.catalogue import history
from recommender.catalogue.revisions import to_article
from recommender.catalogue.tables import article, event, revision
from recommender.domain.article import Article, Status
from recommender.domain.event import Event

OPENING_CHARS = 300
"""Of a body so much is read: a headline for who has none."""


class Glimpses(NamedTuple):
    """Some articles as they are now, each with no more of its body than its opening.

    Attributes:
        last_event: number of the last event that they reflect.
        articles: of any status.
    """

    last_event: int
    articles: list[Article]


class Change(NamedTuple):
    """A revision of an article.

    Attributes:
        event: who, when and why.
        status: of the article from then on.
        title: its headline from then on; empty where it was erased.
    """

    event: Event
    status: Status
    title: str


def last_event(connection: Connection) -> int:
    """Return the number of the last event, 0 for an empty history."""
    return history.last_event(connection)


def withheld(connection: Connection, at: datetime) -> Glimpses:
    """Return the articles of which nothing may leave the newsroom at an instant.

    Args:
        connection: a reading transaction.
        at: an aware instant.
    """
    is_closed = article.c.status != Status.PUBLISHED.value
    return _glimpses(connection, or_(is_closed, article.c.embargoed_until > at))


def changed(connection: Connection, number: int) -> Glimpses:
    """Return the articles that changed after an event.

    Args:
        connection: a reading transaction.
        number: of the event.
    """
    return _glimpses(connection, article.c.number > number)


def changes_of(connection: Connection, article_id: str, most: int) -> list[Change]:
    """Return what made an article what it is, the last first.

    Args:
        connection: a reading transaction.
        article_id: whose.
        most: how many at most.
    """
    joined = event.join(revision, event.c.number == revision.c.number)
    query = (
        select(event, revision.c.status, revision.c.title)
        .select_from(joined)
        .where(revision.c.article_id == article_id)
        .order_by(revision.c.number.desc())
        .limit(most)
    )
    return [
        Change(history.to_event(row), Status(row["status"]), row["title"])
        for row in connection.execute(query).mappings()
    ]


def _glimpses(connection: Connection, where: ColumnElement[bool]) -> Glimpses:
    """Return some articles without most of what they say."""
    return Glimpses(history.last_event(connection), list(_found(connection, where)))


def _found(connection: Connection, where: ColumnElement[bool]) -> Iterator[Article]:
    left_out = {"body", "links"}
    columns = [one for one in revision.c if one.name not in left_out]
    opening = func.substr(revision.c.body, 1, OPENING_CHARS).label("body")
    joined = revision.join(article, revision.c.number == article.c.number)
    no_links = literal([], revision.c.links.type).label("links")
    query = select(*columns, opening, no_links).select_from(joined).where(where)
    for row in connection.execute(query.execution_options(yield_per=1_000)).mappings():
        yield to_article(row)
