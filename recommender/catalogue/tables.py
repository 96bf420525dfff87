"""The tables of the catalogue, and the one type of column that they need of their own.

```
counter    one row: the number of the last event; locked by whoever writes
event      the history: what happened, numbered without gaps          append-only
           act = the number of the event with which its act began (`acts`)
revision   an article as it was from one event on; number = the event's   append-only
article    which revision of each article is in force, and what it is sought and sorted by
token      who may publish over HTTP; of each secret only what it hashes to
person     who may use the desk, in which role; of a password only what argon2id makes of it
invitation a link by which a person sets a password, once; only what it hashes to
session    a browser in which a person is signed in; only what its cookie hashes to
sign_in_attempt  a wrong password, until it no longer counts
```

`event` and `revision` carry triggers that refuse UPDATE, DELETE and replacement, so that no program
can rewrite what happened; but of an article that was erased, as an event says, a revision may lose
its words (`erasing`). `article` and `counter` say nothing that the history does not.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

from recommender.domain.corpus import epoch_us

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC, kept as whole microseconds since 1970.

    A number has no time zone that a driver could lose, sorts the same in every database, and holds
    all years from 1 to 9999.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 — SQLAlchemy's signature
        """Return the microseconds of an aware instant."""
        return None if value is None else epoch_us(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 — SQLAlchemy's signature
        """Return the instant in UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


Identifier = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by code point, as Python sorts it; SQLite's own collation does already."""

Number = BigInteger().with_variant(Integer, "sqlite")
"""Number of an event; in SQLite it must be spelt so to become the table's own row number."""

Json = JSON(none_as_null=True)

metadata = MetaData()


def _some(where: ColumnElement[bool], name: str, *columns: Column[Any]) -> None:
    """Make an index of some rows of a table."""
    Index(name, *columns, sqlite_where=where, postgresql_where=where)


counter = Table(
    "counter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="only_one"),
)

event = Table(
    "event",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("subject", Identifier, nullable=False),
    Column("at", Instant, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Json, nullable=False),
    Column("act", BigInteger, nullable=False),
    Index("event_by_kind", "kind", "number"),
)
_some(event.c.act == event.c.number, "act_by_number", event.c.number)
_some(event.c.act == event.c.number, "act_by_kind", event.c.kind, event.c.number)
_some(event.c.act == event.c.number, "act_by_author", event.c.kind, event.c.author, event.c.number)
_some(event.c.kind != "article", "event_by_subject", event.c.subject, event.c.number)

revision = Table(
    "revision",
    metadata,
    Column("number", ForeignKey("event.number"), primary_key=True, autoincrement=False),
    Column("article_id", Identifier, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("url", Text),
    Column("summary", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("tags", Json, nullable=False),
    Column("section", Text),
    Column("authors", Json, nullable=False),
    Column("language", Text),
    Column("image", Json),
    Column("status", String(32), nullable=False),
    Column("published_at", Instant),
    Column("updated_at", Instant),
    Column("embargoed_until", Instant),
    Column("links", Json, nullable=False),
    Index("revision_by_article", "article_id", "number"),
)

_some(revision.c.embargoed_until.is_not(None), "revision_by_embargo", revision.c.embargoed_until)

article = Table(
    "article",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("number", ForeignKey("revision.number"), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("n_chars", Integer, nullable=False),
    Column("status", String(32), nullable=False),
    Column("row_key", BigInteger, nullable=False),
    Column("embargoed_until", Instant),
    Index("article_by_number", "number", unique=True),
    Index("article_in_row_order", "status", "row_key", "id"),
)
_some(
    article.c.embargoed_until.is_not(None),
    "article_by_embargo",
    article.c.status,
    article.c.embargoed_until,
)

token = Table(
    "token",
    metadata,
    Column("name", Identifier, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", Text),
)

person = Table(
    "person",
    metadata,
    Column("name", Identifier, primary_key=True),
    Column("role", String(32), nullable=False),
    Column("password", Text),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", Text),
)

invitation = Table(
    "invitation",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("name", ForeignKey("person.name"), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("invitation_by_name", "name"),
)

session = Table(
    "session",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("name", ForeignKey("person.name"), nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index("session_by_name", "name"),
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Index("sign_in_attempt_by_key", "key", "at"),
)
