"""Articles at rest: what is current, and how it becomes something newer.

A revision never changes once it is written. So the numbers of some revisions *are* a snapshot:
their texts can be read portion by portion, at any later time and in many short transactions, and
are the same ones however much is imported meanwhile; nothing is locked and no log has to be kept
for a reader.
"""

import hashlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from recommender.catalogue import erasing, history
from recommender.catalogue.database import Database
from recommender.catalogue.history import Entry
from recommender.catalogue.revisions import chunks, fetch, fingerprint, n_chars, to_article, to_row
from recommender.catalogue.tables import article, revision
from recommender.domain.article import Article, Status
from recommender.domain.corpus import row_order
from recommender.domain.event import EventKind

_IDS_A_QUERY = 1_000


@dataclass(frozen=True, slots=True)
class Upserted:
    """How many articles were not known, known otherwise, and known exactly so."""

    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class Snapshot:
    """Some current articles by the numbers of their revisions; 8 + 8 bytes each, no texts.

    Attributes:
        last_event: number of the last event that it reflects.
        ids: in the order that was asked for; empty where only texts are wanted.
        numbers: of the revisions, int64.
        sizes: lengths of the texts in characters, int64.
        fingerprint: sha256 of the ids and what each article says, in hexadecimal.
    """

    last_event: int
    ids: tuple[str, ...]
    numbers: "array[int]"
    sizes: "array[int]"
    fingerprint: str

    def read(self, database: Database) -> Iterator[tuple[int, Article]]:
        """Read the articles, a portion in memory at a time.

        Args:
            database: where they are.

        Yields:
            The number of each revision and its article, in order.
        """
        for numbers in chunks(self.numbers, self.sizes):
            articles = database.read(partial(fetch, numbers=numbers))
            yield from zip(numbers, articles, strict=True)


def upsert(
    connection: Connection, articles: Sequence[Article], author: str, reason: str
) -> Upserted:
    """Make articles current, as new revisions where they differ from what is there.

    Args:
        connection: a writing transaction that has not read anything yet.
        articles: of the same id the last one is current in the end.
        author: who did it.
        reason: why.

    Returns:
        The counts, which sum to `len(articles)`; ErasedArticle if one of them was erased.
    """
    rows = [to_row(one) for one in articles]
    marks = [fingerprint(row) for row in rows]
    last = history.lock(connection)
    before = _fingerprints(connection, [one.id for one in articles])
    current = dict(before)
    differing = []
    for place, (one, mark) in enumerate(zip(articles, marks, strict=True)):
        if current.get(one.id) != mark:
            current[one.id] = mark
            differing.append(place)
    erasing.refuse(connection, [articles[place].id for place in differing])
    entries = [Entry(EventKind.ARTICLE, articles[place].id) for place in differing]
    history.append(connection, last, entries, author, reason)
    states: dict[str, dict[str, object]] = {}
    for number, place in enumerate(differing, start=last + 1):
        rows[place] |= {"number": number, "fingerprint": marks[place]}
        states[articles[place].id] = state_of(articles[place], number, marks[place])
    if differing:
        connection.execute(insert(revision), [rows[place] for place in differing])
    _write_states(connection, list(states.values()), before)
    n_new = len(current) - len(before)
    return Upserted(n_new, len(differing) - n_new, len(articles) - len(differing))


def snapshot(
    connection: Connection, where: ColumnElement[bool], *order: ColumnElement[object]
) -> Snapshot:
    """Note which revisions are current.

    Args:
        connection: a reading transaction.
        where: which articles are wanted.
        order: how they are to be sorted.

    Returns:
        Their ids, numbers and sizes.
    """
    columns = (article.c.id, article.c.number, article.c.n_chars, article.c.fingerprint)
    query = select(*columns).where(where).order_by(*order)
    ids: list[str] = []
    numbers, sizes = array("q"), array("q")
    digest = hashlib.sha256()
    found = connection.execute(query.execution_options(yield_per=10_000))
    for article_id, number, size, mark in found:
        ids.append(article_id)
        numbers.append(number)
        sizes.append(size)
        digest.update(f"{article_id}\n{mark}\n".encode())
    last_event = history.last_event(connection)
    return Snapshot(last_event, tuple(ids), numbers, sizes, digest.hexdigest())


