"""Articles with all their revisions, the numbered history, and who may publish or sign in.

Written out rather than derived from `recommender.catalogue.tables`, which will move on while this
step must for ever make the same tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None

_IDENTIFIER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

_TABLES = ("event", "revision")
_SAYS_NOTHING = """NEW.number = OLD.number AND NEW.article_id = OLD.article_id
    AND NEW.title = '' AND NEW.summary = '' AND NEW.body = '' AND NEW.status = 'retracted'
    AND COALESCE(NEW.url, NEW.section, NEW.language) IS NULL AND NEW.image IS NULL
    AND COALESCE(NEW.published_at, NEW.updated_at, NEW.embargoed_until) IS NULL
    AND CAST(NEW.tags AS TEXT) = '[]' AND CAST(NEW.authors AS TEXT) = '[]'
    AND CAST(NEW.links AS TEXT) = '[]'
    AND EXISTS (SELECT 1 FROM event WHERE kind = 'erasure' AND subject = OLD.article_id)"""
"""The one way in which a revision may change: it loses its words, after the history has said so."""

_APPEND_ONLY_SQLITE = (
    """CREATE TRIGGER event_refuses_update BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'event is append-only'); END""",
    f"""CREATE TRIGGER revision_refuses_update BEFORE UPDATE ON revision
    WHEN NOT COALESCE({_SAYS_NOTHING}, 0)
    BEGIN SELECT RAISE(ABORT, 'revision is append-only'); END""",
)
_APPEND_ONLY_SQLITE_EACH = (
    """CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
    """CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} WHERE number = NEW.number)
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
)
"""The last one because REPLACE deletes rows in SQLite without any trigger of DELETE."""

_REFUSE = """CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
    END $$"""
_REFUSE_WORDS = f"""CREATE FUNCTION refuse_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF COALESCE({_SAYS_NOTHING}, false) THEN RETURN NEW; END IF;
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
    END $$"""
_APPEND_ONLY_POSTGRESQL = (
    _REFUSE,
    _REFUSE_WORDS,
    """CREATE TRIGGER event_refuses_rewriting BEFORE UPDATE OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()""",
    """CREATE TRIGGER revision_refuses_rewriting BEFORE DELETE OR TRUNCATE ON revision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()""",
    """CREATE TRIGGER revision_refuses_words BEFORE UPDATE ON revision
    FOR EACH ROW EXECUTE FUNCTION refuse_words()""",
)


def upgrade() -> None:
    """Make the tables and their triggers."""
    _make_history()
    _make_articles()
    _make_tokens()
    _make_people()
    statements: tuple[str, ...] = _APPEND_ONLY_POSTGRESQL
    if op.get_bind().dialect.name != "postgresql":
        both = (each.format(table=one) for one in _TABLES for each in _APPEND_ONLY_SQLITE_EACH)
        statements = (*_APPEND_ONLY_SQLITE, *both)
    for statement in statements:
        op.execute(statement)


def _make_history() -> None:
    made = op.create_table(
        "counter",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.CheckConstraint("id = 1", name="only_one"),
    )
    op.bulk_insert(made, [{"id": 1, "number": 0}])
    op.create_table(
        "event",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", _IDENTIFIER, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("act", sa.BigInteger, nullable=False),
    )
    op.create_index("event_by_kind", "event", ["kind", "number"])
    for name, columns, where in (
        ("act_by_number", ["number"], sa.text("act = number")),
        ("act_by_kind", ["kind", "number"], sa.text("act = number")),
        ("act_by_author", ["kind", "author", "number"], sa.text("act = number")),
        ("event_by_subject", ["subject", "number"], sa.text("kind != 'article'")),
    ):
        op.create_index(name, "event", columns, sqlite_where=where, postgresql_where=where)


def _make_articles() -> None:
    op.create_table(
        "revision",
        sa.Column(
            "number", _NUMBER, sa.ForeignKey("event.number"), primary_key=True, autoincrement=False
        ),
        sa.Column("article_id", _IDENTIFIER, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("section", sa.Text),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("language", sa.Text),
        sa.Column("image", sa.JSON),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("published_at", sa.BigInteger),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("embargoed_until", sa.BigInteger),
        sa.Column("links", sa.JSON, nullable=False),
    )
    op.create_index("revision_by_article", "revision", ["article_id", "number"])
    dated = sa.text("embargoed_until IS NOT NULL")
    op.create_index(
        "revision_by_embargo",
        "revision",
        ["embargoed_until"],
        sqlite_where=dated,
        postgresql_where=dated,
    )
    op.create_table(
        "article",
        sa.Column("id", _IDENTIFIER, primary_key=True),
        sa.Column("number", _NUMBER, sa.ForeignKey("revision.number"), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("n_chars", sa.Integer, nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("row_key", sa.BigInteger, nullable=False),
        sa.Column("embargoed_until", sa.BigInteger),
    )
    op.create_index("article_by_number", "article", ["number"], unique=True)
    op.create_index("article_in_row_order", "article", ["status", "row_key", "id"])
    op.create_index(
        "article_by_embargo",
        "article",
        ["status", "embargoed_until"],
        sqlite_where=dated,
        postgresql_where=dated,
    )


def _make_tokens() -> None:
    op.create_table(
        "token",
        sa.Column("name", _IDENTIFIER, primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("revoked_by", sa.Text),
    )


def _make_people() -> None:
    op.create_table(
        "person",
        sa.Column("name", _IDENTIFIER, primary_key=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("revoked_by", sa.Text),
    )
    op.create_table(
        "invitation",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("name", _IDENTIFIER, sa.ForeignKey("person.name"), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("name", _IDENTIFIER, sa.ForeignKey("person.name"), nullable=False),
        sa.Column("begun_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("invitation_by_name", "invitation", ["name"])
    op.create_index("session_by_name", "session", ["name"])
    op.create_index("sign_in_attempt_by_key", "sign_in_attempt", ["key", "at"])
