"""A desk app under the test's hand: asked, killed at any moment, held to what it acknowledged."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recommender.catalogue.catalogue import Catalogue
from recommender.settings import Settings
from recommender.workflows.serving import environment_of

ROOT = Path(__file__).resolve().parents[2]
ANSWER_S = 20.0

Told = tuple[dict[str, Any], str | None]
"""What was acknowledged, and the title that was sent with it."""


@dataclass
class Desk:
    """A desk app that may be killed at any moment, and how to ask it.

    Attributes:
        settings: of the home.
        secret: of a token.
        process: what puts another in the place of one that was killed.
        port: which outlives them all.
        pid: of the one that answers.
    """

    settings: Settings
    secret: str
    process: subprocess.Popen[str]
    port: int
    pid: int

    def kill(self) -> None:
        """Kill what answers, and wait for what takes its place."""
        os.kill(self.pid, signal.SIGKILL)
        assert self.process.stdout is not None
        self.pid = int(self.process.stdout.readline())

    def ask(
        self, method: str, path: str, article: Mapping[str, Any] | None
    ) -> dict[str, Any] | None:
        """Return what is acknowledged, None if nothing is."""
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        try:
            body = None if article is None else json.dumps(article)
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        assert response.status in {200, 201, 503}, content
        return dict(json.loads(content)) if response.status != 503 else None


@contextmanager
def desk_to_kill(settings: Settings, secret: str, visible_within_s: float = 0.0) -> Iterator[Desk]:
    """Run a desk app that is put in place again each time it is killed.

    Args:
        settings: of the home.
        secret: of a token.
        visible_within_s: how long an acknowledgement waits for the files of the public app.
    """
    arguments = [str(settings.home), str(visible_within_s)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.accidents.publisher", *arguments],
        cwd=ROOT,
        env={**environment_of(settings), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    port, pid = (int(process.stdout.readline()) for _ in range(2))
    desk = Desk(settings, secret, process, port, pid)
    try:
        yield desk
    finally:
        process.kill()
        with suppress(ProcessLookupError):
            os.kill(desk.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def what_is_amiss(settings: Settings, told: Sequence[Told]) -> list[str]:
    """Return what the history lacks of all that was acknowledged, and what it has wrong.

    Args:
        settings: of the home.
        told: everything that was acknowledged to anybody with a token named `cms`.
    """
    with Catalogue.open(settings.catalogue_url) as catalogue:
        events = catalogue.events()
        revisions = dict(catalogue.revised_since(0))
        current = dict(catalogue.changed_since(0))
    amiss = []
    if [event.number for event in events] != list(range(1, len(events) + 1)):
        amiss.append("the numbers of the events have gaps")
    newest = {one.id: number for number, one in sorted(revisions.items())}
    for answer, title in told:
        number, article_id = answer["event"], answer["article"]
        stored = revisions.get(number)
        if stored is None or (stored.id, stored.status) != (article_id, answer["status"]):
            amiss.append(f"event {number}: {answer['status']} {article_id} is not there")
        elif title is not None and stored.title != title:
            amiss.append(f"event {number}: {article_id} has another title")
        elif events[number - 1].author != "token:cms":
            amiss.append(f"event {number} has another author")
        if newest.get(article_id) not in current:
            amiss.append(f"{article_id} has no revision in force")
    return amiss
