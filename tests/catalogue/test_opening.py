import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from recommender.catalogue import history, schema
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.tables import metadata
from recommender.domain.event import EventKind
from recommender.errors import Busy, CatalogueUnavailable


def test_file_and_folders_are_made_on_first_use(tmp_path: Path) -> None:
    file = tmp_path / "not" / "yet" / "there" / "catalogue.db"
    with Catalogue.open(f"sqlite:///{file}") as catalogue:
        assert catalogue.n_articles() == 0
        assert catalogue.last_event() == 0
    assert file.is_file()


def test_the_file_is_left_whole_and_alone_when_closed(sqlite_url: str, tmp_path: Path) -> None:
    with Catalogue.open(sqlite_url) as catalogue:
        catalogue.append(EventKind.TRAINING, "v1", "anna", "")
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["catalogue.db"]


def test_migrations_make_exactly_the_tables_of_the_code(catalogue_url: str) -> None:
    Catalogue.open(catalogue_url).close()
    engine = create_engine(catalogue_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_current_head() == schema.HEAD


def test_commits_survive_the_loss_of_power_and_readers_never_wait(sqlite_url: str) -> None:
    with Catalogue.open(sqlite_url) as catalogue, catalogue._database.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_opening_what_is_up_to_date_is_quick_and_does_not_import_alembic(
    catalogue_url: str,
) -> None:
    Catalogue.open(catalogue_url).close()
    code = (
        "import sys, time\n"
        "from recommender.catalogue.catalogue import Catalogue\n"
        "def seconds():\n"
        f"    begun = time.perf_counter(); Catalogue.open({catalogue_url!r}).close()\n"
        "    return time.perf_counter() - begun\n"
        "print(min(seconds() for _ in range(3)), 'alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    seconds, alembic = done.stdout.split()
    assert float(seconds) < 0.15
    assert alembic == "False"


def test_processes_that_meet_in_a_new_catalogue_all_succeed(
    catalogue_url: str, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    code = (
        "import pathlib, time, alembic.script, alembic.operations, alembic.runtime.migration\n"
        "from recommender.catalogue.catalogue import Catalogue\n"
        "from recommender.domain.event import EventKind\n"
        "print(flush=True)\n"
        f"while not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.001)\n"
        f"with Catalogue.open({catalogue_url!r}) as c: c.append(EventKind.TRAINING, 'v', 'a', '')"
    )
    command = [sys.executable, "-c", code]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    gate.touch()
    for process in processes:
        _, complaints = process.communicate(timeout=60)
        assert process.returncode == 0, complaints.decode()
    with Catalogue.open(catalogue_url) as catalogue:
        assert [event.number for event in catalogue.events()] == [1, 2, 3]


def refused(url: str) -> str:
    with pytest.raises(CatalogueUnavailable) as caught:
        Catalogue.open(url)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "unable to open database file" in refused(f"sqlite:///{tmp_path}")


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    sentence = refused(f"sqlite:///{tmp_path / 'file' / 'sub' / 'catalogue.db'}")
    assert "its folder cannot be made" in sentence


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("shopping list\n" * 500)
    assert "file is not a database" in refused(f"sqlite:///{file}")
    assert file.read_text() == "shopping list\n" * 500


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "bookmarks.db"
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE bookmark (url TEXT)")
    other.close()
    assert "tables such as bookmark" in refused(f"sqlite:///{file}")
    other = sqlite3.connect(file)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmark",)]
    other.close()


def test_a_newer_catalogue_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    Catalogue.open(sqlite_url).close()
    newer = sqlite3.connect(tmp_path / "data" / "catalogue.db")
    newer.execute("UPDATE alembic_version SET version_num = 'v0999'")
    newer.commit()
    newer.close()
    assert "v0999 is newer than" in refused(sqlite_url)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "not a database URL"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:////nowhere/what?/catalogue.db", "question mark"),
        ("mysql://anna:secret@db/news", "in SQLite or PostgreSQL, not in mysql"),
        ("postgresql+psycopg2://anna:secret@db/news", "not in postgresql+psycopg2"),
        ("postgresql://anna:secret@db:port/news", "not a database URL"),
        ("postgresql://anna:secret@db", "names no database"),
    ],
)
def test_addresses_that_cannot_be_used(address: str, said: str) -> None:
    sentence = refused(address)
    assert said in sentence
    assert "secret" not in sentence


def test_a_catalogue_that_may_not_be_written_is_told_in_a_sentence(sqlite_url: str) -> None:
    with Catalogue.open(sqlite_url) as catalogue:
        with catalogue._database.reading() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
        with pytest.raises(CatalogueUnavailable, match="readonly database; make the file and its"):
            catalogue.append(EventKind.TRAINING, "v1", "anna", "")


def test_a_disk_that_is_full_is_told_in_a_sentence_and_changes_nothing(sqlite_url: str) -> None:
    with Catalogue.open(sqlite_url) as catalogue:
        with catalogue._database.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        with pytest.raises(CatalogueUnavailable, match="full; free some space"):
            catalogue.append(EventKind.TRAINING, "v1", "anna", "", {"long": "x" * 100_000})
        assert catalogue.last_event() == 0


def test_a_writer_that_waits_for_too_long_is_told_so(catalogue_url: str) -> None:
    with (
        Catalogue.open(catalogue_url) as first,
        Catalogue.open(catalogue_url, busy_timeout_s=0.05) as second,
    ):
        with first._database.writing() as connection:
            history.lock(connection)
            begun = time.monotonic()
            with pytest.raises(Busy, match="another process"):
                second.append(EventKind.TRAINING, "v1", "anna", "")
            assert time.monotonic() - begun < 5
            assert second.last_event() == 0  # readers never wait
        assert second.append(EventKind.TRAINING, "v1", "anna", "").number == 1
