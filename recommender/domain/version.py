"""The names of model versions: nothing else is ever turned into the path of a bundle."""

import hashlib
import re
from datetime import UTC, datetime

_VERSION_ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{12}")


def new_version_id(at: datetime, seed: bytes) -> str:
    """Return the id of a model version: when it was made, and 48 bits of a hash.

    Args:
        at: an aware instant, cut to the second.
        seed: what tells this version from another of the same second.

    Returns:
        `YYYYMMDDTHHMMSSZ-` and twelve hexadecimal digits; ids sort by time.

    >>> new_version_id(datetime(2024, 5, 1, 6, 30, tzinfo=UTC), b"")
    '20240501T063000Z-ddd9c40767f9'
    """
    digest = hashlib.blake2b(seed, digest_size=6).hexdigest()
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest}"


def is_version_id(text: str) -> bool:
    """Return whether a text is a version id, and so safe as the name of a folder."""
    return _VERSION_ID.fullmatch(text) is not None
