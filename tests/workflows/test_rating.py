"""Ratings one by one and by the file: all of a file, or none and the reason why."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.event import EventKind
from recommender.domain.override import OverrideKind
from recommender.errors import InvalidParameter, UnknownArticle, UnreadableFile
from recommender.workflows.overriding import Wish, override, undo
from recommender.workflows.rating import pins, rate, rate_file, ratings


@pytest.fixture
def database_url(either_database_url: str | None) -> str | None:
    """Run every test of this module on both kinds of database."""
    return either_database_url


def kept(newsroom: Any) -> list[tuple[str, str, int, str]]:
    with Catalogue.open(newsroom.settings.catalogue_url) as catalogue:
        return [(*one[:2], int(one.grade), one.author) for one in ratings(catalogue)]


def test_a_rating_is_kept_until_its_author_thinks_otherwise(stocked: Any) -> None:
    event = rate(stocked.settings, "talks", "answer", "good", "anna")
    assert (event.kind, event.subject) == (EventKind.RATING, "talks")
    assert event.detail == {"article_id": "answer", "grade": 3}
    rate(stocked.settings, "talks", "answer", "0", "ben")
    rate(stocked.settings, "answer", "talks", "poor", "anna")
    rate(stocked.settings, "talks", "answer", "Acceptable", "anna")

    assert kept(stocked) == [
        ("talks", "answer", 0, "ben"),
        ("answer", "talks", 1, "anna"),
        ("talks", "answer", 2, "anna"),
    ]


@pytest.mark.parametrize(
    ("rated", "error", "words"),
    [
        (("talks", "nope", "good"), UnknownArticle, "'nope'"),
        (("nope", "talks", "good"), UnknownArticle, "'nope'"),
        (("talks", "answer", "great"), InvalidParameter, "“grade” is 'great', expected good (3)"),
        (("talks", "talks", "good"), InvalidParameter, "another article than the query"),
        (("talks", "", "good"), InvalidParameter, "“article_id” is ''"),
    ],
    ids=["article", "query", "grade", "itself", "empty"],
)
def test_what_cannot_be_is_refused(
    stocked: Any, rated: tuple[str, str, str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        rate(stocked.settings, *rated, "anna")
    assert words in str(caught.value)
    assert kept(stocked) == []


@pytest.mark.parametrize(
    "content",
    [
        b"query_id,article_id,grade\ntalks,answer,3\ntalks,opera,unacceptable\n",
        b'\xef\xbb\xbfGrade, why,"article_id",query_id\r\n\r\ngood,"a,\n""b""",answer,talks\r\n'
        b" 0,, opera ,talks",
        gzip.compress(b"query_id,article_id,grade\ntalks,answer,GOOD\ntalks,opera,0\n"),
    ],
    ids=["plain", "as spreadsheets write", "gzip"],
)
def test_a_file_is_taken_as_a_whole(stocked: Any, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "judged.csv"
    path.write_bytes(content)

    assert rate_file(stocked.settings, path, "anna") == 2

    assert kept(stocked) == [("talks", "answer", 3, "anna"), ("talks", "opera", 0, "anna")]
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        told = catalogue.events((EventKind.RATING,))
    assert {one.reason for one in told} == {"judged.csv"}
    assert len({one.at for one in told}) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"",
            "line 1: its first line names nothing, expected the columns query_id, article_id, gr",
        ),
        (b"id,grade\n", "its first line names id, grade, expected the columns"),
        (b"query_id,article_id,grade\ntalks,answer\n", "line 2: it has 2 cells, expected 3"),
        (b'query_id,article_id,grade\ntalks,"answer"x,1\n', "line 2: it is not CSV"),
        (b"query_id,article_id,grade\ntalks,answer,1\n\xff,a,1\n", "line 3: it is not UTF-8"),
        (b"query_id,article_id,grade\ntalks,answer,9\n", "line 2: grade is '9', expected good (3)"),
        (
            b"query_id,article_id,grade\ntalks,answer,1\ntalks,nope,1\nx,talks,1\ntalks,talks,1\n",
            "line 3: there is no article 'nope' in the catalogue, and 2 more rows are wrong; noth",
        ),
    ],
    ids=["empty", "columns", "cells", "quotes", "bytes", "grade", "several"],
)
def test_a_file_with_a_fault_changes_nothing(
    stocked: Any, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "judged.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as caught:
        rate_file(stocked.settings, path, "anna")
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert kept(stocked) == []


def test_a_missing_file(stocked: Any, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        rate_file(stocked.settings, tmp_path / "none.csv", "anna")


def test_an_evaluation_is_given_the_pins_in_force(stocked: Any) -> None:
    later = datetime.now(UTC) + timedelta(days=2)

    def pin(article_id: str, **wish: Any) -> int:
        wanted = Wish(OverrideKind.PIN, article_id, "talks", **wish)
        return override(stocked.settings, wanted, "anna", "why").number

    pin("answer")
    gone = pin("grain")
    pin("opera", starts_at=later.isoformat())
    override(stocked.settings, Wish(OverrideKind.BLOCK, "ships"), "anna", "why")
    undo(stocked.settings, gone, "ben", "why")

    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        assert [one.article_id for one in pins(catalogue)] == ["answer"]
        assert [one.article_id for one in pins(catalogue, later)] == ["answer", "opera"]
