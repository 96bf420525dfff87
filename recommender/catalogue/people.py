"""The people of the desk: invited, let in, given another role, shut out.

Every change is an event of the history too, appended in the same transaction, so neither can be
without the other. A row of a person is never deleted, for the history names them.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from recommender.catalogue import history
from recommender.catalogue.database import Database
from recommender.catalogue.history import Entry
from recommender.catalogue.tables import invitation, person, session
from recommender.domain.event import EventKind
from recommender.domain.person import Person, Role
from recommender.errors import LastAdmin, UnknownPerson

CHANGE = "change"
"""Key of an event's detail: what became of the person."""


class People:
    """The people of a catalogue; an author is who changes something, as the history names them."""

    def __init__(self, database: Database) -> None:
        """Name them.

        Args:
            database: where they are.
        """
        self._database = database

    def all(self) -> list[Person]:
        """Return all who were ever invited, by name."""
        query = select(person).order_by(person.c.name)
        return self._database.read(
            lambda connection: [to_person(row) for row in connection.execute(query).mappings()]
        )

    def password(self, name: str) -> str | None:
        """Return what argon2id made of a password; None for who has none, or is not known."""
        query = select(person.c.password).where(person.c.name == name)
        return self._database.read(lambda connection: connection.execute(query).scalar())

    def keep_password(self, name: str, old: str, new: str) -> None:
        """Replace how a password is kept by a costlier way, unless it was changed meanwhile."""
        held = (person.c.name == name) & (person.c.password == old)
        with self._database.writing() as connection:
            history.lock(connection)
            connection.execute(update(person).where(held).values(password=new))

    def invite(
        self, name: str, role: Role | None, sha256: str, expires_at: datetime, author: str
    ) -> Role:
        """Let somebody set a password by a link; older links of theirs end.

        Args:
            name: of somebody new, or known: then they keep their password until the link is used.
            role: what they may do from now on; None leaves it, and UnknownPerson if nobody has it.
            sha256: of the link's secret.
            expires_at: until when it works.
            author: who invites.

        Returns:
            Their role; LastAdmin if nobody else could invite any more.
        """
        with self._database.writing() as connection:
            last = history.lock(connection)
            role = role or _known(connection, name).role
            known = _find(connection, name)
            if known is None:
                made = {"name": name, "role": role.value, "created_by": author}
                connection.execute(insert(person), [{**made, "created_at": datetime.now(UTC)}])
            else:
                _keep_an_admin(connection, known, role)
                values = {"role": role.value, "revoked_at": None, "revoked_by": None}
                connection.execute(update(person).where(person.c.name == name).values(values))
            connection.execute(delete(invitation).where(invitation.c.name == name))
            link = {"sha256": sha256, "name": name, "expires_at": expires_at}
            connection.execute(insert(invitation), [link])
            _tell(connection, last, name, {CHANGE: "invited", "role": role.value}, author)
            return role

    def invited(self, sha256: str, now: datetime) -> Person | None:
        """Return whom a link invites, None if it never did, was used, or has expired."""
        return self._database.read(lambda connection: _invited(connection, sha256, now))

    def accept(self, sha256: str, password: str, now: datetime) -> Person | None:
        """Take up an invitation: the link ends, and so do sessions begun with an older password.

        Args:
            sha256: of the link's secret.
            password: what argon2id made of the new one.
            now: the time.

        Returns:
            Who it is; None if the link is worth nothing, and nothing was changed.
        """
        with self._database.writing() as connection:
            last = history.lock(connection)
            found = _invited(connection, sha256, now)
            if found is None:
                return None
            mine = person.c.name == found.name
            connection.execute(update(person).where(mine).values(password=password))
            connection.execute(delete(invitation).where(invitation.c.name == found.name))
            connection.execute(delete(session).where(session.c.name == found.name))
            _tell(connection, last, found.name, {CHANGE: "joined"}, found.author)
            return found

    def set_role(self, name: str, role: Role, author: str, reason: str) -> None:
        """Give somebody another role, from their next request on.

        Args:
            name: of somebody who is not shut out.
            role: the new one; LastAdmin if nobody could invite any more.
            author: who does so.
            reason: why.
        """
        with self._database.writing() as connection:
            last = history.lock(connection)
            known = _known(connection, name)
            if known.role is role:
                return
            _keep_an_admin(connection, known, role)
            mine = person.c.name == name
            connection.execute(update(person).where(mine).values(role=role.value))
            detail = {CHANGE: "role", "role": role.value, "before": known.role.value}
            _tell(connection, last, name, detail, author, reason)

    def revoke(self, name: str, author: str, reason: str) -> None:
        """Shut somebody out: password, link and sessions are worthless from the next request on.

        Args:
            name: of somebody who is not shut out; LastAdmin if nobody else could invite.
            author: who does so.
            reason: why.
        """
        with self._database.writing() as connection:
            last = history.lock(connection)
            _keep_an_admin(connection, _known(connection, name), None)
            values = {"password": None, "revoked_at": datetime.now(UTC), "revoked_by": author}
            connection.execute(update(person).where(person.c.name == name).values(values))
            connection.execute(delete(invitation).where(invitation.c.name == name))
            connection.execute(delete(session).where(session.c.name == name))
            _tell(connection, last, name, {CHANGE: "revoked"}, author, reason)

    def sign_out(self, name: str, author: str, reason: str) -> int:
        """End all sessions of somebody.

        Args:
            name: of somebody.
            author: who does so.
            reason: why.

        Returns:
            How many there were.
        """
        with self._database.writing() as connection:
            last = history.lock(connection)
            known = _known(connection, name)
            ended = connection.execute(delete(session).where(session.c.name == known.name)).rowcount
            if ended:
                _tell(connection, last, name, {CHANGE: "signed out", "n": ended}, author, reason)
            return ended


