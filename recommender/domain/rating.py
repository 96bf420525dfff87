"""Ratings: what editors think of one article under another."""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from recommender.domain.article import is_article_id
from recommender.domain.event import Event, EventKind
from recommender.domain.override import UNDOES
from recommender.errors import InvalidField


class Grade(IntEnum):
    """How good a pick would be; the number is its gain in an evaluation."""

    UNACCEPTABLE = 0
    POOR = 1
    ACCEPTABLE = 2
    GOOD = 3

    @classmethod
    def of(cls, found: object) -> "Grade":
        """Return a grade from its name or its number.

        Args:
            found: a name in any case, or a number, also as text.

        Raises:
            InvalidField: if there is no such grade.
        """
        text = str(found).strip().lower()
        for grade in cls:
            if text in {grade.name.lower(), str(grade.value)}:
                return grade
        raise InvalidField(field="grade", found=found, expected=GRADES)


GRADES = ", ".join(f"{grade.name.lower()} ({grade.value})" for grade in reversed(Grade))
"""The grades as a clause that follows “expected”."""


class Rating(NamedTuple):
    """An editor's grade.

    Attributes:
        query_id: the article being read.
        article_id: the article shown under it.
        grade: of the second under the first.
        author: who gave it.
    """

    query_id: str
    article_id: str
    grade: Grade
    author: str

    def check(self) -> None:
        """See that it can be.

        Raises:
            InvalidField: if it cannot.
        """
        for field, found in (("query_id", self.query_id), ("article_id", self.article_id)):
            if not is_article_id(found):
                raise InvalidField(field, found, "an article's id")
        if self.query_id == self.article_id:
            raise InvalidField(
                field="article_id", found=self.article_id, expected="another article than the query"
            )

    def to_values(self) -> dict[str, object]:
        """Return the detail of its event, of which the query is the subject."""
        return {"article_id": self.article_id, "grade": self.grade.value}

    @classmethod
    def of(cls, event: Event) -> "Rating":
        """Return the rating that an event tells.

        Args:
            event: one of kind `rating` that takes none back.

        Returns:
            The rating; InvalidField if it cannot be read.
        """
        article_id = event.detail.get("article_id")
        grade = Grade.of(event.detail.get("grade"))
        rating = cls(event.subject, str(article_id), grade, event.author)
        rating.check()
        return rating


def ratings_of(events: Iterable[Event]) -> list[Rating]:
    """Return the ratings in force: of each editor and pair the last one, in the order of those.

    Args:
        events: of the history, of any kind, in order.

    Returns:
        The ratings; InvalidField if one cannot be read.
    """
    latest: dict[tuple[str, str, str], Rating] = {}
    for event in standing(events):
        rating = Rating.of(event)
        key = (rating.author, rating.query_id, rating.article_id)
        latest.pop(key, None)
        latest[key] = rating
    return list(latest.values())


def standing(events: Iterable[Event]) -> list[Event]:
    """Return the events of ratings that were not taken back: an earlier one then counts again.

    Args:
        events: of the history, of any kind, in order.
    """
    told = [event for event in events if event.kind is EventKind.RATING]
    undone = {event.detail[UNDOES] for event in told if UNDOES in event.detail}
    return [one for one in told if UNDOES not in one.detail and one.number not in undone]
