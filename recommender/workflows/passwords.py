"""Passwords: what one must be like, and how it is kept so that a stolen table tells none.

argon2id by RFC 9106, its second choice of parameters: 64 MiB and three passes, a twentieth of a
second of a core for whoever tries one.
"""

import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from recommender.errors import NotAdmitted

LEAST_CHARS = 12
MOST_CHARS = 200
_LEAST_LETTERS = 5
_COMMON = ("password", "qwertyuiop", "1234567890", "letmein", "iloveyou", "asdfghjkl", "abcdefgh")

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_room = BoundedSemaphore(2)
"""Hashes at once: strangers who try passwords take no more memory than that."""

_nobody: list[str] = []


def hashed(password: str, name: str) -> str:
    """Return what is kept of a new password.

    Args:
        password: as it was typed.
        name: whose.

    Raises:
        NotAdmitted: if it is too easy to guess.
    """
    fault = _fault(password, name)
    if fault is not None:
        raise NotAdmitted(fault)
    with _room:
        return _hasher.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Return whether a password is the one that is kept, as slowly where none is.

    Args:
        password: as it was typed.
        kept: what `hashed` returned; None where there is no such person, or no password.
    """
    if len(password) > MOST_CHARS:
        return False
    with _room:
        if not _nobody:
            _nobody.append(_hasher.hash(secrets.token_hex()))
        try:
            _hasher.verify(kept or _nobody[0], password)
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Return whether a password is kept by cheaper parameters than those of today."""
    return _hasher.check_needs_rehash(kept)


def _fault(password: str, name: str) -> str | None:
    """Return what is wrong with a password, as a sentence."""
    if not LEAST_CHARS <= len(password) <= MOST_CHARS:
        return f"A password has {LEAST_CHARS} to {MOST_CHARS} characters: four words do well."
    folded = password.casefold()
    if len(set(folded)) < _LEAST_LETTERS or any(one in folded for one in _COMMON):
        return "That password is among the first that anybody would try: four words do well."
    if len(name) > 2 and name.partition("@")[0] in folded:
        return "A password must not hold your name."
    return None
