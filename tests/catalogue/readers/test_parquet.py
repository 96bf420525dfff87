import gzip
import math
import random
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recommender.catalogue.readers import lines, parquet, parquet_process
from recommender.catalogue.readers.parquet import rows
from recommender.catalogue.readers.rows import Accepted, Rejection, Row
from recommender.domain.article import Article, Image, Tag
from recommender.errors import CannotWrite, UnreadableFile


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "articles.parquet"


def read(file: Path, columns: dict[str, object], **options: object) -> list[Row]:
    pq.write_table(pa.table(columns), file, **options)
    return list(rows(file, 1_000_000))


def only(found: list[Row]) -> Article:
    [row] = found
    assert isinstance(row, Accepted), row
    return row.article


def refused(file: Path) -> str:
    with pytest.raises(UnreadableFile) as caught:
        list(rows(file, 1_000_000))
    assert len(str(caught.value)) < 500
    return str(caught.value)


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOON_MICROSECOND = NOON + timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array([NOON], pa.timestamp("s")), NOON),
        (pa.array([NOON], pa.timestamp("ms", "UTC")), NOON),
        (pa.array([NOON_MICROSECOND], pa.timestamp("us", "Europe/Moscow")), NOON_MICROSECOND),
        (pa.array([NOON], pa.timestamp("us", "+05:30")), NOON),
        (pa.array([NOON], pa.timestamp("us", "Moon/Crater")), NOON),
        (pa.array([1_772_366_400_000_000_999], pa.timestamp("ns")), NOON),
        (pa.array([date(2026, 3, 1)], pa.date32()), NOON.replace(hour=0)),
        (pa.array([date(2026, 3, 1)], pa.date64()), NOON.replace(hour=0)),
        (pa.array([-1], pa.timestamp("us")), datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC)),
        (pa.array(["2026-03-01T14:00:00+02:00"]), NOON),
        (pa.array([None], pa.timestamp("us")), None),
        (pa.array([None], pa.null()), None),
    ],
)
def test_instants(file: Path, column: pa.Array, expected: datetime | None) -> None:
    found = only(read(file, {"id": ["a"], "title": ["T"], "published_at": column}))
    assert found.published_at == expected


@pytest.mark.parametrize(
    "column",
    [
        pa.array([2**55], pa.timestamp("ms")),
        pa.array([-(2**31)], pa.date32()),
        pa.array([1_772_366_400]),
    ],
)
def test_instants_beyond_all_years_reject_their_row(file: Path, column: pa.Array) -> None:
    [row] = read(file, {"id": ["a"], "title": ["T"], "published_at": column})
    assert isinstance(row, Rejection)
    assert (row.line, row.field, row.article_id) == (1, "published_at", "a")


@pytest.mark.parametrize(
    "kind",
    [
        pa.list_(pa.string()),
        pa.large_list(pa.large_string()),
        pa.list_(pa.string(), 2),
        pa.list_(pa.dictionary(pa.int32(), pa.string())),
    ],
)
def test_lists(file: Path, kind: pa.DataType) -> None:
    column = pa.array([["Russia", "China"]], kind)
    found = only(read(file, {"id": ["a"], "title": ["T"], "tags": column, "authors": column}))
    assert found.tags == (Tag("russia", "Russia"), Tag("china", "China"))
    assert found.authors == ("Russia", "China")


@pytest.mark.parametrize("empty", [[], None])
def test_no_tags(file: Path, empty: object) -> None:
    column = pa.array([empty], pa.list_(pa.string()))
    assert only(read(file, {"id": ["a"], "title": ["T"], "tags": column})).tags == ()
    assert only(read(file, {"id": ["a"], "title": ["T"], "tags": [""]})).tags == ()


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int8(), pa.string()),
        pa.dictionary(pa.int32(), pa.large_string()),
    ],
)
def test_texts(file: Path, kind: pa.DataType) -> None:
    column = pa.array(["Привет 😀"], pa.string()).cast(kind)
    assert only(read(file, {"id": ["a"], "title": column})).title == "Привет 😀"


def test_an_image_may_be_a_struct_or_columns(file: Path) -> None:
    nested = {"url": "/i", "alt": "A", "width": 3, "more": [{"deep": b"x"}], "map": {"k": 1}}
    common = {"id": ["a"], "title": ["T"]}
    assert only(read(file, {**common, "image": [nested]})).image == Image("/i", "A", width=3)
    assert (
        only(
            read(file, {**common, "image": pa.array([None], pa.struct([("url", "string")]))})
        ).image
        is None
    )
    flat = {
        "image_url": ["/i"],
        "IMAGE_ALT": ["A"],
        "image_width": [3.0],
        "image_height": [math.nan],
    }
    assert only(read(file, {**common, **flat})).image == Image("/i", "A", width=3)
    assert only(read(file, {**common, "image": ['{"url": "/i"}']})).image == Image("/i")


