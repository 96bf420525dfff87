import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.catalogue.readers.fields import KEYS, article_id_of, to_article
from recommender.domain.article import Article, Image, Status, Tag
from recommender.errors import InvalidField

MAX_CHARS = 5_000


def read(**fields: object) -> Article:
    return to_article({"id": "a", "title": "T", **fields}, MAX_CHARS)


def refused(**fields: object) -> str:
    with pytest.raises(InvalidField) as caught:
        read(**fields)
    assert len(str(caught.value)) < 300
    return str(caught.value)


def test_a_whole_article() -> None:
    article = read(
        id="guid/1",
        url="https://news.example/a",
        summary="S",
        body="B\r\nC",
        tags=["Russia", "NATO"],
        section=" World ",
        authors=["Anna", "Ben"],
        language="en-GB",
        image={"url": "/i.jpg", "alt": "A", "caption": None, "width": 3, "height": 2, "x": []},
        status="Draft",
        published_at="2026-03-01T12:00:00+02:00",
        updated_at="2026-03-02",
        embargoed_until=None,
        something_else={"deep": [1]},
    )
    assert article == Article(
        id="guid/1",
        title="T",
        url="https://news.example/a",
        summary="S",
        body="B\nC",
        tags=(Tag("russia", "Russia"), Tag("nato", "NATO")),
        section="World",
        authors=("Anna", "Ben"),
        language="en",
        image=Image("/i.jpg", "A", width=3, height=2),
        status=Status.DRAFT,
        published_at=datetime(2026, 3, 1, 10, tzinfo=UTC),
        updated_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


def test_nulls_say_nothing() -> None:
    nulls = dict.fromkeys(KEYS - {"id", "title"})
    assert read(**nulls) == Article("a", title="T")


def test_blanks_say_nothing() -> None:
    blanks = dict.fromkeys(KEYS - {"id", "title", "status", "tags", "image", "authors"}, "")
    assert read(**blanks, tags=[], authors=[""], image={"url": "", "alt": ""}) == read()


@pytest.mark.parametrize(("found", "expected"), [("x" * 512, "x" * 512), (7, "7"), (-7, "-7")])
def test_ids(found: object, expected: str) -> None:
    assert read(id=found).id == expected


@pytest.mark.parametrize(
    "found", [None, "", " a", "a\n", "a\0", "x" * 513, "\ud800", True, 1.0, [], {}, 10**600]
)
def test_ids_that_are_refused(found: object) -> None:
    assert refused(id=found).startswith("id is ")
    assert article_id_of({"id": found}) is None
    assert article_id_of({"id": "x", "title": 5}) == "x"


@pytest.mark.parametrize("fields", [{}, {"title": " \n", "summary": None, "body": "\0"}])
def test_an_article_without_a_word_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(
        InvalidField, match="body is empty, expected text in title, summary or body"
    ):
        to_article({"id": "a", **fields}, MAX_CHARS)


@pytest.mark.parametrize("field", ["title", "summary", "body"])
def test_texts(field: str) -> None:
    article = to_article({"id": "a", field: "x" * MAX_CHARS}, MAX_CHARS)
    assert getattr(article, field) == "x" * MAX_CHARS
    assert refused(**{field: "x" * (MAX_CHARS + 1)}).startswith(f"{field} is 5,001 characters")
    assert refused(**{field: 5}) == f"{field} is 5, expected text or null"


def test_tags_keep_their_order_and_first_label() -> None:
    found = read(tags=["NATO", " ", "European  Union", "nato", "european_union", "--", ""]).tags
    assert found == (Tag("nato", "NATO"), Tag("european-union", "European Union"))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("Russia", "tags is 'Russia', expected a list of texts, or null"),
        (5, "tags is 5, expected a list"),
        ({}, "tags is an object of 0, expected a list"),
        (["a", 5], "tags is 5, expected text in every entry"),
        (["a", None], "tags is missing, expected text in every entry"),
        (["x" * 201], "tags is 201 characters long, expected at most 200 characters"),
        (["x"] * 201, "tags is a list of 201, expected at most 200 entries"),
        (["\ud800"], "valid Unicode"),
    ],
)
def test_tags_that_are_refused(found: object, said: str) -> None:
    assert said in refused(tags=found)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T09:30", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("2026-03-01 09:30:00.123456", datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)),
        (" 2026-03-01t09:30:00z ", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("2026-03-01T00:30:00+05:30", datetime(2026, 2, 28, 19, tzinfo=UTC)),
        ("2999-01-01", datetime(2999, 1, 1, tzinfo=UTC)),
        ("0001-01-01", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("field", ["published_at", "updated_at", "embargoed_until"])
def test_instants(field: str, found: str, expected: datetime) -> None:
    instant = getattr(read(**{field: found}), field)
    assert instant == expected
    assert instant.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "found",
    [
        1_700_000_000,
        True,
        "yesterday",
        "2026-02-30",
        "01/03/2026",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "10000-01-01",
        ["2026-03-01"],
    ],
)
def test_instants_that_are_refused(found: object) -> None:
    assert "expected an ISO 8601 date or time" in refused(published_at=found)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"author": "Anna"}, ("Anna",)),
        ({"authors": "Anna"}, ("Anna",)),
        ({"authors": ["Anna", " ", "Ben", "Anna"]}, ("Anna", "Ben")),
        ({"author": "Ben", "authors": ["Anna", "Ben"]}, ("Ben", "Anna")),
        ({"author": None, "authors": None}, ()),
    ],
)
def test_authors(fields: dict[str, object], expected: tuple[str, ...]) -> None:
    assert read(**fields).authors == expected


