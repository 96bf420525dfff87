"""Many who write at once, and many who read while the pointer moves: all are served, in order."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.event import EventKind
from recommender.settings import load_settings
from recommender.workflows.importing import import_files
from tests.accidents import figures
from tests.accidents.clockwork import quick_folder
from tests.service.newsroom import article, open_newsroom

ROOT = Path(__file__).parents[2]
N_WRITERS = 8
N_EACH = 1_250
N_ARTICLES = 3_000
MOST_IMPORTS = 12
N_SWAPS = 500
LONGEST_S = 20.0
"""For one write among nine processes; who waits 30 s is told that the catalogue is busy."""


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        yield made


def write_export(path: Path, n: int) -> None:
    """Write what a newsroom exports for the nth time, every article changed since."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(N_ARTICLES):
            file.write(json.dumps({"id": f"own-{number}", "title": f"Edition {n}"}) + "\n")


def test_ten_thousand_transactions_of_eight_processes_beside_an_import(folder: Path) -> None:
    settings = load_settings(folder, {})
    export = folder / "export.jsonl"
    Catalogue.open(settings.catalogue_url).close()
    with ExitStack() as running:
        writers = []
        for number in range(N_WRITERS):
            command = [sys.executable, "-m", "tests.accidents.writer", settings.catalogue_url]
            writer = subprocess.Popen(
                [*command, str(number), str(N_EACH)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            running.callback(writer.wait)
            running.callback(writer.kill)
            writers.append(writer)
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
        started = time.perf_counter()
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("go\n")
            writer.stdin.flush()
        n_imports = 0
        while n_imports < MOST_IMPORTS and any(writer.poll() is None for writer in writers):
            write_export(export, n_imports)
            report = import_files(settings, [export], author="anna")
            assert report.new + report.changed == N_ARTICLES
            n_imports += 1
        told = [json.loads(writer.communicate(timeout=300)[0]) for writer in writers]
        took_s = time.perf_counter() - started

    assert [one["refused"] for one in told] == [[]] * N_WRITERS
    with Catalogue.open(settings.catalogue_url) as catalogue:
        events = catalogue.events()
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        assert catalogue.last_event() == len(events) == n_imports * N_ARTICLES + N_WRITERS * N_EACH
        appended = {event.subject for event in events if event.kind is EventKind.TRAINING}
        assert len(appended) == N_WRITERS * N_EACH // 2
        assert catalogue.n_articles() == N_ARTICLES + 5
    worst = max(float(one["worst_s"]) for one in told)
    assert worst < LONGEST_S
    n = N_WRITERS * N_EACH
    figures.note(
        "writing at once",
        f"{n:,} transactions of {N_WRITERS} processes in {took_s:.1f} s beside {n_imports} "
        f"imports of {N_ARTICLES:,} articles, 0 refused, slowest write {worst:.2f} s",
    )


class Reader(threading.Thread):
    """Asks again and again, and keeps every answer that it has not seen before."""

    def __init__(self, ask: object) -> None:
        super().__init__()
        self.ask = ask
        self.stop = threading.Event()
        self.n_answers = 0
        self.seen: set[tuple[int, bytes]] = set()

    def run(self) -> None:
        while not self.stop.is_set():
            response = self.ask.get("/v1/related?id=query&limit=20")  # type: ignore[attr-defined]
            self.seen.add((response.status_code, response.data))
            self.n_answers += 1


def test_no_answer_mixes_two_of_five_hundred_states(folder: Path) -> None:
    """Versions share ids, and each overlay corrects half of them: every pair has its own words."""
    newsroom = open_newsroom(folder)
    ids = ["query", *(f"post-{number}" for number in range(12))]
    pointers, marks = [], {}
    for version_mark in "ABC":
        version = newsroom.train(
            article(one, "Russia", title=f"{version_mark}0 {one}") for one in ids
        )
        for overlay_mark in "12345":
            pointer = newsroom.prepare(
                version,
                [article(one, "Russia", title=f"{version_mark}{overlay_mark}") for one in ids],
            )
            pointers.append(pointer)
            marks[version_mark + overlay_mark] = version
    newsroom.point(pointers[0])
    app = newsroom.app()
    readers = [Reader(app.test_client()) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for place in range(N_SWAPS):
            newsroom.point(pointers[place * 7 % len(pointers)])
            time.sleep(0.002)
    finally:
        for reader in readers:
            reader.stop.set()
            reader.join(20)

    met = set()
    for status, body in set().union(*(reader.seen for reader in readers)):
        assert status == 200
        answer = json.loads(body)
        shown = [answer["query"], *answer["items"]]
        assert len(shown) == len(ids)
        (mark,) = {one["title"] for one in shown}
        assert answer["model"]["version"] == marks[mark]
        met.add(mark)
    assert len(met) > len(marks) // 2
    n = sum(reader.n_answers for reader in readers)
    figures.note(
        "swaps", f"{N_SWAPS} moves of the pointer, {n:,} answers, {len(met)} states, none mixed"
    )