def to_person(row: RowMapping) -> Person:
    """Return the person whom a row of the table holds."""
    return Person(
        row["name"],
        Role(row["role"]),
        row["password"] is not None,
        row["created_at"],
        row["created_by"],
        row["revoked_at"],
        row["revoked_by"],
    )


def _find(connection: Connection, name: str) -> Person | None:
    row = connection.execute(select(person).where(person.c.name == name)).mappings().first()
    return None if row is None else to_person(row)


def _known(connection: Connection, name: str) -> Person:
    """Return somebody who is not shut out.

    Raises:
        UnknownPerson: if nobody is.
    """
    found = _find(connection, name)
    if found is None or found.revoked_at is not None:
        raise UnknownPerson(name)
    return found


def _invited(connection: Connection, sha256: str, now: datetime) -> Person | None:
    holds = (invitation.c.sha256 == sha256) & (invitation.c.expires_at > now)
    joined = person.join(invitation, invitation.c.name == person.c.name)
    row = connection.execute(select(person).select_from(joined).where(holds)).mappings().first()
    return None if row is None else to_person(row)


def _keep_an_admin(connection: Connection, known: Person, role: Role | None) -> None:
    """See that somebody can still invite once a person has a role, or none.

    Raises:
        LastAdmin: if nobody could.
    """
    if role is Role.ADMIN or known.role is not Role.ADMIN or not known.has_password:
        return
    others = (
        (person.c.role == Role.ADMIN.value)
        & person.c.password.is_not(None)
        & (person.c.name != known.name)
    )
    if not connection.execute(select(func.count()).select_from(person).where(others)).scalar_one():
        raise LastAdmin(known.name)


def _tell(
    connection: Connection,
    last: int,
    name: str,
    detail: Mapping[str, object],
    author: str,
    reason: str = "",
) -> None:
    history.append(connection, last, [Entry(EventKind.PERSON, name, detail)], author, reason)
