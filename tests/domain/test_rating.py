"""Grades by name and by number; of each editor and pair the last rating counts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from recommender.domain.event import Event, EventKind
from recommender.domain.rating import Grade, Rating, ratings_of
from recommender.errors import InvalidField

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def event(number: int, author: str = "anna", query_id: str = "q", **detail: Any) -> Event:
    return Event(number, EventKind.RATING, query_id, NOON, author, "", detail)


@pytest.mark.parametrize(
    ("found", "grade"),
    [
        ("good", 3),
        (" Good ", 3),
        ("3", 3),
        (2, 2),
        ("acceptable", 2),
        ("POOR", 1),
        ("0", 0),
        (1, 1),
    ],
)
def test_grades_by_name_and_by_number(found: object, grade: int) -> None:
    assert Grade.of(found) == grade


@pytest.mark.parametrize("found", ["", "4", "-1", "3.0", "best", None, True, 2.5, []])
def test_there_are_no_other_grades(found: object) -> None:
    with pytest.raises(
        InvalidField, match=r"expected good \(3\), acceptable \(2\), poor \(1\), un"
    ):
        Grade.of(found)


def test_a_later_rating_replaces_the_earlier_one_of_the_same_editor_and_pair() -> None:
    events = [
        event(1, article_id="a", grade=3),
        event(2, article_id="b", grade=1),
        event(3, "ben", article_id="a", grade=0),
        Event(4, EventKind.TRAINING, "v", NOON, "anna", ""),
        event(5, query_id="a", article_id="q", grade=2),
        event(6, article_id="a", grade=2),
    ]

    assert ratings_of(events) == [
        Rating("q", "b", Grade.POOR, "anna"),
        Rating("q", "a", Grade.UNACCEPTABLE, "ben"),
        Rating("a", "q", Grade.ACCEPTABLE, "anna"),
        Rating("q", "a", Grade.ACCEPTABLE, "anna"),
    ]
    assert ratings_of([]) == []


def test_a_rating_that_was_taken_back_uncovers_the_one_before() -> None:
    events = [
        event(1, article_id="a", grade=3),
        event(2, article_id="a", grade=0),
        event(3, article_id="b", grade=1),
        event(4, article_id="a", undoes=2),
        event(5, article_id="b", undoes=3),
        event(6, article_id="b", undoes=3),
    ]
    assert ratings_of(events) == [Rating("q", "a", Grade.GOOD, "anna")]
    assert ratings_of(events[:2]) == [Rating("q", "a", Grade.UNACCEPTABLE, "anna")]


@pytest.mark.parametrize(
    "detail",
    [{}, {"article_id": "a"}, {"article_id": "", "grade": 1}, {"article_id": "q", "grade": 1}],
)
def test_what_cannot_be_is_refused(detail: dict[str, Any]) -> None:
    with pytest.raises(InvalidField):
        ratings_of([event(1, **detail)])


def test_values_come_back() -> None:
    rating = Rating("q", "a", Grade.GOOD, "anna")
    assert Rating.of(event(1, **rating.to_values())) == rating