def test_columns_of_no_use_may_hold_anything(file: Path) -> None:
    nothing = {
        "map": pa.array([[("k", [1])]], pa.map_(pa.string(), pa.list_(pa.int8()))),
        "Blob": pa.array([b"\xff"]),
        "price": pa.array([Decimal("1.5")]),
        "a.b": pa.array([1]),
    }
    [row] = read(file, {"id": [7], " Title": ["T"], **nothing})
    assert isinstance(row, Accepted)
    assert (row.article.id, row.article.title) == ("7", "T")
    assert row.ignored_keys == ("map", "Blob", "price", "a.b")


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (pa.array([b"x"]), "its column 'body' holds binary, expected text"),
        (pa.array([Decimal("1.5")]), "holds decimal128(2, 1)"),
        (pa.array([[("k", "v")]], pa.map_(pa.string(), pa.string())), "holds map<"),
        (pa.array([{"x": 1}]), "holds struct<x: int64>"),
        (pa.array([[["x"]]]), "holds list<"),
        (pa.array([timedelta(1)]), "holds duration"),
    ],
)
def test_columns_that_are_refused(file: Path, column: pa.Array, said: str) -> None:
    pq.write_table(pa.table({"id": ["a"], "body": column}), file)
    assert said in refused(file)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"title": ["T"]}, "it names no column “id”"),
        ({"id": ["a"], "ID ": ["a"]}, "it names the column “id” twice"),
    ],
)
def test_names_that_are_refused(file: Path, columns: dict[str, object], said: str) -> None:
    pq.write_table(pa.table(columns), file)
    assert said in refused(file)


def test_rows_that_are_rejected(file: Path) -> None:
    texts = pa.array([b"T", b"\xff", b"U", b""], pa.binary()).view(pa.string())
    found = read(file, {"id": ["a", "b", "c", None], "title": texts, "section": ["", "", "\0", ""]})
    assert [(row.line, type(row)) for row in found] == [
        (1, Accepted),
        (2, Rejection),
        (3, Accepted),
        (4, Rejection),
    ]
    assert isinstance(found[1], Rejection)
    assert (found[1].field, found[1].article_id) == ("title", "b")
    assert "valid Unicode" in found[1].reason
    assert isinstance(found[3], Rejection)
    assert found[3].reason.startswith("id is missing")


def test_numbers_are_no_texts(file: Path) -> None:
    columns = {
        "id": ["a", "b", "c"],
        "title": ["T", "T", "T"],
        "section": [1.5, math.nan, math.inf],
    }
    kinds = [type(row) for row in read(file, columns)]
    assert kinds == [Rejection, Accepted, Accepted]
    [row] = read(file, {"id": [1.0], "title": ["T"]})
    assert isinstance(row, Rejection)


@pytest.mark.parametrize("packed", [True, False])
def test_what_pandas_writes(file: Path, *, packed: bool) -> None:
    frame = pd.DataFrame(
        {
            "id": [1, 2],
            "title": ["T", None],
            "body": pd.array(["B", "C"], dtype="string"),
            "section": pd.Categorical(["World", None]),
            "tags": [["a", "b"], []],
            "published_at": pd.to_datetime(["2026-03-01T12:00Z", None], utc=True),
            "updated_at": pd.to_datetime(["2026-03-01T12:00", None]),
            "image_width": [None, 5],
            "image_url": [None, "/i"],
        }
    )
    frame.to_parquet(file)
    if packed:
        file.write_bytes(gzip.compress(file.read_bytes()))
    first, second = (row.article for row in rows(file, 1_000) if isinstance(row, Accepted))
    expected = Article(
        "1",
        "T",
        body="B",
        section="World",
        tags=(Tag("a", "a"), Tag("b", "b")),
        published_at=NOON,
        updated_at=NOON,
    )
    assert first == expected
    assert second == Article("2", body="C", image=Image("/i", width=5))


def test_an_index_of_pandas_may_be_the_id(file: Path) -> None:
    frame = pd.DataFrame({"title": ["T"]}, index=pd.Index(["a"], name="id"))
    frame.to_parquet(file)
    assert only(list(rows(file, 1_000))) == Article("a", "T")


@pytest.mark.parametrize(
    "options",
    [
        {"compression": "zstd"},
        {"row_group_size": 7},
        {"version": "1.0"},
        {"data_page_version": "2.0", "compression": "gzip"},
        {"use_dictionary": False, "compression": "none"},
    ],
)
def test_many_rows(file: Path, options: dict[str, object]) -> None:
    n = 1_203
    found = read(
        file, {"id": [f"{i}" for i in range(n)], "title": [f"T{i}" for i in range(n)]}, **options
    )
    assert [row.line for row in found] == list(range(1, n + 1))
    assert [row.article.title for row in found if isinstance(row, Accepted)] == [
        f"T{i}" for i in range(n)
    ]


def test_no_rows(file: Path) -> None:
    nothing: list[str] = []
    assert (
        read(file, {"id": pa.array(nothing, pa.string()), "title": pa.array(nothing, pa.string())})
        == []
    )


