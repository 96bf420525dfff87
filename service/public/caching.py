"""How long an answer may be kept, by whom, and by which names it can be forgotten.

Nobody may keep an answer beyond the instant at which it changes by itself (`Selection.until_us`):
not even while asking anew, only while nobody answers (`stale-if-error`). Close to that instant the
times grow shorter by halves, so that ready answers can be given until the next half.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote

from recommender.domain.corpus import epoch_us
from recommender.domain.pick import Rung
from recommender.ranking.between import difference
from recommender.ranking.rerank import Selection
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings

STALE_IF_ERROR_S = 86_400
"""Seconds for which a cache may repeat an answer while we cannot be reached."""

_SECOND_US = 1_000_000
_HOUR_US = 3_600 * _SECOND_US
_PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


class Life(NamedTuple):
    """How long an answer may be kept.

    Attributes:
        max_age_s: seconds for which it is fresh.
        stale_s: seconds after that for which it may be used while another is asked for.
        until_us: the instant from which on these are other numbers.
    """

    max_age_s: int
    stale_s: int
    until_us: int

    @property
    def cache_control(self) -> str:
        """The value of `Cache-Control`."""
        return (
            f"public, max-age={self.max_age_s}, stale-while-revalidate={self.stale_s}, "
            f"stale-if-error={STALE_IF_ERROR_S}"
        )


def life_of(selection: Selection, settings: Settings, now_us: int) -> Life:
    """Return how long an answer may be kept.

    Args:
        selection: what it shows.
        settings: the times that the newsroom chose.
        now_us: the instant of the answer, in microseconds since 1970.
    """
    wanted_s, until_us = settings.max_age_s, selection.until_us
    if selection.query is None or not selection.is_certain:
        wanted_s = settings.max_age_unknown_s
    elif (grown_us := _grown_us(selection, settings)) > now_us:
        wanted_s, until_us = min(wanted_s, settings.max_age_young_s), min(until_us, grown_us)
    left_s = max(0, selection.until_us - now_us) // _SECOND_US
    if left_s >= 2 * wanted_s:
        return Life(wanted_s, wanted_s, min(until_us, _before(selection, 2 * wanted_s)))
    whole_s = 1 << (left_s.bit_length() - 1) if left_s else 0
    max_age_s = min(wanted_s, whole_s)
    return Life(max_age_s, whole_s - max_age_s, min(until_us, _before(selection, whole_s)))


def surrogate_keys(selection: Selection, version: str) -> Iterator[str]:
    """Yield the names of all that an answer depends on, for caches that forget by name.

    Args:
        selection: what it shows.
        version: of the model.

    Yields:
        Those of the article, of the model, of every card, and of every rung whose newest articles
        were looked at.
    """
    yield model_key(version)
    if selection.query is not None:
        yield article_key(selection.query.id)
    for selected in selection.picks:
        yield article_key(selected.card.id)
    for rung, subject in selection.rungs:
        yield rung_key(rung, subject)


def names_of(selection: Selection, keys: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the names of all that an answer depends on; None where nobody can name them.

    Of an article that is not known nobody can say by which one it will be.

    Args:
        selection: what it shows.
        keys: its `surrogate_keys`.
    """
    return None if selection.query is None else keys


def changed_keys(former: Snapshot, snapshot: Snapshot) -> frozenset[str] | None:
    """Return the names, as in `surrogate_keys`, of what is another than in a former snapshot.

    Args:
        former: what was served.
        snapshot: what is served after it.

    Returns:
        The names; None if nothing less than everything may be another.
    """
    found = difference(former, snapshot)
    if found is None:
        return None
    articles = map(article_key, found.article_ids)
    return frozenset((*articles, *(rung_key(rung, subject) for rung, subject in found.rungs)))


def model_key(version: str) -> str:
    """Return the name of all that a model answers.

    Args:
        version: of the model.
    """
    return f"model-{version}"


def article_key(article_id: str) -> str:
    """Return the name of an article: its id where that is plain, else a hash of it.

    Args:
        article_id: any id.

    >>> article_key("mp-2025-0129")
    'article-mp-2025-0129'
    """
    if _PLAIN_ID.fullmatch(article_id):
        return f"article-{article_id}"
    return f"article~{hashlib.blake2b(article_id.encode(), digest_size=12).hexdigest()}"


def rung_key(rung: Rung, subject: str = "") -> str:
    """Return the name of the newest articles of a tag, of a section, or of all.

    Args:
        rung: which of these.
        subject: the slug of the tag or the section.

    >>> rung_key(Rung.TAG, "russia"), rung_key(Rung.RECENT)
    ('latest-tag-russia', 'latest')
    """
    return "latest" if rung is Rung.RECENT else f"latest-{rung.value}-{quote(subject, safe='')}"


def joined(keys: Iterable[str], header: str) -> str:
    """Return names as the value of a header.

    Args:
        keys: the names.
        header: Fastly's has blanks between them, the others commas.
    """
    return (" " if header == "Surrogate-Key" else ",").join(keys)


def _grown_us(selection: Selection, settings: Settings) -> int:
    """Return the instant at which the query is no longer young; 0 for one without a date."""
    if selection.query is None or selection.query.published_at is None:
        return 0
    published_us = epoch_us(datetime.fromisoformat(selection.query.published_at))
    return published_us + int(settings.young_hours * _HOUR_US)


def _before(selection: Selection, seconds: int) -> int:
    """Return the instant so many seconds before an answer changes by itself."""
    return selection.until_us - seconds * _SECOND_US
