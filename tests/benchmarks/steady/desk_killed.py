"""The desk killed again and again while it publishes and retracts.

It is the one of the accidents' tests: the desk app whose process is put in place again at once, so
that it can be killed as often as it acknowledges. Whoever gets no answer sends the same request
again. A second after each acknowledged retraction every worker is asked for the article and for a
list that it had entered, and all of it once more in the end.
"""

import random
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from recommender.domain.article import Article
from recommender.settings import Settings
from tests.accidents.desk_to_kill import Desk, Told, desk_to_kill, what_is_amiss
from tests.benchmarks.archive.__main__ import record
from tests.benchmarks.publishing.departures import LIMIT, shows
from tests.benchmarks.serving.each_worker import Connections, ask
from tests.benchmarks.serving.home import question
from tests.benchmarks.speed.table import Line, Table

GONE_S = 1.0
"""Seconds after its acknowledgement in which a retraction is asked to be seen."""

VISIBLE_WITHIN_S = 0.25
BETWEEN_KILLS_S = (0.1, 1.5)
_LISTS = 3


@dataclass
class Editor:
    """Publishes one article after the other, and takes every second one back.

    Attributes:
        acknowledged: all that was.
        retracted: instant of the acknowledgement, id, and lists that the article had entered.
        n_unanswered: requests that got no answer.
    """

    desk: Desk
    articles: Iterable[Article]
    stop: threading.Event
    acknowledged: list[Told] = field(default_factory=list)
    retracted: list[tuple[float, str, list[str]]] = field(default_factory=list)
    n_unanswered: int = 0

    def work(self) -> None:
        """Go on until told to stop, or until all articles are published."""
        for number, article in enumerate(self.articles):
            path, body = f"/v1/articles/{article.id}", record(article)
            published = self._until_told("PUT", path, body, article.title)
            if published is not None and number % 2:
                taken = self._until_told("POST", f"{path}/retract", None, None)
                if taken is not None:
                    lists = (published["changed_lists"] or [])[:_LISTS]
                    self.retracted.append((time.perf_counter(), article.id, lists))
            if self.stop.is_set():
                return

    def _until_told(
        self, method: str, path: str, body: dict[str, Any] | None, title: str | None
    ) -> dict[str, Any] | None:
        while not self.stop.is_set():
            answer = self.desk.ask(method, path, body)
            if answer is not None:
                self.acknowledged.append((answer, title))
                return answer
            self.n_unanswered += 1
        return None


def measure(
    settings: Settings,
    secret: str,
    articles: Sequence[Article],
    connections: Connections,
    n: int,
    table: Table,
) -> None:
    """Kill the desk, and print the lines of it.

    Args:
        settings: of the home.
        secret: of a token named `cms`.
        articles: which nobody has seen; enough for all rounds.
        connections: to each worker.
        n: how often.
        table: to print to.
    """
    dice, stop = random.Random(0), threading.Event()
    with desk_to_kill(settings, secret, VISIBLE_WITHIN_S) as desk:
        editor = Editor(desk, articles, stop)
        watcher = Watcher(connections, editor.retracted, threading.Event())
        threads = [threading.Thread(target=one.work) for one in (editor, watcher)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(n):
                time.sleep(dice.uniform(*BETWEEN_KILLS_S))
                desk.kill()
        finally:
            stop.set()
            threads[0].join()
            watcher.stop.set()
            threads[1].join()
    time.sleep(GONE_S)
    late = watcher.n_late + sum(watcher.is_shown(*one[1:]) for one in editor.retracted)
    lost = what_is_amiss(settings, editor.acknowledged)
    n_told = len(editor.acknowledged)
    table.add(Line(f"{n:,} kills (kill -9) of the desk, {n_told:,} requests acknowledged"))
    table.add(Line("  unanswered, and sent again", str(editor.n_unanswered)))
    table.add(Line("  acknowledged and lost", str(len(lost)), "none", not lost))
    work = f"  of {len(editor.retracted):,} retracted, served after {GONE_S:g} s"
    table.add(Line(work, str(late), "none", late == 0))


@dataclass
class Watcher:
    """Looks after each retraction, a second later, whether a worker still serves the article."""

    connections: Connections
    retracted: Sequence[tuple[float, str, list[str]]]
    stop: threading.Event
    n_late: int = 0

    def work(self) -> None:
        """Look until told to stop and there is nothing left to look after."""
        at = 0
        while at < len(self.retracted) or not self.stop.is_set():
            if at == len(self.retracted):
                time.sleep(0.02)
                continue
            told_at, article_id, lists = self.retracted[at]
            time.sleep(max(0.0, told_at + GONE_S - time.perf_counter()))
            self.n_late += self.is_shown(article_id, lists)
            at += 1

    def is_shown(self, article_id: str, lists: Sequence[str]) -> bool:
        """Return whether any worker knows an article, or shows it in one of some lists."""
        paths = [question(article_id), *(question(one, LIMIT) for one in lists)]
        return any(
            shows(ask(connection, path), article_id)
            for connection in self.connections.values()
            for path in paths
        )
