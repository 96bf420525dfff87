import csv
import gzip
import tracemalloc
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recommender.catalogue.readers import csvfile
from recommender.catalogue.readers.csvfile import rows
from recommender.catalogue.readers.rows import Accepted, Rejection, Row
from recommender.domain.article import Image, Status
from recommender.errors import UnreadableFile


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "articles.csv"


def read(file: Path, content: str | bytes) -> list[Row]:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(rows(file, 1_000_000))


def accepted(found: Sequence[Row]) -> list[Accepted]:
    assert all(isinstance(row, Accepted) for row in found), found
    return [row for row in found if isinstance(row, Accepted)]


def rejected(row: Row) -> Rejection:
    assert isinstance(row, Rejection), row
    assert len(row.reason) < 300
    return row


def refused(file: Path, content: str | bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(file, content)
    assert len(str(caught.value)) < 400
    return str(caught.value).replace(str(file), "FILE")


def test_a_whole_article(file: Path) -> None:
    header = (
        "\ufeffID, Title ,SUMMARY,body,tags,section,author,authors,lang,url,status,published_at,"
        "image_url,image_alt,image_caption,image_credit,image_width,image_height,Dateline,\r\n"
    )
    row = (
        '7,"A ""title"", and",S,"One.\n\nTwo.",Russia|China,World,Ann,Ben; Carl,en-GB,/a,draft,'
        "2026-03-01T12:00:00+02:00,/i.jpg,Alt,Cap,Cred,1200,800.0,Paris,\r\n"
    )
    [found] = accepted(read(file, header + row))
    article = found.article
    assert (article.id, article.title, article.summary) == ("7", 'A "title", and', "S")
    assert article.body == "One.\n\nTwo."
    assert [tag.slug for tag in article.tags] == ["russia", "china"]
    assert article.authors == ("Ann", "Ben", "Carl")
    assert (article.section, article.language, article.url) == ("World", "en", "/a")
    assert article.status is Status.DRAFT
    assert article.published_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert article.image == Image("/i.jpg", "Alt", "Cap", "Cred", 1200, 800)
    assert (found.line, found.ignored_keys) == (2, ("Dateline",))


def test_an_empty_cell_is_null_and_no_tag(file: Path) -> None:
    header = "id,title,summary,body,tags,section,authors,language,url,image,image_url,image_width"
    rest = ",status,published_at,updated_at,embargoed_until\n"
    [found] = accepted(read(file, header + rest + "a,T" + "," * 13 + " ,\n"))
    article = found.article
    assert (article.tags, article.authors, article.image) == ((), (), None)
    assert (article.section, article.language, article.url) == (None, None, None)
    assert (article.status, article.published_at) == (Status.PUBLISHED, None)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_delimiters_line_ends_and_gzip(
    file: Path, delimiter: str, end: str, pack: type[bytes]
) -> None:
    lines = ["title|id|body".replace("|", delimiter), "T,;\tT|a|".replace("|", delimiter)]
    lines[1] = f'"T,;\tT"{delimiter}a{delimiter}"x{end}y"'
    [found] = accepted(read(file, pack((end.join(lines) + end).encode())))
    assert (found.article.id, found.article.title, found.article.body) == ("a", "T,; T", "x\ny")


def test_the_body_never_decides_the_delimiter(file: Path) -> None:
    [found] = accepted(read(file, "id,title\na,;;;;\t\t\t\tT\n"))
    assert found.article.title == ";;;; T"


@pytest.mark.parametrize("content", ["", "\n \r\n\t\n", "\ufeff", "id,title\n", "id,title"])
def test_nothing_is_no_rows(file: Path, content: str) -> None:
    assert read(file, content) == []


def test_lines_are_counted_where_rows_begin(file: Path) -> None:
    content = '\n\nid,title,body\n\na,T,"1\n2\n3"\n,,\n  \nb,T,\nc,T\nd,T,"\n"\n\ne,T,x'
    found = read(file, content)
    assert [row.line for row in found] == [5, 10, 11, 12, 15]
    assert [type(row) for row in found] == [Accepted, Accepted, Rejection, Accepted, Accepted]


@pytest.mark.parametrize(
    ("header", "row", "said", "article_id"),
    [
        ("id,title", "a,T,x", "a row of 3 cells, expected 2, as many as the first line names", "a"),
        ("id,title", "a", "a row of 1 cells, expected 2", "a"),
        ("title,id", "T,T,a", "a row of 3 cells, expected 2", None),
        ("id,title", ",T", "id is missing", None),
        ("id,title", " a,T", "id is ' a', expected 1 to 512", None),
        ("id,title", "a,\0", "text with a NUL byte", "a"),
        ("id,title", "a,\xff", "not UTF-8 at byte 3 of line 3", "a"),
        ("id,title", "\xff,T", "not UTF-8 at byte 1 of line 3", None),
        ("id,title", '"a","\n\xff"', "not UTF-8 at byte 1 of line 4", "a"),
        ("id,title,tags", "a,T,['x']", "tags is \"['x']\", expected a JSON list", "a"),
        ("id,title,published_at", "a,T,01/03/2026", "expected an ISO 8601 date", "a"),
        ("id,title,image", "a,T,/i.jpg", "image is '/i.jpg', expected an object in JSON", "a"),
        ("id,title,image", "a,T,[]", "image is a list of 0, expected an object with url", "a"),
        ("id,title,image_alt", "a,T,A", "image.url is missing", "a"),
        ("id,title,image_url,image_width", "a,T,/i,1.5", "image.width is '1.5', expected", "a"),
        ("id,title,image,image_url", 'a,T,"{""url"": ""/i""}",/i', "image is given twice", "a"),
        ("id,title", "a,", "body is empty, expected text in title, summary or body", "a"),
    ],
)
def test_rows_that_are_rejected(
    file: Path, header: str, row: str, said: str, article_id: str | None
) -> None:
    good = ",".join({"id": "x", "title": "T"}.get(name, "") for name in header.split(","))
    before, found, after = read(file, "\n".join([header, good, row, good]).encode("latin-1"))
    rejection = rejected(found)
    assert said in rejection.reason
    assert (rejection.line, rejection.article_id) == (3, article_id)
    accepted([before, after])


def test_an_image_in_json(file: Path) -> None:
    row = 'a,T,"{""url"": ""/i"", ""width"": 3}"'
    [found] = accepted(read(file, f"id,title,image\n{row}\n"))
    assert found.article.image == Image("/i", width=3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("title,body\nT,x", "FILE, line 1: it names no column “id”"),
        ("a,T\nb,U", "line 1: it names no column “id”, so it is neither a CSV file of articles"),
        ("\n\nid,title,ID\n", "line 3: it names the column “id” twice."),
        ("id,Tags,tags, TAGS\n", "line 1: it names the column “tags” 3 times."),
        ("x;id;y,id,z\n", "line 1: its columns may be parted by comma or semicolon."),
        (
            "id,t\xff".encode("latin-1"),
            "line 1: its column names are not UTF-8 at byte 5 of line 1",
        ),
        ("id,title\n".encode("utf-16-le"), "line 1: its column names are text with a NUL byte"),
        ("id,title\n".encode("utf-16"), "it is encoded as UTF-16; save it as UTF-8"),
        ('id,"title\n', "line 1: it names no column “id”"),
        ("id,title\ra,T\r", "line 1: its lines end in carriage returns alone"),
        (
            'id,title\nx,T\n\na,"T\nb,U\n',
            "line 4: the quote that opens in this row is never closed",
        ),
        ('id,title\nx,T\na,"He said "no", and\nleft, alone"\n', "line 3: text follows a closing"),
        (
            'id,title\na,"He said \\"no\\""\n',
            "line 2: text follows a closing quote; a quote inside",
        ),
    ],
)
def test_files_that_are_refused(file: Path, content: str | bytes, said: str) -> None:
    assert said in refused(file, content)


