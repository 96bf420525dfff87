"""One story through every zone: the shortest account of what morefrom does.

The public app and its follower are real processes. The commands run in this one, each as it is
typed: that saves them two dozen starts of Python, and `test_build.py` starts them as processes.
"""

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

from click.testing import CliRunner

from recommender import cli

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "articles.jsonl"
JUDGEMENTS = SAMPLE.with_name("judgements.csv")
FOLLOWED_WITHIN_S = 2.0
"""What is promised for a promotion, a correction and a retraction."""

IN_A_ROW = 12
"""Answers that must agree, each by a worker that the kernel drew anew."""

PATIENCE_S = 20.0
"""How long the test waits before it calls something broken; what it took is checked apart."""


THE_THREE = ("mp-2025-0129-cable-cut", "mp-2025-0528-cable-law", "mp-2026-0604-cable-drones")
"""Articles of one thread of the sample, in the order of the file."""
ELSEWHERE = "mp-2026-0915-arctic-tug"
"""What no model would pick beside them."""

PLACEMENTS = """
[[more-from.slots]]
name = "nearest"
source = "closest"
places = 4
[[side.slots]]
name = "news"
source = "latest"
"""


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
        command = [*arguments, "--json"]
        done = CliRunner().invoke(cli.main, command, env=self.environment)
        assert done.exit_code == 0, done.output
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

        editors_overrule(newsroom, query["id"], first)
        tuned = scientists_measure_and_tune(newsroom, query["id"], first)
        newsroom.run("promote", tuned, "--reason", "tuned to what readers open")
        newsroom.wait_for(lambda: _version(newsroom, query) == tuned)
        shown = ids(newsroom.related(query["id"]))
        assert shown[0] == ELSEWHERE, "a promotion lost a pin"
        assert pick["id"] not in shown

    versions = newsroom.run("versions")
    assert [one["version"] for one in versions] == [tuned, second, first]
    assert [one["is_champion"] for one in versions] == [True, False, False]
    assert versions[2]["last_promoted"]["reason"] == "the editor asked"


def editors_overrule(newsroom: Newsroom, query: str, champion: str) -> None:
    """Let editors change the placements, pin, block, undo, rate and merge two tags."""
    file = newsroom.home / "site.toml"
    file.write_text(PLACEMENTS, encoding="utf-8")
    newsroom.run("placements", str(file), "--reason", "the news have a place of their own")
    newsroom.wait_for(lambda: newsroom.related(query)["items"][0]["slot"] == "nearest")
    aside = newsroom.get(f"/v1/related?id={query}&placement=side")
    assert {item["slot"] for item in aside["items"]} == {"news"}

    _, second, *_ = ids(newsroom.related(query))
    newsroom.run("pin", query, ELSEWHERE, "--reason", "the salvage explains this one")
    took = newsroom.wait_for(lambda: ids(newsroom.related(query))[0] == ELSEWHERE)
    assert took < FOLLOWED_WITHIN_S
    block = newsroom.run("block", second, "--on", query, "--reason", "too old for this")
    took = newsroom.wait_for(lambda: second not in ids(newsroom.related(query)))
    assert took < FOLLOWED_WITHIN_S
    why = newsroom.run("related", query, "--why-not", second)
    assert (why["ground"], why["otherwise"]["ground"]) == ("blocked", "picked")
    newsroom.run("undo", str(block["event"]), "--reason", "it is fine after all")
    newsroom.wait_for(lambda: second in ids(newsroom.related(query)))
    (standing,) = newsroom.run("overrides")
    assert (standing["article_id"], standing["problem"]) == (ELSEWHERE, None)
    assert _version(newsroom, {"id": query}) == champion

    newsroom.run("rate", query, second, "good")
    newsroom.run("tags", "merge", "Oceans", "Baltic Sea", "--reason", "one desk, one tag")


def scientists_measure_and_tune(newsroom: Newsroom, query: str, champion: str) -> str:
    """Let data scientists measure the champion, and train what was learnt; return its version."""
    truth = ("--truth", str(JUDGEMENTS))
    found = newsroom.run("evaluate", *truth, "--report", str(newsroom.home / "report.html"))
    merit = {one["name"]: one["by_metric"]["ndcg@4"]["mean"] for one in found["systems"]}
    assert merit["ours"] > merit["random"]
    assert (newsroom.home / "report.html").stat().st_size > 10_000

    config = newsroom.home / "tuned.toml"
    newsroom.run("tune", *truth, "--candidates", "all", "--out", str(config))
    tuned = str(newsroom.run("train", "--config", str(config))["version"])
    assert newsroom.run("compare", champion, tuned, *truth)["changed"] > 0
    (found,) = (one for one in newsroom.run("tags") if one["slug"] == "baltic-sea")
    assert found["aliases"] == ["oceans"]
    why = newsroom.run("related", query, "--explain")["items"][1]["explanation"]
    assert abs(sum(one["share"] for one in why["shares"]) - why["similarity"]) < 1e-6
    return tuned


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
