"""The answer cache: a layer of WSGI before the app, which answers a repeated question by itself.

A view that puts a `Keep` into the environment promises that its 200 is a function of the path, the
*set* of the pieces of the query string, the snapshot and an interval of time; that it has a strong
ETag; and that nothing of a request changes it but HEAD, `If-None-Match` and what `is_plain` looks
at. Under that promise the front keeps the answer, and gives what the app would have given: the same
status, headers and bytes. Everything else goes to the app, and comes back as it is.

Where the view also names all that its answer depends on, the answer outlives a snapshot in which
nothing of that name is another. It then shows what the app would show, under the picks id that it
had: that of the events which it was made from.

A cache asks again with `If-None-Match`, a checker of links with HEAD. To neither would the app say
what could be kept, so in their place the front asks the whole question, once.

`Server-Timing` tells the two ways apart: `cache;desc=hit`, or `app;dur=0.41` in milliseconds. It is
the one header that is the front's own; it is no part of what is kept, and no ETag depends on it. A
`Date` is the server's to write: one that was kept would make every cache on the way take an answer
for older than it is.
"""

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.http import parse_etags, remove_entity_headers

from recommender.ranking.snapshot import Snapshot
from service.public.counting import Counts
from service.public.heard import Heard, Timed
from service.public.kept import Header, Kept, Key, Ready
from service.public.live import Live

KEEP = "morefrom.keep"
"""Where in the environment of a request a view leaves its `Keep`."""

KEPT_BELOW = "/v1/"
"""Nothing else is ever kept."""

IN_ORDER = "/v1/related/batch"
"""The path whose answer follows the order of its parameters."""

HIT = ("Server-Timing", "cache;desc=hit")
OK = "200 OK"
UNCHANGED = "304 NOT MODIFIED"

_NO_BODY = frozenset({None, "", "0"})


class Keep(NamedTuple):
    """The promise of a view: its answer is right as long as all of this holds.

    Attributes:
        snapshot: what it was computed from, and what the worker still answers from.
        since_us: the first instant, in microseconds since 1970.
        until_us: the instant behind the last one.
        names: of all that the answer depends on; None where these are not all.
    """

    snapshot: object
    since_us: int
    until_us: int
    names: tuple[str, ...] | None = None


class Front:
    """A WSGI application that answers in place of another; all threads may call it at once."""

    def __init__(
        self,
        app: WSGIApplication,
        live: Live,
        max_bytes: int,
        clock: Callable[[], int] = time.time_ns,
        counts: Counts | None = None,
    ) -> None:
        """Begin with nothing kept.

        Args:
            app: what it stands before.
            live: holder of the snapshot that the app answers from.
            max_bytes: memory that kept answers may take; 0 keeps none.
            clock: tells nanoseconds since 1970.
            counts: takes note of every answer; its own, which tell nobody, if not given.
        """
        self._app = app
        self._counts = counts or Counts()
        self._live = live
        self._max_bytes = max_bytes
        self._clock = clock
        self._kept = Kept(None, max_bytes)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, as PEP 3333 has it.

        Args:
            environ: the request.
            start_response: takes status and headers.

        Returns:
            The body.
        """
        snapshot = self._live.snapshot()
        kept = self._kept
        if kept.snapshot is not snapshot:
            kept = self._kept = self._following(kept, snapshot)
        if not is_plain(environ):
            return self._pass(environ, start_response)
        key = key_of(environ)
        ready = kept.get(key)
        if ready is not None and ready.since_ns <= self._clock() < ready.until_ns:
            status = _status(ready, environ)
            self._counts.hit(key[0], status)
            return _give(ready, status, HIT, environ, start_response)
        if not key[0].startswith(KEPT_BELOW):
            return self._pass(environ, start_response)
        return self._ask(key, kept, environ, start_response)

    def _following(self, kept: Kept, snapshot: Snapshot | None) -> Kept:
        """Return what of the answers at hand is right for another snapshot too."""
        changed = self._live.changed(kept.snapshot, snapshot)
        if changed is None:  # all of it goes at once
            return Kept(snapshot, self._max_bytes)
        return kept.followed_by(snapshot, changed)

    def _pass(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Return what the app answers, as it is."""
        note = partial(self._counts.answered, environ["PATH_INFO"])
        return self._app(environ, Timed(start_response, note))

    def _ask(
        self, key: Key, kept: Kept, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Return what the app answers, and keep it if it may be kept."""
        whole = {**environ, "REQUEST_METHOD": "GET"}
        tags = whole.pop("HTTP_IF_NONE_MATCH", None)
        heard = Heard(self._app, whole)
        keep: Keep | None = whole.get(KEEP)
        ready = None if keep is None else _ready(heard, keep)
        if keep is not None and ready is not None:
            if keep.snapshot is kept.snapshot and keep.since_us < keep.until_us:
                kept.put(key, ready)
            status = _status(ready, environ)
            self._counts.answered(key[0], status, heard.took_ns)
            return _give(ready, status, heard.timing, environ, start_response)
        if tags is not None or environ["REQUEST_METHOD"] != "GET":
            return self._pass(environ, start_response)
        self._counts.answered(key[0], heard.status, heard.took_ns)
        start_response(heard.status, [*heard.headers, heard.timing])
        return [heard.body]


def is_plain(environ: WSGIEnvironment) -> bool:
    """Return whether a request does nothing but read: no other method, no body, no `If-Match`.

    Args:
        environ: the request.
    """
    return (
        environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        and environ.get("CONTENT_LENGTH") in _NO_BODY
        and "HTTP_TRANSFER_ENCODING" not in environ
        and "HTTP_IF_MATCH" not in environ
    )


def key_of(environ: WSGIEnvironment) -> Key:
    """Return what a request asks, whatever the order of its parameters.

    Args:
        environ: the request.
    """
    path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
    if "&" in query and path != IN_ORDER:
        query = "&".join(sorted(query.split("&")))
    return path, query


def _ready(heard: Heard, keep: Keep) -> Ready | None:
    """Return an answer that may be kept, None if it is no 200 or has no ETag."""
    headers = [header for header in heard.headers if header[0] != "Date"]
    tag = next((value for name, value in headers if name == "ETag"), None)
    if tag is None or not heard.status.startswith("200 "):
        return None
    unchanged = headers.copy()
    remove_entity_headers(unchanged)
    since_ns, until_ns = keep.since_us * 1000, keep.until_us * 1000
    return Ready(since_ns, until_ns, tag, heard.body, tuple(headers), tuple(unchanged), keep.names)


def _status(ready: Ready, environ: WSGIEnvironment) -> str:
    """Return the status of an answer: whoever has it already is told no more than that."""
    tags = environ.get("HTTP_IF_NONE_MATCH")
    is_had = tags is not None and (tags == ready.tag or _among(ready.tag, tags))
    return UNCHANGED if is_had else OK


def _give(
    ready: Ready,
    status: str,
    timing: Header,
    environ: WSGIEnvironment,
    start_response: StartResponse,
) -> list[bytes]:
    """Return the body, with the headers told in a list of their own, which a server may change."""
    if status is UNCHANGED:
        start_response(status, [*ready.headers_unchanged, timing])
        return []
    start_response(status, [*ready.headers, timing])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [ready.body]


def _among(tag: str, tags: str) -> bool:
    """Return whether `If-None-Match` names a tag, compared weakly (RFC 9110, section 13.1.2)."""
    return parse_etags(tags).contains_weak(tag.strip('"'))
