import csv
import gzip
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article, Status
from recommender.errors import DoubtfulExport, UnreadableFile
from recommender.settings import Settings
from recommender.workflows.importing import ImportReport, import_files

Write = Callable[..., Path]


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, *rows: object) -> Path:
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    return write


def row(article_id: object, title: object = "T", **fields: object) -> dict[str, object]:
    return {"id": f"{article_id}", "title": title, **fields}


def sync(home: Settings, *files: Path, force: bool = False) -> ImportReport:
    return import_files(home, files, author="anna", sync=True, force=force)


def states(home: Settings) -> dict[str, str]:
    with Catalogue.open(home.catalogue_url) as catalogue:
        return {article.id: article.status.value for _, article in catalogue.changed_since(0)}


def of_status(home: Settings, status: Status) -> list[str]:
    return sorted(name for name, found in states(home).items() if found == status)


def last_event(home: Settings) -> int:
    with Catalogue.open(home.catalogue_url) as catalogue:
        return catalogue.last_event()


def test_what_the_export_no_longer_has_is_retracted(home: Settings, write: Write) -> None:
    import_files(home, [write("1.jsonl", *(row(n) for n in range(100)))], author="ben")
    second = write("2.jsonl", *(row(n) for n in range(2, 100)), row("new"))
    report = sync(home, second)
    assert (report.new, report.unchanged, report.retracted) == (1, 98, 2)
    assert of_status(home, Status.RETRACTED) == ["0", "1"]
    with Catalogue.open(home.catalogue_url) as catalogue:
        *_, event = catalogue.events()
        gone = catalogue.article("1")
    assert (event.subject, event.author) == ("1", "anna")
    assert event.reason == "not in the export 2.jsonl"
    assert gone == Article("1", "T", status=Status.RETRACTED)
    before = last_event(home)
    assert sync(home, second).retracted == 0
    assert last_event(home) == before


def test_without_sync_nothing_is_retracted(home: Settings, write: Write) -> None:
    import_files(home, [write("1.jsonl", row("a"), row("b"))], author="ben")
    report = import_files(home, [write("2.jsonl", row("a"))], author="ben", force=True)
    assert report.retracted == 0
    assert of_status(home, Status.RETRACTED) == []


def test_several_files_are_one_export(home: Settings, write: Write) -> None:
    sync(home, write("all.jsonl", row("a"), row("b"), row("c")))
    report = sync(home, write("1.jsonl", row("a")), write("2.jsonl", row("b")))
    assert report.retracted == 1
    with Catalogue.open(home.catalogue_url) as catalogue:
        assert catalogue.events()[-1].reason == "not in the export 1.jsonl and 1 more"


def test_an_article_that_comes_back_is_published_again(home: Settings, write: Write) -> None:
    whole = write("1.jsonl", row("a"), row("b"))
    sync(home, whole)
    assert sync(home, write("2.jsonl", row("a"))).retracted == 1
    report = sync(home, whole)
    assert (report.changed, report.retracted) == (1, 0)
    assert of_status(home, Status.PUBLISHED) == ["a", "b"]


def test_drafts_and_retracted_articles_are_left_alone(home: Settings, write: Write) -> None:
    drafts = [row("d", status="draft"), row("r", status="retracted")]
    embargoed = row("e", embargoed_until="2999-01-01")
    import_files(home, [write("1.jsonl", row("a"), *drafts, embargoed)], author="ben")
    assert sync(home, write("2.jsonl", row("a"))).retracted == 1
    assert states(home) == {"a": "published", "d": "draft", "r": "retracted", "e": "retracted"}


def test_a_rejected_row_stands_for_its_article(home: Settings, write: Write) -> None:
    sync(home, write("1.jsonl", row("a"), row("b"), row("c")))
    report = sync(home, write("2.jsonl", row("a"), row("b", tags=5)))
    assert (report.rejected, report.retracted) == (1, 1)
    assert of_status(home, Status.PUBLISHED) == ["a", "b"]


