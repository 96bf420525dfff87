"""From the text of a request to a question that can be answered, or to all its faults at once."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from recommender.domain.article import MAX_ID_LENGTH, is_article_id
from recommender.domain.placement import DEFAULT_PLACEMENT, MAX_PLACES
from recommender.domain.url import is_safe_url
from recommender.errors import InvalidParameter, WrongInput
from recommender.ranking.conditions import NO_CONDITIONS, Conditions
from service.public.filter_parameters import FILTERS, REPEATABLE_FILTERS, read_conditions
from service.public.query_string import Read, read_query

DEFAULT_LIMIT = 4
MAX_LIMIT = MAX_PLACES
MAX_URL_LENGTH = 2048
MAX_BATCH = 20
"""Articles that one request may ask about."""

_AN_ID: Final = f"an article's id, 1 to {MAX_ID_LENGTH} printable characters"
_A_URL: Final = (
    f"the address of an article: http, https or a path, at most {MAX_URL_LENGTH} characters"
)
_A_LIMIT: Final = f"a whole number from 1 to {MAX_LIMIT}"
_NUMBER = re.compile(r"[1-9][0-9]?", re.ASCII)


class _Missing:
    """Stands where a value was needed and none was given."""

    def __repr__(self) -> str:
        return "missing"


class RefusedQuestion(WrongInput):
    """A request asks something that has no meaning.

    Attributes:
        faults: one for each parameter at fault, in the order in which they were met.
    """

    def __init__(self, faults: Iterable[InvalidParameter]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Question:
    """What a site asks: related articles for the article of this id, or at this address.

    Attributes:
        article_id: the newsroom's identifier, or None where `url` is given.
        url: the address as it was given, or None where `article_id` is.
        limit: how many articles at most, 1 to 20.
        placement: the name of the place on the site; whether there is one such the snapshot knows.
        conditions: the filters.
    """

    article_id: str | None
    url: str | None
    limit: int = DEFAULT_LIMIT
    placement: str = DEFAULT_PLACEMENT
    conditions: Conditions = NO_CONDITIONS


def read_id_question(path: str, article_id: str, query: str) -> Question:
    """Return the question of `/v1/articles/{id}/related`.

    Args:
        path: the path as WSGI gives it: percent-decoded bytes, each as one character.
        article_id: the part of the path that names the article.
        query: the query string as WSGI gives it.

    Raises:
        RefusedQuestion: if anything of it is malformed.
    """
    _, wanted, faults = _read_wishes(query)
    try:
        path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        faults.append(InvalidParameter("id", article_id, "text in UTF-8"))
    else:
        _check_id(article_id, faults)
    if faults:
        raise RefusedQuestion(faults)
    return Question(article_id, None, *wanted)


def read_query_question(query: str) -> Question:
    """Return the question of `/v1/related`.

    Args:
        query: the query string as WSGI gives it.

    Raises:
        RefusedQuestion: if anything of it is malformed, or it has not exactly one of id and url.
    """
    values, wanted, faults = _read_wishes(query, "id", "url")
    article_id, url = values.one.get("id"), values.one.get("url")
    named = {fault.parameter for fault in faults}
    if article_id is not None:
        _check_id(article_id, faults)
    if url is not None and not (len(url) <= MAX_URL_LENGTH and is_safe_url(url)):
        faults.append(InvalidParameter("url", url, _A_URL))
    if article_id is not None and url is not None:
        faults.append(InvalidParameter("url", url, "no address beside an id: give one of the two"))
    if article_id is None and url is None and named.isdisjoint({"id", "url"}):
        faults.append(InvalidParameter("id", _Missing(), f"{_AN_ID}, or its address in “url”"))
    if faults:
        raise RefusedQuestion(faults)
    return Question(article_id, url, *wanted)


def read_wishes(query: str, article_id: str) -> Question:
    """Return the question about an article that the query string does not name.

    Args:
        query: the query string as WSGI gives it.
        article_id: the article's id.

    Raises:
        RefusedQuestion: if anything of it is malformed.
    """
    _, wanted, faults = _read_wishes(query)
    if faults:
        raise RefusedQuestion(faults)
    return Question(article_id, None, *wanted)


def read_no_parameters(query: str) -> None:
    """Check that a request to an address without parameters has none.

    Args:
        query: the query string as WSGI gives it.

    Raises:
        RefusedQuestion: if it has any.
    """
    faults = read_query(query, known=()).faults
    if faults:
        raise RefusedQuestion(faults)


def read_batch_question(query: str) -> list[Question | InvalidParameter]:
    """Return the questions of `/v1/related/batch`, or for each article that is no article why.

    Args:
        query: the query string as WSGI gives it.

    Raises:
        RefusedQuestion: if there is none, are too many, or what they have in common is malformed.
    """
    read, wanted, faults = _read_wishes(query, many=("id",))
    ids = read.many.get("id", [])
    if not 1 <= len(ids) <= MAX_BATCH and not faults:
        found = f"{len(ids)} times" if ids else _Missing()
        faults.append(InvalidParameter("id", found, f"1 to {MAX_BATCH} articles"))
    if faults:
        raise RefusedQuestion(faults)
    return [
        Question(one, None, *wanted) if is_article_id(one) else InvalidParameter("id", one, _AN_ID)
        for one in ids
    ]


Wanted = tuple[int, str, Conditions]
"""How many, where, and under which filters."""


def _read_wishes(
    query: str, *named: str, many: tuple[str, ...] = ()
) -> tuple[Read, Wanted, list[InvalidParameter]]:
    """Return what a query string says, of it what all questions have in common, and its faults.

    Args:
        query: the query string as WSGI gives it.
        named: parameters that name what is asked about, each given once.
        many: those that may be repeated.

    Raises:
        RefusedQuestion: if it is too long to be read.
    """
    known = (*named, "limit", "placement", *FILTERS)
    read = read_query(query, known, (*many, *REPEATABLE_FILTERS))
    if read.is_too_long:
        raise RefusedQuestion(read.faults)
    faults = read.faults
    limit = _read_limit(read.one, faults)
    conditions = read_conditions(read, faults)
    return read, (limit, read.one.get("placement", DEFAULT_PLACEMENT), conditions), faults


def _check_id(article_id: str, faults: list[InvalidParameter]) -> None:
    if not is_article_id(article_id):
        faults.append(InvalidParameter("id", article_id, _AN_ID))


def _read_limit(values: Mapping[str, str], faults: list[InvalidParameter]) -> int:
    text = values.get("limit")
    if text is None:
        return DEFAULT_LIMIT
    if not _NUMBER.fullmatch(text) or int(text) > MAX_LIMIT:
        faults.append(InvalidParameter("limit", text, _A_LIMIT))
        return DEFAULT_LIMIT
    return int(text)
