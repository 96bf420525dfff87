"""The log against the obvious slow way: the whole history read, gathered and sifted in Python."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue import history, log
from recommender.catalogue.acts import IN_NUMBERS, PAUSE, begun_at
from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.database import Database
from recommender.catalogue.history import Entry
from recommender.catalogue.log import Act, Sought
from recommender.catalogue.portable import event_lines, load, revision_lines
from recommender.domain.article import Article, Status
from recommender.domain.event import Event, EventKind

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ARTICLES = frozenset({EventKind.ARTICLE})


class Clock:
    """Stands for `datetime` where events are dated."""

    def __init__(self) -> None:
        self.at = BEGIN

    def now(self, _zone: object) -> datetime:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(history, "datetime", clock)
    return clock


@pytest.fixture
def database(catalogue_url: str) -> Iterator[Database]:
    opened = Database.open(catalogue_url)
    yield opened
    opened.close()


def live(catalogue: Catalogue, clock: Clock, n_steps: int) -> None:
    """Let a newsroom do this and that, mostly soon after each other."""
    dice = random.Random(3)
    for step in range(n_steps):
        clock.at += dice.choice([timedelta(seconds=1), timedelta(minutes=7), 2 * PAUSE, DAY])
        author, reason = dice.choice(["anna", "ben"]), dice.choice(["", "why"])
        subject = dice.choice("abc")
        match dice.randrange(4):
            case 0:
                some = [Article(one, title=f"{one} {step}") for one in dice.sample("abcdef", 3)]
                catalogue.upsert(some, author, reason)
            case 1:
                status = dice.choice(list(Status))
                catalogue.upsert([Article(subject, title="T", status=status)], author, reason)
            case 2:
                detail = {"kind": "pin", "query_id": dice.choice("abc")}
                catalogue.append(EventKind.OVERRIDE, subject, author, reason, detail)
            case _:
                entries = [Entry(EventKind.RATING, subject, {"article_id": one}) for one in "ab"]
                catalogue.append_all(entries, author, reason)


def gathered(events: list[Event]) -> list[Act]:
    """Return the acts of a whole history, the newest first."""
    done: list[list[Event]] = []
    for one in events:
        last = done[-1][-1] if done else None
        if (
            last is not None
            and one.kind in IN_NUMBERS
            and (one.kind, one.author, one.reason) == (last.kind, last.author, last.reason)
            and one.at - last.at <= PAUSE
        ):
            done[-1].append(one)
        else:
            done.append([one])
    return [Act(several[0], several[-1]) for several in reversed(done)]


def is_sought(one: Event, sought: Sought) -> bool:
    named = (one.subject, one.detail.get("query_id"), one.detail.get("article_id"))
    return (
        (not sought.kinds or one.kind in sought.kinds)
        and sought.author in {None, one.author}
        and (sought.subject is None or sought.subject in named)
        and (sought.since is None or one.at >= sought.since)
        and (sought.until is None or one.at < sought.until)
    )


QUESTIONS = [
    Sought(),
    Sought(kinds=ARTICLES),
    Sought(kinds=frozenset(EventKind) - ARTICLES),
    Sought(author="anna"),
    Sought(author="nobody"),
    Sought(frozenset({EventKind.RATING}), "ben"),
    Sought(subject="a"),
    Sought(ARTICLES, "anna", "b"),
    Sought(subject="nothing"),
    Sought(since=BEGIN + 3 * DAY, until=BEGIN + 9 * DAY),
    Sought(author="ben", since=BEGIN + 4 * DAY),
    Sought(subject="c", until=BEGIN + 6 * DAY),
    Sought(since=BEGIN + 900 * DAY),
]


def test_every_question_is_answered_as_by_reading_all(
    catalogue: Catalogue, database: Database, clock: Clock
) -> None:
    live(catalogue, clock, 60)
    events = catalogue.events()
    newest_first = list(reversed(events))

    assert any(act.n_events > 3 for act in gathered(events))
    for sought in QUESTIONS:
        wanted = [one for one in newest_first if is_sought(one, sought)]
        acts = [act for act in gathered(events) if is_sought(act.first, sought)]
        if sought.subject is not None:
            acts = [Act(one, one) for one in wanted]
        with database.reading() as connection:
            assert log.acts(connection, sought, 2**62, 1_000) == acts
            assert log.events(connection, sought, 2**62, 1_000) == wanted
            for before in (2, 17, 50):
                earlier = [act for act in acts if act.first.number < before][:4]
                assert log.acts(connection, sought, before, 4) == earlier


def test_an_act_is_opened_page_by_page(
    catalogue: Catalogue, database: Database, clock: Clock
) -> None:
    live(catalogue, clock, 20)
    events = catalogue.events()
    with database.reading() as connection:
        for act in gathered(events):
            first, last = act.first.number, act.last.number
            assert log.within(connection, first, 0, 99) == events[first - 1 : last]
            assert log.within(connection, first, first, 1) == events[first:last][:1]
        assert log.within(connection, 999, 0, 9) == []
        assert log.authors(connection) == ["anna", "ben"]


def test_what_a_revision_made_of_its_article(catalogue: Catalogue, database: Database) -> None:
    for status in (Status.DRAFT, Status.PUBLISHED, Status.RETRACTED, Status.PUBLISHED):
        catalogue.upsert([Article("a", title="A", status=status), Article("b")], "anna", "")
    with database.reading() as connection:
        found = log.statuses(connection, [1, 2, 3, 4, 5, 99])
        titles = log.titles(connection, ["a", "b", "c"])
    assert found == {
        1: (None, Status.DRAFT),
        2: (None, Status.PUBLISHED),
        3: (Status.DRAFT, Status.PUBLISHED),
        4: (Status.PUBLISHED, Status.RETRACTED),
        5: (Status.RETRACTED, Status.PUBLISHED),
    }
    assert titles == {"a": "A", "b": ""}


def test_acts_do_not_depend_on_how_many_events_are_written_at_once() -> None:
    rows: list[dict[str, Any]] = [
        {"number": number, "kind": kind, "author": author, "reason": "", "at": BEGIN + after}
        for number, (kind, author, after) in enumerate(
            [
                ("article", "anna", 0 * PAUSE),
                ("article", "anna", 1 * PAUSE),
                ("article", "ben", 1 * PAUSE),
                ("rating", "ben", 1 * PAUSE),
                ("override", "ben", 1 * PAUSE),
                ("override", "ben", 1 * PAUSE),
                ("article", "ben", 1 * PAUSE),
                ("article", "ben", 2 * PAUSE + timedelta(seconds=1)),
            ],
            start=1,
        )
    ]
    together = begun_at(rows, None)
    one_by_one: list[dict[str, Any]] = []
    for row in rows:
        one_by_one += begun_at([row], one_by_one[-1] if one_by_one else None)
    assert together == one_by_one
    assert [row["act"] for row in together] == [1, 1, 3, 4, 5, 6, 7, 8]


def test_a_clock_that_was_set_back_lets_nothing_else_in(
    catalogue: Catalogue, database: Database, clock: Clock
) -> None:
    for days in (1, 2, 0, 3):
        clock.at = BEGIN + days * DAY
        catalogue.append(EventKind.TRAINING, f"v{days}", "anna", "")
    with database.reading() as connection:
        found = log.events(connection, Sought(since=BEGIN + DAY), 99, 9)
    assert {one.subject for one in found} <= {"v1", "v2", "v3"}
    assert found[0].subject == "v3"


def test_acts_come_back_from_a_backup(
    catalogue: Catalogue, database: Database, clock: Clock, tmp_path: Path
) -> None:
    live(catalogue, clock, 20)
    last = catalogue.last_event()
    saved = [list(lines(database, last)) for lines in (event_lines, revision_lines)]
    assert b'"act"' not in saved[0][0]
    other = Database.open(f"sqlite:///{tmp_path / 'other.db'}")
    load(other, *saved)
    with database.reading() as here, other.reading() as there:
        assert log.acts(there, Sought(), 999, 999) == log.acts(here, Sought(), 999, 999)
    other.close()