def test_ragged_rows_of_csv_stand_for_their_articles(home: Settings, write: Write) -> None:
    sync(home, write("1.csv", "id,title", "a,T", "b,T", "c,T"))
    report = sync(home, write("2.csv", "id,title", "a,T", "b,T,and,more"))
    assert (report.rejected, report.retracted) == (1, 1)
    assert of_status(home, Status.PUBLISHED) == ["a", "b"]


def test_rows_without_a_name_stop_it(home: Settings, write: Write) -> None:
    sync(home, write("1.jsonl", row("a"), row("b")))
    broken = write("2.jsonl", row("a", "New"), "{")
    before = last_event(home)
    with pytest.raises(DoubtfulExport, match="of 1 of its rows not even the id can be read"):
        sync(home, broken)
    assert last_event(home) == before
    [rejects] = (home.home / "data" / "rejects").iterdir()
    assert len(rejects.read_text().splitlines()) == 1
    assert sync(home, broken, force=True).retracted == 1


def test_rows_without_a_name_matter_only_if_something_is_missing(
    home: Settings, write: Write
) -> None:
    sync(home, write("1.jsonl", row("a")))
    report = sync(home, write("2.jsonl", row("a", "New"), "{"))
    assert (report.changed, report.rejected, report.retracted) == (1, 1, 0)


@pytest.mark.parametrize(
    ("n_before", "n_missing", "share", "refused"),
    [
        (200, 10, 0.05, False),
        (200, 11, 0.05, True),
        (4, 3, 0.05, False),
        (20, 4, 0.05, True),
        (20, 3, 0.0, False),
        (20, 19, 1.0, False),
    ],
)
def test_more_than_a_share_is_refused_before_anything_is_stored(
    tmp_path: Path, write: Write, n_before: int, n_missing: int, share: float, *, refused: bool
) -> None:
    home = Settings(home=tmp_path / "home", sync_limit_share=share)
    sync(home, write("1.jsonl", *(row(n) for n in range(n_before))))
    file = write("2.jsonl", *(row(n) for n in range(n_missing, n_before)), row("new"))
    if not refused:
        assert sync(home, file).retracted == n_missing
        return
    with pytest.raises(DoubtfulExport, match="nothing was changed") as caught:
        sync(home, file)
    assert f"lacks {n_missing} of {n_before} published articles" in str(caught.value)
    assert "--force" in str(caught.value)
    assert last_event(home) == n_before
    assert sync(home, file, force=True).retracted == n_missing


@pytest.mark.parametrize("rows", [[], ["id,title"], [row("c", 5), row("d", 5)]])
def test_an_export_without_an_article(home: Settings, write: Write, rows: list[object]) -> None:
    sync(home, write("1.jsonl", row("a")))
    if len(rows) == 2:  # rejected rows name articles of their own, so it is not empty
        assert sync(home, write("2", *rows)).retracted == 1
        return
    with pytest.raises(DoubtfulExport, match="it has no article at all"):
        sync(home, write("2", *rows))
    assert of_status(home, Status.PUBLISHED) == ["a"]


def test_an_empty_catalogue_lacks_nothing(home: Settings, write: Write) -> None:
    assert sync(home, write("empty.jsonl")).retracted == 0


