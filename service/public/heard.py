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

    def __init__(
        self, start_response: StartResponse, note: Callable[[str, int], object] | None = None
    ) -> None:
        """Begin to count.

        Args:
            start_response: the server's.
            note: takes the status, and the nanoseconds that it took.
        """
        self._start_response = start_response
        self._note = note
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
        took_ns = time.perf_counter_ns() - self._begun_ns
        if self._note is not None:
            self._note(status, took_ns)
        return self._start_response(status, [*headers, timing(took_ns)], exc_info)


class Heard:
    """An answer of an app, heard to its end.

    Attributes:
        status: as in `200 OK`.
        headers: the app's, in its order.
        body: all of it.
        took_ns: nanoseconds that it took.
        timing: the header that says so.
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
        self.took_ns = time.perf_counter_ns() - begun_ns
        self.timing = timing(self.took_ns)

    def _start(
        self, status: str, headers: list[Header], /, exc_info: OptExcInfo | None = None
    ) -> Callable[[bytes], object]:
        del exc_info  # nothing has gone out yet, so the later word simply counts
        self.status, self.headers = status, headers
        return self._written.append


def timing(took_ns: int) -> Header:
    """Return the header that says, in milliseconds, how long the app took.

    Args:
        took_ns: nanoseconds.
    """
    return "Server-Timing", f"app;dur={took_ns / 1e6:.2f}"
