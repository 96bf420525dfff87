"""The database goes away and comes back, under real processes: no promise is broken."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.settings import load_settings
from tests.postgres import PostgresServer
from tests.test_story import SAMPLE, Newsroom

CAUGHT_UP_WITHIN_S = 2.0
"""What is promised for the return of a database."""


class Accident:
    """A newsroom whose database is taken away and given back."""

    def __init__(
        self, newsroom: Newsroom, take: Callable[[], object], give_back: Callable[[], object]
    ) -> None:
        self.newsroom = newsroom
        self.take = take
        self.give_back = give_back
        self.settings = load_settings(None, newsroom.environment)

    def problem(self) -> str | None:
        """Return what the follower says is wrong."""
        place = self.settings.serving_dir / "status.json"
        return json.loads(place.read_bytes())["problem"]  # type: ignore[no-any-return]

    def correct(self, article_id: str, title: str) -> None:
        """Store a correction, in this process."""
        with Catalogue.open(self.settings.catalogue_url, must_exist=True) as catalogue:
            found = catalogue.article(article_id)
            assert found is not None
            catalogue.upsert([replace(found, title=title)], "anna", "correction")


@pytest.fixture
def on_a_server(tmp_path: Path, postgres_server: PostgresServer, postgres_url: str) -> Accident:
    """Return a newsroom with a PostgreSQL server that is stopped."""
    return Accident(Newsroom(tmp_path, postgres_url), postgres_server.stop, postgres_server.start)


@pytest.fixture
def in_a_file(tmp_path: Path) -> Accident:
    """Return a newsroom with a SQLite file that is moved away, a folder in its place."""
    file = tmp_path / "data" / "catalogue.db"
    away = file.with_name("away.db")

    def take() -> None:
        file.rename(away)
        file.mkdir()

    def give_back() -> None:
        file.rmdir()
        away.rename(file)

    return Accident(Newsroom(tmp_path), take, give_back)


@pytest.mark.parametrize("kind", ["on_a_server", "in_a_file"])
def test_the_database_goes_and_comes_back_under_a_running_public_app(
    request: pytest.FixtureRequest, kind: str
) -> None:
    accident: Accident = request.getfixturevalue(kind)
    newsroom = accident.newsroom
    newsroom.run("import", str(SAMPLE))
    newsroom.run("train", "--promote")
    queries = [json.loads(line)["id"] for line in SAMPLE.read_text("utf-8").splitlines()[:5]]

    def answers() -> list[Any]:
        return [newsroom.related(query) for query in queries]

    with newsroom.serving():
        before = answers()
        shown = before[0]["items"][0]["id"]
        accident.take()
        said_after = wait_for(lambda: "cannot be used" in str(accident.problem()))
        assert answers() == before

        os.kill(a_worker(accident.settings.home), signal.SIGKILL)
        for _ in range(100):  # about as long as the next one needs to come
            assert answers_of_any_worker(answers) == before
            time.sleep(0.05)

        refused = command(newsroom, "import", str(SAMPLE))
        assert refused.returncode == 1
        assert refused.stderr.startswith("morefrom: The catalogue at ")
        assert refused.stderr.count("\n") == 1

        accident.give_back()
        accident.correct(shown, "Corrected")
        seen_after = wait_for(lambda: answers()[0]["items"][0]["title"] == "Corrected")
        wait_for(lambda: accident.problem() is None)
        again = command(newsroom, "import", str(SAMPLE))
        assert again.returncode == 0, again.stderr
    assert said_after < 5
    assert seen_after < CAUGHT_UP_WITHIN_S


STOPPED = """
import os, signal, sys, time
from sqlalchemy import Engine, event
from recommender import cli
from recommender.workflows import importing
importing.BATCH_ARTICLES = 10
home, file, server, socket = sys.argv[1:]
written = 0
@event.listens_for(Engine, "after_cursor_execute")
def stop(connection, cursor, statement, parameters, context, executemany):
    global written
    written += statement.startswith("INSERT INTO revision")
    if written == 4 and os.path.exists(socket):
        os.kill(int(server), signal.SIGINT)
        while os.path.exists(socket):
            time.sleep(0.01)
cli.main(["--home", home, "import", file], prog_name="morefrom")
"""


def test_an_import_that_loses_the_server_keeps_whole_batches_and_is_completed_by_the_next(
    on_a_server: Accident, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    file = tmp_path / "news.jsonl"
    file.write_text("".join(f'{{"id": "{i:03}", "title": "T"}}\n' for i in range(95)))
    place = [str(postgres_server.pid), str(postgres_server.socket)]
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, str(tmp_path), str(file), *place],
        env=on_a_server.newsroom.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    said = r"morefrom: The catalogue at \S+ cannot be used: .* try again when the server is up\.\n"
    assert re.fullmatch(said, done.stderr)

    on_a_server.give_back()
    with Catalogue.open(on_a_server.settings.catalogue_url) as catalogue:
        assert (catalogue.n_articles(), catalogue.last_event()) == (30, 30)
    report = on_a_server.newsroom.run("import", str(file))
    assert (report["new"], report["changed"], report["unchanged"]) == (65, 0, 30)


def test_nobody_reads_a_password_off_the_list_of_processes(
    postgres_url: str, tmp_path: Path
) -> None:
    url = postgres_url.replace("postgres@", "postgres:open-sesame@")
    newsroom = Newsroom(tmp_path, url)
    newsroom.run("import", str(SAMPLE))
    newsroom.run("train", "--promote")
    with newsroom.serving():
        ours = [pid for pid in pids() if str(tmp_path) in environment_of(pid)]
        assert len(ours) >= 4  # supervisor, follower, server, workers
        assert not [pid for pid in ours if "sesame" in command_line_of(pid)]
        told = [command_line_of(pid) for pid in ours if "sesame" in environment_of(pid)]
        assert not [line for line in told if "service.public" in line]


def wait_for(seen: Callable[[], bool], patience_s: float = 20) -> float:
    """Look again and again; return the seconds that it took."""
    started = time.monotonic()
    while not seen():
        assert time.monotonic() - started < patience_s, "it never came"
        time.sleep(0.02)
    return time.monotonic() - started


def command(newsroom: Newsroom, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "recommender.cli", *arguments],
        env=newsroom.environment,
        capture_output=True,
        text=True,
    )


def answers_of_any_worker(answers: Callable[[], list[Any]]) -> list[Any]:
    """Ask, again where the request lay with a worker that was killed, as a browser does."""
    try:
        return answers()
    except OSError:
        return answers()


def pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]


def environment_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def command_line_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def a_worker(home: Path) -> int:
    """Return the process of a worker: of those that granian's own started, the last."""
    parents = {}
    for pid in pids():
        if str(home) in environment_of(pid) and "service.public.server" in command_line_of(pid):
            status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            parents[pid] = int(status[1])
    return max(pid for pid, parent in parents.items() if parent in parents)
