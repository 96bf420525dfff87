"""kill -9 of the desk app under load: what was acknowledged is there, and nothing is there twice.

ACCIDENT_ROUNDS=800 kills it 200 times, ACCIDENT_SEED=7 at other moments.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Status
from recommender.settings import load_settings
from recommender.workflows import tokens
from tests.accidents import figures

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = int(os.environ.get("ACCIDENT_ROUNDS", "200")) // 4
SEED = int(os.environ.get("ACCIDENT_SEED", "1"))
ANSWER_S = 20.0
STATUSES = {"retract": Status.RETRACTED, "restore": Status.PUBLISHED}


@dataclass
class Desk:
    """A desk app that may be killed at any moment, and how to ask it."""

    home: Path
    secret: str
    process: subprocess.Popen[str]
    port: int
    pid: int

    def kill(self) -> None:
        """Kill what answers, and wait for what takes its place."""
        os.kill(self.pid, signal.SIGKILL)
        assert self.process.stdout is not None
        self.pid = int(self.process.stdout.readline())

    def ask(self, method: str, path: str, article: dict[str, str] | None) -> dict[str, Any] | None:
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


@dataclass
class Editor:
    """Publishes, retracts and restores a few articles, and remembers what was acknowledged."""

    desk: Desk
    name: str
    dice: random.Random
    stop: threading.Event
    acknowledged: list[tuple[dict[str, Any], str | None]] = field(default_factory=list)
    n_unanswered: int = 0
    fault: BaseException | None = None

    def work(self) -> None:
        try:
            while not self.stop.is_set():
                self._act()
        except BaseException as error:
            self.fault = error
            raise

    def _act(self) -> None:
        article_id = f"{self.name}-{self.dice.randrange(5)}"
        path = f"/v1/articles/{article_id}"
        verb = self.dice.choice(["put", "put", "retract", "restore"])
        is_known = any(answer["article"] == article_id for answer, _ in self.acknowledged)
        if verb == "put" or not is_known:
            title = f"Edition {self.dice.random()}"
            answer = self.desk.ask("PUT", path, {"title": title, "body": "Words. " * 500})
        else:
            title = None
            answer = self.desk.ask("POST", f"{path}/{verb}", None)
            if answer is not None:
                assert answer["status"] == STATUSES[verb]
        if answer is None:
            self.n_unanswered += 1
        else:
            self.acknowledged.append((answer, title))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    home = tmp_path / "home"
    secret = tokens.create(load_settings(home, {}), "cms", "anna")
    command = [sys.executable, "-m", "tests.accidents.publisher", str(home)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port, pid = (int(process.stdout.readline()) for _ in range(2))
    opened = Desk(home, secret, process, port, pid)
    yield opened
    process.kill()
    os.kill(opened.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def test_nothing_that_was_acknowledged_is_lost(desk: Desk) -> None:
    dice, stop = random.Random(SEED), threading.Event()
    editors = [Editor(desk, name, random.Random(f"{SEED} {name}"), stop) for name in "ab"]
    threads = [threading.Thread(target=editor.work) for editor in editors]
    for thread in threads:
        thread.start()
    for _ in range(ROUNDS):
        time.sleep(dice.uniform(0.01, 0.12))
        desk.kill()
    stop.set()
    for thread in threads:
        thread.join()

    assert [editor.fault for editor in editors] == [None, None]
    told = [one for editor in editors for one in editor.acknowledged]
    with Catalogue.open(load_settings(desk.home, {}).catalogue_url) as catalogue:
        events = catalogue.events()
        revisions = dict(catalogue.revised_since(0))
        current = dict(catalogue.changed_since(0))
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    for answer, title in told:
        stored = revisions[answer["event"]]
        assert (stored.id, stored.status) == (answer["article"], answer["status"])
        assert title is None or stored.title == title
        assert events[answer["event"] - 1].author == "token:cms"
    for article_id in {answer["article"] for answer, _ in told}:
        newest = max(number for number, one in revisions.items() if one.id == article_id)
        assert current[newest].id == article_id
    n_unanswered = sum(editor.n_unanswered for editor in editors)
    assert len(told) > ROUNDS // 5  # on a busy machine few requests live as long as they take
    figures.note(
        "publishing",
        f"killed {ROUNDS} times: {len(told):,} requests acknowledged and all there, "
        f"{n_unanswered} unanswered",
    )