def open_articles(connection: Connection, at: datetime) -> Snapshot:
    """Return the articles of which something may leave the newsroom at an instant, in row order."""
    embargo = article.c.embargoed_until
    free = or_(embargo.is_(None), embargo <= at)
    published = article.c.status == Status.PUBLISHED.value
    return snapshot(connection, published & free, article.c.row_key, article.c.id)


def changed_since(connection: Connection, number: int) -> Snapshot:
    """Return the articles whose current revision is later than an event, in order of events."""
    return snapshot(connection, article.c.number > number, article.c.number)


def revised_since(connection: Connection, number: int, until: int | None) -> Snapshot:
    """Return all revisions later than an event, those no longer in force too, in order.

    Args:
        connection: a reading transaction.
        number: of the event.
        until: number of the last event that counts; None for all.

    Returns:
        Their numbers and sizes.
    """
    later = revision.c.number > number
    return _revisions(connection, later if until is None else later & (revision.c.number <= until))


def embargoed_at(connection: Connection, number: int, instant: datetime) -> Snapshot:
    """Return what an event found under embargo: published revisions in force, in order.

    Args:
        connection: a reading transaction.
        number: of the event.
        instant: their embargoes end after it.

    Returns:
        Their numbers and sizes.
    """
    other = revision.alias()
    is_newer = (other.c.article_id == revision.c.article_id) & (other.c.number > revision.c.number)
    return _revisions(
        connection,
        (revision.c.embargoed_until > instant)
        & (revision.c.status == Status.PUBLISHED.value)
        & (revision.c.number <= number)
        & ~exists().where(is_newer & (other.c.number <= number)),
    )


def _revisions(connection: Connection, where: ColumnElement[bool]) -> Snapshot:
    """Return the numbers and sizes of revisions; those in force need not be counted again."""
    texts = (revision.c.title, revision.c.summary, revision.c.body)
    counted = sum((func.length(text) for text in texts[1:]), func.length(texts[0]))
    query = (
        select(revision.c.number, func.coalesce(article.c.n_chars, counted))
        .select_from(revision.outerjoin(article, article.c.number == revision.c.number))
        .where(where)
        .order_by(revision.c.number)
    )
    numbers, sizes = array("q"), array("q")
    for number, size in connection.execute(query.execution_options(yield_per=10_000)):
        numbers.append(number)
        sizes.append(size)
    return Snapshot(history.last_event(connection), (), numbers, sizes, "")


def embargoed_after(connection: Connection, instant: datetime) -> Snapshot:
    """Return the published articles whose embargo ends after an instant, the next end first."""
    embargo = article.c.embargoed_until
    published = article.c.status == Status.PUBLISHED.value
    return snapshot(connection, published & (embargo > instant), embargo, article.c.id)


def find(connection: Connection, article_id: str) -> Article | None:
    """Return the current revision of an article whatever its status, None if there is none."""
    joined = revision.join(article, revision.c.number == article.c.number)
    query = select(revision).select_from(joined).where(article.c.id == article_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else to_article(row)


def known(connection: Connection, article_ids: Sequence[str]) -> set[str]:
    """Return those of some ids that articles have, whatever their status."""
    return set(_fingerprints(connection, article_ids))


def count(connection: Connection) -> int:
    """Return how many articles there are, whatever their status."""
    return int(connection.execute(select(func.count()).select_from(article)).scalar_one())


def _fingerprints(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(ids), _IDS_A_QUERY):
        wanted = article.c.id.in_(ids[start : start + _IDS_A_QUERY])
        rows = connection.execute(select(article.c.id, article.c.fingerprint).where(wanted))
        found.update((article_id, mark) for article_id, mark in rows)
    return found


def state_of(one: Article, number: int, mark: str) -> dict[str, object]:
    """Return the row of the table `article` for one whose latest revision has a number."""
    return {
        "id": one.id,
        "number": number,
        "fingerprint": mark,
        "n_chars": n_chars(one),
        "status": one.status.value,
        "row_key": row_order(one)[0],
        "embargoed_until": one.embargoed_until,
    }


def _write_states(
    connection: Connection, states: Sequence[dict[str, object]], known: dict[str, str]
) -> None:
    new = [state for state in states if state["id"] not in known]
    changed = [{**state, "key": state["id"]} for state in states if state["id"] in known]
    if new:
        connection.execute(insert(article), new)
    if changed:
        connection.execute(update(article).where(article.c.id == bindparam("key")), changed)
