"""What was erased does not come back by the desk, and whoever tries is told."""

import pytest

from recommender.workflows.erasing import erase
from tests.service.desk.conftest import Cms, problem, said

TALKS = {"title": "Talks in Geneva", "body": "Ministers met.", "tags": ["Russia"]}


@pytest.fixture
def database_url(either_database_url: str | None) -> str | None:
    """Run every test of this module on both kinds of database."""
    return either_database_url


@pytest.fixture
def erased(cms: Cms) -> Cms:
    cms.put("/v1/articles/talks", TALKS)
    erase(cms.settings, "talks", "anna", "court order", lambda *_: None)
    return cms


def test_it_is_neither_published_nor_restored(erased: Cms) -> None:
    for refused in (
        erased.put("/v1/articles/talks", TALKS),
        erased.post("/v1/articles/talks/restore"),
    ):
        assert refused.status_code == 410
        assert problem(refused)["type"] == "urn:morefrom:problem:erased"
        assert "'talks' was erased at 20" in problem(refused)["detail"]
    assert [number for number, *_ in erased.events()] == [1, 2]


def test_what_is_left_of_it_says_nothing(erased: Cms) -> None:
    left = erased.send("GET", "/v1/articles/talks")

    assert left.status_code == 200
    assert b"Geneva" not in left.data
    assert said(erased.post("/v1/articles/talks/retract"))["change"] == "unchanged"
