"""kill -9 of the desk app while editors overrule: what was acknowledged is there, once.

ACCIDENT_ROUNDS=1600 kills it 200 times, ACCIDENT_SEED=7 at other moments.
"""

import http.client
import os
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.decisions import DECISION_KINDS
from recommender.domain.event import Event
from recommender.domain.override import UNDOES
from recommender.settings import load_settings
from recommender.workflows import tokens
from service.desk.app import create_app
from tests.accidents import figures
from tests.accidents.desk_to_kill import Desk, desk_to_kill
from tests.service.desk.conftest import SECRET, Editor, add_person

ROUNDS = int(os.environ.get("ACCIDENT_ROUNDS", "200")) // 8
SEED = int(os.environ.get("ACCIDENT_SEED", "1"))
ANSWER_S = 20.0
ARTICLES = ("one", "two", "three")


@dataclass
class Overruler:
    """Blocks, makes rules, stops and undoes; each time for a reason that it gives once."""

    desk: Desk
    name: str
    dice: random.Random
    stop: threading.Event
    browser: Editor
    told: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    fault: BaseException | None = None

    def work(self) -> None:
        try:
            while not self.stop.is_set():
                self._act()
        except BaseException as error:
            self.fault = error
            raise

    def _act(self) -> None:
        reason = f"{self.name} {len(self.told) + len(self.unanswered)}"
        article = self.dice.choice(ARTICLES)
        path, form = self.dice.choice([
            ("/desk/overrides/save", {"kind": "block", "article": article}),
            ("/desk/overrides/save", {"kind": "rule", "article": article, "under_tags": "x"}),
            ("/desk/stop", {"what": "tag", "value": article}),
        ])  # fmt: skip
        status = self._send(path, {**form, "reason": reason})
        (self.unanswered if status is None else self.told).append(reason)
        assert status in {None, HTTPStatus.SEE_OTHER}

    def _send(self, path: str, form: dict[str, str]) -> int | None:
        """Return the status of an answer, None if there was none, or it could not be had."""
        cookie = self.browser.client.get_cookie("morefrom-session")
        assert cookie is not None
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"{cookie.key}={cookie.value}",
            "Sec-Fetch-Site": "same-origin",
        }
        body = urlencode({"csrf": self.browser.token(), **form})
        connection = http.client.HTTPConnection("127.0.0.1", self.desk.port, timeout=ANSWER_S)
        try:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return None if response.status == HTTPStatus.SERVICE_UNAVAILABLE else response.status


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "morefrom.toml").write_text(f'desk_secret = "{SECRET}"\n', encoding="utf-8")
    settings = load_settings(home, {})
    with desk_to_kill(settings, tokens.create(settings, "cms", "anna")) as desk:
        yield desk


def test_no_decision_that_was_acknowledged_is_lost(desk: Desk) -> None:
    for article_id in ARTICLES:
        assert desk.ask("PUT", f"/v1/articles/{article_id}", {"title": article_id})
    app, stop = create_app(desk.settings), threading.Event()
    people = []
    for name in ("adam", "eve"):
        add_person(desk.settings, name, "editor")
        dice = random.Random(f"{SEED} {name}")
        people.append(Overruler(desk, name, dice, stop, Editor(app, name)))
    threads = [threading.Thread(target=one.work) for one in people]
    for thread in threads:
        thread.start()
    dice = random.Random(SEED)
    for _ in range(ROUNDS):
        time.sleep(dice.uniform(0.02, 0.2))
        desk.kill()
    stop.set()
    for thread in threads:
        thread.join()

    assert [one.fault for one in people] == [None, None]
    with Catalogue.open(desk.settings.catalogue_url) as catalogue:
        events = [one for one in catalogue.events(DECISION_KINDS) if UNDOES not in one.detail]
    for one in people:
        assert amiss(one, events) == []
    n_told = sum(len(one.told) for one in people)
    assert n_told > ROUNDS // 5
    n_unanswered = sum(len(one.unanswered) for one in people)
    figures.note(
        "overruling",
        f"killed {ROUNDS} times: {n_told:,} decisions acknowledged and all there, "
        f"{n_unanswered} unanswered",
    )


def amiss(one: Overruler, events: list[Event]) -> list[str]:
    """Return the reasons that the history has not once, but of the unanswered perhaps not."""
    found = [event.reason for event in events if event.author == f"person:{one.name}"]
    lost = [reason for reason in one.told if found.count(reason) != 1]
    twice = [reason for reason in one.unanswered if found.count(reason) > 1]
    unknown = set(found) - {*one.told, *one.unanswered}
    return [*lost, *twice, *unknown]
