"""On the command line: the log, the health of the archive, and a rating taken back."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from recommender import cli
from recommender.cli import overrides, shared
from recommender.workflows.spreadsheet import BOM
from tests.test_cli import write_rows

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a caller of the command line with a home that has a champion."""
    monkeypatch.setattr(overrides, "author", lambda: "anna")

    def call(*arguments: str, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(cli.main, ["--home", str(tmp_path / "home"), *arguments])
        assert result.exit_code == exit_code, result.output
        return result

    call("import", write_rows(tmp_path / "rows.jsonl"))
    call("train", "--promote")
    return call


def test_the_log(run: Run) -> None:
    run("block", "opera", "--reason", "=1+1")
    text = run("log").output
    assert "anna blocked “Verdi in Milan” everywhere: =1+1" in text
    assert "published 4 articles: import of rows.jsonl" in text
    (line,) = json.loads(run("log", "--kind", "override", "--json").output)
    assert (line["author"], line["subject"], line["n_events"]) == ("anna", "opera", 1)
    assert "Nothing of that kind has happened." in run("log", "--by", "nobody").output
    assert "Earlier: --before" in run("log", "--limit", "1").output
    about = run("log", "--about", "opera", "--each").output
    assert "published “Verdi in Milan”" in about
    assert "blocked" not in run("log", "--until", "2020-01-01").output
    run("log", "--from", "soon", exit_code=2)

    table = run("log", "--csv").stdout.removeprefix(BOM)
    first = next(csv.DictReader(io.StringIO(table, newline="")))
    assert (first["what"], first["reason"]) == ("blocked “Verdi in Milan” everywhere", "'=1+1")


def test_the_health_of_the_archive(run: Run) -> None:
    text = run("health", "--limit", "1").output
    assert "lists looked at" in text
    assert "Cards without a picture: 4 of 4" in text
    assert "a matter of what is imported" in text
    found: dict[str, Any] = json.loads(run("health", "--json").stdout)
    assert found["n_articles"] == 4
    assert set(found["worklists"]) >= {"hubs", "never", "dead-pins"}
    run("health", "--placement", "nowhere", exit_code=1)


def test_a_rating_is_taken_back(run: Run) -> None:
    run("rate", "talks", "answer", "good")
    assert "is taken back" in run("rate", "--undo").output
    assert "no rating of anna" in run("rate", "--undo", exit_code=1).stderr
    run("rate", "talks", "answer", "good")
    assert set(json.loads(run("rate", "--undo", "--json").stdout)) == {"event", "undoes"}
    run("rate", "talks", "answer", "good", "--undo", exit_code=2)
    assert shared.author()
