"""The command line: each command, its JSON, its exit codes, and one sentence for each failure."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from recommender import cli, terminal
from recommender.cli import shared
from recommender.workflows import training

ROWS: list[dict[str, object]] = [
    {"id": "talks", "title": "Kerry meets Lavrov", "tags": ["Russia"], "summary": "On sanctions"},
    {"id": "answer", "title": "Lavrov answers Kerry", "tags": ["russia"], "body": "Sanctions"},
    {"id": "中/1", "title": "中国新闻", "tags": ["China"], "section": "World"},
    {"id": "opera", "title": "Verdi in Milan", "published_at": "2024-05-01T12:00:00Z"},
]
Run = Callable[..., Result]


def write_rows(path: Path, rows: Sequence[object] = ROWS) -> str:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def rows(tmp_path: Path) -> str:
    return write_rows(tmp_path / "rows.jsonl")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a caller of the command line with a home of its own; it checks how failures look."""

    def call(*arguments: str, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(cli.main, ["--home", str(tmp_path / "home"), *arguments])
        assert result.exit_code == exit_code, result.output
        assert "Traceback" not in result.output
        if exit_code == 0:
            assert result.stderr == ""
        return result

    return call


@pytest.fixture
def trained(run: Run, rows: str) -> str:
    """Return the id of a version that was promoted."""
    run("import", rows)
    return str(told(run("train", "--promote", "--json"))["version"])


def told(result: Result) -> Any:
    return json.loads(result.stdout)


def complaint(result: Result) -> str:
    """Return the one sentence on standard error."""
    assert result.stdout == ""
    (sentence,) = result.stderr.splitlines()
    assert sentence.startswith("morefrom: ")
    assert sentence.endswith(".")
    return sentence


def test_import_tells_what_it_did(run: Run, rows: str, tmp_path: Path) -> None:
    counts = {"new": 4, "changed": 0, "unchanged": 0, "rejected": 0}
    nothing = {"rejects": None, "ignored_keys": {}, "with_markup": 0, "dropped_elements": {}}
    assert told(run("import", rows, "--json")) == {
        **counts,
        **nothing,
        "retracted": 0,
        "files": [rows],
    }
    write_rows(tmp_path / "rows.jsonl", [{**ROWS[0], "title": "New", "x": 1}, *ROWS[1:], {"id": 3}])
    rejects = tmp_path / "rejects.jsonl"

    report = told(run("import", rows, "--rejects", str(rejects), "--json"))

    assert (report["changed"], report["unchanged"], report["rejected"]) == (1, 3, 1)
    assert (report["rejects"], report["ignored_keys"]) == (str(rejects), {"x": 1})
    assert len(rejects.read_text(encoding="utf-8").splitlines()) == 1
    shown = run("import", rows, "--rejects", str(rejects)).stdout
    assert re.search(r"unchanged +4\n", shown)
    assert re.search(rf"rejects in +{rejects}\n", shown)
    assert re.search(r"ignored keys +x\n", shown)


def test_import_of_nothing_usable_exits_with_1(run: Run, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "bad.jsonl", [{"id": 1}, {"title": "No id"}, "x"])

    assert told(run("import", path, "--json", exit_code=1))["rejected"] == 3
    assert told(run("import", write_rows(tmp_path / "empty.jsonl", []), "--json"))["new"] == 0


def test_import_of_a_missing_file(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "none.jsonl")

    assert f"Cannot read {path}: " in complaint(run("import", path, exit_code=2))
    assert "Cannot read" in complaint(run("import", str(tmp_path), exit_code=2))
    assert not (tmp_path / "home").exists()


def test_force_goes_with_sync(run: Run, rows: str) -> None:
    assert "--force goes with --sync" in run("import", rows, "--force", exit_code=2).stderr


def test_a_full_export_retracts_what_it_lacks(run: Run, rows: str, tmp_path: Path) -> None:
    run("import", rows)
    export = write_rows(tmp_path / "export.jsonl", ROWS[1:])

    assert told(run("import", export, "--sync", "--json"))["retracted"] == 1
    assert re.search(r"retracted +0\n", run("import", export, "--sync").stdout)


def test_text_shows_what_is_read_and_what_is_not(run: Run, tmp_path: Path) -> None:
    first = "Grain moved again through the strait on Friday, the port authority said at night."
    row = {"id": "a", "title": "Grain", "body": f"{first}\n\n{first}\n\nNobody objected."}
    run("import", write_rows(tmp_path / "twice.jsonl", [row]))
    run("train", "--promote")

    parts = told(run("text", "a", "--json"))["parts"]
    assert [part["dropped"] for part in parts] == [None, "repeat", None]
    assert "[left out: repeat]" in run("text", "a").stdout


def test_train_tells_what_it_made(run: Run, rows: str) -> None:
    run("import", rows)

    report = told(run("train", "--json", "--jobs", "1"))

    assert report.keys() == {
        "version",
        "is_new",
        "n_articles",
        "n_columns",
        "n_without_candidates",
        "n_stories",
        "n_in_stories",
        "median_floor",
        "languages",
        "search",
        "dropped",
        "seconds",
        "promoted",
    }
    assert (report["n_articles"], report["is_new"], report["promoted"]) == (4, True, False)
    shown = run("train").stdout
    assert re.search(r"promoted +no: morefrom promote \S+ --reason …", shown)
    assert re.search(r"promoted +yes", run("train", "--promote").stdout)


def test_train_if_changed(run: Run, trained: str) -> None:
    report = told(run("train", "--promote", "--if-changed", "--json"))

    assert (report["version"], report["is_new"], report["promoted"]) == (trained, False, False)
    assert f"Nothing has changed since {trained}" in run("train", "--if-changed").stdout


def test_versions_promote_and_rollback(run: Run, trained: str) -> None:
    second = told(run("train", "--json"))["version"]
    assert told(run("promote", second, "--reason", "better", "--json"))["champion"] == second
    assert f"{trained} is champion (event " in run("rollback").stdout

    newest, oldest = told(run("versions", "--json"))

    assert (newest["version"], oldest["version"]) == (second, trained)
    assert (newest["is_champion"], oldest["is_champion"]) == (False, True)
    assert newest["last_promoted"]["reason"] == "better"
    assert oldest["last_promoted"]["kind"] == "rollback"
    shown = run("versions").stdout.splitlines()
    assert shown[1].startswith(f"   {second}")
    assert shown[2].startswith(f"*  {trained}")


def test_versions_before_there_are_any(run: Run, rows: str) -> None:
    run("import", rows)

    assert told(run("versions", "--json")) == []
    assert "No model has been trained yet" in run("versions").stdout


def test_related_shows_the_block(run: Run, trained: str) -> None:
    report = told(run("related", "talks", "--json"))
    assert (report["version"], report["items"][0]["id"]) == (trained, "answer")
    assert [item["rank"] for item in report["items"]] == [1, 2]  # the fourth article is Chinese

    shown = run("related", "talks", "--explain").stdout
    assert "More from this site" in shown
    assert "Lavrov answers Kerry" in shown
    assert "similarity, the sum of all shares" in shown
    assert "\x1b" not in shown  # no colours where nobody watches
    assert "similarity" not in run("related", "talks").stdout
    assert "中国新闻" in run("related", "中/1").stdout
    assert len(told(run("related", "talks", "--limit", "1", "--json"))["items"]) == 1


def test_related_says_why_not(run: Run, trained: str) -> None:
    block = ("block", "answer", "--on", "talks", "--reason", "a client")
    number = told(run(*block, "--json"))["event"]

    shown = run("related", "talks", "--why-not", "answer", "--explain").stdout

    flowing = " ".join(shown.split())
    assert "Why not? Lavrov answers Kerry" in flowing
    assert "It is blocked under the article being read by " in flowing
    assert f"(event {number}: a client). Undone, it would be pick 1, " in flowing
    assert "similarity, the sum of all shares" in shown
    assert "the sum of all shares" not in run("related", "talks", "--why-not", "answer").stdout
    report = told(run("related", "talks", "--why-not", "answer", "--limit", "2", "--json"))
    assert (report["version"], report["ground"], report["limit"]) == (trained, "blocked", 2)
    assert report["block"]["reason"] == "a client"
    shares = sum(one["share"] for one in report["explanation"]["shares"])
    assert shares == pytest.approx(report["explanation"]["similarity"], abs=1e-6)


def test_related_of_the_only_article(run: Run, tmp_path: Path) -> None:
    run("import", write_rows(tmp_path / "one.jsonl", ROWS[:1]))
    run("train", "--promote")

    assert "nothing: there is no other article" in run("related", "talks").stdout


def test_picks_writes_a_file(run: Run, trained: str, tmp_path: Path) -> None:
    out = tmp_path / "picks.jsonl"

    report = told(run("picks", "--limit", "2", "--out", str(out), "--json"))

    assert report == {"n_articles": 4, "out": str(out)}
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert {line["id"] for line in lines} == {row["id"] for row in ROWS}
    assert "4 lists of at most 10 picks" in run("picks", "--out", str(out)).stdout
    assert "4 lists" in run("picks", "--out", str(out), "--version", trained).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("related", "talks"),
        ("picks", "--out", "picks.jsonl"),
        ("versions",),
        ("rollback",),
        ("promote", "20240501T120000Z-0123456789ab", "--reason", "x"),
        ("train",),
    ],
)
def test_wrong_home_is_told_and_not_filled(
    run: Run, arguments: Sequence[str], tmp_path: Path
) -> None:
    sentence = complaint(run(*arguments, exit_code=1))

    assert "there is none; import articles first" in sentence
    assert "--home" in sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (("related", "none"), 1, "There is no article 'none'"),
        (("related", "talks", "--why-not", "none"), 1, "There is no article 'none'"),
        (("related", "\udcff"), 1, "There is no article '\\udcff'"),
        (("promote", "20240501", "--reason", "x"), 1, "There is no model version '20240501'"),
        (("rollback",), 1, "no earlier promotion"),
        (("picks", "--out", "/dev/null/x"), 1, "Cannot write /dev/null/x: "),
        (("picks", "--out", "x", "--version", "20240501"), 1, "There is no model version"),
        (("train", "--config", "none.toml"), 2, "Cannot read none.toml: "),
        (("serve", "--port", "0"), 2, "command line: setting “port” has the value 0"),
        (("serve", "--workers", "1000"), 2, "setting “workers” has the value 1000"),
    ],
)
@pytest.mark.usefixtures("trained")
def test_failures_are_one_sentence(
    run: Run, arguments: Sequence[str], exit_code: int, words: str
) -> None:
    assert words in complaint(run(*arguments, exit_code=exit_code))


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("import",),
        ("promote", "x"),
        ("picks",),
        ("picks", "--out", "x", "--limit", "0"),
        ("related", "x", "--limit", "21"),
        ("related",),
        ("train", "--jobs", "0"),
        ("versions", "--home", "x"),
        ("serve", "--port", "http"),
    ],
)
def test_wrong_command_lines_exit_with_2(run: Run, arguments: Sequence[str]) -> None:
    assert "Usage: " in run(*arguments, exit_code=2).stderr