def test_rows_before_a_wrong_quote_are_given(file: Path) -> None:
    file.write_text('id,title\na,T\nb,"U\nc,V\n')
    walk = rows(file, 1_000)
    assert next(walk).line == 2
    with pytest.raises(UnreadableFile):
        next(walk)


def test_a_quote_within_an_unquoted_cell_is_a_quote(file: Path) -> None:
    [found] = accepted(read(file, 'id,title\na,5" pipe\n'))
    assert found.article.title == '5" pipe'


@pytest.mark.parametrize(
    "content", ['id,title\nx,T\na,"' + "y" * 60 + '"\n', 'id,title\nx,T\na,"' + "y\n" * 30]
)
def test_a_row_that_is_too_long(file: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setattr(csvfile, "MAX_ROW_BYTES", 50)
    assert "line 3: the row that begins here is longer than 50 bytes" in refused(file, content)


def test_a_field_of_200_megabytes_costs_little(file: Path) -> None:
    with gzip.open(file, "wb", compresslevel=1) as packed:
        packed.write(b'id,title\na,T\nb,"')
        for _ in range(200):
            packed.write((b"x" * 99 + b"\n") * 10_000)
        packed.write(b'"\n')
    tracemalloc.start()
    walk = rows(file, 1_000_000)
    assert isinstance(next(walk), Accepted)
    with pytest.raises(UnreadableFile, match=r"longer than .* is a quote in it never closed"):
        next(walk)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300_000_000


def test_long_rows_are_read_in_full(file: Path) -> None:
    body = "word, " * 100_000
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([["id", "body"], ["a", body], ["b", "x"]])
    first, second = accepted(read(file, file.read_bytes()))
    assert first.article.body == body.strip()
    assert second.line == 3


def test_a_million_tags_are_one_rejection(file: Path) -> None:
    [row] = read(file, "id,title,tags\na,T," + "x|" * 400_000 + "\n")
    assert rejected(row).reason == "tags is a list of 400,000, expected at most 200 entries"


def test_progress_ends_at_the_size_of_the_file(file: Path) -> None:
    told: list[int] = []
    file.write_text("id,title\n" + "".join(f"{n},T\n" for n in range(1_000)))
    assert len(list(rows(file, 1_000, told.append))) == 1_000
    assert told == sorted(told)
    assert told[-1] == file.stat().st_size


def test_a_gzip_that_is_cut_off_gives_the_rows_before(file: Path) -> None:
    whole = "id,title\n" + "".join(f"{n},T{n * 7919 % 10_007}\n" for n in range(50_000))
    packed = gzip.compress(whole.encode(), mtime=0)
    file.write_bytes(packed[: len(packed) // 2])
    found: list[Row] = []
    with pytest.raises(UnreadableFile, match="compressed data ends too early"):
        found.extend(rows(file, 1_000))
    walk = rows(file, 1_000)
    assert all(isinstance(next(walk), Accepted) for _ in range(10_000))
