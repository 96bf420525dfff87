"""From a snapshot and a question to the bytes of an answer. Pure: the same inputs, the same bytes.

An answer is computed from the one snapshot handed in. Its ETag is a hash of its bytes, so caches
keep it exactly as long as nothing that it shows has changed.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from recommender.domain.article import Image
from recommender.domain.picks_id import ALL, PicksInputs, hash_of
from recommender.domain.url import canonical_url
from recommender.errors import InvalidParameter, UnknownPlacement
from recommender.ranking.cards import Card, iso_utc
from recommender.ranking.deeper import Searcher
from recommender.ranking.refs import Trail
from recommender.ranking.rerank import Selected, Selection, select
from recommender.ranking.snapshot import Snapshot
from service.public.filter_parameters import spelt
from service.public.parameters import Question, RefusedQuestion

LABEL = "More from {site_name}"
JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Form(NamedTuple):
    """A way to write an answer down.

    Attributes:
        media_type: what the bytes are, `application/json`.
        write: from the content to its text.
    """

    media_type: str
    write: Callable[[dict[str, Any]], str]


AS_JSON = Form("application/json", JSON.encode)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire.

    Attributes:
        body: in UTF-8.
        media_type: what the body is.
        etag: a strong validator, without its quotation marks.
        selection: what it shows, and from when to when.
    """

    body: bytes
    media_type: str
    etag: str
    selection: Selection

    @property
    def is_known(self) -> bool:
        """Whether the article asked about is known."""
        return self.selection.query is not None


def answer_question(
    snapshot: Snapshot,
    question: Question,
    site_name: str,
    now_us: int,
    form: Form = AS_JSON,
    searcher: Searcher | None = None,
) -> Answer:
    """Return the related articles that a question asks for, ready to be sent.

    Args:
        snapshot: what to answer from.
        question: well-formed.
        site_name: for the label.
        now_us: the instant of the answer, in microseconds since 1970.
        form: how to write it down.
        searcher: looks deeper where filters leave too little; None to do without.

    Returns:
        The answer; RefusedQuestion if there is no such placement.
    """
    content, selection = related(snapshot, question, site_name, now_us, searcher)
    body = form.write(content).encode()
    etag = hashlib.blake2b(body, digest_size=16).hexdigest()
    return Answer(body, form.media_type, etag, selection)


def related(
    snapshot: Snapshot,
    question: Question,
    site_name: str,
    now_us: int,
    searcher: Searcher | None = None,
) -> tuple[dict[str, Any], Selection]:
    """Return the related articles that a question asks for.

    Args:
        snapshot: what to answer from.
        question: well-formed.
        site_name: for the label.
        now_us: the instant of the answer, in microseconds since 1970.
        searcher: looks deeper where filters leave too little; None to do without.

    Returns:
        The content of every form of the answer, JSON values as docs/http.md tells them, and what it
        was made of.

    Raises:
        RefusedQuestion: if there is no such placement.
    """
    trail = Trail(snapshot.overlay.judged_us(now_us))
    query = snapshot.find(question.article_id, question.url, trail)
    try:
        selection = select(
            snapshot,
            query,
            question.limit,
            now_us,
            question.placement,
            trail,
            question.conditions,
            searcher,
        )
    except UnknownPlacement as error:
        expected = f"one of {', '.join(error.known)}"
        raise RefusedQuestion([InvalidParameter("placement", error.name, expected)]) from None
    card = selection.query
    key, value = _key(question, card)
    compared_until = snapshot.overlay.compared_until
    if compared_until >= selection.last_event:
        compared_until = ALL
    inputs = PicksInputs(
        version=snapshot.bundle.version,
        last_event=selection.last_event,
        since_us=selection.since_us,
        placement=question.placement,
        limit=question.limit,
        key=key,
        value=value,
        wishes=spelt(question.conditions),
        is_certain=selection.is_certain,
        compared_until=compared_until,
        shown=hash_of(map(_shown, selection.picks)),
    )
    content = {
        "picks_id": inputs.encode(),
        "query": None if card is None else _query(card),
        "label": LABEL.format(site_name=site_name),
        "placement": question.placement,
        "model": model_facts(snapshot),
        "requested": question.limit,
        "returned": len(selection.picks),
        "fallback_used": selection.fallback_used,
        "complete": selection.is_certain,
        "items": [_item(selected) for selected in selection.picks],
    }
    return content, selection


def model_facts(snapshot: Snapshot) -> dict[str, str | None]:
    """Return which model a snapshot answers with.

    Args:
        snapshot: what is answered from.

    Returns:
        Its id; when it was trained; when the newest article was published that it was trained on,
        None if none has a date.
    """
    bundle = snapshot.bundle
    return {
        "version": bundle.version,
        "trained_at": _utc(bundle.metadata.get("trained_at", bundle.taken_at)),
        "data_through": _utc(bundle.metadata.get("data_through")),
    }


@lru_cache(maxsize=8)  # of the few bundles that a worker serves in its life
def _utc(instant: str | None) -> str | None:
    """Return an instant in the one spelling that answers use."""
    return None if instant is None else iso_utc(datetime.fromisoformat(instant))


def _key(question: Question, card: Card | None) -> tuple[str, str]:
    """Return what the question comes to: one article has one key, whichever way it was asked."""
    if card is not None:
        return "id", card.id
    if question.article_id is not None:
        return "id", question.article_id
    return "url", canonical_url(question.url or "")


def _query(card: Card) -> dict[str, object]:
    return {"id": card.id, "url": card.url, "title": card.title, "tags": _labels(card)}


def _shown(selected: Selected) -> tuple[object, ...]:
    """Return what differs where a pick came about in another way."""
    pick = selected.pick
    return selected.card.id, pick.score, pick.slot, pick.rung, pick.reason.label


def _item(selected: Selected) -> dict[str, object]:
    pick, card = selected.pick, selected.card
    return {
        "rank": pick.rank,
        "id": card.id,
        "url": card.url,
        "title": card.title,
        "summary": card.summary,
        "image": None if card.image is None else _image(card.image),
        "published_at": card.published_at,
        "section": card.section,
        "tags": _labels(card),
        "language": card.language,
        "score": pick.score,
        "origin": pick.origin,
        "slot": pick.slot,
        "rung": pick.rung,
        "reason": {"code": pick.reason.code, "label": pick.reason.label},
    }


def _image(image: Image) -> dict[str, object]:
    return {
        "url": image.url,
        "alt": image.alt,
        "caption": image.caption,
        "credit": image.credit,
        "width": image.width,
        "height": image.height,
    }


def _labels(card: Card) -> list[str]:
    return [tag.label for tag in card.tags]