def test_damaged_version(run: Run, trained: str, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "home" / "models" / "versions" / trained)

    for arguments in (("related", "talks"), ("picks", "--out", "x")):
        assert "is damaged" in complaint(run(*arguments, exit_code=1))
    assert f"{trained} (folder gone)" in run("versions").stdout
    assert told(run("versions", "--json"))[0]["is_present"] is False


def test_busy_exits_with_3(run: Run, trained: str, tmp_path: Path) -> None:
    from recommender.workflows.following import sole_follower

    del trained
    with sole_follower(tmp_path / "home" / "models" / "serving"):
        before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
        try:
            sentence = complaint(run("follow", exit_code=3))
        finally:
            signal.signal(signal.SIGTERM, before[0])
            signal.signal(signal.SIGINT, before[1])
    assert "already being done by another “morefrom follow”" in sentence


def test_editors_overrule_the_model(run: Run, trained: str) -> None:
    assert trained
    pinned = told(run("pin", "talks", "opera", "--position", "1", "--reason", "a word", "--json"))
    assert (pinned["kind"], pinned["position"], pinned["state"]) == ("pin", 1, "in force")
    assert (pinned["reason"], pinned["problem"], pinned["undone"]) == ("a word", None, None)
    assert told(run("related", "talks", "--json"))["items"][0]["id"] == "opera"

    said = complaint(run("pin", "talks", "answer", "--position", "1", "--reason", "x", exit_code=2))
    assert f"(event {pinned['event']})" in said
    shown = run("block", "opera", "--on", "talks", "--until", "2099-01-01", "--reason", "no").stdout
    assert re.match(
        r" +\d+  block  opera under talks\n +in force, until 2099-01-01 00:00 UTC", shown
    )
    assert "opera" not in [one["id"] for one in told(run("related", "talks", "--json"))["items"]]

    listed = told(run("overrides", "--json"))
    assert [one["kind"] for one in listed] == ["pin", "block"]
    block = listed[1]["event"]
    assert listed[0]["problem"] == f"the article is blocked there (event {block})"
    assert (
        f"cannot be shown: the article is blocked there (event {block})" in run("overrides").stdout
    )

    undone = run("undo", str(block), "--reason", "it was right").stdout
    assert undone == f"Event {block} is undone (event {block + 1}).\n"
    assert "did so already" in complaint(run("undo", str(block), "--reason", "x", exit_code=2))
    again = told(run("undo", str(pinned["event"]), "--reason", "over", "--json"))
    assert again == {"event": block + 2, "undoes": pinned["event"]}
    assert run("overrides").stdout == "There is no pin, no block and no rule.\n"
    assert [one["state"] for one in told(run("overrides", "--all", "--json"))] == ["undone"] * 2
    assert run("overrides", "--all").stdout.count("undone by ") == 2