@pytest.mark.parametrize("fields", [{"author": ["Anna"]}, {"authors": [1]}, {"authors": {}}])
def test_authors_that_are_refused(fields: dict[str, object]) -> None:
    assert "expected" in refused(**fields)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"language": "EN"}, "en"),
        ({"language": "zh-Hans-CN"}, "zh"),
        ({"lang": "en_US"}, "en"),
        ({"language": "de", "lang": "en"}, "de"),
        ({"language": None, "lang": "ru"}, "ru"),
    ],
)
def test_languages(fields: dict[str, object], expected: str) -> None:
    assert read(**fields).language == expected


@pytest.mark.parametrize("found", ["english", "e", "en-", "e1", 5, ["en"]])
def test_languages_that_are_refused(found: object) -> None:
    assert "language is " in refused(language=found)


@pytest.mark.parametrize("found", ["https://a.example/b?c=d", "http://a.example", "/a/b", " /a "])
def test_urls(found: str) -> None:
    assert read(url=found).url == found.strip()
    image = read(image={"url": found}).image
    assert image is not None
    assert image.url == found.strip()


@pytest.mark.parametrize(
    "found",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//host/a",
        "/\\host",
        "a/b",
        "ftp://a.example",
        "https://",
        "https://a.example/\ud800",
        "https://a.example/a b",
        "/" + "x" * 4_096,
        5,
        ["/a"],
    ],
)
def test_urls_that_are_refused(found: object) -> None:
    assert refused(url=found).startswith("url is ")
    assert refused(image={"url": found}).startswith("image.url is ")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("/i.jpg", "image is '/i.jpg', expected an object with url"),
        ({"alt": "A"}, "image.url is missing, expected the address of the picture"),
        ({"url": "/i", "alt": 5}, "image.alt is 5, expected text or null"),
        ({"url": "/i", "width": 0}, "image.width is 0, expected a whole number from 1 to"),
        ({"url": "/i", "height": "3"}, "image.height is '3', expected a whole number"),
        ({"url": "/i", "height": True}, "image.height is true, expected a whole number"),
        ({"url": "/i", "width": 1.5}, "image.width is 1.5, expected a whole number"),
        ({"url": "/i", "caption": "x" * 10_001}, "image.caption is 10,001 characters long"),
    ],
)
def test_images_that_are_refused(found: object, said: str) -> None:
    assert said in refused(image=found)


@pytest.mark.parametrize(
    ("found", "expected"), [(" RETRACTED ", Status.RETRACTED), (None, Status.PUBLISHED)]
)
def test_status(found: object, expected: Status) -> None:
    assert read(status=found).status is expected


@pytest.mark.parametrize("found", ["", "live", 5, ["draft"]])
def test_status_that_is_refused(found: object) -> None:
    assert "expected published, draft, retracted or null" in refused(status=found)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(KEYS)), json_values))
def test_any_row_is_an_article_or_a_sentence(record: dict[str, object]) -> None:
    with contextlib.suppress(InvalidField):
        article = to_article(record, MAX_CHARS)
        assert to_article({**record, "id": article.id}, MAX_CHARS) == article
        assert article.headline
