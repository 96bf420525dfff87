"""The web component that shows the block on any page: one small file, the same for everybody.

Sites paste its address once and never again, so it stays the same for ever: after an hour a browser
asks whether the file is still the one that it has. A query behind the address is ignored, for
content systems append their own version to whatever script they are given.
"""

import hashlib
from functools import cache
from importlib.resources import files

from flask import Response, request

MAX_AGE_S = 3_600
"""Seconds for which browsers and caches use the file without asking."""

STALE_S = 86_400
"""Seconds for which they may go on with the one they have while they ask, or cannot reach us."""


def embed_script() -> Response:
    """Return the answer to `GET /embed.js`."""
    script, etag = _script()
    response = Response(script, mimetype="text/javascript")
    response.set_etag(etag)
    response.headers["Cache-Control"] = (
        f"public, max-age={MAX_AGE_S}, stale-while-revalidate={STALE_S}, stale-if-error={STALE_S}"
    )
    response.make_conditional(request)
    response.headers.pop("Date", None)  # the server's to write, at the time it sends
    return response


@cache
def _script() -> tuple[bytes, str]:
    """Return the file as it is served, and the hash of it."""
    script = files("service.public").joinpath("static", "embed.js").read_bytes()
    return script, hashlib.blake2b(script, digest_size=16).hexdigest()
