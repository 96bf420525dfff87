import gzip
import json
import tracemalloc
from pathlib import Path

import pytest

from recommender.catalogue.readers import lines
from recommender.catalogue.readers.jsonl import rows
from recommender.catalogue.readers.rows import Accepted, Rejection, Row
from recommender.errors import UnreadableFile

GOOD = b'{"id": "a", "title": "T"}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "articles.jsonl"


def read(file: Path, content: bytes) -> list[Row]:
    file.write_bytes(content)
    return list(rows(file, 1_000_000))


def only_rejection(file: Path, line: bytes) -> Rejection:
    """Return the rejection of a line that stands between two good ones."""
    first, rejected, last = read(file, b"\n".join([GOOD, line, GOOD]) + b"\n")
    assert isinstance(first, Accepted)
    assert isinstance(last, Accepted)
    assert isinstance(rejected, Rejection)
    assert (first.line, rejected.line, last.line) == (1, 2, 3)
    return rejected


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD + b"\n",
        GOOD + b"\r\n",
        b"\xef\xbb\xbf" + GOOD,
        gzip.compress(GOOD),
        gzip.compress(b"\xef\xbb\xbf" + GOOD + b"\n"),
        gzip.compress(GOOD[:9]) + gzip.compress(GOOD[9:]),
    ],
)
def test_one_article_however_it_is_packed(file: Path, content: bytes) -> None:
    [row] = read(file, content)
    assert isinstance(row, Accepted)
    assert (row.line, row.article.id, row.ignored_keys) == (1, "a", ())


def test_compression_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    assert len(read(tmp_path / "plain.jsonl.gz", GOOD)) == 1


@pytest.mark.parametrize("content", [b"", b"\n \n\r\n\t\n", b"\xef\xbb\xbf", gzip.compress(b"")])
def test_nothing_is_no_rows(file: Path, content: bytes) -> None:
    assert read(file, content) == []


def test_blank_lines_are_passed_over_and_counted(file: Path) -> None:
    content = b"\n" + GOOD + b"\n\n   \r\n" + GOOD
    assert [row.line for row in read(file, content)] == [2, 5]


def test_keys_of_no_use_are_told(file: Path) -> None:
    [row] = read(file, b'{"dateline": 1, "id": "a", "title": "T", "places": []}')
    assert isinstance(row, Accepted)
    assert row.ignored_keys == ("dateline", "places")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"id": "a", "title": "\xff"}', "not UTF-8 at byte 23"),
        (b'{"id": "a"', "not JSON"),
        (b"{'id': 'a'}", "not JSON"),
        (GOOD + GOOD, "not JSON (Extra data"),
        (b'{"id": "a", "title": NaN}', "NaN is no number of JSON"),
        (b'{"id": "a", "x": -Infinity}', "-Infinity is no number of JSON"),
        (b'{"id": "a", "id": "b", "title": "T"}', "the key 'id' stands twice"),
        (b'{"id": "a", "x": {"y": 1, "z": 2, "y": 3}}', "the key 'y' stands twice"),
        (b'{"id": "a", "x": ' + b"1" * 5_000 + b"}", "not JSON (Exceeds the limit"),
        (b'{"id": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'["id", "a"]', "a list of 2, expected one JSON object"),
        (b'"a"', "'a', expected one JSON object"),
        (b"null", "missing, expected one JSON object"),
        (b"\0", "not JSON"),
        (b'{"id": "a", "title": "\0"}', "not JSON"),
    ],
)
def test_lines_that_are_rejected(file: Path, line: bytes, said: str) -> None:
    rejection = only_rejection(file, line)
    assert (rejection.field, rejection.article_id) == ("(line)", None)
    assert said in rejection.reason
    assert len(rejection.reason) < 300


def test_a_wrong_field_is_named_with_its_article(file: Path) -> None:
    rejection = only_rejection(file, b'{"id": 7, "title": "T", "tags": "Russia"}')
    assert (rejection.field, rejection.article_id) == ("tags", "7")
    assert rejection.reason == "tags is 'Russia', expected a list of texts, or null"


