"""One story through every zone, with real processes: the shortest account of what morefrom does."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "articles.jsonl"
FOLLOWED_WITHIN_S = 2.0
"""What is promised for a promotion, a correction and a retraction."""

IN_A_ROW = 12
"""Answers that must agree, each by a worker that the kernel drew anew."""

PATIENCE_S = 20.0
"""How long the test waits before it calls something broken; what it took is checked apart."""


THE_THREE = ("mp-2025-0129-cable-cut", "mp-2025-0528-cable-law", "mp-2026-0604-cable-drones")
"""Articles of one thread of the sample, in the order of the file."""


class Newsroom:
    """A home, its command line and its public app."""

    def __init__(self, home: Path, database_url: str | None = None) -> None:
        self.home = home
        self.port = _free_port()
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("MOREFROM_")
        } | {"MOREFROM_SITE_NAME": "The Meridian Post", "MOREFROM_HOME": str(home)}
        if database_url is not None:
            self.environment["MOREFROM_DATABASE_URL"] = database_url

    def run(self, *arguments: str) -> Any:
        """Run a command and return the JSON that it reports."""
        command = [sys.executable, "-m", "recommender.cli", *arguments, "--json"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return json.loads(done.stdout)

    def import_rows(self, *rows: dict[str, Any]) -> Any:
        path = self.home / "rows.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        return self.run("import", str(path))

    def get(self, path: str) -> Any:
        address = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(address, timeout=10) as response:
            assert response.status == 200
            return json.load(response)

    def related(self, article_id: str, limit: int = 10) -> Any:
        return self.get(f"/v1/related?id={article_id}&limit={limit}")

    def wait_for(self, seen: Callable[[], bool]) -> float:
        """Ask until every worker shows something; return the seconds that it took."""
        started = first_seen = time.monotonic()
        n_seen = 0
        while n_seen < IN_A_ROW:
            if not seen():
                n_seen = 0
                time.sleep(0.02)
            elif (n_seen := n_seen + 1) == 1:
                first_seen = time.monotonic()
            assert time.monotonic() - started < PATIENCE_S, "it never came"
        return first_seen - started

    @contextmanager
    def serving(self) -> Iterator[None]:
        command = [sys.executable, "-m", "recommender.cli", "serve", "--port", str(self.port)]
        process = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            self.wait_for(self._answers)
            yield
        finally:
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=20)
        assert process.returncode == 0, output
        assert b"Traceback" not in output

    def _answers(self) -> bool:
        try:
            return bool(self.get("/readyz"))
        except OSError:
            return False


def ids(answer: Any) -> list[str]:
    return [item["id"] for item in answer["items"]]


def test_the_main_job_from_import_to_rollback(
    tmp_path: Path, either_database_url: str | None
) -> None:
    newsroom = Newsroom(tmp_path, either_database_url)
    rows = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    read, query, pick = (row for row in rows if row["id"] in THE_THREE)

    published = [row for row in rows if row["id"] != read["id"]]
    report = newsroom.import_rows(*published)
    assert (report["new"], report["rejected"]) == (len(published), 0)
    assert newsroom.import_rows(*published)["unchanged"] == len(published)
    first = newsroom.run("train", "--promote")["version"]

    with newsroom.serving():
        answer = newsroom.related(query["id"])
        assert answer["label"] == "More from The Meridian Post"
        assert answer["model"]["version"] == first
        assert pick["id"] in ids(answer)[:4]
        assert query["id"] not in ids(answer)
        assert answer == newsroom.get(f"/v1/related?url={query['url']}&limit=10")
        assert answer == newsroom.get(f"/v1/articles/{query['id']}/related?limit=10")

        unknown = newsroom.related(read["id"])
        assert unknown["query"] is None
        assert unknown["fallback_used"]
        assert len(unknown["items"]) == 10

        headline = "Corrected: " + pick["title"]
        newsroom.import_rows({**pick, "title": headline})
        took = newsroom.wait_for(lambda: headline in str(newsroom.related(query["id"])))
        assert took < FOLLOWED_WITHIN_S

        newsroom.import_rows({**pick, "status": "retracted"})
        took = newsroom.wait_for(lambda: pick["id"] not in ids(newsroom.related(query["id"])))
        assert took < FOLLOWED_WITHIN_S
        assert newsroom.related(pick["id"])["query"] is None

        newsroom.import_rows(read)
        newsroom.wait_for(lambda: newsroom.related(read["id"])["query"] is not None)
        second = newsroom.run("train")["version"]
        assert newsroom.related(query["id"])["model"]["version"] == first
        newsroom.run("promote", second, "--reason", "it knows one article more")
        took = newsroom.wait_for(lambda: _version(newsroom, query) == second)
        assert took < FOLLOWED_WITHIN_S
        assert read["id"] in ids(newsroom.related(query["id"]))

        newsroom.run("rollback", "--reason", "the editor asked")
        took = newsroom.wait_for(lambda: _version(newsroom, query) == first)
        assert took < FOLLOWED_WITHIN_S
        answer = newsroom.related(query["id"])
        assert pick["id"] not in ids(answer), "a rollback brought back a retracted article"
        assert "Corrected" not in str(answer)

    versions = newsroom.run("versions")
    assert [one["version"] for one in versions] == [second, first]
    assert [one["is_champion"] for one in versions] == [False, True]
    assert versions[1]["last_promoted"]["reason"] == "the editor asked"


def test_the_public_app_answers_on_without_database_and_follower(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path)
    newsroom.run("import", str(SAMPLE))
    newsroom.run("train", "--promote")
    query = json.loads(SAMPLE.read_text(encoding="utf-8").splitlines()[0])["id"]
    with newsroom.serving():
        before = newsroom.related(query)
        (tmp_path / "data" / "catalogue.db").rename(tmp_path / "data" / "elsewhere.db")
        time.sleep(1)
        assert newsroom.related(query) == before


def _version(newsroom: Newsroom, query: dict[str, Any]) -> str:
    return str(newsroom.related(query["id"])["model"]["version"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
