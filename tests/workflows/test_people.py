"""People from a terminal, and passwords: what is printed, what is refused, what is kept."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from recommender.cli import main
from recommender.domain.person import Role, folded_name
from recommender.errors import NotAdmitted
from recommender.settings import load_settings
from recommender.workflows import passwords, people

PASSWORD = "four words do well"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(
    home: Path, *arguments: str, secret: str | None = "kX3vQ9zT1mW8rB5nY2pL7cJ4hG6fD0sA"
) -> Result:
    environment = {} if secret is None else {"MOREFROM_DESK_SECRET": secret}
    return CliRunner().invoke(main, ["--home", str(home), "people", *arguments], env=environment)


def test_the_first_admin_comes_from_the_terminal(home: Path) -> None:
    done = run(home, "add", "Anna", "--role", "admin")
    assert done.exit_code == 0
    link, told = done.stdout.strip(), done.stderr
    assert link.startswith("http://127.0.0.1:8001/desk/join?link=")
    assert told == "It works once, within 48 hours: send it to Anna alone.\n"
    assert "has not joined yet" in run(home, "list").stdout

    settings = load_settings(home, {})
    with people.opened(settings) as database:
        person = people.accept(database, link.partition("link=")[2], PASSWORD)
    assert (person.name, person.role) == ("anna", Role.ADMIN)
    (listed,) = json.loads(run(home, "list", "--json").stdout)
    assert (listed["name"], listed["role"], listed["has_password"]) == ("anna", "admin", True)
    assert "argon2" not in run(home, "list", "--json").stdout

    assert run(home, "revoke", "anna").exit_code == 1
    run(home, "add", "ben")
    assert "desk/join" in run(home, "invite", "Ben").stdout
    assert run(home, "sign-out", "anna").stdout == "anna is signed out of 0 browsers.\n"
    assert run(home, "revoke", "ben", "--reason", "left").exit_code == 0
    assert "shut out" in run(home, "list").stdout
    for arguments in (("revoke", "ben"), ("sign-out", "nobody"), ("invite", "ben")):
        failed = run(home, *arguments)
        assert (failed.exit_code, "nobody called" in failed.stderr) == (1, True)
    assert run(home, "add", "a b").exit_code == 2


def test_who_has_no_secret_yet_is_told_to_set_one(home: Path) -> None:
    done = run(home, "add", "anna", secret=None)
    assert done.exit_code == 0
    assert "put “desk_secret” into the settings" in done.stderr
    assert "desk_secret" not in run(home, "add", "anna").stderr
    settings = load_settings(home, {}, {"desk_url": "https://desk.example/"})
    assert people.link(settings, "x") == "https://desk.example/desk/join?link=x"


def test_nobody_there_yet(home: Path) -> None:
    run(home, "add", "anna")
    assert run(home, "list").stdout.startswith("name")


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "12 to 200 characters"),
        ("x" * 201, "12 to 200 characters"),
        ("aaaaaaaaaaaabbbb", "first that anybody would try"),
        ("Password2026!!", "first that anybody would try"),
        ("anna likes horses", "your name"),
    ],
)
def test_passwords_that_can_be_guessed(password: str, told: str) -> None:
    with pytest.raises(NotAdmitted, match=told):
        passwords.hashed(password, "anna@news.example")


def test_passwords_are_kept_salted_and_costly() -> None:
    kept = {passwords.hashed(PASSWORD, "anna") for _ in range(2)}

    assert len(kept) == 2
    for one in kept:
        assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        assert passwords.is_right(PASSWORD, one)
        assert not passwords.is_right(f"{PASSWORD} ", one)
        assert not passwords.is_outdated(one)
    assert not passwords.is_right(PASSWORD, None)
    assert not passwords.is_right(PASSWORD, "damaged")
    assert passwords.is_outdated("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng")


@pytest.mark.parametrize("name", ["", "-a", "a b", "a/b", "ä", "а", "a" * 65, "a\n", "<b>", "a:b"])
def test_names_that_nobody_can_have(name: str) -> None:
    assert folded_name(name) in {None, "a"}
    assert name == "a\n" or folded_name(name) is None
