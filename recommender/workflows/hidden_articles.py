"""The articles that no list may show, kept at hand: whoever searches should find them too."""

import threading
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from recommender.catalogue import withheld
from recommender.catalogue.database import Database
from recommender.domain.article import Article, Status


class HiddenArticles:
    """Retracted articles, drafts and those under embargo, by id; several threads may look."""

    def __init__(self) -> None:
        """Begin without having looked."""
        self._looking = threading.Lock()
        self._articles: Mapping[str, Article] = {}
        self._last_event = -1
        self._judged_at: datetime | None = None

    def look(self, database: Database, now: datetime) -> Mapping[str, Article]:
        """Return them as they are now, reading no more than what has changed.

        Args:
            database: the catalogue's.
            now: the instant at which embargoes are judged.

        Returns:
            The articles, each with no more than the opening of its body; the same mapping as long
            as nothing has changed.
        """
        with self._looking:
            last_event = database.read(withheld.last_event)
            # As after a restore, or where the clock was set back: nothing that was read counts.
            if last_event < self._last_event or self._judged_at is None or now < self._judged_at:
                found = database.read(partial(withheld.withheld, at=now))
                self._articles, self._last_event = _closed({}, found, now), found.last_event
            elif last_event > self._last_event:
                found = database.read(partial(withheld.changed, number=self._last_event))
                self._articles = _closed(self._articles, found, now)
                self._last_event = found.last_event
            elif any(one.is_open(now) for one in self._articles.values()):
                self._articles = _closed(self._articles, None, now)
            self._judged_at = now
            return self._articles


def state_of(article: Article, now: datetime) -> str:
    """Return in a word why an article is not shown; “published” where it is.

    Args:
        article: as the catalogue has it.
        now: the instant at which it is judged.
    """
    if article.status is not Status.PUBLISHED:
        return article.status.value
    return "published" if article.is_open(now) else "embargoed"


def _closed(
    known: Mapping[str, Article], found: withheld.Glimpses | None, now: datetime
) -> Mapping[str, Article]:
    """Return what is known with what was found, so far as nothing of it may leave the newsroom."""
    changed = {} if found is None else {one.id: one for one in found.articles}
    return {key: one for key, one in {**known, **changed}.items() if not one.is_open(now)}
