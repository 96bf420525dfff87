"""Several questions in one request: an answer for each, in order, or why there is none."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from recommender.errors import InvalidParameter
from recommender.ranking.deeper import Searcher
from recommender.ranking.refs import NEVER_US
from recommender.ranking.rerank import Selection
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from service.public.answers import JSON, related
from service.public.caching import Life, life_of, surrogate_keys
from service.public.parameters import Question
from service.public.problems import UNKNOWN_ARTICLE, invalid_parameters


class Batch(NamedTuple):
    """What goes over the wire.

    Attributes:
        body: JSON in UTF-8.
        etag: a strong validator, without its quotation marks.
        life: how long it may be kept: the shortest of its parts.
        keys: the names of all that it depends on, each once; those that can be named.
        names: the same; None where these are not all.
        selections: the lists that it shows.
    """

    body: bytes
    etag: str
    life: Life
    keys: tuple[str, ...]
    names: tuple[str, ...] | None
    selections: tuple[Selection, ...]


def answer_batch(
    snapshot: Snapshot,
    questions: Sequence[Question | InvalidParameter],
    settings: Settings,
    now_us: int,
    searcher: Searcher | None,
) -> Batch:
    """Return the answers to several questions.

    Args:
        snapshot: what to answer all of them from.
        questions: at least one; those that are none keep their place.
        settings: of the newsroom.
        now_us: the instant of the answer, in microseconds since 1970.
        searcher: looks deeper where filters leave too little; None to do without.

    Returns:
        The answer; RefusedQuestion if there is no such placement.
    """
    parts: list[object] = []
    keys: dict[str, None] = {}
    selections = []
    for question in questions:
        if isinstance(question, InvalidParameter):
            parts.append(invalid_parameters(str(question), [question]).content())
            continue
        content, selection = related(snapshot, question, settings.site_name, now_us, searcher)
        is_refused = selection.query is None and settings.unknown_article == "404"
        parts.append(UNKNOWN_ARTICLE.content() if is_refused else content)
        selections.append(selection)
        keys |= dict.fromkeys(surrogate_keys(selection, snapshot.bundle.version))
    body = JSON.encode({"answers": parts}).encode()
    etag = hashlib.blake2b(body, digest_size=16).hexdigest()
    lives = [life_of(selection, settings, now_us) for selection in selections]
    life = Life(*map(min, zip(*lives, strict=True))) if lives else _unasked(settings)
    is_named = all(selection.query is not None for selection in selections)
    names = tuple(keys) if is_named else None
    return Batch(body, etag, life, tuple(keys), names, tuple(selections))


def _unasked(settings: Settings) -> Life:
    """Return how long an answer may be kept that says only what is wrong with the questions."""
    return Life(settings.max_age_unknown_s, 0, NEVER_US)
