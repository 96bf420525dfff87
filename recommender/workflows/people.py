"""`morefrom people`, and signing in: who may use the desk's pages.

Nobody has a password from the start: an admin, or the command line for the first one, makes a link
that works once, and whoever opens it chooses one.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from recommender.catalogue.database import Database
from recommender.catalogue.people import People
from recommender.catalogue.sessions import Attempts
from recommender.domain.person import A_NAME, Person, Role, folded_name
from recommender.errors import InvalidParameter, NotAdmitted, TooManyAttempts
from recommender.ranking.cards import iso_utc
from recommender.settings import Settings
from recommender.workflows import passwords

LINK_WORKS_FOR = timedelta(hours=48)
LINK_BYTES = 32

FREE_OF_NAME = 5
FREE_OF_BROWSER = 10
FREE_OF_ADDRESS = 20
"""Wrong passwords before waiting begins; from one address a whole newsroom may come."""

WRONG = "Name or password is wrong."
LINK_ENDED = "This link has been used, or has expired: have an admin send you a new one."


class Origin(NamedTuple):
    """Where somebody who signs in comes from.

    Attributes:
        address: of the network.
        browser: names a browser in which the same person signed in before; None for a strange one.
    """

    address: str
    browser: str | None = None


@contextmanager
def opened(settings: Settings, *, must_exist: bool = True) -> Iterator[Database]:
    """Open the database of a home for one command.

    Args:
        settings: whose home.
        must_exist: refuse to make one.

    Yields:
        The database.
    """
    database = Database.open(settings.catalogue_url, must_exist=must_exist)
    try:
        yield database
    finally:
        database.close()


def invite(
    database: Database,
    name: str,
    role: Role | None,
    author: str,
    works_for: timedelta = LINK_WORKS_FOR,
) -> str:
    """Invite somebody, or let somebody known choose another password.

    Args:
        database: where people are.
        name: who they will be in the history.
        role: what they may do; None for that of somebody known.
        author: who invites.
        works_for: how long the link works.

    Returns:
        The secret of the link, which is kept nowhere.

    Raises:
        InvalidParameter: if nobody can have that name.
    """
    folded = folded_name(name)
    if folded is None:
        raise InvalidParameter(parameter="name", found=name, expected=A_NAME)
    secret = secrets.token_urlsafe(LINK_BYTES)
    expires_at = datetime.now(UTC) + works_for
    People(database).invite(folded, role, digest(secret), expires_at, author)
    return secret


def link(settings: Settings, secret: str) -> str:
    """Return the address that an invitation is taken up at.

    Args:
        settings: where editors reach the desk.
        secret: of the invitation.
    """
    host = settings.desk_host if settings.desk_host not in {"0.0.0.0", "::"} else "127.0.0.1"
    ours = f"http://{f'[{host}]' if ':' in host else host}:{settings.desk_port}"
    return f"{(settings.desk_url or ours).rstrip('/')}/desk/join?link={secret}"


def accept(database: Database, secret: str, password: str) -> Person:
    """Take up an invitation.

    Args:
        database: where people are.
        secret: of the link.
        password: the one chosen; NotAdmitted if it is too easy to guess.

    Returns:
        Who it is.

    Raises:
        NotAdmitted: if the link is worth nothing.
    """
    people, now = People(database), datetime.now(UTC)
    person = people.invited(digest(secret), now)
    if person is not None:
        person = people.accept(digest(secret), passwords.hashed(password, person.name), now)
    if person is None:
        raise NotAdmitted(LINK_ENDED)
    return person


def check_password(database: Database, typed: str, password: str, origin: Origin) -> str:
    """See that somebody knows their password; takes as long for names that nobody has.

    Args:
        database: where people are, and what was tried.
        typed: the name as it was typed.
        password: as it was typed.
        origin: where from.

    Returns:
        The name.

    Raises:
        TooManyAttempts: if too many wrong ones came before; the password was not looked at.
        NotAdmitted: if it is wrong.
    """
    name, people, attempts = folded_name(typed), People(database), Attempts(database)
    mine, keys = _counted_under(name or typed[:64], origin)
    wait = attempts.begin(keys, datetime.now(UTC))
    if wait:
        raise TooManyAttempts(max(1, round(wait.total_seconds())))
    kept = people.password(name) if name else None
    if not passwords.is_right(password, kept) or name is None or kept is None:
        raise NotAdmitted(WRONG)
    attempts.forget([mine])
    if passwords.is_outdated(kept):
        people.keep_password(name, kept, passwords.hashed(password, ""))
    return name


def digest(secret: str) -> str:
    """Return what is kept of a secret made at random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def people(settings: Settings) -> list[Person]:
    """Return all who were ever invited, by name.

    Args:
        settings: whose home.
    """
    with opened(settings) as database:
        return People(database).all()


def revoke(settings: Settings, name: str, author: str, reason: str) -> None:
    """Shut somebody out, from their next request on.

    Args:
        settings: whose home.
        name: whom; UnknownPerson if nobody of that name may use the desk.
        author: who does so.
        reason: why.
    """
    with opened(settings) as database:
        People(database).revoke(folded_name(name) or name, author, reason)


def sign_out(settings: Settings, name: str, author: str, reason: str) -> int:
    """End all sessions of somebody.

    Args:
        settings: whose home.
        name: whose; UnknownPerson if nobody of that name may use the desk.
        author: who does so.
        reason: why.

    Returns:
        How many there were.
    """
    with opened(settings) as database:
        return People(database).sign_out(folded_name(name) or name, author, reason)


def as_json(one: Person) -> dict[str, object]:
    """Return a person as JSON values, without what is kept of the password."""
    return {
        "name": one.name,
        "role": one.role.value,
        "has_password": one.has_password,
        "created_at": iso_utc(one.created_at),
        "created_by": one.created_by,
        "revoked_at": None if one.revoked_at is None else iso_utc(one.revoked_at),
        "revoked_by": one.revoked_by,
    }


def _counted_under(name: str, origin: Origin) -> tuple[str, dict[str, int]]:
    """Return under what an attempt counts: of these, the one that a right password clears, first.

    In a browser where the same person signed in before, strangers who try the name do not count:
    so nobody can lock an editor out of their own.
    """
    if origin.browser is not None:
        mine = digest(f"browser {origin.browser} {name}")
        return mine, {mine: FREE_OF_BROWSER}
    mine = digest(f"name {name}")
    return mine, {mine: FREE_OF_NAME, digest(f"address {origin.address}"): FREE_OF_ADDRESS}
