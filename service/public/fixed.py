"""A resource that is the same for as long as the process lives: ready bytes with a strong ETag."""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from flask import Response, request

MAX_AGE_S = 3_600
"""Seconds for which browsers and caches use it without asking."""

STALE_S = 86_400
"""Seconds for which they may go on with what they have while they ask, or cannot reach us."""


class Fixed:
    """Bytes, made once."""

    def __init__(
        self, body: bytes, media_type: str, headers: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Take what is to be given.

        Args:
            body: in UTF-8.
            media_type: what it is.
            headers: further ones.
        """
        self._body = body
        self._media_type = media_type
        self._headers = dict(headers)
        self._etag = hashlib.blake2b(body, digest_size=16).hexdigest()

    def response(self) -> Response:
        """Return it as the answer to the request at hand, or a 304 in its place."""
        response = Response(self._body, mimetype=self._media_type, headers=self._headers)
        response.set_etag(self._etag)
        response.headers["Cache-Control"] = (
            f"public, max-age={MAX_AGE_S}, stale-while-revalidate={STALE_S}, "
            f"stale-if-error={STALE_S}"
        )
        response.make_conditional(request)
        response.headers.pop("Date", None)  # the server's to write, at the time it sends
        return response