@pytest.mark.parametrize("command", [("pin", "a", "b"), ("block", "a"), ("undo", "1")])
def test_overrides_need_a_reason(run: Run, command: tuple[str, ...]) -> None:
    assert "Missing option '--reason'" in run(*command, exit_code=2).stderr


def test_ratings_one_by_one_and_by_the_file(run: Run, rows: str, tmp_path: Path) -> None:
    run("import", rows)
    assert run("rate", "talks", "answer", "good").stdout == "Rated (event 5).\n"
    assert told(run("rate", "talks", "opera", "0", "--json")) == {"event": 6, "n_ratings": 1}
    file = tmp_path / "judged.csv"
    file.write_text("query_id,article_id,grade\ntalks,answer,2\n", encoding="utf-8")
    assert run("rate", "--file", str(file)).stdout == f"Ratings stored from {file}: 1.\n"
    assert told(run("rate", "--file", str(file), "--json"))["n_ratings"] == 1

    file.write_text("query_id,article_id,grade\ntalks,answer,best\n", encoding="utf-8")
    assert "line 2: grade is 'best'" in complaint(run("rate", "--file", str(file), exit_code=2))
    assert "'none' in the catalogue" in complaint(run("rate", "talks", "none", "3", exit_code=1))
    for wrong in ((), ("talks", "answer"), ("talks", "--file", str(file))):
        assert "or --file FILE" in run("rate", *wrong, exit_code=2).stderr


