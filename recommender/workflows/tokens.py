"""`morefrom token`: who may publish over HTTP, by which secret."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable

from recommender.catalogue.database import Database
from recommender.catalogue.tokens import Token, Tokens
from recommender.errors import InvalidParameter, UnknownToken
from recommender.ranking.cards import iso_utc
from recommender.settings import Settings

PREFIX = "mf_"
"""Begins every secret, so that one which stands where it should not can be searched for."""

SECRET_BYTES = 32

_SECRET = re.compile(r"mf_[A-Za-z0-9_-]{43}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


def create(settings: Settings, name: str, author: str) -> str:
    """Make a token.

    Args:
        settings: whose home; its catalogue is made if there is none.
        name: who will publish by it; the history names them so.
        author: who makes it.

    Returns:
        The secret, which is kept nowhere.

    Raises:
        InvalidParameter: if the name is none, or was ever used.
    """
    if not _NAME.fullmatch(name):
        expected = "1 to 64 letters, digits, dots, hyphens and underscores, such as cms"
        raise InvalidParameter(parameter="NAME", found=name, expected=expected)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    database = Database.open(settings.catalogue_url)
    try:
        if not Tokens(database).create(name, _hashed(secret), author):
            raise InvalidParameter(
                parameter="NAME", found=name, expected="a name that no token had before"
            )
    finally:
        database.close()
    return secret


def tokens(settings: Settings) -> list[Token]:
    """Return all tokens that were ever made, by name.

    Args:
        settings: whose home.
    """
    database = Database.open(settings.catalogue_url, must_exist=True)
    try:
        return Tokens(database).all()
    finally:
        database.close()


def as_json(one: Token) -> dict[str, object]:
    """Return a token as JSON values, without what its secret hashes to.

    Args:
        one: any.
    """
    return {
        "name": one.name,
        "created_at": iso_utc(one.created_at),
        "created_by": one.created_by,
        "revoked_at": None if one.revoked_at is None else iso_utc(one.revoked_at),
        "revoked_by": one.revoked_by,
    }


def revoke(settings: Settings, name: str, author: str) -> None:
    """Make a token worthless, from the next request on.

    Args:
        settings: whose home.
        name: of the token.
        author: who does so.

    Raises:
        UnknownToken: if none of that name is in force.
    """
    database = Database.open(settings.catalogue_url, must_exist=True)
    try:
        if not Tokens(database).revoke(name, author):
            raise UnknownToken(name)
    finally:
        database.close()


def may_be_secret(text: str) -> bool:
    """Return whether a text has the form of a secret, before anybody is asked.

    Args:
        text: what somebody sent.
    """
    return _SECRET.fullmatch(text) is not None


def owner(secret: str, known: Iterable[Token]) -> str | None:
    """Return whose secret it is, None if nobody's.

    Args:
        secret: what somebody sent.
        known: all tokens. Each is compared, to its end, so that time tells nothing.
    """
    hashed, found = _hashed(secret), None
    for one in known:
        if hmac.compare_digest(one.sha256, hashed) and one.is_in_force:
            found = one.name
    return found


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
