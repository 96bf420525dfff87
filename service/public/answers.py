"""From a snapshot and a question to the bytes of an answer. Pure: the same inputs, the same bytes.

An answer is computed from the one snapshot handed in. Its ETag is a hash of its bytes, so caches
keep it exactly as long as nothing that it shows has changed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from recommender.domain.picks_id import PicksInputs
from recommender.domain.url import canonical_url
from recommender.ranking.cards import Card
from recommender.ranking.rerank import Selected, select
from recommender.ranking.snapshot import Ref, Snapshot
from service.public.parameters import Question

PLACEMENT = "more-from"
LABEL = "More from {site_name}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire.

    Attributes:
        body: JSON in UTF-8.
        etag: a strong validator, without its quotation marks.
        is_known: whether the article asked about is known.
    """

    body: bytes
    etag: str
    is_known: bool


def answer_question(
    snapshot: Snapshot, question: Question, site_name: str, now_us: int
) -> Answer:
    """Return the related articles that a question asks for.

    Args:
        snapshot: what to answer from.
        question: well-formed.
        site_name: for the label.
        now_us: the instant of the answer, microseconds since 1970; nothing published later is shown.
    """
    query = snapshot.find(question.article_id, question.url)
    selection = select(snapshot, query, question.limit, now_us)
    card = None if query is None else snapshot.card(query)
    inputs = PicksInputs(
        version=snapshot.version,
        last_event=selection.last_event,
        date=datetime.fromtimestamp(now_us // 1_000_000, UTC).date().isoformat(),
        placement=PLACEMENT,
        limit=question.limit,
        **_key(question, card),
    )
    answer = {
        "picks_id": inputs.encode(),
        "query": None if card is None else _query(card),
        "label": LABEL.format(site_name=site_name),
        "placement": PLACEMENT,
        "model": model_facts(snapshot),
        "requested": question.limit,
        "returned": len(selection.picks),
        "fallback_used": selection.fallback_used,
        "items": [_item(selected) for selected in selection.picks],
    }
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(body, hashlib.blake2b(body, digest_size=16).hexdigest(), card is not None)
