import gzip
import json
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.catalogue.catalogue import Catalogue
from recommender.errors import CannotWrite, InvalidParameter, UnreadableFile
from recommender.settings import Settings
from recommender.workflows import importing
from recommender.workflows.importing import ImportReport, import_files

Write = Callable[..., Path]


@pytest.fixture
def home(tmp_path: Path, either_database_url: str | None) -> Settings:
    return Settings(home=tmp_path / "home", database_url=either_database_url)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, *rows: object) -> Path:
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    return write


def row(article_id: str, title: str = "T", **fields: object) -> dict[str, object]:
    return {"id": article_id, "title": title, **fields}


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return (report.new, report.changed, report.unchanged, report.rejected)


def rejects(report: ImportReport) -> list[dict[str, object]]:
    if report.rejects_path is None:
        return []
    lines = report.rejects_path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def titles(home: Settings) -> dict[str, str]:
    with (
        Catalogue.open(home.catalogue_url) as catalogue,
        catalogue.corpus(datetime.now(UTC)) as corpus,
    ):
        return {article.id: article.title for article in corpus}


def last_event(home: Settings) -> int:
    with Catalogue.open(home.catalogue_url) as catalogue:
        return catalogue.last_event()


def test_good_rows_are_kept_and_the_others_told(home: Settings, write: Write) -> None:
    file = write(
        "news.jsonl", row("a", dateline="X"), "{", row("b", tags="Russia"), row("c", lead="Y", x=1)
    )
    report = import_files(home, [file], author="anna")
    assert counts(report) == (2, 0, 0, 2)
    assert report.files == (file,)
    assert report.ignored_keys == {"dateline": 1, "lead": 1, "x": 1}
    assert titles(home) == {"a": "T", "c": "T"}
    first, second = rejects(report)
    assert (first["file"], first["line"], first["id"], first["field"]) == (
        str(file),
        2,
        None,
        "(line)",
    )
    assert second == {
        "file": str(file),
        "line": 3,
        "id": "b",
        "field": "tags",
        "reason": "tags is 'Russia', expected a list of texts, or null",
    }
    assert report.rejects_path is not None
    assert report.rejects_path.parent == home.home / "data" / "rejects"
    assert re.fullmatch(r"news\.jsonl-\d{8}T\d{6}\.\d{6}Z\.jsonl", report.rejects_path.name)
    assert [path.name for path in report.rejects_path.parent.iterdir()] == [
        report.rejects_path.name
    ]


def test_events_tell_who_and_why(home: Settings, write: Write) -> None:
    import_files(home, [write("news.jsonl", row("a"))], author="anna")
    with Catalogue.open(home.catalogue_url) as catalogue:
        [event] = catalogue.events()
    assert (event.subject, event.author, event.reason) == ("a", "anna", "import of news.jsonl")


def test_without_a_rejected_row_there_is_no_file_of_them(home: Settings, write: Write) -> None:
    report = import_files(home, [write("news.jsonl", row("a"))], author="anna")
    assert report.rejects_path is None
    made = [path.name for path in home.home.rglob("*") if path.is_file()]
    assert made == ([] if home.database_url else ["catalogue.db"])


def test_a_second_import_changes_nothing(home: Settings, write: Write) -> None:
    file = write("news.jsonl", *(row(f"{i}") for i in range(10)))
    assert counts(import_files(home, [file], author="anna")) == (10, 0, 0, 0)
    assert counts(import_files(home, [file], author="anna")) == (0, 0, 10, 0)
    assert last_event(home) == 10


def test_a_correction_and_a_retraction_are_imports(home: Settings, write: Write) -> None:
    import_files(home, [write("1.jsonl", row("a"), row("b"), row("c"))], author="anna")
    corrected = write("2.jsonl", row("a", "New"), row("b", status="retracted"), row("c"))
    assert counts(import_files(home, [corrected], author="ben")) == (0, 2, 1, 0)
    assert titles(home) == {"a": "New", "c": "T"}


