"""What a setting's value must be like, where that takes more than a type and a range."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LEAST_MEMORY = 256 * 1024**2
"""Bytes that Python and its libraries take by themselves, nearly."""

DATABASE_URL = re.compile(r"sqlite(?:\+pysqlite)?:///\S.*|postgres(?:ql(?:\+psycopg)?)?://\S+/\S+")
"""The form alone; what is wrong with one of this form is told by whoever opens it."""

SITE_URL = r'^https?://[^\s/?#@\\<>"]+/?$'
"""Shape of the site's address."""

DESK_URL = r"^(https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?)/?$"
"""Cookies go in clear over `http`, so only to this machine."""

NO_SECRET = (
    "The desk’s pages are not set up: put “desk_secret” into the settings, at least 32 random "
    "characters as “openssl rand -base64 32” prints, and start the desk again."
)
"""What is told where there should be pages."""

_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,15})?)([KMGT])", re.IGNORECASE)
_POWERS = " KMGT"
_SAMPLES = ("change-me", "changeme", "secret", "password", "example", "0123456789", "abcdef")
"""What stands in secrets that somebody typed, or copied from a page."""

_LEAST_LETTERS = 12
"""Different characters that 32 random ones have, and typed ones most often not."""


def in_bytes(size: object) -> int | None:
    """Return a size in bytes.

    Args:
        size: a number with K, M, G or T behind it; None for none.

    Raises:
        ValueError: if it is neither, or too small to be meant.
    """
    if size is None:
        return None
    found = _SIZE.fullmatch(size) if isinstance(size, str) else None
    if found is None:
        shape = "write a size like 8G or 500M"
        raise ValueError(shape)
    n_bytes = float(found[1]) * 1024 ** _POWERS.index(found[2].upper())
    if n_bytes < LEAST_MEMORY:
        least = "expected at least 256M"
        raise ValueError(least)
    return int(n_bytes)


def random_secret(secret: str | None) -> str | None:
    """Return a secret that nobody can guess.

    Args:
        secret: of a length that suffices if it was made at random; None for none.

    Raises:
        ValueError: if it looks typed, or copied from a page.
    """
    if secret is None:
        return None
    if len(set(secret)) < _LEAST_LETTERS or any(one in secret.lower() for one in _SAMPLES):
        guessable = "it can be guessed; let “openssl rand -base64 32” make one"
        raise ValueError(guessable)
    return secret


def zone_name(name: str) -> str:
    """Return the name of a time zone.

    Args:
        name: as the IANA spells it.

    Raises:
        ValueError: if there is none of that name.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        unknown = "this is no time zone; write it like Europe/Tallinn"
        raise ValueError(unknown) from None
    return name
