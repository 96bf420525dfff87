"""From a request to what it wants: whose article, why, on what condition, and the article itself.

An article is read by the rules of the import, so both refuse the same with the same words.
"""

from dataclasses import replace
from http import HTTPStatus
from typing import NamedTuple

from flask import Request, abort
from werkzeug.datastructures import Headers
from werkzeug.http import parse_etags

from recommender.catalogue.readers import fields, strictjson, values
from recommender.catalogue.readers.fields import KEYS
from recommender.catalogue.single import Condition
from recommender.domain.article import DRAFT_ID, MAX_ID_LENGTH, Article, is_article_id
from recommender.errors import InvalidField, InvalidParameter
from recommender.workflows.deciding import MAX_REASON_CHARS
from service.desk.problems import UnreadableBody
from service.public.parameters import RefusedQuestion
from service.public.query_string import read_query

MAX_BODY_BYTES = 12_000_000
"""Largest body of a request."""

MAX_HEADER_CHARS = 4_000
"""Longest `If-Match`."""

BODY = "(request body)"
"""Stands for a field's name where the body itself cannot be read."""

MEDIA_TYPE = "application/json"
MAX_IGNORED_KEYS = 100
"""Of the keys that are of no use, so many are named."""

_MAX_KEY_CHARS = 80
_AN_ID = f"an article's id, 1 to {MAX_ID_LENGTH} printable characters without blanks at the ends"


class Target(NamedTuple):
    """What a request is about: an article's id, and why it is sent; empty where nobody says."""

    article_id: str
    reason: str


class ReadArticle(NamedTuple):
    """What a body holds: an article, and names in it that morefrom has no use for."""

    article: Article
    ignored_keys: tuple[str, ...]


def read_target(path: str, article_id: str | None, query: str, *, takes_reason: bool) -> Target:
    """Return what a request is about.

    Args:
        path: as WSGI gives it: percent-decoded bytes, each as one character.
        article_id: the part of the path that names the article; None where the query does.
        query: the query string as WSGI gives it.
        takes_reason: whether the request may say why.

    Raises:
        RefusedQuestion: if anything of it is malformed.
    """
    named = () if article_id is not None else ("id",)
    read = read_query(query, (*named, "reason") if takes_reason else named)
    faults = read.faults
    known = article_id if article_id is not None else read.one.get("id")
    if known is None:
        if "id" not in {fault.parameter for fault in faults}:
            faults.append(InvalidParameter("id", None, _AN_ID))
    elif not is_article_id(known) or not _is_utf8(path):
        faults.append(InvalidParameter("id", known, _AN_ID))
    reason = " ".join(read.one.get("reason", "").split())
    if len(reason) > MAX_REASON_CHARS:
        expected = f"at most {MAX_REASON_CHARS:,} characters"
        faults.append(InvalidParameter("reason", reason, expected))
    if faults or known is None:
        raise RefusedQuestion(faults)
    return Target(known, reason)


def read_condition(headers: Headers, *, may_be_new: bool = False) -> Condition:
    """Return on what condition a request is to be carried out.

    Args:
        headers: of the request.
        may_be_new: whether `If-None-Match: *` has a meaning.

    Raises:
        RefusedQuestion: if a condition cannot be read, which is never the same as none.
    """
    wanted, unwanted = headers.get("If-Match"), headers.get("If-None-Match")
    tags = parse_etags(wanted if wanted and len(wanted) <= MAX_HEADER_CHARS else None)
    faults = []
    if wanted is not None and not tags:
        expected = f"ETags in quotation marks or *, at most {MAX_HEADER_CHARS:,} characters"
        faults.append(InvalidParameter("If-Match", wanted, expected))
    if unwanted is not None and not (may_be_new and unwanted.strip() == "*"):
        expected = "* or nothing" if may_be_new else "nothing here"
        faults.append(InvalidParameter("If-None-Match", unwanted, expected))
    if faults:
        raise RefusedQuestion(faults)
    is_any = wanted is None or tags.star_tag
    return Condition(
        tags=None if is_any else frozenset(tags.as_set()),
        must_exist=wanted is not None,
        must_be_new=unwanted is not None,
    )


def read_article(request: Request, article_id: str, max_chars: int) -> ReadArticle:
    """Return the article that a request brings.

    Args:
        request: its body is one JSON object, with the fields of a line of an import.
        article_id: the article's id, which the body need not repeat.
        max_chars: the longest title, summary or body accepted, in characters.

    Returns:
        The article; UnreadableBody if the body is no JSON object.

    Raises:
        InvalidField: if the object is no article, or another one.
    """
    record = _record(request)
    if record.get("id") is not None and values.article_id("id", record["id"]) != article_id:
        expected = f"the id of the address, {article_id!r}, or none"
        raise InvalidField(field="id", found=record["id"], expected=expected)
    return _article({**record, "id": article_id}, max_chars)


def read_draft(request: Request, max_chars: int) -> ReadArticle:
    """Return the article that a request brings to be looked at.

    Args:
        request: its body is one JSON object, with the fields of a line of an import.
        max_chars: the longest title, summary or body accepted, in characters.

    Returns:
        The article; its id is `DRAFT_ID` where the object has none. UnreadableBody if the body is
        no JSON object, InvalidField if the object is no article.
    """
    record = _record(request)
    if record.get("id") is not None:
        return _article(record, max_chars)
    read = _article({**record, "id": "draft"}, max_chars)
    return read._replace(article=replace(read.article, id=DRAFT_ID))


def read_no_body(request: Request) -> None:
    """See that a request brings nothing where nothing belongs.

    Args:
        request: any.

    Raises:
        UnreadableBody: if it does.
    """
    if _content(request):
        method = request.method
        detail = f"A {method} of this address has no body, and this one has."
        raise UnreadableBody(detail)


def _record(request: Request) -> dict[str, object]:
    """Return the JSON object that is the body of a request.

    Raises:
        UnreadableBody: if it is none.
    """
    if request.mimetype != MEDIA_TYPE or request.headers.get("Content-Encoding"):
        abort(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"An article comes as {MEDIA_TYPE}, not packed: say so in the header “Content-Type”.",
        )
    try:
        return strictjson.decode_object(BODY, _content(request))
    except InvalidField as error:
        sentence = f"The {error}.".replace(BODY, BODY.strip("()"))
        raise UnreadableBody(sentence) from None


def _article(record: dict[str, object], max_chars: int) -> ReadArticle:
    """Return the article that an object stands for; half a character in a key becomes a “?”."""
    ignored = (key[:_MAX_KEY_CHARS] for key in record if key not in KEYS)
    told = (key.encode("utf-8", "replace").decode() for key in ignored)
    return ReadArticle(fields.to_article(record, max_chars), tuple(told)[:MAX_IGNORED_KEYS])


def _content(request: Request) -> bytes:
    """Return the body, refused where it is too large, also if it did not say how large it is."""
    content = request.get_data(cache=False)
    if len(content) > MAX_BODY_BYTES:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return content


def _is_utf8(path: str) -> bool:
    try:
        path.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return False
    return True
