"""People and their sessions at rest: in one transaction with the history, without secrets."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.database import Database
from recommender.catalogue.people import People
from recommender.catalogue.sessions import COUNTS_FOR, IDLE, LONGEST, Attempts, Sessions
from recommender.domain.event import EventKind
from recommender.domain.person import Role
from recommender.errors import LastAdmin, UnknownPerson

NOW = datetime.now(UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def database(catalogue_url: str) -> Iterator[Database]:
    database = Database.open(catalogue_url)
    yield database
    database.close()


@pytest.fixture
def people(database: Database) -> People:
    return People(database)


def joined(people: People, name: str, role: Role = Role.EDITOR) -> None:
    people.invite(name, role, f"link of {name}", LATER, "cli")
    assert people.accept(f"link of {name}", f"hash of {name}", NOW) is not None


def told(url: str) -> list[tuple[str, str, str, object]]:
    with Catalogue.open(url) as catalogue:
        events = catalogue.events((EventKind.PERSON,))
        return [(one.subject, one.author, one.reason, dict(one.detail)) for one in events]


def test_every_change_is_an_event_of_the_history(people: People, catalogue_url: str) -> None:
    joined(people, "anna", Role.ADMIN)
    joined(people, "ben")
    people.set_role("ben", Role.VIEWER, "person:anna", "on leave")
    people.set_role("ben", Role.VIEWER, "person:anna", "again: nothing changes")
    people.revoke("ben", "person:anna", "left")

    assert told(catalogue_url) == [
        ("anna", "cli", "", {"change": "invited", "role": "admin"}),
        ("anna", "person:anna", "", {"change": "joined"}),
        ("ben", "cli", "", {"change": "invited", "role": "editor"}),
        ("ben", "person:ben", "", {"change": "joined"}),
        (
            "ben",
            "person:anna",
            "on leave",
            {"change": "role", "role": "viewer", "before": "editor"},
        ),
        ("ben", "person:anna", "left", {"change": "revoked"}),
    ]


def test_a_link_works_once_and_in_its_time_and_only_the_last(people: People) -> None:
    people.invite("ben", Role.EDITOR, "first", LATER, "cli")
    people.invite("ben", None, "second", LATER, "cli")

    assert people.invited("first", NOW) is None
    assert people.invited("second", LATER) is None
    assert people.accept("first", "hash", NOW) is None
    assert people.accept("second", "hash", LATER) is None
    assert people.password("ben") is None
    assert people.accept("second", "hash", NOW) is not None
    assert people.accept("second", "other", NOW) is None
    assert people.password("ben") == "hash"


def test_a_link_for_nobody_known_needs_a_role(people: People) -> None:
    with pytest.raises(UnknownPerson):
        people.invite("ben", None, "link", LATER, "cli")


def test_another_password_ends_the_sessions_of_the_old_one(
    people: People, database: Database
) -> None:
    joined(people, "ben")
    sessions = Sessions(database)
    sessions.begin("ben", "cookie", NOW)

    people.invite("ben", None, "new link", LATER, "cli")
    assert sessions.find("cookie", NOW) is not None
    people.accept("new link", "hash", NOW)

    assert sessions.find("cookie", NOW) is None


def test_who_is_shut_out_has_nothing_left_and_may_be_invited_again(
    people: People, database: Database
) -> None:
    joined(people, "ben")
    sessions = Sessions(database)
    sessions.begin("ben", "cookie", NOW)
    people.invite("ben", None, "open link", LATER, "cli")

    people.revoke("ben", "cli", "left")

    assert sessions.find("cookie", NOW) is None
    assert people.password("ben") is None
    assert people.invited("open link", NOW) is None
    for act in (people.revoke, people.sign_out):
        with pytest.raises(UnknownPerson):
            act("ben", "cli", "")
    joined(people, "ben", Role.VIEWER)
    (ben,) = people.all()
    assert (ben.role, ben.has_password, ben.revoked_at) == (Role.VIEWER, True, None)


def test_somebody_can_always_invite(people: People) -> None:
    joined(people, "anna", Role.ADMIN)
    people.invite("ben", Role.ADMIN, "never opened", LATER, "cli")

    for act in (
        lambda: people.revoke("anna", "cli", ""),
        lambda: people.set_role("anna", Role.EDITOR, "cli", ""),
        lambda: people.invite("anna", Role.VIEWER, "link", LATER, "cli"),
    ):
        with pytest.raises(LastAdmin, match="Only anna is an admin"):
            act()
    people.accept("never opened", "hash", NOW)
    people.revoke("anna", "cli", "")
    assert [one.revoked_at is None for one in people.all()] == [False, True]


def test_a_session_ends_when_idle_and_when_old(people: People, database: Database) -> None:
    joined(people, "ben")
    sessions = Sessions(database)
    sessions.begin("ben", "cookie", NOW)
    tick = timedelta(seconds=1)

    assert sessions.find("other", NOW) is None
    assert sessions.find("cookie", NOW + IDLE - tick) is not None
    assert sessions.find("cookie", NOW + IDLE) is None
    at = NOW
    while at < NOW + LONGEST - IDLE:
        at += IDLE - tick
        sessions.see("cookie", at)
    found = sessions.find("cookie", NOW + LONGEST - tick)
    assert found is not None
    assert (found.person.name, found.begun_at) == ("ben", NOW)
    assert sessions.find("cookie", NOW + LONGEST) is None
    sessions.begin("ben", "next", NOW + LONGEST)
    assert sessions.counted(NOW + LONGEST) == {"ben": (1, NOW + LONGEST)}


def test_sessions_are_counted_and_ended(people: People, database: Database) -> None:
    joined(people, "ben")
    sessions = Sessions(database)
    for cookie in ("phone", "desktop"):
        sessions.begin("ben", cookie, NOW)

    assert sessions.counted(NOW) == {"ben": (2, NOW)}
    sessions.end("phone")
    assert people.sign_out("ben", "cli", "") == 1
    assert people.sign_out("ben", "cli", "") == 0
    assert sessions.counted(NOW) == {}


def test_waiting_begins_after_free_attempts_doubles_and_ends(database: Database) -> None:
    attempts, waits, now = Attempts(database), [], NOW
    for _ in range(6):
        wait = attempts.begin({"a": 2}, now)
        waits.append(wait.total_seconds())
        now += wait
        if wait:
            assert attempts.begin({"a": 2}, now) == timedelta(0)

    assert waits == [0, 0, 1, 2, 4, 8]
    assert attempts.begin({"b": 2}, now) == timedelta(0)
    attempts.forget(["a"])
    assert attempts.begin({"a": 2}, now) == timedelta(0)
    assert attempts.begin({"a": 2}, now + COUNTS_FOR) == timedelta(0)


def test_many_at_once_are_no_way_around_the_limit(database: Database) -> None:
    attempts = Attempts(database)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: attempts.begin({"a": 5}, NOW), range(24)))

    assert waits.count(timedelta(0)) == 5
