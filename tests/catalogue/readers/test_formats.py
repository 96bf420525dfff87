import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.catalogue.readers.formats import rows
from recommender.catalogue.readers.rows import Accepted
from recommender.domain.article import Article
from recommender.errors import UnreadableFile

Record = dict[str, Any]

KINDS = {
    "tags": pa.list_(pa.string()),
    "authors": pa.list_(pa.string()),
    "image": pa.struct(
        [(key, pa.string()) for key in ("url", "alt", "caption", "credit")]
        + [("width", pa.int64()), ("height", pa.int64())]
    ),
}


def write_jsonl(path: Path, records: list[Record]) -> None:
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))


def write_csv(path: Path, records: list[Record]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["id", *records[0].keys() - {"id"}])
        writer.writeheader()
        for record in records:
            nested = {
                key: json.dumps(value) if isinstance(value, list | dict) else value
                for key, value in record.items()
            }
            writer.writerow(nested)


def write_parquet(path: Path, records: list[Record]) -> None:
    columns = {
        key: pa.array([record[key] for record in records], KINDS.get(key, pa.string()))
        for key in records[0]
    }
    pq.write_table(pa.table(columns), path)


WRITERS: tuple[Callable[[Path, list[Record]], None], ...] = (write_jsonl, write_csv, write_parquet)


def articles(path: Path) -> list[Article | tuple[str, str | None]]:
    return [
        row.article if isinstance(row, Accepted) else (row.field, row.article_id)
        for row in rows(path, 1_000)
    ]


texts = (
    st.none()
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
    | st.sampled_from(
        ['He said "no", and\r\nleft', "a\tb;c,d", "—\n\n—", "=1+1", "'", '"', "\\", "[x]"]
    )
)
labels = st.none() | st.lists(
    st.sampled_from(["Russia", "a|b", "x;y", "", "R&amp;D", '"']), max_size=3
)
instants = st.none() | st.datetimes().map(lambda moment: moment.isoformat())
images = st.none() | st.fixed_dictionaries(
    {
        "url": st.sampled_from(["/i.jpg", "https://a.example/i?x=1,2", None]),
        "alt": texts,
        "caption": texts,
        "credit": st.none(),
        "width": st.none() | st.integers(1, 9_999),
        "height": st.none() | st.integers(-1, 3),
    }
)
records = st.fixed_dictionaries(
    {
        "id": st.text(
            st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=5
        ),
        "title": texts,
        "summary": texts,
        "body": texts,
        "tags": labels,
        "authors": labels,
        "section": texts,
        "language": st.sampled_from([None, "en", "zh-Hans", "?"]),
        "url": st.sampled_from([None, "/a", "https://a.example/,;", "javascript:x"]),
        "image": images,
        "status": st.sampled_from([None, "draft", "Retracted", "live"]),
        "published_at": instants,
        "updated_at": instants,
        "embargoed_until": instants,
    }
)


@settings(max_examples=25)
@given(st.lists(records, min_size=1, max_size=12), st.booleans())
def test_three_formats_give_the_same_articles(
    tmp_path_factory: pytest.TempPathFactory, written: list[Record], packed: bool
) -> None:
    folder = tmp_path_factory.mktemp("formats")
    found = []
    for number, write in enumerate(WRITERS):
        path = folder / f"{number}"
        write(path, written)
        if packed:
            path.write_bytes(gzip.compress(path.read_bytes()))
        found.append(articles(path))
    assert found[1] == found[0]
    assert found[2] == found[0]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\n\n  \t", b"\xef\xbb\xbf\r\n"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet", "a.gz", "a"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("content", [b'{"id": "a", "title": "T"}', b"id,title\na,T\n"])
def test_content_tells_the_format(
    tmp_path: Path, mark: bytes, name: str, pack: type[bytes], content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(pack(mark + content))
    assert articles(path) == [Article("a", "T")]


@pytest.mark.parametrize("content", [b"", b" \n", b"\xef\xbb\xbf", b"\n" * 200_000])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_nothing_is_no_rows(tmp_path: Path, content: bytes, pack: type[bytes]) -> None:
    path = tmp_path / "empty"
    path.write_bytes(pack(content))
    assert articles(path) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04", "it is a ZIP archive or a workbook; unpack it, or save it as CSV"),
        (b"BZh91AY", "packed by bzip2"),
        (b"\xfd7zXZ\0", "packed by xz"),
        (b"\x28\xb5\x2f\xfd", "packed by Zstandard"),
        (b"PARE", "it is an encrypted Parquet file"),
        (b'[{"id": "a"}]', "it is one JSON list; write one object a line"),
        (b"\n<?xml version='1.0'?>", "it is XML or HTML"),
        (b"\xff\xfei\0d\0", "UTF-16; save it as UTF-8"),
        (b"PAR1", "it is damaged"),
        (b"\x89PNG\r\n\x1a\n\0\0", "its column names are"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_what_is_no_format_of_ours(
    tmp_path: Path, content: bytes, said: str, pack: type[bytes]
) -> None:
    path = tmp_path / "articles"
    path.write_bytes(pack(content))
    with pytest.raises(UnreadableFile) as caught:
        articles(path)
    assert said in str(caught.value)


def test_a_gzip_in_a_gzip(tmp_path: Path) -> None:
    path = tmp_path / "articles.gz"
    path.write_bytes(gzip.compress(gzip.compress(b"{}")))
    with pytest.raises(UnreadableFile, match="it is gzipped twice"):
        articles(path)
