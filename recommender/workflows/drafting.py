"""A text that is not published: its picks, the tags that suit it, and who tells the same story.

The draft is compared as a new article is, laid over what is served now for as long as the question
takes, and nowhere kept.
"""

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import DRAFT_ID, Article, Status
from recommender.ranking.cards import Card
from recommender.ranking.refs import Ref
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from recommender.workflows.gathering import Gathering
from recommender.workflows.promoting import champion, open_champion
from recommender.workflows.same_story import same_story
from recommender.workflows.suggested_tags import SuggestedTag, suggested_tags


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft among the articles of now.

    Attributes:
        snapshot: what is served, with the draft as its newest article; for one question.
        ref: where the draft is.
        tags: those that suit it and that it has not, best first.
        same_story: articles that tell the same story, nearest first, and how similar each is.
    """

    snapshot: Snapshot
    ref: Ref
    tags: tuple[SuggestedTag, ...]
    same_story: tuple[tuple[Card, float], ...]


class Drafts:
    """Looks at drafts, one at a time; several threads may ask."""

    def __init__(self, settings: Settings) -> None:
        """Open nothing yet.

        Args:
            settings: whose home.
        """
        self._settings = settings
        self._looking = threading.Lock()
        self._gathering: Gathering | None = None

    def warm(self) -> None:
        """Read what happened, and load the compiled loops, so that no draft waits for it.

        It fails as `look` does.
        """
        self.look(Article(DRAFT_ID, title="Nothing yet"), datetime.now(UTC))

    def look(self, article: Article, now: datetime) -> Draft:
        """Return what an article would find if it were published now.

        Args:
            article: the draft; `as_if_published` is what is looked at. With the id of an article it
                stands in that one's place.
            now: the instant.

        Returns:
            The draft; NoChampion if nothing was promoted, BrokenBundle if the champion cannot be
            opened, CatalogueUnavailable or Busy if the catalogue cannot be read.
        """
        with self._looking:
            gathering = self._gathered(now)
            number = gathering.last_event + 1
            with gathering.with_one_more(number, as_if_published(article, now)):
                overlay = gathering.overlay(now, number)
            synonyms = gathering.decisions.synonyms
        snapshot = Snapshot(gathering.bundle, overlay)
        ref = Ref(True, int(overlay.articles.event.argmax()))  # it is the last that happened
        tags = suggested_tags(snapshot, ref, synonyms)
        return Draft(snapshot, ref, tags, same_story(snapshot, ref))

    def _gathered(self, now: datetime) -> Gathering:
        """Return what happened since the champion's training; all of it compared."""
        with Catalogue.open(self._settings.catalogue_url, must_exist=True) as catalogue:
            promoted, held = champion(catalogue), self._gathering
            sha256 = promoted.detail["manifest_sha256"]  # another one, too, after an erasure
            is_other = held is None or held.bundle.manifest_sha256 != sha256
            # Another history, as after a restore: nothing gathered so far counts.
            if held is None or is_other or held.last_event > catalogue.last_event():
                held = Gathering(open_champion(self._settings, promoted))
            held.look(catalogue, now)
        held.compare()
        self._gathering = held
        return held


def as_if_published(article: Article, now: datetime) -> Article:
    """Return an article as it would be if the newsroom published it at an instant.

    Args:
        article: of any status, perhaps under embargo.
        now: the instant; where the article has no date, it becomes that.

    Returns:
        The article, open.
    """
    return replace(
        article,
        status=Status.PUBLISHED,
        embargoed_until=None,
        published_at=article.published_at or now,
    )
