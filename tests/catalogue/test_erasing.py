"""Revisions of an erased article lose their words and nothing else may be rewritten."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from recommender.catalogue import inspection
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.database import Database
from recommender.catalogue.erasing import Eraser
from recommender.domain.article import Article, Status, Tag
from recommender.domain.event import EventKind
from recommender.errors import ErasedArticle, UnknownArticle

SECRET = Article("x", title="Zorblatt", url="/z", tags=(Tag("frumious", "Frumious"),))


@pytest.fixture
def eraser(catalogue: Catalogue, catalogue_url: str) -> Iterator[Eraser]:
    catalogue.upsert([SECRET, Article("y", title="Y")], "anna", "import")
    catalogue.upsert([Article("x", title="Zorblatt again")], "anna", "import")
    with closing(Database.open(catalogue_url)) as database:
        yield Eraser(database)


def test_every_revision_loses_its_words(
    eraser: Eraser, catalogue: Catalogue, catalogue_url: str
) -> None:
    event = eraser.erase("x", "ben", "court")

    left = Article("x", status=Status.RETRACTED)
    assert (event.number, event.kind, event.subject) == (4, EventKind.ERASURE, "x")
    assert list(catalogue.revised_since(0)) == [
        (1, left),
        (2, Article("y", title="Y")),
        (3, left),
        (4, left),
    ]
    assert list(catalogue.changed_since(3)) == [(4, left)]
    assert eraser.n_revisions("x") == 3
    with closing(Database.open(catalogue_url)) as database:
        assert database.read(inspection.contradictions) == []
        assert list(inspection.altered(database, 1)) == []


def test_erasing_twice_is_once(eraser: Eraser, catalogue: Catalogue) -> None:
    assert eraser.erase("x", "ben", "court") == eraser.erase("x", "anna", "again")
    assert catalogue.last_event() == 4


def test_nothing_of_that_id_comes_in_again(eraser: Eraser, catalogue: Catalogue) -> None:
    eraser.erase("x", "ben", "court")

    with pytest.raises(ErasedArticle, match="'x' was erased at 20"):
        catalogue.upsert([Article("new", title="New"), SECRET], "anna", "import")

    assert catalogue.article("new") is None
    assert catalogue.upsert([Article("x", status=Status.RETRACTED)], "a", "r").unchanged == 1


def test_an_unknown_article_cannot_be_erased(eraser: Eraser, catalogue: Catalogue) -> None:
    with pytest.raises(UnknownArticle):
        eraser.erase("z", "ben", "court")
    assert catalogue.last_event() == 3


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE revision SET title = 'Zorblatt' WHERE article_id = 'x'",
        "UPDATE revision SET tags = '[[\"a\",\"A\"]]' WHERE article_id = 'x'",
        "UPDATE revision SET published_at = 1 WHERE article_id = 'x'",
        "UPDATE revision SET status = 'published' WHERE article_id = 'x'",
        "UPDATE revision SET article_id = 'q' WHERE article_id = 'x'",
        "UPDATE revision SET title = '', status = 'retracted' WHERE article_id = 'y'",
        "DELETE FROM revision WHERE article_id = 'x'",
        "UPDATE event SET reason = '' WHERE subject = 'x'",
    ],
)
def test_the_database_refuses_every_other_change(
    eraser: Eraser, catalogue_url: str, change: str
) -> None:
    eraser.erase("x", "ben", "court")
    with (
        closing(Database.open(catalogue_url)) as database,
        pytest.raises(IntegrityError, match="append-only"),
        database.writing() as connection,
    ):
        connection.execute(text(change))


def test_sqlite_keeps_no_word_in_file_and_log(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.db"
    with Catalogue.open(f"sqlite:///{file}") as catalogue:
        for number in range(50):
            catalogue.upsert([Article("x", title=f"Zorblatt {number}", body="x" * 9_000)], "a", "r")
        with closing(Database.open(f"sqlite:///{file}")) as database:
            Eraser(database).erase("x", "ben", "court")

            assert Eraser(database).forget_deleted()

            found = [path for path in tmp_path.iterdir() if b"Zorblatt" in path.read_bytes()]
            assert found == []
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