def test_a_damaged_export_retracts_nothing(home: Settings, write: Write, tmp_path: Path) -> None:
    lines = [row(n, f"{n * 7919 % 10_007}") for n in range(20_000)]
    sync(home, write("1.jsonl", row("gone")))
    cut = tmp_path / "cut.jsonl.gz"
    packed = gzip.compress("".join(f"{json.dumps(line)}\n" for line in lines).encode())
    cut.write_bytes(packed[: len(packed) // 4])
    with pytest.raises(UnreadableFile, match="are kept and none was retracted; mend the file"):
        sync(home, cut, force=True)
    assert of_status(home, Status.RETRACTED) == []
    cut.write_bytes(packed)
    assert sync(home, cut).retracted == 1


def test_what_another_has_changed_meanwhile_is_left_alone(home: Settings, write: Write) -> None:
    sync(home, write("1.jsonl", *(row(n) for n in range(5))))
    with Catalogue.open(home.catalogue_url) as catalogue:
        absent = catalogue.absent(lambda name: name in {"0", "1"})
        assert (len(absent.numbers), absent.n_published) == (3, 5)
        catalogue.upsert([Article("3", "Corrected")], author="cms", reason="")
        assert catalogue.retract(absent, "anna", "r") == 2
        assert catalogue.retract(absent, "anna", "r") == 0
    assert of_status(home, Status.PUBLISHED) == ["0", "1", "3"]


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import Engine, event
from recommender.catalogue import revisions
from recommender.settings import Settings
from recommender.workflows import importing
revisions.CHUNK_ARTICLES = importing.BATCH_ARTICLES = 10
written = 0
@event.listens_for(Engine, "after_cursor_execute")
def die(connection, cursor, statement, parameters, context, executemany):
    global written
    written += statement.startswith(sys.argv[3])
    if written == int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)
home = Settings(home=Path(sys.argv[1]))
importing.import_files(home, [Path(sys.argv[2])], author="anna", sync=True, force=True)
"""


@pytest.mark.parametrize("point", ["INSERT INTO event", "INSERT INTO revision", "UPDATE article"])
def test_a_kill_leaves_whole_batches_and_the_next_run_completes(
    home: Settings, write: Write, point: str
) -> None:
    sync(home, write("1.jsonl", *(row(f"{n:03}") for n in range(95))))
    second = write("2.jsonl", row("new"), *(row(f"{n:03}") for n in range(45, 95)))
    time = 3 if point == "UPDATE article" else 4  # the first batch stores an article that is new
    command = [sys.executable, "-c", KILLED, str(home.home), str(second), point, f"{time}"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert done.returncode == -9, done.stderr.decode()
    database = sqlite3.connect(home.home / "data" / "catalogue.db")
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()
    assert of_status(home, Status.RETRACTED) == [f"{n:03}" for n in range(20)]
    assert sync(home, second, force=True).retracted == 25
    assert of_status(home, Status.RETRACTED) == [f"{n:03}" for n in range(45)]
    assert last_event(home) == 95 + 1 + 45


def as_csv(path: Path, rows: list[dict[str, object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        names = sorted({key for one in rows for key in one})
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        for one in rows:
            tags = one.get("tags") or []
            assert isinstance(tags, list)
            writer.writerow({**one, "tags": "|".join(tags)})
    return path


def as_parquet(path: Path, rows: list[dict[str, object]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def same_catalogues(tmp_path: Path, rows: list[dict[str, object]]) -> Counter[str]:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in rows))
    files = [path, as_csv(tmp_path / "rows.csv", rows), as_parquet(tmp_path / "rows.pq", rows)]
    prints = set()
    kept: Counter[str] = Counter()
    for file in files:
        home = Settings(home=tmp_path / f"home-{file.suffix}")
        report = import_files(home, [file], author="anna")
        kept[f"{report.new} new, {report.rejected} rejected"] += 1
        with (
            Catalogue.open(home.catalogue_url) as catalogue,
            catalogue.corpus(datetime(2027, 1, 1, tzinfo=UTC)) as corpus,
        ):
            prints.add(corpus.fingerprint)
    assert len(prints) == 1
    assert len(kept) == 1
    home = Settings(home=tmp_path / "home-.jsonl")
    again = import_files(home, files, author="anna", sync=True)
    assert (again.new, again.changed, again.retracted) == (0, 0, 0)
    return kept


def test_three_formats_make_the_same_catalogue(tmp_path: Path) -> None:
    sample = Path(__file__).parents[2] / "data" / "sample" / "articles.jsonl"
    rows = [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines()]
    flat = [
        {**one, "image": None, "authors": None, "author": "; ".join(one.get("authors") or [])}
        for one in rows
    ]
    same_catalogues(tmp_path, flat)


@pytest.mark.parametrize("name", ["wikinews_2019_2020", "digitalgov_blog", "wikitimes_2015_09"])
def test_real_articles_in_three_formats(tmp_path: Path, real_data: Path, name: str) -> None:
    with gzip.open(real_data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    wanted = ("id", "title", "body", "tags", "published_at", "section", "author", "url")
    same_catalogues(tmp_path, [{key: one.get(key) for key in wanted} for one in rows])
