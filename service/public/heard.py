"""What an app says to one request, and how long it took: as it passes by, or heard to the end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from _typeshed import OptExcInfo  # known to type checkers alone

    from service.public.kept import Header


class Timed:
    """A `start_response` that hands on what it is told, and adds how long that took."""

    def __init__(self, start_response: StartResponse) -> None:
        """Begin to count.

        Args:
            start_response: the server's.
        """
        self._start_response = start_response
        self._begun_ns = time.perf_counter_ns()

    def __call__(
        self, status: str, headers: list[Header], /, exc_info: OptExcInfo | None = None
    ) -> Callable[[bytes], object]:
        """Hand on status and headers.

        Args:
            status: as in `200 OK`.
            headers: the app's.
            exc_info: of the error that made the app say something else.

        Returns:
            What writes a part of the body.
        """
        return self._start_response(status, [*headers, timing(self._begun_ns)], exc_info)


class Heard:
    """An answer of an app, heard to its end.

    Attributes:
        status: as in `200 OK`.
        headers: the app's, in its order.
        body: all of it.
        timing: the header that says how long it took.
    """

    def __init__(self, app: WSGIApplication, environ: WSGIEnvironment) -> None:
        """Ask the app.

        Args:
            app: what is asked.
            environ: the request.
        """
        begun_ns = time.perf_counter_ns()
        self.status = ""
        self.headers: list[Header] = []
        self._written: list[bytes] = []
        parts = app(environ, self._start)
        try:
            self.body = b"".join([*self._written, *parts])
        finally:
            if hasattr(parts, "close"):
                parts.close()
        self.timing = timing(begun_ns)

    def _start(
        self, status: str, headers: list[Header], /, exc_info: OptExcInfo | None = None
    ) -> Callable[[bytes], object]:
        del exc_info  # nothing has gone out yet, so the later word simply counts
        self.status, self.headers = status, headers
        return self._written.append


def timing(begun_ns: int) -> Header:
    """Return the header that says, in milliseconds, how long the app took.

    Args:
        begun_ns: when it began, by the clock `time.perf_counter_ns`.
    """
    took_ms = (time.perf_counter_ns() - begun_ns) / 1e6
    return "Server-Timing", f"app;dur={took_ms:.2f}"
