"""What only a server can do to a catalogue: refuse, be too old, vanish in the middle, come back."""

import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import Connection, event, text

from recommender.catalogue import history, postgres
from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.domain.event import EventKind
from recommender.errors import Busy, CatalogueUnavailable
from tests.postgres import PostgresServer

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def catalogue(postgres_url: str) -> Iterator[Catalogue]:
    with Catalogue.open(postgres_url) as opened:
        yield opened


@pytest.fixture
def guarded(postgres_server: PostgresServer, postgres_url: str) -> Iterator[str]:
    """Return the name of a database that a user with a password may enter and do nothing in."""
    name = database(postgres_url)
    postgres_server.sql("CREATE ROLE guarded LOGIN PASSWORD 'open sesame'")
    yield name
    postgres_server.start()
    postgres_server.sql("DROP OWNED BY guarded", name)
    postgres_server.sql("DROP ROLE guarded")


def database(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def refused(url: str, *, must_exist: bool = False) -> str:
    with pytest.raises(CatalogueUnavailable) as caught:
        Catalogue.open(url, must_exist=must_exist)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_the_address(postgres_url: str, scheme: str) -> None:
    with Catalogue.open(postgres_url.replace("postgresql", scheme)) as catalogue:
        catalogue.upsert([Article("a", title="A")], "anna", "")
    with Catalogue.open(postgres_url, must_exist=True) as catalogue:
        assert catalogue.n_articles() == 1


def test_a_sentence_names_the_place(postgres_server: PostgresServer) -> None:
    host = postgres_server.folder
    url = f"postgresql://anna:secret@/news?host={host}&port=1&password=secret"
    said = "cannot be used: the server cannot be reached; see that it is up, and check the setting"
    assert refused(url) == f"The catalogue at postgresql://anna@{host}/news {said} “database_url”."


def test_a_server_that_is_down(postgres_server: PostgresServer, postgres_url: str) -> None:
    address = postgres_server.url_by_network(database(postgres_url), "postgres", "secret")
    postgres_server.stop()
    for url in (address, postgres_url):
        assert "the server cannot be reached; see that it is up" in refused(url)


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password(
    postgres_server: PostgresServer,
    guarded: str,
    password: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    sentence = refused(postgres_server.url_by_network(guarded, "guarded", password))
    assert "the server refuses this user or password; check both" in sentence
    assert "wrong" not in sentence + caplog.text


def test_no_sentence_and_no_log_has_the_password(
    postgres_server: PostgresServer, guarded: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = postgres_server.url_by_network(guarded, "guarded", "open%20sesame")
    said = [refused(url), refused(f"{url}nowhere"), refused(f"{url}?sslmod=x"), refused(f"{url}?")]
    postgres_server.stop()
    said += [refused(url), repr(Catalogue), caplog.text]
    assert "sesame" not in "".join(said)
    assert "lacks a permission" in said[0]
    assert "no such database; make it with CREATE DATABASE" in said[1]
    assert "an option that the driver does not know" in said[2]


def test_an_unknown_user(postgres_server: PostgresServer, postgres_url: str) -> None:
    url = postgres_server.url(database(postgres_url), user="nobody-there")
    assert "the server refuses this user or password" in refused(url)


def test_a_user_who_may_not_read(postgres_server: PostgresServer, guarded: str) -> None:
    Catalogue.open(postgres_server.url(guarded)).close()
    url = postgres_server.url_by_network(guarded, "guarded", "open%20sesame")
    assert "the user lacks a permission there; let the owner GRANT" in refused(url)


def test_a_user_who_may_only_read(postgres_server: PostgresServer, guarded: str) -> None:
    Catalogue.open(postgres_server.url(guarded)).close()
    postgres_server.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO guarded", guarded)
    url = postgres_server.url_by_network(guarded, "guarded", "open%20sesame")
    with Catalogue.open(url) as catalogue:
        assert catalogue.last_event() == 0
        with pytest.raises(CatalogueUnavailable, match="lacks a permission"):
            catalogue.append(EventKind.TRAINING, "v1", "anna", "")


def test_a_server_that_takes_no_writes(
    postgres_server: PostgresServer, postgres_url: str, catalogue: Catalogue
) -> None:
    name = database(postgres_url)
    postgres_server.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with Catalogue.open(postgres_url) as standby:
        with pytest.raises(CatalogueUnavailable, match="takes no writes, as a standby"):
            standby.append(EventKind.TRAINING, "v1", "anna", "")
        assert standby.last_event() == catalogue.last_event() == 0


def test_a_server_that_is_too_old(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "OLDEST", (99, 0))
    assert "its server is PostgreSQL 1" in (sentence := refused(postgres_url))
    assert "and 99.0 is the oldest that will do; bring the server up to date" in sentence


def test_a_database_without_unicode(postgres_server: PostgresServer) -> None:
    postgres_server.sql("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    sentence = refused(postgres_server.url("latin"))
    postgres_server.sql("DROP DATABASE latin")
    assert "kept as LATIN1" in sentence
    assert "ENCODING 'UTF8'" in sentence


def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    sentence = refused("postgresql://anna:secret@db.example/news")
    assert sentence.endswith("not installed here; run “pip install 'psycopg[binary]'”.")
    assert "secret" not in sentence


def test_a_database_of_something_else_but_for_a_schema_of_our_own(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    name = database(postgres_url)
    postgres_server.sql("CREATE TABLE alembic_version (version_num text)", name)
    postgres_server.sql("CREATE TABLE bookmark (url text)", name)
    assert "it is a database of something else, with tables such as" in refused(postgres_url)
    ours = f"{postgres_url}&options=-csearch_path%3Dmorefrom"
    assert "no such schema; make it with CREATE SCHEMA" in refused(ours)
    postgres_server.sql("CREATE SCHEMA morefrom", name)
    with Catalogue.open(ours) as catalogue:
        catalogue.upsert([Article("a", title="A")], "anna", "")
        assert catalogue.n_articles() == 1
    tables = "SELECT string_agg(tablename, ' ' ORDER BY 1) FROM pg_tables WHERE schemaname="
    assert postgres_server.sql(f"{tables}'public'", name) == "alembic_version bookmark"


def test_who_only_reads_makes_no_tables(postgres_url: str) -> None:
    assert "nothing has been stored there yet; import articles" in refused(
        postgres_url, must_exist=True
    )
    Catalogue.open(postgres_url).close()
    Catalogue.open(postgres_url, must_exist=True).close()


def test_what_is_sorted_or_compared_has_the_order_of_code_points(
    catalogue: Catalogue, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url) as other:
        found = other.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns"
            " WHERE collation_name = 'C' AND table_schema = 'public'"
        ).fetchall()
    assert {name for (name,) in found} >= {"article.id", "event.subject", "revision.article_id"}
    assert catalogue.n_articles() == 0


def test_a_reader_sees_one_state_and_changes_nothing(catalogue: Catalogue) -> None:
    with catalogue._database.reading() as connection:
        assert history.last_event(connection) == 0
        catalogue.append(EventKind.TRAINING, "v1", "anna", "")
        assert history.last_event(connection) == 0
    with (
        pytest.raises(CatalogueUnavailable, match="takes no writes"),
        catalogue._database.reading() as connection,
    ):
        connection.execute(text("UPDATE counter SET number = 0"))
    assert catalogue.last_event() == 1


def test_a_commit_is_durable_on_a_server_in_a_hurry(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    postgres_server.sql(f"ALTER DATABASE {database(postgres_url)} SET synchronous_commit = off")
    with (
        Catalogue.open(postgres_url) as catalogue,
        catalogue._database.writing() as connection,
    ):
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"


def end_sessions(server: PostgresServer, url: str) -> None:
    name = database(url)
    server.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


def test_a_connection_lost_while_idle_is_not_noticed(
    catalogue: Catalogue, postgres_server: PostgresServer, postgres_url: str
) -> None:
    end_sessions(postgres_server, postgres_url)
    assert catalogue.append(EventKind.TRAINING, "v1", "anna", "").number == 1
    postgres_server.stop()
    postgres_server.start()
    assert catalogue.last_event() == 1
    assert catalogue.append(EventKind.TRAINING, "v2", "anna", "").number == 2


def test_a_read_that_loses_its_connection_is_asked_once_more(
    catalogue: Catalogue, postgres_server: PostgresServer, postgres_url: str
) -> None:
    tries = []

    def work(connection: Connection) -> int:
        found = history.last_event(connection)
        tries.append(found)
        if len(tries) <= losses:
            end_sessions(postgres_server, postgres_url)
        return found + history.last_event(connection)

    catalogue.append(EventKind.TRAINING, "v1", "anna", "")
    losses = 1
    assert catalogue._database.read(work) == 2
    assert tries == [1, 1]
    tries.clear()
    losses = 2
    with pytest.raises(CatalogueUnavailable, match="the server was stopped; try again when"):
        catalogue._database.read(work)
    assert tries == [1, 1]


def test_a_corpus_outlives_the_server(
    catalogue: Catalogue, postgres_server: PostgresServer
) -> None:
    catalogue.upsert([Article(f"{i:04}", title="T") for i in range(1_200)], "anna", "")
    with catalogue.corpus(NOON) as corpus:
        walk = iter(corpus)
        first = [next(walk).id for _ in range(700)]
        postgres_server.stop()
        postgres_server.start()
        assert first + [article.id for article in walk] == list(corpus.ids)


def test_a_write_that_loses_its_connection_is_told_and_never_repeated(
    catalogue: Catalogue, postgres_server: PostgresServer, postgres_url: str
) -> None:
    tries = 0

    @event.listens_for(catalogue._database._engine, "before_cursor_execute")
    def lose(_c: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal tries
        if statement.startswith("INSERT INTO revision"):
            tries += 1
            end_sessions(postgres_server, postgres_url)

    with pytest.raises(CatalogueUnavailable, match="the server was stopped"):
        catalogue.upsert([Article("a", title="A")], "anna", "")
    assert tries == 1
    assert catalogue.n_articles() == catalogue.last_event() == 0


def test_a_connection_lost_in_the_moment_of_storing_is_told_as_unknown(
    catalogue: Catalogue, postgres_server: PostgresServer, postgres_url: str
) -> None:
    @event.listens_for(catalogue._database._engine, "commit")
    def lose(_: Connection) -> None:
        end_sessions(postgres_server, postgres_url)

    with pytest.raises(CatalogueUnavailable, match="in the moment of storing, perhaps just after"):
        catalogue.append(EventKind.PROMOTION, "v1", "anna", "")


def test_a_statement_without_end_is_ended(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "STATEMENT_TIMEOUT_S", -29.9)  # beside a patience of 30 s
    with pytest.raises(CatalogueUnavailable, match="took too long to answer"):
        catalogue._database.read(lambda connection: connection.execute(text("SELECT pg_sleep(9)")))


def test_a_writer_that_stands_still_gives_way(
    catalogue: Catalogue, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "IDLE_TIMEOUT_S", 0.2)

    def stand_still(connection: Connection) -> None:
        history.lock(connection)
        assert other.append(EventKind.TRAINING, "v1", "ben", "").number == 1
        history.lock(connection)

    with Catalogue.open(postgres_url, busy_timeout_s=5) as other:
        said = "stood still in the middle of writing"
        with (
            pytest.raises(CatalogueUnavailable, match=said),
            catalogue._database.writing() as connection,
        ):
            stand_still(connection)
        assert catalogue.append(EventKind.TRAINING, "v2", "anna", "").number == 2


def test_tables_are_changed_by_one_at_a_time(postgres_url: str, catalogue: Catalogue) -> None:
    with (
        Catalogue.open(postgres_url, busy_timeout_s=0.05) as other,
        catalogue._database.writing() as connection,
    ):
        catalogue._database._backend.lock_tables(connection)
        with pytest.raises(Busy), other._database.writing() as late:
            other._database._backend.lock_tables(late)
