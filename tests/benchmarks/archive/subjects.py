"""What each article of a block is about: its story, topic and beat, and when it appears.

News comes in bursts. A story is told by several articles within days, some of them rewrites of the
first. A topic has times when it is hot, and within them shorter ones when it is hotter: bursts in
bursts, as Kleinberg found them ("Bursty and hierarchical structure in streams", KDD 2002).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.archive.draws import Zipf, uniform

DAY_S = 86_400
FIRST_S = 1_104_537_600
"""2005-01-01T00:00Z, in seconds since 1970."""
SPAN_S = 20 * 365 * DAY_S
"""Every archive covers so many years: a larger one is a busier newsroom's."""

SECTIONS = ("World", "Politics", "Business", "Culture", "Science", "Sport", "Opinion", "Travel")

_STORY_SIZE = Zipf(exponent=2.0, offset=2.0, size=60)
_STORY_S = 3 * DAY_S
_TOPIC = Zipf(exponent=1.5, offset=20.0, size=1 << 20)
_BEAT = Zipf(exponent=1.01, offset=10.0, size=36)

_BURST_DAYS = np.array([8, 32, 128, 512])
_HOT_TOPICS = 6
_HOT_SHARE = 0.5
"""Bursts at each scale of time, the topics that each holds, and how much of the news is of them."""

_REWRITE_SHARE = 0.53
_LEAST_KEPT = 0.25


@dataclass(frozen=True, eq=False)
class Subjects:
    """The articles of one block, oldest first.

    Attributes:
        story: int64[n], numbered within the block.
        topic: int64[n], the commonest first.
        beat: int64[n], the field of topics that one desk follows, the busiest first.
        published_s: int64[n], seconds since 1970.
        origin: int64[n], the article of the block that each was rewritten from, or itself.
        kept: float64[n], the share of its words that a rewrite has from there.
    """

    story: NDArray[np.int64]
    topic: NDArray[np.int64]
    beat: NDArray[np.int64]
    published_s: NDArray[np.int64]
    origin: NDArray[np.int64]
    kept: NDArray[np.float64]

    @property
    def section(self) -> NDArray[np.int64]:
        """int64[n], places in `SECTIONS`; several beats share one."""
        return self.beat % len(SECTIONS)


def draw(
    rng: np.random.Generator, seed: int, n_articles: int, first_s: int, last_s: int
) -> Subjects:
    """Draw what the articles of a block are about.

    Args:
        rng: the block's own.
        seed: the archive's.
        n_articles: how many.
        first_s: when the first may appear, in seconds since 1970.
        last_s: when all have appeared.
    """
    sizes = 1 + _STORY_SIZE.ranks(rng.random(n_articles))
    story = np.repeat(np.arange(n_articles), sizes)[:n_articles]
    start = rng.random(n_articles) * (last_s - first_s)
    left = (last_s - first_s - start)[story]
    delay = -np.log1p(-rng.random(n_articles)) * _STORY_S  # exponential
    delay[np.flatnonzero(np.diff(story, prepend=-1))] = 0
    after_s = start[story] + left * -np.expm1(-delay / left)  # short of the block's end
    order = np.argsort(after_s, kind="stable")
    story, published_s = story[order], first_s + after_s[order].astype(np.int64)

    topic = _topics(rng, seed, first_s + start.astype(np.int64))[story]
    _, first, told = np.unique(story, return_index=True, return_inverse=True)
    original = first[told]
    is_rewrite = rng.random(n_articles) < _REWRITE_SHARE
    return Subjects(
        story=story,
        topic=topic,
        beat=_BEAT.ranks(uniform(seed, topic)),
        published_s=published_s,
        origin=np.where(is_rewrite, original, np.arange(n_articles)),
        kept=_LEAST_KEPT + (1 - _LEAST_KEPT) * rng.random(n_articles),
    )


def _topics(rng: np.random.Generator, seed: int, at_s: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a topic for each story: one that always is, or one that is hot at its time."""
    scale = (rng.random(len(at_s)) * len(_BURST_DAYS)).astype(np.int64)
    burst = at_s // (_BURST_DAYS[scale] * DAY_S)
    which = (rng.random(len(at_s)) * _HOT_TOPICS).astype(np.int64)
    is_hot = rng.random(len(at_s)) < _HOT_SHARE
    drawn = np.where(is_hot, uniform(seed, scale, burst, which), rng.random(len(at_s)))
    return _TOPIC.ranks(drawn)
