"""What a request is told when its article is durable: the picks, and what to purge.

The picks are those of the public app, made by the same function from the same files.
"""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from recommender.catalogue.single import Revision
from recommender.domain.article import Article
from recommender.errors import MorefromError
from recommender.ranking.cards import iso_utc
from recommender.ranking.entered import lists_entered
from recommender.ranking.searching import LiveSearch
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from recommender.workflows.publishing import Published
from service.public.answers import related
from service.public.caching import article_key, rung_key
from service.public.parameters import Question


class Acknowledger:
    """Makes acknowledgements; several threads may use one.

    It keeps the snapshot that it opened last, whose bundle is most often still the one served.
    """

    def __init__(self, settings: Settings) -> None:
        """Begin without a snapshot.

        Args:
            settings: whose home.
        """
        self._settings = settings
        self._searcher = LiveSearch() if settings.live_search else None
        self._opening = threading.Lock()
        self._snapshot: Snapshot | None = None

    def facts(
        self, done: Published, ignored_keys: tuple[str, ...] | None, *, with_picks: bool = True
    ) -> dict[str, Any]:
        """Return an acknowledgement as JSON values, as docs/publishing.md tells them.

        Args:
            done: what became of an article.
            ignored_keys: names in the request that morefrom has no use for; None where it had none
                to give.
            with_picks: whether to say what the public app answers under the article.
        """
        revision = done.revision
        snapshot = self._at_least(revision.number) if done.is_visible else None
        entered = None if snapshot is None else lists_entered(snapshot, revision.article.id)
        facts = {
            "article": revision.article.id,
            "event": revision.number,
            "etag": f'"{revision.tag}"',
            "status": revision.article.status.value,
            "change": done.change.value,
            "visible": snapshot is not None,
            **(self._picks(snapshot, revision.article) if with_picks else {}),
            "changed_lists": entered,
            "purge": list(_keys(done, entered or ())),
        }
        return facts if ignored_keys is None else {**facts, "ignored_keys": list(ignored_keys)}

    def _picks(self, snapshot: Snapshot | None, article: Article) -> dict[str, object]:
        """Return what the public app answers under an article, nothing of one that is closed."""
        is_open = article.is_open(datetime.now(UTC))
        if snapshot is None or not is_open or snapshot.find(article.id) is None:
            return {"picks_id": None, "picks": None}
        content, _ = related(
            snapshot,
            Question(article.id, None),
            self._settings.site_name,
            time.time_ns() // 1000,
            self._searcher,
        )
        return {"picks_id": content["picks_id"], "picks": content["items"]}

    def _at_least(self, number: int) -> Snapshot | None:
        """Return what is served, as of an event or later; None if it cannot be opened."""
        with self._opening:
            held = self._snapshot
            if held is None or held.overlay.last_event < number or held.pointer is None:
                try:
                    held = Snapshot.open(self._settings, held)
                except (MorefromError, OSError, ValueError):
                    return None
                self._snapshot = held
            return held


def revision_facts(revision: Revision) -> dict[str, object]:
    """Return an article as it is stored, as JSON values.

    Args:
        revision: the one in force.
    """
    article = revision.article
    image = article.image
    return {
        "event": revision.number,
        "etag": f'"{revision.tag}"',
        "article": {
            "id": article.id,
            "title": article.title,
            "summary": article.summary,
            "body": article.body,
            "tags": [tag.label for tag in article.tags],
            "section": article.section,
            "authors": list(article.authors),
            "language": article.language,
            "url": article.url,
            "image": None
            if image is None
            else {name: getattr(image, name) for name in image.__slots__},
            "status": article.status.value,
            "published_at": _spelt(article.published_at),
            "updated_at": _spelt(article.updated_at),
            "embargoed_until": _spelt(article.embargoed_until),
        },
    }


def _keys(done: Published, entered: list[str] | tuple[()]) -> Iterator[str]:
    """Yield the names by which a CDN forgets all that a publication may have changed."""
    for article_id in dict.fromkeys((done.revision.article.id, *entered)):
        yield article_key(article_id)
    for rung, subject in done.rungs:
        yield rung_key(rung, subject)


def _spelt(instant: datetime | None) -> str | None:
    return None if instant is None else iso_utc(instant)
