"""The tables of the catalogue, and the one type of column that they need of their own.

```
counter    one row: the number of the last event; locked by whoever writes
event      the history: what happened, numbered without gaps          append-only
revision   an article as it was from one event on; number = the event's   append-only
article    which revision of each article is in force, and what it is sought and sorted by
token      who may publish over HTTP; of each secret only what it hashes to
```

`event` and `revision` carry triggers that refuse UPDATE, DELETE and replacement, so that no program
can rewrite what happened; but of an article that was erased, as an event says, a revision may lose
its words (`erasing`). `article` and `counter` say nothing that the history does not.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
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
    Index("event_by_kind", "kind", "number"),
)

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

Index(
    "revision_by_embargo",
    revision.c.embargoed_until,
    sqlite_where=revision.c.embargoed_until.is_not(None),
    postgresql_where=revision.c.embargoed_until.is_not(None),
)

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
Index(
    "article_by_embargo",
    article.c.status,
    article.c.embargoed_until,
    sqlite_where=article.c.embargoed_until.is_not(None),
    postgresql_where=article.c.embargoed_until.is_not(None),
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
