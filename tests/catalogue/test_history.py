import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.history import Entry
from recommender.domain.article import Article
from recommender.domain.event import EventKind
from recommender.errors import Busy

PROMOTIONS = (EventKind.PROMOTION, EventKind.ROLLBACK)


def test_an_event_is_read_as_it_was_written(catalogue: Catalogue) -> None:
    detail = {"score": 0.5, "files": ["a", "ü"], "none": None}
    written = catalogue.append(EventKind.TRAINING, "v1", "anna", "weekly", detail)
    assert written.number == 1
    assert written.at.tzinfo is UTC
    assert datetime.now(UTC) - written.at < timedelta(minutes=1)
    assert catalogue.events() == [written]


def test_events_by_kind_and_number(catalogue: Catalogue) -> None:
    catalogue.append(EventKind.TRAINING, "v1", "anna", "")
    catalogue.append(EventKind.PROMOTION, "v1", "anna", "")
    catalogue.upsert([Article("a", title="A")], "anna", "import")
    catalogue.append(EventKind.ROLLBACK, "v0", "anna", "")
    numbers = [event.number for event in catalogue.events(PROMOTIONS)]
    assert numbers == [2, 4]
    assert [event.number for event in catalogue.events(after=2)] == [3, 4]
    assert catalogue.events((), after=0) == []
    assert catalogue.events(after=99) == []


def test_text_that_no_database_keeps_does_not_lose_the_event(catalogue: Catalogue) -> None:
    detail = {"a\0": ["\ud800", {"b": "c\0d"}], "n": 1.5}
    event = catalogue.append(EventKind.TRAINING, "v1", "an\0na\udcff", "r\udc80", detail)
    assert (event.author, event.reason) == ("anna?", "r?")
    assert event.detail == {"a": ["?", {"b": "cd"}], "n": 1.5}
    assert catalogue.events() == [event]


def test_a_number_that_json_has_not_is_refused_by_both(catalogue: Catalogue) -> None:
    with pytest.raises((StatementError, ValueError), match="Out of range float"):
        catalogue.append(EventKind.TRAINING, "v1", "anna", "", {"loss": float("nan")})
    assert catalogue.last_event() == 0


def test_of_two_promotions_one_wins_and_the_other_learns_who(catalogue: Catalogue) -> None:
    def promote(version: str, author: str, expected: int) -> int:
        return catalogue.append_if(
            EventKind.PROMOTION,
            version,
            author,
            "",
            expected_last_of=PROMOTIONS,
            expected_number=expected,
        ).number

    assert promote("v1", "anna", 0) == 1
    with pytest.raises(Busy, match=r"A promotion is .* by anna \(event 1\)"):
        promote("v2", "ben", 0)
    catalogue.append(EventKind.TRAINING, "v3", "carl", "")  # decides nothing
    assert promote("v2", "ben", 1) == 3
    assert [event.subject for event in catalogue.events(PROMOTIONS)] == ["v1", "v2"]


def test_several_events_are_one_transaction(catalogue: Catalogue) -> None:
    entries = [Entry(EventKind.RATING, subject, {"grade": 3}) for subject in "ab"]
    made = catalogue.append_all(entries, "anna", "judged.csv")
    assert [(one.number, one.subject, one.reason) for one in made] == [
        (1, "a", "judged.csv"),
        (2, "b", "judged.csv"),
    ]
    bad = Entry(EventKind.RATING, "c", {"grade": float("nan")})
    with pytest.raises((StatementError, ValueError), match="Out of range float"):
        catalogue.append_all([*entries, bad], "anna", "")
    assert catalogue.append_all([], "anna", "") == []
    assert catalogue.events() == made


def test_an_override_is_spelt_as_one(catalogue: Catalogue) -> None:
    catalogue.append(EventKind.OVERRIDE, "a", "anna", "")
    with pytest.raises(Busy, match=r"An override is already being done by anna \(event 1\)"):
        catalogue.append_if(
            EventKind.OVERRIDE,
            "b",
            "ben",
            "",
            expected_last_of=(EventKind.OVERRIDE,),
            expected_number=0,
        )


@pytest.mark.parametrize("table", ["event", "revision"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET number = number + 1",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "REPLACE INTO {table} SELECT * FROM {table}",
    ],
)
def test_no_program_can_rewrite_history_in_sqlite(
    sqlite_url: str, tmp_path: Path, table: str, statement: str
) -> None:
    with Catalogue.open(sqlite_url) as catalogue:
        catalogue.upsert([Article("a", title="A")], "anna", "import")
    other = sqlite3.connect(tmp_path / "data" / "catalogue.db")  # not ours: no pragmas, no code
    with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"):
        other.execute(statement.format(table=table))
    other.close()


@pytest.mark.parametrize("table", ["event", "revision"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET number = number + 1",
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (number) DO UPDATE SET number = 0",
    ],
)
def test_no_program_can_rewrite_history_in_postgresql(
    postgres_url: str, table: str, statement: str
) -> None:
    with Catalogue.open(postgres_url) as catalogue:
        catalogue.upsert([Article("a", title="A")], "anna", "import")
        with psycopg.connect(postgres_url) as other:
            with pytest.raises(psycopg.IntegrityError, match=r"(event|revision) is append-only"):
                other.execute(statement.format(table=table))
            other.rollback()
        assert [event.number for event in catalogue.events()] == [1]


def test_an_error_of_our_own_is_not_hidden_in_a_sentence(catalogue: Catalogue) -> None:
    catalogue.append(EventKind.TRAINING, "v1", "anna", "")
    with pytest.raises(IntegrityError), catalogue._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM event")
    assert catalogue.last_event() == 1


def test_threads_may_share_a_catalogue(catalogue: Catalogue) -> None:
    def write_and_read(place: int) -> int:
        catalogue.upsert([Article(f"{place}", title="T")], "anna", "")
        return len(catalogue.events())

    with ThreadPoolExecutor(8) as pool:
        assert max(pool.map(write_and_read, range(40))) == 40
    assert [event.number for event in catalogue.events()] == list(range(1, 41))


WRITER = """
import json, sys
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.history import Entry
from recommender.domain.article import Article
from recommender.domain.event import EventKind
url, name, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
seen = []
with Catalogue.open(url) as catalogue:
    print(flush=True)
    sys.stdin.readline()
    for turn in range(rounds):
        seen.append(catalogue.append(EventKind.TRAINING, name, name, "").number)
        own, shared = Article(f"{name}-{turn}", title="T"), Article("shared", title=name)
        catalogue.upsert([own, shared], name, "")
print(json.dumps(seen))
"""


def test_numbers_have_no_gaps_however_many_write_at_once(
    catalogue: Catalogue, catalogue_url: str
) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, catalogue_url, name, "25"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in "abcd"
    ]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()
    returned: list[int] = []
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        output, complaints = writer.communicate(timeout=60)
        assert writer.returncode == 0, complaints
        returned += json.loads(output)
    events = catalogue.events()
    numbers = [event.number for event in events]
    assert numbers == list(range(1, len(numbers) + 1))
    assert catalogue.last_event() == numbers[-1]
    assert catalogue.n_articles() == 4 * 25 + 1
    trainings = [event.number for event in events if event.kind is EventKind.TRAINING]
    assert sorted(returned) == trainings
    assert len(trainings) == 4 * 25
