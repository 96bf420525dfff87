"""A text that is not published: its picks, the tags that suit it, and who tells the same story.

The draft is compared as a new article is, laid over what is served now for as long as the question
takes, and nowhere kept.
"""

import threading
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article, Tag
from recommender.ranking.cards import Card
from recommender.ranking.refs import Ref
from recommender.ranking.rows import MILLION
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from recommender.workflows.gathering import Gathering
from recommender.workflows.promoting import champion, open_champion

MAX_TAGS = 8
"""Tags suggested."""

MAX_EVIDENCE = 3
"""Articles named for each of them."""

MAX_TWINS = 5
"""Articles named that tell the same story."""

_N_ASKED = 20
"""Nearest articles whose tags are looked at."""

_LEAST_SHARE = 0.15
"""What fewer of them have, by their similarity, is no suggestion unless the text names it."""


@dataclass(frozen=True, slots=True)
class SuggestedTag:
    """A tag that the draft has not.

    Attributes:
        tag: it.
        share: of the nearest articles, weighted by their similarity, those that have it; 0 to 1.
        is_named: whether the text names it.
        articles: the nearest that have it, at most `MAX_EVIDENCE`.
    """

    tag: Tag
    share: float
    is_named: bool
    articles: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft among the articles of now.

    Attributes:
        snapshot: what is served, with the draft as its newest article; for one question.
        ref: where the draft is.
        tags: those that suit it, best first.
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

    def look(self, article: Article, now: datetime | None = None) -> Draft:
        """Return what an article would find if it were published now.

        Args:
            article: open at that instant; its id may be that of an article, which it then replaces.
            now: the instant; that of the call, if not given.

        Returns:
            The draft; NoChampion if nothing was promoted, CatalogueUnavailable if the catalogue
            cannot be read.

        Raises:
            ValueError: if the article is not open at that instant.
        """
        now = now or datetime.now(UTC)
        with self._looking:
            gathering = self._gathered(now)
            number = gathering.last_event + 1
            with gathering.with_one_more(number, article):
                snapshot = Snapshot(gathering.bundle, gathering.overlay(now, number))
        ref = snapshot.find(article.id)
        if ref is None:
            problem = f"the draft {article.id!r} is not open"
            raise ValueError(problem)
        return Draft(snapshot, ref, _tags(snapshot, ref, article), _same_story(snapshot, ref))

    def _gathered(self, now: datetime) -> Gathering:
        """Return what happened since the champion's training; all of it compared."""
        with Catalogue.open(self._settings.catalogue_url, must_exist=True) as catalogue:
            promoted = champion(catalogue)
            held, last_event = self._gathering, catalogue.last_event()
            is_other = held is None or held.bundle.version != promoted.subject
            if held is None or is_other or held.last_event > last_event:
                held = Gathering(open_champion(self._settings, promoted))
            held.look(catalogue, now)
        held.compare()
        self._gathering = held
        return held


def _tags(snapshot: Snapshot, ref: Ref, article: Article) -> tuple[SuggestedTag, ...]:
    """Return tags that the nearest articles have, or the text names, and the draft has not."""
    row = snapshot.row_of(ref)
    if row is None:
        return ()
    named = _named(snapshot, row)
    rows, similarity = snapshot.known.closest(row)
    own = {tag.slug for tag in article.tags}
    weights: defaultdict[Tag, int] = defaultdict(int)
    cards: defaultdict[Tag, list[Card]] = defaultdict(list)
    near = zip(rows[:_N_ASKED].tolist(), similarity[:_N_ASKED].tolist(), strict=True)
    for other, weight in near:
        found = snapshot.listed(other)
        card = None if found is None else snapshot.card(found)
        for tag in () if card is None else card.tags:
            weights[tag] += weight
            if len(cards[tag]) < MAX_EVIDENCE and card is not None:
                cards[tag].append(card)
    total = max(int(similarity[:_N_ASKED].sum()), 1)
    suggested = [
        SuggestedTag(tag, round(weight / total, 6), tag.slug in named, tuple(cards[tag]))
        for tag, weight in weights.items()
        if tag.slug not in own
    ]
    suggested += [
        SuggestedTag(tag, 0.0, is_named=True, articles=())
        for slug, tag in named.items()
        if slug not in own and slug not in {one.slug for one in weights}
    ]
    telling = (one for one in suggested if one.is_named or one.share >= _LEAST_SHARE)
    best = sorted(telling, key=lambda one: (-one.share - one.is_named, one.tag.slug))
    return tuple(best[:MAX_TAGS])


def _named(snapshot: Snapshot, row: int) -> dict[str, Tag]:
    """Return the tags that are coordinates of an article's vector: set, or named by its text."""
    terms = snapshot.bundle.terms
    columns, _ = snapshot.known.vectors.row(row)
    found = {}
    for column in columns.tolist():
        kind, label = terms[column]
        if kind == "tag":
            slug = terms.key_of(column).removeprefix("tag:")
            found[slug] = Tag(slug, label)
    return found


def _same_story(snapshot: Snapshot, ref: Ref) -> tuple[tuple[Card, float], ...]:
    """Return the nearest articles that tell the story of a draft."""
    row = snapshot.row_of(ref)
    if row is None:
        return ()
    known, story = snapshot.known, snapshot.story(ref)
    twins = set(known.twins(row))
    if story is not None:
        twins.update(np.flatnonzero(snapshot.bundle.stories == story).tolist())
    rows, similarity = known.closest(row)
    found = []
    for other, near in zip(rows.tolist(), similarity.tolist(), strict=True):
        held = snapshot.listed(other) if other in twins else None
        if held is not None and held != ref:
            found.append((snapshot.card(held), near / MILLION))
    return tuple(found[:MAX_TWINS])
