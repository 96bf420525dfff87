"""kill -9 of the desk app under load: what was acknowledged is there, and nothing is there twice.

ACCIDENT_ROUNDS=800 kills it 200 times, ACCIDENT_SEED=7 at other moments.
"""

import os
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from recommender.domain.article import Status
from recommender.settings import load_settings
from recommender.workflows import tokens
from tests.accidents import figures
from tests.accidents.desk_to_kill import Desk, Told, desk_to_kill, what_is_amiss

ROUNDS = int(os.environ.get("ACCIDENT_ROUNDS", "200")) // 4
SEED = int(os.environ.get("ACCIDENT_SEED", "1"))
STATUSES = {"retract": Status.RETRACTED, "restore": Status.PUBLISHED}


@dataclass
class Editor:
    """Publishes, retracts and restores a few articles, and remembers what was acknowledged."""

    desk: Desk
    name: str
    dice: random.Random
    stop: threading.Event
    acknowledged: list[Told] = field(default_factory=list)
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
    settings = load_settings(tmp_path / "home", {})
    with desk_to_kill(settings, tokens.create(settings, "cms", "anna")) as desk:
        yield desk


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
    assert what_is_amiss(desk.settings, told) == []
    n_unanswered = sum(editor.n_unanswered for editor in editors)
    assert len(told) > ROUNDS // 5  # on a busy machine few requests live as long as they take
    figures.note(
        "publishing",
        f"killed {ROUNDS} times: {len(told):,} requests acknowledged and all there, "
        f"{n_unanswered} unanswered",
    )
