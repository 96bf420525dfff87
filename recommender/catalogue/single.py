"""One article at a time, under a condition, as a newsroom's CMS publishes.

The condition is looked at in the transaction that writes, so of two who publish at once the second
is told. What is there already is not written again: it keeps its number, however often it is sent.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, Select, select

from recommender.catalogue import history, store
from recommender.catalogue.revisions import fingerprint, to_article, to_row
from recommender.catalogue.tables import article, revision
from recommender.domain.article import Article, Status
from recommender.errors import Outdated, UnknownArticle

_MARK_CHARS = 16


class Revision(NamedTuple):
    """An article as it was from one event on.

    Attributes:
        number: of the event.
        article: what it said.
        fingerprint: of that.
    """

    number: int
    article: Article
    fingerprint: str

    @property
    def tag(self) -> str:
        """What tells it from every other one; also after a backup was restored, and by a glance."""
        return f"{self.number}-{self.fingerprint[:_MARK_CHARS]}"


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be so for an article to be written.

    Attributes:
        tags: its current revision has one of these tags; None where any will do.
        must_exist: there is one.
        must_be_new: there is none.
    """

    tags: frozenset[str] | None = None
    must_exist: bool = False
    must_be_new: bool = False

    def check(self, article_id: str, found: Revision | None, *, is_done: bool = False) -> None:
        """See that it holds.

        Args:
            article_id: whose.
            found: what is in force.
            is_done: whether that is what is wanted. Then no tag is asked for: whoever missed the
                answer to a request may send it again (RFC 9110, section 13.1.1).

        Raises:
            Outdated: if it does not.
        """
        is_missed = found is None and (self.must_exist or self.tags is not None)
        is_other = found is not None and self.tags is not None and found.tag not in self.tags
        is_there = found is not None and self.must_be_new
        if is_missed or is_there or (is_other and not is_done):
            raise Outdated(article_id, None if found is None else found.tag)


NO_CONDITION = Condition()


class Mandate(NamedTuple):
    """Who wants something of an article, why, and on what condition."""

    author: str
    reason: str = ""
    condition: Condition = NO_CONDITION


class Written(NamedTuple):
    """What became of an article.

    Attributes:
        now: the revision in force.
        before: the one before it; None for a new article.
        is_appended: whether anything was written.
    """

    now: Revision
    before: Revision | None
    is_appended: bool


def in_force(connection: Connection, article_id: str) -> Revision | None:
    """Return the current revision of an article whatever its status, None if there is none."""
    joined = revision.join(article, revision.c.number == article.c.number)
    return _read(connection, select(revision).select_from(joined).where(article.c.id == article_id))


def since(connection: Connection, after: int, until: int, limit: int) -> list[Written]:
    """Return what became of articles between two events.

    Args:
        connection: a transaction.
        after: number of an event.
        until: number of a later one, which counts too.
        limit: how many changes at most.

    Returns:
        The changes in order, those first that happened first.
    """
    within = (revision.c.number > after) & (revision.c.number <= until)
    query = select(revision).where(within).order_by(revision.c.number).limit(limit)
    found = [_revision(row) for row in connection.execute(query).mappings()]
    return [Written(one, _before(connection, one), is_appended=True) for one in found]


def put(connection: Connection, one: Article, mandate: Mandate) -> Written:
    """Make an article current.

    Args:
        connection: a writing transaction that has not read anything yet.
        one: the article.
        mandate: who, why, and on what condition; Outdated if that does not hold.

    Returns:
        What became of it.
    """
    history.lock(connection)
    found = in_force(connection, one.id)
    is_done = found is not None and found.fingerprint == fingerprint(to_row(one))
    mandate.condition.check(one.id, found, is_done=is_done)
    return _write(connection, one, found, mandate)


def retract(connection: Connection, article_id: str, mandate: Mandate) -> Written:
    """Take an article back, with its words as they are.

    Args:
        connection: a writing transaction that has not read anything yet.
        article_id: whose; UnknownArticle if there is none.
        mandate: who, why, and on what condition; Outdated if that does not hold.

    Returns:
        What became of it.
    """
    found = _checked(connection, article_id, mandate, {Status.RETRACTED})
    wanted = replace(found.article, status=Status.RETRACTED)
    return _write(connection, wanted, found, mandate)


def restore(connection: Connection, article_id: str, mandate: Mandate) -> Written:
    """Undo a retraction: a draft is a draft again, and what was never anything else is published.

    Args:
        connection: a writing transaction that has not read anything yet.
        article_id: whose; UnknownArticle if there is none.
        mandate: who, why, and on what condition; Outdated if that does not hold.

    Returns:
        What became of it.
    """
    found = _checked(connection, article_id, mandate, set(Status) - {Status.RETRACTED})
    wanted = found.article
    if wanted.status is Status.RETRACTED:
        wanted = replace(wanted, status=_status_before(connection, article_id))
    return _write(connection, wanted, found, mandate)


def _checked(
    connection: Connection, article_id: str, mandate: Mandate, done: Collection[Status]
) -> Revision:
    """Return what is in force, where a mandate's condition holds for it.

    Args:
        connection: a writing transaction that has not read anything yet.
        article_id: whose.
        mandate: whose condition.
        done: with any of these nothing is to be done.

    Raises:
        UnknownArticle: if there is no such article.
    """
    history.lock(connection)
    found = in_force(connection, article_id)
    is_done = found is not None and found.article.status in done
    mandate.condition.check(article_id, found, is_done=is_done)
    if found is None:
        raise UnknownArticle(article_id, "the catalogue", "check the id, or publish it first")
    return found


def _write(
    connection: Connection, one: Article, found: Revision | None, mandate: Mandate
) -> Written:
    done = store.upsert(connection, [one], mandate.author, mandate.reason)
    now = found if done.unchanged else in_force(connection, one.id)
    assert now is not None  # it was there, or has just been written
    return Written(now, _before(connection, now), is_appended=not done.unchanged)


def _before(connection: Connection, one: Revision) -> Revision | None:
    return _read(connection, _of(one.article.id).where(revision.c.number < one.number))


def _status_before(connection: Connection, article_id: str) -> Status:
    standing = _of(article_id).where(revision.c.status != Status.RETRACTED.value)
    found = _read(connection, standing)
    return Status.PUBLISHED if found is None else found.article.status


def _of(article_id: str) -> Select[tuple[object, ...]]:
    """Return the query for the newest revision of an article."""
    query = select(revision).where(revision.c.article_id == article_id)
    return query.order_by(revision.c.number.desc()).limit(1)


def _read(connection: Connection, query: Select[tuple[object, ...]]) -> Revision | None:
    row = connection.execute(query).mappings().first()
    return None if row is None else _revision(row)


def _revision(row: RowMapping) -> Revision:
    return Revision(row["number"], to_article(row), row["fingerprint"])
