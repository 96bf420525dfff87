"""A CMS: one connection that is kept alive, and a token."""

import http.client
import json
import time
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from recommender.domain.article import Article
from recommender.settings import Settings
from tests.benchmarks.archive.__main__ import record
from tests.benchmarks.serving import home

TIMEOUT_S = 30.0


class Told(NamedTuple):
    """An answer to a CMS.

    Attributes:
        status: of HTTP.
        facts: what the desk acknowledges, or its problem.
        seconds: from the request to the end of the answer.
        at: the instant of that end, by `time.perf_counter`.
    """

    status: int
    facts: dict[str, Any]
    seconds: float
    at: float


class Cms:
    """Publishes and retracts, one request after the other."""

    def __init__(self, url: str, secret: str) -> None:
        """Begin without a connection.

        Args:
            url: of the desk.
            secret: of a token.
        """
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_S)
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def put(self, article: Article) -> Told:
        """Publish an article."""
        body = json.dumps(record(article)).encode()
        return self._ask("PUT", f"/v1/articles/{article.id}", body)

    def retract(self, article_id: str) -> Told:
        """Take an article back."""
        return self._ask("POST", f"/v1/articles/{article_id}/retract", None)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None) -> Told:
        started = time.perf_counter()
        try:
            response = self._send(method, path, body)
        except OSError:  # kept alive for longer than the server does; it is opened anew
            self._connection.close()
            response = self._send(method, path, body)
        facts = json.loads(response.read())
        at = time.perf_counter()
        return Told(response.status, facts, at - started, at)

    def _send(self, method: str, path: str, body: bytes | None) -> http.client.HTTPResponse:
        self._connection.request(method, path, body, self._headers)
        return self._connection.getresponse()


def new_secret(settings: Settings) -> str:
    """Return the secret of a new token, named `cms`."""
    return home.run(settings, "token", "create", "cms").strip()
