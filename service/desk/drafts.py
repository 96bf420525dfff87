"""What an editor is told of a text that is not published: picks, tags, and who told it before.

The picks are made by the function that makes those of the public app. Nothing is stored. What reads
texts as a training does needs scikit-learn and compiled loops, seconds and memory: it is loaded
when it is asked for, and the server asks beside its first requests.
"""

import logging
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any

from flask import abort

from recommender.domain.article import Article
from recommender.domain.corpus import epoch_us
from recommender.errors import MorefromError, NoChampion
from recommender.logs import tell
from recommender.ranking.cards import Card
from recommender.ranking.searching import LiveSearch
from recommender.settings import Settings
from service.public.answers import model_facts, related
from service.public.parameters import Question

if TYPE_CHECKING:
    from recommender.workflows.drafting import Draft, Drafts

MAX_AT_ONCE = 4
"""Drafts that are looked at, or wait for it; the server's other threads are there to publish."""

_log = logging.getLogger(__name__)


class DraftDesk:
    """Looks at drafts; several threads may use one."""

    def __init__(self, settings: Settings) -> None:
        """Open nothing yet.

        Args:
            settings: whose home.
        """
        self._settings = settings
        self._opening = Lock()
        self._opened: Drafts | None = None
        self._searcher = LiveSearch() if settings.live_search else None
        self._room = BoundedSemaphore(MAX_AT_ONCE)

    def warm(self) -> None:
        """Make ready for the first draft, if there is a model; what is wrong is told to the log."""
        try:
            with suppress(NoChampion):
                self._drafts().warm()
        except MorefromError as error:
            problem = f"Drafts cannot be looked at yet: {error}"
            tell(_log, "trouble", problem, logging.WARNING)

    def facts(
        self, article: Article, question: Question, ignored_keys: tuple[str, ...]
    ) -> dict[str, Any]:
        """Return what a draft would find, as JSON values, as docs/publishing.md tells them.

        Args:
            article: the draft.
            question: about it; RefusedQuestion if there is no such placement.
            ignored_keys: names in the request that morefrom has no use for.

        Returns:
            The facts; the errors of `Drafts.look` are let through, and a 503 is the answer while
            too many others wait.
        """
        if not self._room.acquire(blocking=False):
            abort(HTTPStatus.SERVICE_UNAVAILABLE, "Too many drafts are being looked at already.")
        try:
            now = datetime.now(UTC)
            draft = self._drafts().look(article, now)
            name, at_us = self._settings.site_name, epoch_us(now)
            content, _ = related(draft.snapshot, question, name, at_us, self._searcher)
        finally:
            self._room.release()
        return {
            "picks": content["items"],
            **_advice(draft),
            "model": model_facts(draft.snapshot),
            "ignored_keys": list(ignored_keys),
        }

    def _drafts(self) -> "Drafts":
        from recommender.workflows.drafting import Drafts

        with self._opening:
            if self._opened is None:
                self._opened = Drafts(self._settings)
            return self._opened


def _advice(draft: "Draft") -> dict[str, object]:
    """Return what is said of a draft beside its picks."""
    return {
        "tags": [
            {
                "slug": one.tag.slug,
                "label": one.tag.label,
                "share": one.share,
                "named": one.is_named,
                "articles": [_named(card) for card in one.articles],
            }
            for one in draft.tags
        ],
        "same_story": [
            {**_named(card), "similarity": similarity} for card, similarity in draft.same_story
        ],
    }


def _named(card: Card) -> dict[str, object]:
    return {"id": card.id, "url": card.url, "title": card.title}
