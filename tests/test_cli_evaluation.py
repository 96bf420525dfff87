"""`morefrom evaluate` and `morefrom compare` as they are typed: tables, files, JSON, failures."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from recommender import cli

Run = Callable[..., Result]
WIDTH = 100
ARTICLES = [
    {
        "id": f"{topic}{number}",
        "title": f"{topic} {number}",
        "body": f"The {topic} of {('spring', 'summer', 'winter')[number % 3]}",
        "tags": [topic.title()],
        "published_at": f"2024-05-{number + 1:02}T12:00:00Z",
    }
    for topic in ("grain", "opera", "rocket")
    for number in range(6)
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with two versions, the second champion, and a truth beside it."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in ARTICLES))
    lines = (f"{row['id']},{row['tags'][0]}" for row in ARTICLES)
    (folder / "truth.csv").write_text("\n".join(("id,cluster", *lines)))
    (folder / "other.toml").write_text("[fields]\nbody = 0.0\n[tags]\nweight = 0.0\n")
    for command in (
        ("import", str(folder / "rows.jsonl")),
        ("train", "--config", str(folder / "other.toml")),
        ("train", "--promote"),
    ):
        assert CliRunner().invoke(cli.main, ["--home", str(folder), *command]).exit_code == 0
    return folder


@pytest.fixture
def run(home: Path) -> Run:
    def call(*arguments: str, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(cli.main, ["--home", str(home), *arguments])
        assert result.exit_code == exit_code, result.output
        return result

    return call


def versions(run: Run) -> list[str]:
    """Return the two versions, the champion last."""
    found: list[dict[str, Any]] = json.loads(run("versions", "--json").stdout)
    return [one["version"] for one in sorted(found, key=lambda one: one["is_champion"])]


def test_table_fits_into_a_terminal_and_says_what_was_measured(run: Run, home: Path) -> None:
    text = run("evaluate", "--truth", str(home / "truth.csv")).stdout

    assert {len(line) for line in text.splitlines() if len(line) > WIDTH} == set()
    for fact in (
        versions(run)[1],
        "18 articles",
        "From truth.csv.",
        "published when the query was",
        "left out for want of a relevant candidate: 3.",
        "Means over 15 queries",
        "recall@10",
        "BM25, tags as text",
        "p = ",
        "Gini of picks",
        "picked ",
    ):
        assert fact in text
    lines = text.splitlines()
    below_ours = lines[next(n for n, line in enumerate(lines) if line.startswith("ours ")) + 1]
    assert "1.00" in below_ours
    assert len(below_ours.split()) == 5  # intervals up to 1 do not run into each other
    rows = [line for line in lines if line.startswith(("ours ", "random"))]
    assert rows[0].split()[1] > rows[1].split()[1]


def test_files_hold_the_figures_of_each_query_and_the_page(run: Run, home: Path) -> None:
    out, page = home / "figures.json", home / "report.html"
    truth = ("--truth", str(home / "truth.csv"), "--candidates", "all", "--limit-queries", "7")

    printed = json.loads(
        run("evaluate", *truth, "--out", str(out), "--report", str(page), "--json").stdout
    )

    written = json.loads(out.read_text())
    assert len(written["query_ids"]) == len(written["systems"][0]["per_query"]["map"]) == 7
    assert "query_ids" not in printed
    assert printed["systems"][0]["by_metric"] == written["systems"][0]["by_metric"]
    assert page.read_text().lower().startswith("<!doctype html")


def test_lists_as_served_and_an_older_version_can_be_measured(run: Run, home: Path) -> None:
    older, _ = versions(run)
    truth = ("--truth", str(home / "truth.csv"))

    text = run("evaluate", "--version", older, *truth, "--placement", "more-from").stdout

    assert older in text
    assert "ours, as served" in text
    assert "from the ladder" in text


def test_two_versions_stand_side_by_side(run: Run, home: Path) -> None:
    older, newer = versions(run)

    text = run("compare", older, newer, "--truth", str(home / "truth.csv")).stdout

    assert {len(line) for line in text.splitlines() if len(line) > WIDTH} == set()
    for fact in (older, newer, "rank-biased overlap", "difference", "p = ", "overlap 0."):
        assert fact in text
    found = json.loads(run("compare", older, newer, "--json").stdout)
    assert found["measured"] is None
    assert found["most_changed"][0].keys() == {"query", "overlap", "before", "after"}


@pytest.mark.parametrize(
    ("arguments", "exit_code", "fact"),
    [
        (("evaluate",), 1, "none of the articles link to another"),
        (("evaluate", "--truth", "nowhere.csv"), 2, "nowhere.csv: No such file"),
        (("evaluate", "--truth", "catalogue"), 1, "no rating and no pin"),
        (("evaluate", "--truth", "HOME/truth.csv", "--truth-kind", "links"), 2, "line 1"),
        (("evaluate", "--truth", "HOME/truth.csv", "--out", "HOME/no/x.json"), 1, "Cannot write"),
        (("evaluate", "--truth", "HOME/truth.csv", "--placement", "front"), 1, "'front'"),
        (("evaluate", "--version", "20240501"), 1, "no model version '20240501'"),
        (("evaluate", "--relevant-from", "0"), 2, "x>0"),
        (("evaluate", "--out", "x.html", "--report", "x.html"), 2, "--out and --report"),
        (("compare", "20240501", "20240502"), 1, "no model version '20240501'"),
    ],
)
def test_each_failure_is_one_sentence(
    run: Run, home: Path, arguments: tuple[str, ...], exit_code: int, fact: str
) -> None:
    result = run(*(one.replace("HOME", str(home)) for one in arguments), exit_code=exit_code)

    assert fact in result.stderr
    if fact not in {"x>0", "--out and --report"}:  # the command line itself is wrong
        assert result.stderr.startswith("morefrom: ")
