"""The filters of a request: what each may be, and what it means."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeVar
from urllib.parse import urlencode

from recommender.domain.article import MAX_ID_LENGTH, is_article_id, tag_slug
from recommender.domain.corpus import epoch_us, instant_of
from recommender.errors import InvalidParameter
from recommender.ranking.cards import iso_utc
from recommender.ranking.conditions import Conditions
from recommender.ranking.rows import MILLION
from service.public.query_string import Read

REPEATABLE_FILTERS: Final = ("tag", "section", "author", "language", "exclude")
FILTERS: Final = (
    "published_after", "published_before", "max_age_days", "require_image", "min_score", "fallback",
)  # fmt: skip

MAX_NAME_LENGTH = 200
MAX_AGE_DAYS = 36_500

_A_NAME: Final = f"1 to {MAX_NAME_LENGTH} printable characters, one of them a letter or a digit"
_AN_ID: Final = f"an article's id, 1 to {MAX_ID_LENGTH} printable characters"
_A_LANGUAGE: Final = "an ISO 639 code of two or three small letters, such as “en”"
_AN_INSTANT: Final = "a date such as 2026-03-31, or an instant such as 2026-03-31T06:30:00Z"
_AN_AGE: Final = f"a whole number of days from 0 to {MAX_AGE_DAYS}"
_A_SCORE: Final = "a number from 0 to 1 with at most six decimals, such as 0.25"
LANGUAGE_CODE: Final = re.compile(r"[a-z]{2,3}", re.ASCII)
DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)
FALLBACKS: Final = {"ladder": True, "none": False}
"""What each value of `fallback` means: whether the ladder fills what the model leaves empty."""

_DAYS = re.compile(r"0|[1-9]\d{0,4}", re.ASCII)
_SCORE = re.compile(r"0(\.\d{1,6})?|1(\.0{1,6})?", re.ASCII)

Value = TypeVar("Value")


def read_conditions(read: Read, faults: list[InvalidParameter]) -> Conditions:
    """Return the filters of a request.

    Args:
        read: its parameters.
        faults: takes those of filters.
    """

    def one(name: str, expected: str, value_of: Callable[[str], Value | None]) -> Value | None:
        text = read.one.get(name)
        value = None if text is None else value_of(text)
        if text is not None and value is None:
            faults.append(InvalidParameter(name, text, expected))
        return value

    def many(name: str, expected: str, value_of: Callable[[str], str | None]) -> tuple[str, ...]:
        found: set[str] = set()
        for text in read.many.get(name, ()):
            value = value_of(text)
            if value is None:
                faults.append(InvalidParameter(name, text, expected))
            else:
                found.add(value)
        return tuple(sorted(found))

    return Conditions(
        tags=many("tag", _A_NAME, _name),
        sections=many("section", _A_NAME, _name),
        authors=many("author", _A_NAME, _name),
        languages=many("language", _A_LANGUAGE, lambda text: _if(LANGUAGE_CODE, text)),
        published_from_us=one("published_after", _AN_INSTANT, _instant_us),
        published_before_us=one("published_before", _AN_INSTANT, _instant_us),
        max_age_days=one("max_age_days", _AN_AGE, _days),
        exclude=many("exclude", _AN_ID, lambda text: text if is_article_id(text) else None),
        require_image=one("require_image", "true or false", _truth) or False,
        min_score=one("min_score", _A_SCORE, _millionths) or 0,
        ladder=one("fallback", " or ".join(FALLBACKS), _fallback) is not False,
    )


def spelt(conditions: Conditions) -> str:
    """Return filters as a query string, in their one spelling, from which they are read again.

    Args:
        conditions: the filters of a question.
    """
    pairs: list[tuple[str, object]] = []
    for name, values in (
        ("tag", conditions.tags),
        ("section", conditions.sections),
        ("author", conditions.authors),
        ("language", conditions.languages),
        ("exclude", conditions.exclude),
    ):
        pairs += [(name, value) for value in values]
    for name, us in (
        ("published_after", conditions.published_from_us),
        ("published_before", conditions.published_before_us),
    ):
        instant = None if us is None else instant_of(us)
        pairs += [] if instant is None else [(name, iso_utc(instant))]
    if conditions.max_age_days is not None:
        pairs.append(("max_age_days", conditions.max_age_days))
    if conditions.require_image:
        pairs.append(("require_image", "true"))
    if conditions.min_score:
        pairs.append(("min_score", f"{conditions.min_score / MILLION:.6f}"))
    if not conditions.ladder:
        pairs.append(("fallback", "none"))
    return urlencode(pairs)


def _if(pattern: re.Pattern[str], text: str) -> str | None:
    return text if pattern.fullmatch(text) else None


def _name(text: str) -> str | None:
    """Return the slug of a tag, a section or an author, None if it has none."""
    is_name = len(text) <= MAX_NAME_LENGTH and text.isprintable()
    return (tag_slug(text) or None) if is_name else None


def _instant_us(text: str) -> int | None:
    """Return the instant that a text tells, in microseconds since 1970; of a date the beginning."""
    if not (DATE.fullmatch(text) or INSTANT.fullmatch(text)):
        return None
    try:
        instant = datetime.fromisoformat(text)
        return epoch_us(instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant)
    except (ValueError, OverflowError):
        return None


def _days(text: str) -> int | None:
    return int(text) if _DAYS.fullmatch(text) and int(text) <= MAX_AGE_DAYS else None


def _millionths(text: str) -> int | None:
    return round(float(text) * MILLION) if _SCORE.fullmatch(text) else None


def _truth(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


def _fallback(text: str) -> bool | None:
    return FALLBACKS.get(text)
