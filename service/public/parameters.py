"""From the text of a request to a question that can be answered, or to every fault in it.

Flask's own parsing is lenient: it takes the first of two values, replaces broken bytes by `�` and
ignores names it was not asked for. A cache in front of us would then keep one answer under many
addresses, and a misspelt parameter would look as if it worked. So the query string is read strictly
here, and every fault is named at once.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from recommender.domain.article import MAX_ID_LENGTH, is_article_id
from recommender.domain.placement import DEFAULT_PLACEMENT, MAX_PLACES
from recommender.domain.url import is_safe_url
from recommender.errors import InvalidParameter, WrongInput

DEFAULT_LIMIT = 4
MAX_LIMIT = MAX_PLACES
MAX_URL_LENGTH = 2048
MAX_PARAMETERS = 50
"""A request with more is refused without naming each."""

_AN_ID: Final = f"an article's id, 1 to {MAX_ID_LENGTH} printable characters"
_A_URL: Final = (
    f"the address of an article: http, https or a path, at most {MAX_URL_LENGTH} characters"
)
_A_LIMIT: Final = f"a whole number from 1 to {MAX_LIMIT}"
_NUMBER = re.compile(r"[1-9][0-9]?", re.ASCII)
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


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
    """

    article_id: str | None
    url: str | None
    limit: int = DEFAULT_LIMIT
    placement: str = DEFAULT_PLACEMENT


def read_id_question(path: str, article_id: str, query: str) -> Question:
    """Return the question of `/v1/articles/{id}/related`.

    Args:
        path: the path as WSGI gives it: percent-decoded bytes, each as one character.
        article_id: the part of the path that names the article.
        query: the query string as WSGI gives it.

    Raises:
        RefusedQuestion: if anything of it is malformed.
    """
    values, faults = _read_query(query, known=("limit", "placement"))
    try:
        path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        faults.append(InvalidParameter("id", article_id, "text in UTF-8"))
    else:
        _check_id(article_id, faults)
    limit = _read_limit(values, faults)
    if faults:
        raise RefusedQuestion(faults)
    return Question(article_id, None, limit, values.get("placement", DEFAULT_PLACEMENT))


def read_query_question(query: str) -> Question:
    """Return the question of `/v1/related`.

    Args:
        query: the query string as WSGI gives it.

    Raises:
        RefusedQuestion: if anything of it is malformed, or it has not exactly one of id and url.
    """
    values, faults = _read_query(query, known=("id", "url", "limit", "placement"))
    article_id, url = values.get("id"), values.get("url")
    named = {fault.parameter for fault in faults}
    if article_id is not None:
        _check_id(article_id, faults)
    if url is not None and not (len(url) <= MAX_URL_LENGTH and is_safe_url(url)):
        faults.append(InvalidParameter("url", url, _A_URL))
    if article_id is not None and url is not None:
        faults.append(InvalidParameter("url", url, "no address beside an id: give one of the two"))
    if article_id is None and url is None and named.isdisjoint({"id", "url"}):
        faults.append(InvalidParameter("id", _Missing(), f"{_AN_ID}, or its address in “url”"))
    limit = _read_limit(values, faults)
    if faults:
        raise RefusedQuestion(faults)
    return Question(article_id, url, limit, values.get("placement", DEFAULT_PLACEMENT))


def read_no_parameters(query: str) -> None:
    """Check that a request to an address without parameters has none.

    Args:
        query: the query string as WSGI gives it.

    Raises:
        RefusedQuestion: if it has any.
    """
    _, faults = _read_query(query, known=())
    if faults:
        raise RefusedQuestion(faults)


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


def _read_query(
    query: str, known: tuple[str, ...]
) -> tuple[dict[str, str], list[InvalidParameter]]:
    """Return the values of the known parameters, each given once, and the faults of all others.

    Raises:
        RefusedQuestion: if there are too many to name.
    """
    pairs = [piece.partition("=") for piece in query.split("&") if piece]
    if len(pairs) > MAX_PARAMETERS:
        expected = f"at most {MAX_PARAMETERS} parameters"
        raise RefusedQuestion([InvalidParameter("query string", query, expected)])
    values: dict[str, str] = {}
    faults: dict[str, InvalidParameter] = {}
    expected = f"no such parameter; known here: {', '.join(known) or 'none'}"
    for raw_name, _, raw_value in pairs:
        name, value = _decode(raw_name), _decode(raw_value)
        if name not in known:
            shown = raw_name if name is None else name
            faults.setdefault(shown, InvalidParameter(shown[:80], raw_value, expected))
        elif value is None:
            faults[name] = InvalidParameter(name, raw_value, "percent-encoded text in UTF-8")
        elif name in values:
            faults[name] = InvalidParameter(name, [values[name], value], "one value")
        else:
            values[name] = value
    return {name: values[name] for name in values if name not in faults}, list(faults.values())


def _decode(text: str) -> str | None:
    """Return the text that a name or a value stands for, None if it is not UTF-8, well escaped."""
    if _BROKEN_ESCAPE.search(text):
        return None
    try:
        return unquote_to_bytes(text.replace("+", " ").encode("latin-1")).decode("utf-8")
    except UnicodeError:
        return None
