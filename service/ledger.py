"""The ledger: what the origin answered, computed again from the history. Nothing was written down.

A CDN in between may have shown an older answer for as long as it was told to; of that nobody here
knows.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import epoch_us
from recommender.domain.picks_id import PicksInputs
from recommender.errors import (
    ErasedAnswer,
    InvalidParameter,
    InvalidPicksId,
    NoChampionThen,
    UnknownArticle,
)
from recommender.ranking.searching import LiveSearch
from recommender.settings import Settings
from recommender.workflows.instants import read_instant
from recommender.workflows.replaying import Served, erased_since, held_from, snapshot_behind
from service.public.answers import related
from service.public.parameters import Question, RefusedQuestion, read_query_question

MAX_ANSWERS = 50
"""Answers of one day that are told; a list that changes more often is cut at its beginning."""
_TICK = timedelta(microseconds=1)


class Held(NamedTuple):
    """An answer, and how long it was the one that the origin gave.

    Attributes:
        since: from this instant on.
        until: and before this one; None where nobody asked how long.
        answer: JSON values, as docs/http.md tells them.
        erased: articles that were erased since then: where one of them stood, another may now.
    """

    since: datetime
    until: datetime | None
    answer: dict[str, Any]
    erased: tuple[str, ...] = ()


def replay(settings: Settings, picks_id: str) -> dict[str, Any]:
    """Return the answer that carried a picks id, computed again.

    Args:
        settings: whose home; its `site_name` stands in the label, whatever it was then.
        picks_id: the picks id.

    Returns:
        JSON values, as docs/http.md tells them; VersionGone if the model is no longer kept,
        ErasedAnswer if an article that has been erased since was, or may have been, a part of it.

    Raises:
        InvalidPicksId: if no answer carried it, or one of another home.
    """
    inputs = PicksInputs.decode(picks_id)
    asked = {inputs.key: inputs.value, "limit": inputs.limit, "placement": inputs.placement}
    query = "&".join(filter(None, (urlencode(asked), inputs.wishes)))
    snapshot = snapshot_behind(settings, inputs, picks_id)
    erased = erased_since(settings, inputs.last_event)
    searcher = LiveSearch() if inputs.is_certain else None
    try:
        question = read_query_question(query)
        answer, _ = related(snapshot, question, settings.site_name, inputs.since_us, searcher)
    except RefusedQuestion as refused:
        raise InvalidPicksId(picks_id, str(refused).rstrip(".")) from None
    is_same = answer["picks_id"] == inputs.encode()
    _refuse_erased(erased, {inputs.value, *_ids(answer)}, is_certain=is_same)
    if not is_same:
        raise InvalidPicksId(picks_id, "no answer was made from what it holds")
    return answer


def answers_on(settings: Settings, question: Question, on: str) -> list[Held]:
    """Return what the origin would have answered at an instant, or in the course of a day.

    A day is walked from its end: each answer tells since when it has been the same, and the moment
    before that belongs to another.

    Args:
        settings: whose home.
        question: what is asked, by an article's id.
        on: a date in UTC, or an instant; ISO 8601.

    Returns:
        Of an instant one answer, of a day all, the first of them first, at most `MAX_ANSWERS`;
        InvalidParameter if the time has not come yet, UnknownArticle if there never was such an
        article, ErasedAnswer if one that has been erased since was asked about, or is a part of it.

    Raises:
        NoChampionThen: if nothing was served then.
    """
    first, last, until = _times(on)
    found: list[Held] = []
    gone = erased_since(settings, 0)
    searcher = LiveSearch()
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        _check_known(catalogue, question.article_id or "")
        at = last
        while at >= first and len(found) < MAX_ANSWERS:
            try:
                served = Served.at(settings, catalogue, at)
            except NoChampionThen:
                if found:
                    break
                raise
            given = (question, settings.site_name, epoch_us(at), searcher)
            answer, selection = related(served.snapshot, *given)
            since = min(held_from(catalogue, served, selection), at)
            erased = {one: when for one, when in gone.items() if when > at}
            _refuse_erased(erased, {question.article_id or "", *_ids(answer)}, is_certain=True)
            if found and found[-1].answer == answer:
                until = found.pop().until
            found.append(Held(since, until, answer, tuple(erased)))
            at, until = since - _TICK, since
    return found[::-1]


def _refuse_erased(
    erased: Mapping[str, datetime], article_ids: Collection[str], *, is_certain: bool
) -> None:
    """See that no article had a part in an answer that has been erased since.

    Args:
        erased: when each article was erased that was, by id.
        article_ids: those in the answer, and the one asked about.
        is_certain: whether the answer is known to be the one that was given.

    Raises:
        ErasedAnswer: if one had, or where that is not known may have had.
    """
    found = [one for one in erased if one in article_ids]
    if not found and is_certain:
        return
    for article_id in found or erased:
        n_others = 0 if found else len(erased) - 1
        raise ErasedAnswer(article_id, erased[article_id], n_others)


def _ids(answer: Mapping[str, Any]) -> list[str]:
    return [one["id"] for one in answer["items"]]


def _times(on: str) -> tuple[datetime, datetime, datetime | None]:
    """Return the first and the last instant that a text names, and the end of a day that is over.

    Raises:
        InvalidParameter: if it names none, or one to come.
    """
    now, first = datetime.now(UTC), read_instant("--on", on)
    if first is None or first > now:
        option, expected = "--on", "a date such as 2026-03-01, or a time of it, that has come"
        raise InvalidParameter(option, on, expected)
    try:
        day = datetime.combine(date.fromisoformat(on.strip()), time(), UTC)
    except ValueError:  # an instant
        return first, first, None
    end = day + timedelta(days=1)
    return (day, end - _TICK, end) if end <= now else (day, now, None)


def _check_known(catalogue: Catalogue, article_id: str) -> None:
    """See that there is, or was, an article.

    Raises:
        UnknownArticle: if there never was.
    """
    if catalogue.article(article_id) is None:
        raise UnknownArticle(article_id, "the catalogue", "check the id")