def test_half_of_a_surrogate_pair_is_rejected(file: Path) -> None:
    assert only_rejection(file, rb'{"id": "a", "title": "\ud83d"}').field == "title"
    [row] = read(file, rb'{"id": "a", "title": "\ud83d\ude00"}')
    assert isinstance(row, Accepted)
    assert row.article.title == "😀"


def test_lines_that_are_too_long(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", len(GOOD) + 1)
    monkeypatch.setattr(lines, "_PIECE_BYTES", 7)
    for extra in (1, 2, 6, 7, 8, 50):
        assert "longer than" in only_rejection(file, GOOD + b" " * extra).reason
    numbers = [(row.line, type(row)) for row in read(file, GOOD + b"\n" + b"x" * 99)]
    assert numbers == [(1, Accepted), (2, Rejection)]


def test_a_line_that_unpacks_to_gigabytes_costs_little(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", 1_000_000)
    with gzip.open(file, "wb", compresslevel=1) as packed:
        for _ in range(100):
            packed.write(b"x" * 1_000_000)
        packed.write(b"\n" + GOOD)
    tracemalloc.start()
    read_rows = list(rows(file, 1_000_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(row.line, type(row)) for row in read_rows] == [(1, Rejection), (2, Accepted)]
    assert peak < 10_000_000


def many(count: int) -> bytes:
    return b"".join(
        json.dumps({"id": f"{i}", "title": f"T{i * 7919 % 10_007}"}).encode() + b"\n"
        for i in range(count)
    )


def read_until_damage(file: Path, content: bytes) -> tuple[list[Row], str]:
    file.write_bytes(content)
    found: list[Row] = []
    walk = rows(file, 1_000)
    try:
        while True:
            found.append(next(walk))
    except UnreadableFile as error:
        return found, str(error)


def test_a_gzip_that_is_cut_off(file: Path) -> None:
    packed = gzip.compress(many(20_000), mtime=0)
    found, sentence = read_until_damage(file, packed[: len(packed) // 2])
    assert 5_000 < len(found) < 20_000
    assert all(isinstance(row, Accepted) for row in found)
    assert f"line {len(found) + 1}: its compressed data ends too early" in sentence


@pytest.mark.parametrize("rest", [b"\x1f\x8b\x08" + b"\0" * 7 + b"\xff" * 99, b"no gzip at all"])
def test_a_gzip_that_is_damaged_gives_the_rows_before_the_damage(file: Path, rest: bytes) -> None:
    found, sentence = read_until_damage(file, gzip.compress(many(3)) + rest)
    assert [row.line for row in found] == [1, 2, 3]
    assert "line 4: its compressed data is damaged" in sentence


def test_a_gzip_whose_check_sum_differs(file: Path) -> None:
    packed = bytearray(gzip.compress(GOOD))
    packed[-6] ^= 1
    file.write_bytes(packed)
    with pytest.raises(UnreadableFile, match="damaged"):
        list(rows(file, 1_000))


@pytest.mark.parametrize(
    ("name", "said"),
    [("missing.jsonl", "no such file"), (".", "it is a folder"), ("a\0b", "no file can have")],
)
def test_files_that_cannot_be_opened(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        list(rows(tmp_path / name, 1_000))


def test_a_device_is_no_file() -> None:
    with pytest.raises(UnreadableFile, match="a pipe or a device"):
        list(rows(Path("/dev/null"), 1_000))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf_16_is_told_at_once(file: Path, encoding: str) -> None:
    file.write_bytes(("\ufeff" + GOOD.decode()).encode(encoding))
    with pytest.raises(UnreadableFile, match="UTF-16; save it as UTF-8"):
        list(rows(file, 1_000))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_progress_ends_at_the_size_of_the_file(file: Path, pack: type[bytes]) -> None:
    file.write_bytes(pack(many(1_000)))
    told: list[int] = []
    assert len(list(rows(file, 1_000, told.append))) == 1_000
    assert told == sorted(told)
    assert told[-1] == file.stat().st_size