def test_nothing_to_train(run: Run, tmp_path: Path) -> None:
    run("import", write_rows(tmp_path / "drafts.jsonl", [{**ROWS[0], "status": "draft"}]))

    assert "of the 1 articles" in complaint(run("train", exit_code=1))


def test_interruption_exits_with_130(run: Run, rows: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    run("import", rows)
    monkeypatch.setattr(training, "fit_model", interrupt)
    run("train", exit_code=130)


def test_home_comes_from_the_option_or_the_environment(rows: str, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    runner = CliRunner(env={"MOREFROM_HOME": str(one)})

    assert runner.invoke(cli.main, ["import", rows]).exit_code == 0
    assert (one / "data" / "catalogue.db").is_file()
    assert runner.invoke(cli.main, ["--home", str(other), "import", rows]).exit_code == 0
    assert (other / "data" / "catalogue.db").is_file()


def test_settings_are_checked_before_anything_is_done(rows: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "morefrom.toml").write_text("prot = 1", encoding="utf-8")

    result = CliRunner().invoke(cli.main, ["--home", str(home), "import", rows])

    assert result.exit_code == 2
    assert "setting “prot” is unknown" in complaint(result)
    assert [path.name for path in home.iterdir()] == ["morefrom.toml"]


def test_help_and_version_need_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOREFROM_NONSENSE", "1")
    runner = CliRunner()

    assert re.fullmatch(r"\S+ \d+\.\d+\.\d+\n", runner.invoke(cli.main, ["--version"]).stdout)
    for arguments in ([], *([name] for name in cli.main.commands)):
        result = runner.invoke(cli.main, [*arguments, "--help"])
        assert result.exit_code == 0
        assert result.stdout.startswith("Usage: ")


def test_author_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    assert shared.author() == f"user {os.getuid()}"


def test_progress_is_shown_to_whoever_watches(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with terminal.progress_shown() as show:
        show("reading", 1, 2)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    def work() -> None:
        with terminal.progress_shown() as show:
            show("reading", 1, 2)
            show("reading", 2, 2)
            show("nothing", 0, 0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    output, shown = capsys.readouterr()
    assert output == ""
    assert "reading" in shown
    assert "100%" in shown
    assert shown.endswith("\r\033[K")


def process(
    home: Path, *arguments: str, redirection: str = "", **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line as a shell does."""
    command = '"$0" -m recommender.cli "$@" ' + redirection
    environment = os.environ | {"MOREFROM_HOME": str(home), "PYTHONDEVMODE": ""}
    return subprocess.run(
        ["sh", "-c", command, sys.executable, *arguments],
        env=environment,
        capture_output=True,
        **options,
    )


def test_real_processes(rows: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = process(home, "import", rows, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["new"] == 4
    done = process(home, "train", "--promote", "--json")
    assert (done.returncode, done.stderr) == (0, b"")

    piped = process(home, "picks", "--out", "/dev/stdout")
    assert (piped.returncode, piped.stderr) == (0, b"")
    lines = [json.loads(line) for line in piped.stdout.splitlines()]
    assert len(lines) == 4
    appended = tmp_path / "appended.jsonl"
    appended.write_text("before\n", encoding="utf-8")
    done = process(home, "picks", "--out", "/dev/stdout", redirection=f">> {appended}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert appended.read_bytes() == b"before\n" + piped.stdout

    unknown = process(home, "related", "none")
    assert (unknown.returncode, unknown.stdout) == (1, b"")
    assert unknown.stderr.startswith(b"morefrom: There is no article")
    bytes_ = subprocess.run(
        [sys.executable, "-m", "recommender.cli", "import", b"\xff.jsonl"],
        capture_output=True,
    )
    assert bytes_.returncode == 2
    assert b"Traceback" not in bytes_.stderr
    assert b"Cannot read " in bytes_.stderr


def test_ctrl_c_ends_a_real_process_quietly(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "recommender.cli", "--home", tmp_path, "follow"],
        stderr=subprocess.PIPE,
    )
    status = tmp_path / "models" / "serving" / "status.json"
    for _ in range(1_000):
        if status.exists():
            break
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(0.02)

    running.send_signal(signal.SIGINT)

    _, told_to = running.communicate(timeout=20)
    assert running.returncode == 0
    assert b"Traceback" not in told_to


def test_placements_are_shown_and_replaced(run: Run, rows: str, tmp_path: Path) -> None:
    run("import", rows)
    shown = run("placements").stdout
    file = tmp_path / "site.toml"
    file.write_text(shown + "\n[side]\n" + shown[shown.index("[[") :].replace("more-from", "side"))

    assert told(run("placements", "--json")).keys() == {"more-from"}
    assert run("placements", str(file), "--reason", "a side bar").stdout == (
        "In force from now on (event 5): more-from, side.\n"
    )
    assert told(run("placements", "--json")).keys() == {"more-from", "side"}
    again = told(run("placements", str(file), "--reason", "again", "--json"))
    assert (again["event"], again["placements"].keys()) == (6, {"more-from", "side"})
    assert "go together" in run("placements", str(file), exit_code=2).stderr
    assert "go together" in run("placements", "--reason", "x", exit_code=2).stderr
    file.write_text("[more-from]\nslots = []\n")
    sentence = complaint(run("placements", str(file), "--reason", "x", exit_code=2))
    assert "placement “more-from”, “slots” is [], expected a list of at least one slot." in sentence


def test_lists_of_a_placement(run: Run, trained: str, tmp_path: Path) -> None:
    assert trained
    out = tmp_path / "picks.jsonl"
    run("picks", "--out", str(out), "--limit", "2", "--placement", "more-from")
    picks = [pick for line in out.read_text().splitlines() for pick in json.loads(line)["picks"]]
    assert {pick["slot"] for pick in picks} == {"closest"}
    assert "no placement 'side'" in complaint(
        run("picks", "--out", str(out), "--placement", "side", exit_code=1)
    )
    assert "(closest, " in run("related", "talks", "--placement", "more-from").stdout
    assert "“--candidates”" in complaint(
        run("picks", "--out", "x", "--placement", "a", "--candidates", "all", exit_code=2)
    )


def test_erase_says_what_goes_and_asks(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": "x", "title": "Kerry"}\n{"id": "y", "title": "Lavrov"}\n')
    home = ["--home", str(tmp_path / "home")]
    erase = [*home, "erase", "x", "--reason", "court"]
    CliRunner().invoke(cli.main, [*home, "import", str(file)])
    CliRunner().invoke(cli.main, [*home, "train", "--promote"])

    refused = CliRunner().invoke(cli.main, erase, input="n\n")
    assert refused.exit_code == 1
    assert "Revisions: 1.\nModel versions that hold it: 2" in refused.stderr
    done = CliRunner().invoke(cli.main, [*erase, "--json"], input="y\n")
    assert (done.exit_code, json.loads(done.stdout)["revisions"]) == (0, 2)
    again = CliRunner().invoke(cli.main, [*erase, "--yes"])
    assert (again.exit_code, "none" in again.stdout) == (0, True)
    asked = CliRunner().invoke(cli.main, erase, input="y\n")
    assert "It was erased at 2" in asked.stderr
    unknown = CliRunner().invoke(cli.main, [*home, "erase", "nobody", "--reason", "r", "--yes"])
    assert (unknown.exit_code, "no article 'nobody'" in unknown.stderr) == (1, True)
