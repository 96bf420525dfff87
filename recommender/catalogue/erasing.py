"""Erasure: every revision of an article loses its words, for good.

The history goes on saying that something happened, and when; what it was is gone. The revisions
stay, without a word, so that numbers have no gaps: each is a retracted article of which only the id
is left. The event of the erasure is a revision like them, by which readers learn that it is gone,
and from which on nothing with this id is taken in (`refuse`).

Reasons and authors of other events are not touched, whatever they quote.
"""

from collections.abc import Collection, Iterable
from functools import partial

from sqlalchemy import Connection, func, insert, select, update

from recommender.catalogue import history
from recommender.catalogue.database import Database
from recommender.catalogue.history import Entry
from recommender.catalogue.revisions import fingerprint, n_chars, to_row
from recommender.catalogue.tables import article, revision
from recommender.domain.article import Article, Status
from recommender.domain.corpus import row_order
from recommender.domain.event import Event, EventKind
from recommender.errors import ErasedArticle, UnknownArticle


def without_words(article_id: str) -> Article:
    """Return what is left of an article that was erased.

    Args:
        article_id: its id.
    """
    return Article(article_id, status=Status.RETRACTED)


def erasures(events: Iterable[Event]) -> dict[str, Event]:
    """Return the event by which each article was erased that was, by the article's id.

    Args:
        events: of erasures, in order; one article may have several, of which the first counts.
    """
    found: dict[str, Event] = {}
    for one in events:
        found.setdefault(one.subject, one)
    return found


def refuse(connection: Connection, article_ids: Collection[str]) -> None:
    """See that articles may be taken in.

    Args:
        connection: a transaction.
        article_ids: theirs.

    Raises:
        ErasedArticle: if one of them was erased.
    """
    gone = _erasures(connection)
    for article_id in article_ids:
        if article_id in gone:
            raise ErasedArticle(article_id, gone[article_id].at)


class Eraser:
    """Erases articles of one database.

    Any method raises CatalogueUnavailable if the database cannot be read or written, and Busy if
    another process holds it for longer than the writer is willing to wait.
    """

    def __init__(self, database: Database) -> None:
        """Take a database.

        Args:
            database: of a catalogue.
        """
        self._database = database

    def n_revisions(self, article_id: str) -> int:
        """Return how many revisions of an article there are.

        Args:
            article_id: whose.
        """
        return self._database.read(partial(_count, article_id=article_id))

    def erase(self, article_id: str, author: str, reason: str) -> Event:
        """Take the words out of every revision of an article.

        Args:
            article_id: whose; UnknownArticle if there is none.
            author: who does it.
            reason: why.

        Returns:
            The event, durable; that of the first time, if this was done before. `forget_deleted`
            makes sure that the words are not left in the files of the database.
        """
        with self._database.writing() as connection:
            return _erase(connection, article_id, author, reason)

    def forget_deleted(self) -> bool:
        """Have the database write its files anew, without what is no longer in its tables.

        Returns:
            Whether it did: SQLite does; PostgreSQL does as its operator tells it.
        """
        return self._database.forget_deleted()


def _erasures(connection: Connection) -> dict[str, Event]:
    return erasures(history.events(connection, (EventKind.ERASURE,), 0))


def _count(connection: Connection, article_id: str) -> int:
    query = select(func.count()).where(revision.c.article_id == article_id)
    return int(connection.execute(query).scalar_one())


def _erase(connection: Connection, article_id: str, author: str, reason: str) -> Event:
    """Take the words out of every revision of an article.

    Args:
        connection: a writing transaction that has not read anything yet.
        article_id: whose.
        author: who does it.
        reason: why.

    Returns:
        The event; that of the first time, if this was done before.

    Raises:
        UnknownArticle: if there is no such article.
    """
    last = history.lock(connection)
    if (done := _erasures(connection).get(article_id)) is not None:
        return done
    if not _count(connection, article_id):
        raise UnknownArticle(article_id, "the catalogue", "check the id")
    entry = Entry(EventKind.ERASURE, article_id)
    made = history.append(connection, last, [entry], author, reason)[0]
    left = without_words(article_id)
    row = to_row(left)
    row["fingerprint"] = fingerprint(row)
    connection.execute(update(revision).where(revision.c.article_id == article_id).values(row))
    connection.execute(insert(revision).values({"number": made.number, **row}))
    state = {
        "number": made.number,
        "fingerprint": row["fingerprint"],
        "n_chars": n_chars(left),
        "status": left.status.value,
        "row_key": row_order(left)[0],
        "embargoed_until": None,
    }
    connection.execute(update(article).where(article.c.id == article_id).values(state))
    return made