def test_progress_ends_at_the_size_of_the_file(file: Path) -> None:
    told: list[int] = []
    n = 2_000
    pq.write_table(pa.table({"id": [f"{i}" for i in range(n)], "title": ["T"] * n}), file)
    assert len(list(rows(file, 1_000, told.append))) == n
    assert told == sorted(told)
    assert len(told) == 5
    assert told[-1] == file.stat().st_size


def test_reading_may_be_left_off(file: Path) -> None:
    n = 100_000
    pq.write_table(pa.table({"id": [f"{i}" for i in range(n)], "title": ["T"] * n}), file)
    walk = rows(file, 1_000)
    assert next(walk).line == 1
    walk.close()  # type: ignore[attr-defined]


def damages(content: bytes, count: int) -> list[bytes]:
    chance = random.Random(7)
    damaged = []
    for _ in range(count):
        flipped = bytearray(content)
        place = chance.randrange(len(flipped) * 8)
        flipped[place // 8] ^= 1 << place % 8
        damaged += [bytes(flipped), content[: chance.randrange(len(content))]]
    return damaged


def outcome(file: Path) -> int | str:
    try:
        return len(list(rows(file, 1_000)))
    except UnreadableFile as error:
        return str(error)


def test_a_damaged_file_is_a_sentence_or_has_all_its_rows(file: Path) -> None:
    columns = {"id": ["a", "b", "c"], "title": ["T", "U", "V"], "tags": [["x"], [], ["y", "z"]]}
    assert len(read(file, columns, write_page_checksum=True)) == 3
    content = file.read_bytes()
    outcomes = []
    for damaged in damages(content, 15):
        file.write_bytes(damaged)
        outcomes.append(outcome(file))
    assert {found for found in outcomes if isinstance(found, int)} <= {3}
    sentences = [found for found in outcomes if isinstance(found, str)]
    assert len(sentences) > 20
    assert all(len(sentence) < 500 for sentence in sentences)


def test_a_crash_of_the_child_is_a_sentence(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "crash.py"
    script.write_text("import os; print('{\"columns\": [\"id\"]', end='', flush=True); os.abort()")
    monkeypatch.setattr(parquet, "_SCRIPT", script)
    pq.write_table(pa.table({"id": ["a"]}), file)
    assert "it is damaged; what unpacks it ended with signal 6" in refused(file)


def test_missing_pyarrow_is_a_sentence(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pq.write_table(pa.table({"id": ["a"]}), file)
    (tmp_path / "pyarrow.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert "Parquet needs pyarrow; install it" in refused(file)


def test_memory_has_a_limit(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.table({"id": ["a"], "body": ["x" * 60_000_000]}), file)
    monkeypatch.setattr(parquet, "MEMORY_BYTES", 500 * 1024**2)
    assert "bytes of memory to be unpacked" in refused(file)


def test_a_row_that_is_too_long_is_rejected(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", 1_000)
    first, second, third = read(file, {"id": list("abc"), "body": ["x", "x" * 2_000, "x"]})
    assert isinstance(second, Rejection)
    assert "longer than" in second.reason
    assert isinstance(first, Accepted)
    assert isinstance(third, Accepted)


def test_a_row_group_that_is_too_large_is_refused() -> None:
    class Chunk:
        path_in_schema = "body.list.element"
        total_uncompressed_size = parquet_process.MAX_ROW_GROUP_BYTES + 1

    class Group:
        num_columns = num_rows = 1

        def column(self, _: int) -> Chunk:
            return Chunk()

    class Metadata:
        num_row_groups = 1

        def row_group(self, _: int) -> Group:
            return Group()

    with pytest.raises(parquet_process.Refused, match="write it with smaller ones"):
        parquet_process.largest_row(Metadata(), ["body"])
    assert parquet_process.largest_row(Metadata(), ["bod"]) == 0


def test_a_gzip_of_it_is_bounded(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.table({"id": ["a"], "title": ["T"]}), file)
    content = gzip.compress(file.read_bytes())
    file.write_bytes(content)
    assert only(list(rows(file, 1_000))).id == "a"
    monkeypatch.setattr(parquet, "MAX_UNPACKED_BYTES", 100)
    assert "unpacks to more than 100 bytes" in refused(file)
    monkeypatch.undo()
    file.write_bytes(content[:-9])
    assert "compressed data ends too early" in refused(file)
    file.write_bytes(content)
    monkeypatch.setattr("tempfile.tempdir", str(file.parent / "none"))
    with pytest.raises(CannotWrite, match="none"):
        list(rows(file, 1_000))


def test_the_importing_process_never_loads_pyarrow(file: Path) -> None:
    pq.write_table(pa.table({"id": ["a"], "title": ["T"]}), file)
    code = (
        "import sys, pathlib\nfrom recommender.catalogue.readers import formats\n"
        f"print(len(list(formats.rows(pathlib.Path({str(file)!r}), 9))), 'pyarrow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1 False\n"