def test_of_one_id_the_last_row_wins_however_far_apart(
    home: Settings, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH_ARTICLES", 2)
    first = write("1.jsonl", row("a", "1"), *(row(f"{i}") for i in range(9)), row("a", "2"))
    second = write("2.jsonl", row("b"), row("a", "3"), row("a", tags=5))
    report = import_files(home, [first, second], author="anna")
    assert counts(report) == (11, 0, 0, 3)
    assert titles(home)["a"] == "3"
    told = [(reject["file"], reject["line"], reject["reason"]) for reject in rejects(report)]
    assert told == [
        (str(first), 1, "replaced by line 11 of 1.jsonl, which has the same id"),
        (str(first), 11, "replaced by line 2 of 2.jsonl, which has the same id"),
        (str(second), 3, "tags is 5, expected a list of texts, or null"),
    ]
    again = import_files(home, [first, second], author="anna")
    assert counts(again) == (0, 0, 11, 3)
    assert last_event(home) == 11


def test_a_file_named_twice_is_read_once(home: Settings, write: Write) -> None:
    file = write("news.jsonl", row("a"))
    report = import_files(home, [file, file.parent / "." / file.name], author="anna")
    assert counts(report) == (1, 0, 0, 0)


def test_no_files_and_empty_files(home: Settings, write: Write) -> None:
    assert counts(import_files(home, [], author="anna")) == (0, 0, 0, 0)
    assert counts(import_files(home, [write("empty.jsonl")], author="anna")) == (0, 0, 0, 0)
    assert titles(home) == {}


def test_keys_without_end_are_counted_together(home: Settings, write: Write) -> None:
    file = write(
        "news.jsonl", *(row(f"{i}", **{f"key{i}": 1}) for i in range(150)), row("x", key0=1)
    )
    report = import_files(home, [file], author="anna")
    assert len(report.ignored_keys) == importing.MAX_IGNORED_KEYS + 1
    assert (report.ignored_keys["key0"], report.ignored_keys[importing.OTHER_KEYS]) == (2, 50)


def test_a_long_body_is_limited_by_the_settings(home: Settings, write: Write) -> None:
    file = write("news.jsonl", row("a", body="x" * 1_001), row("b", body="x" * 1_000))
    strict = home.model_copy(update={"max_body_chars": 1_000})
    assert counts(import_files(strict, [file], author="anna")) == (1, 0, 0, 1)


def test_batches_are_limited_by_text_too(
    home: Settings, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH_CHARS", 100)
    sizes: list[int] = []
    upsert = Catalogue.upsert

    def spy(self: Catalogue, articles: list[object], author: str, reason: str) -> object:
        sizes.append(len(articles))
        return upsert(self, articles, author, reason)  # type: ignore[arg-type]

    monkeypatch.setattr(Catalogue, "upsert", spy)
    file = write("news.jsonl", *(row(f"{i}", "x" * 40) for i in range(7)))
    import_files(home, [file], author="anna")
    assert sizes == [3, 3, 1]


def test_a_missing_file_is_told_before_anything_is_stored(home: Settings, write: Write) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        import_files(home, [write("a.jsonl", row("a")), Path("missing.jsonl")], author="anna")
    assert not home.home.exists()


def test_a_file_that_is_cut_off_keeps_what_came_before(
    home: Settings, write: Write, tmp_path: Path
) -> None:
    whole = "".join(f"{json.dumps(row(f'{i}', f'{i * 7919 % 10_007}'))}\n" for i in range(20_000))
    packed = gzip.compress(whole.encode())
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(packed[: len(packed) // 4])
    before = write("before.jsonl", row("before"), row("0", "replaced"))
    after = write("after.jsonl", row("after"), row("before", "never reached"))
    with pytest.raises(UnreadableFile, match="ends too early; the ") as caught:
        import_files(home, [before, cut, after], author="anna")
    kept = titles(home)
    assert f"the {len(kept):,} articles before that are kept" in str(caught.value)
    assert 1_000 < len(kept) < 20_000
    assert kept["before"] == "T"
    assert kept["0"] == "0"
    assert "after" not in kept
    cut.write_bytes(packed)
    report = import_files(home, [before, cut, after], author="anna")
    assert report.new + report.changed + report.unchanged == 20_002
    assert report.changed == 1
    assert len(titles(home)) == 20_002


@pytest.mark.parametrize("text", ["a\0b", "a\\u0000b", "\ud800", "a\ud83d\ude00b"])
def test_no_text_reaches_a_database_that_cannot_keep_it(
    home: Settings, tmp_path: Path, text: str
) -> None:
    plain = dict.fromkeys(("title", "summary", "body", "section", "author", "language"), text)
    every = {**plain, "url": f"/{text}", "tags": [text], "authors": [text]}
    image = dict.fromkeys(("alt", "caption", "credit"), text)
    written = [row(f"{name}", **{name: value}) for name, value in every.items()]
    written += [row(f"i-{name}", image={"url": "/i.jpg", name: text}) for name in image]
    written += [row("i-url", image={"url": f"/{text}"}), row(text), row("good")]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, written)), encoding="ascii")
    report = import_files(home, [file], author="anna")
    assert report.new + report.rejected == len(written)
    with Catalogue.open(home.catalogue_url) as catalogue:
        assert catalogue.article("good") is not None
        assert catalogue.n_articles() == report.new


def test_progress_reaches_its_end(home: Settings, write: Write) -> None:
    files = [write(f"{n}.jsonl", *(row(f"{n}-{i}") for i in range(500))) for n in range(3)]
    told: list[tuple[int, int]] = []
    import_files(
        home, files, author="anna", progress=lambda done, total: told.append((done, total))
    )
    done = [n_bytes for n_bytes, _ in told]
    total = 2 * sum(file.stat().st_size for file in files)
    assert {n_bytes for _, n_bytes in told} == {total}
    assert done == sorted(done)
    assert done[-1] == total
    assert len(done) > 12


def test_the_rejects_file_may_be_named(home: Settings, write: Write, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere" / "rejects.jsonl"
    bad = write("bad.jsonl", "{")
    assert import_files(home, [bad], author="anna", rejects_path=target).rejects_path == target
    assert len(target.read_text().splitlines()) == 1
    import_files(home, [write("good.jsonl", row("a"))], author="anna", rejects_path=target)
    assert len(target.read_text().splitlines()) == 1, "an older file is not emptied"


def test_the_rejects_file_never_replaces_what_is_imported(home: Settings, write: Write) -> None:
    file = write("bad.jsonl", "{")
    with pytest.raises(InvalidParameter, match="a file that is not being imported"):
        import_files(home, [file], author="anna", rejects_path=file)
    assert file.read_text() == "{\n"


def test_a_rejects_file_that_cannot_be_written(
    home: Settings, write: Write, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    target = tmp_path / "file" / "rejects.jsonl"
    with pytest.raises(CannotWrite):
        import_files(home, [write("x.jsonl", row("a"), "{")], author="anna", rejects_path=target)
    assert titles(home) == {}
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(CannotWrite):
        import_files(home, [write("x.jsonl", row("a"), "{")], author="anna", rejects_path=folder)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import Engine, event
from recommender.settings import Settings
from recommender.workflows import importing
importing.BATCH_ARTICLES = 10
written = 0
@event.listens_for(Engine, "after_cursor_execute")
def die(connection, cursor, statement, parameters, context, executemany):
    global written
    written += statement.startswith(sys.argv[3])
    if written == 4:
        os.kill(os.getpid(), signal.SIGKILL)
home = Settings(home=Path(sys.argv[1]), database_url=sys.argv[4] or None)
importing.import_files(home, [Path(sys.argv[2])], author="anna")
"""


@pytest.mark.parametrize(
    "point", ["INSERT INTO event", "UPDATE counter", "INSERT INTO revision", "INSERT INTO article"]
)
def test_a_kill_leaves_whole_batches_and_the_next_import_completes(
    home: Settings, write: Write, point: str
) -> None:
    file = write("news.jsonl", *(row(f"{i:03}") for i in range(95)))
    arguments = [str(home.home), str(file), point, home.database_url or ""]
    command = [sys.executable, "-c", KILLED, *arguments]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert done.returncode == -9, done.stderr.decode()
    if not home.database_url:
        database = sqlite3.connect(home.home / "data" / "catalogue.db")
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.close()
    assert sorted(titles(home)) == [f"{i:03}" for i in range(30)]
    assert last_event(home) == 30
    assert counts(import_files(home, [file], author="anna")) == (65, 0, 30, 0)
    assert last_event(home) == 95


ids = st.sampled_from("abcde")
rows = (
    st.builds(row, ids, st.sampled_from(["1", "2"]))
    | st.builds(row, ids, st.just(5))
    | st.just("{")
)


@settings(max_examples=20)
@given(st.lists(rows, max_size=12), st.integers(1, 4))
def test_counts_say_what_is_there(
    tmp_path_factory: pytest.TempPathFactory, written: list[object], batch: int
) -> None:
    folder = tmp_path_factory.mktemp("counts")
    home = Settings(home=folder)
    file = folder / "rows.jsonl"
    lines = [one if isinstance(one, str) else json.dumps(one) for one in written]
    file.write_text("\n".join(lines))
    expected = {
        str(one["id"]): one["title"]
        for one in written
        if isinstance(one, dict) and isinstance(one["title"], str)
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, "BATCH_ARTICLES", batch)
        first = import_files(home, [file], author="anna")
        second = import_files(home, [file], author="anna")
    assert titles(home) == expected
    assert counts(first) == (len(expected), 0, 0, len(written) - len(expected))
    assert counts(second) == (0, 0, len(expected), len(written) - len(expected))
    assert last_event(home) == len(expected)
    assert len(rejects(first)) == first.rejected


def test_real_articles_import(home: Settings, real_data: Path) -> None:
    report = import_files(home, [real_data / "wikitimes_2015_09.jsonl.gz"], author="anna")
    assert report.new + report.rejected == 428
    assert Counter(reject["field"] for reject in rejects(report)).total() == report.rejected
