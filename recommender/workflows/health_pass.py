"""One look at the list under every article, as the site shows it at this moment.

The lists are made by the function that answers readers, one after the other: so what an editor is
told of them is what readers see, pins, blocks and rules included.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.pick import Origin
from recommender.ranking.refs import Ref
from recommender.ranking.rerank import select
from recommender.ranking.snapshot import Snapshot

BLOCK = 4
"""Picks that a reader sees."""

_TOLD_EACH = 200

Progress = Callable[[int, int], object]


@dataclass(frozen=True, eq=False)
class Seen:
    """The n articles that may be shown, those of the bundle first, and the list of each.

    Attributes:
        refs: where each is.
        n_own: int64[n], picks of its list that the model or an editor chose, none that filled it.
        n_lists: int64[n], in how many lists it stands itself, whoever put it there.
        n_chosen: int64[n], in how many of those because the model chose it.
        has_image: bool[n], whether its card has a picture.
        has_alt: bool[n], whether that picture has a description.
        published_us: int64[n], microseconds since 1970, `UNDATED_US` where unknown.
        story: int64[n], the same number for articles that tell the same story, -1 for one of its
            own.
        now_us: the instant of the lists, in microseconds since 1970.
    """

    refs: list[Ref]
    n_own: NDArray[np.int64]
    n_lists: NDArray[np.int64]
    n_chosen: NDArray[np.int64]
    has_image: NDArray[np.bool_]
    has_alt: NDArray[np.bool_]
    published_us: NDArray[np.int64]
    story: NDArray[np.int64]
    now_us: int

    @property
    def is_out(self) -> NDArray[np.bool_]:
        """Which of them are not dated in the future, in bool[n]."""
        return self.published_us <= self.now_us

    @property
    def is_told(self) -> NDArray[np.bool_]:
        """Which of them tell a story that some list shows, in their own words or in others'."""
        shown = self.n_lists > 0
        return shown | ((self.story >= 0) & np.isin(self.story, self.story[shown]))


def shown_articles(snapshot: Snapshot) -> list[Ref]:
    """Return all articles that may be shown, those of the bundle first, then new ones.

    Args:
        snapshot: what is served.
    """
    today = map(snapshot.today, range(len(snapshot.bundle)))
    new = [Ref(True, row) for row, old in enumerate(snapshot.overlay.replaces.tolist()) if old < 0]
    return [ref for ref in today if ref is not None] + new


def look(snapshot: Snapshot, placement: str, now_us: int, progress: Progress) -> Seen:
    """Make the list of every article.

    Args:
        snapshot: what is served.
        placement: the name of the place on the site; UnknownPlacement if there is none such.
        now_us: the instant, in microseconds since 1970.
        progress: called with the articles done and the articles in all.

    Returns:
        What was seen.
    """
    refs = shown_articles(snapshot)
    places = {snapshot.id_of(ref): place for place, ref in enumerate(refs)}
    seen = _empty(refs, now_us)
    for place, ref in enumerate(refs):
        for one in select(snapshot, ref, BLOCK, now_us, placement).picks:
            shown = places[one.pick.article_id]
            seen.n_lists[shown] += 1
            if one.pick.origin is not Origin.FALLBACK:
                seen.n_own[place] += 1
            if one.pick.origin is Origin.MODEL:
                seen.n_chosen[shown] += 1
        card = snapshot.card(ref)
        seen.has_image[place] = card.image is not None
        seen.has_alt[place] = card.image is not None and bool(card.image.alt)
        seen.published_us[place] = snapshot.published_us(ref)
        story = snapshot.story(ref)
        seen.story[place] = -1 if story is None else story
        if (place + 1) % _TOLD_EACH == 0 or place + 1 == len(refs):
            progress(place + 1, len(refs))
    return seen


def _empty(refs: list[Ref], now_us: int) -> Seen:
    n = len(refs)
    return Seen(
        refs=refs,
        n_own=np.zeros(n, np.int64),
        n_lists=np.zeros(n, np.int64),
        n_chosen=np.zeros(n, np.int64),
        has_image=np.zeros(n, np.bool_),
        has_alt=np.zeros(n, np.bool_),
        published_us=np.zeros(n, np.int64),
        story=np.full(n, -1, np.int64),
        now_us=now_us,
    )
