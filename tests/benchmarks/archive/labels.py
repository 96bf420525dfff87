"""What stands beside an article's text: tags, authors, its id and the rest of its card.

A tag is called by the first expression of a topic, so that texts on the topic name it. An article
has the tag of its topic, some that go with it (a place, an organisation), now and then any other:
so a few tags are on thousands of articles and most on a few, as wherever people tag (Golder and
Huberman, "Usage patterns of collaborative tagging systems", 2006).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Tag, tag_slug
from tests.benchmarks.archive.draws import Zipf, hashed, uniform
from tests.benchmarks.archive.subjects import Subjects
from tests.benchmarks.archive.tokens import TOPIC, group_keys, numbers_of
from tests.benchmarks.archive.words import PLURAL, WIDTH, WORDS, capitalise, spelt

_COMPANY = Zipf(exponent=1.3, offset=4.0, size=1 << 20)
_CHANCES = np.array([0.85, 0.7, 0.5, 0.3, 0.2])
"""How likely an article has the tag of its topic, three that go with it, and any other."""

_AUTHORS = Zipf(exponent=1.2, offset=5.0, size=400)
_N_AUTHORS = np.array([0.1, 0.85])
"""Shares of articles without an author, and with no more than one."""

_AUTHOR = 100
"""Tells hashes for authors from those for the levels of texts."""


def tags(rng: np.random.Generator, seed: int, subjects: Subjects) -> Iterator[tuple[Tag, ...]]:
    """Yield the tags of each article.

    Args:
        rng: the block's own.
        seed: the archive's.
        subjects: what the articles are about.
    """
    n_articles = len(subjects.topic)
    company = uniform(seed, TOPIC, subjects.topic[:, None], np.arange(3))
    drawn = np.column_stack([company, rng.random(n_articles)])
    numbers = np.column_stack([subjects.topic, _COMPANY.ranks(drawn)])
    has = rng.random(numbers.shape) < _CHANCES
    distinct, of_each = np.unique(numbers[has], return_inverse=True)
    known = [Tag(tag_slug(label), label) for label in _labels(seed, distinct)]
    ends = np.cumsum(has.sum(axis=1)).tolist()
    held = of_each.tolist()
    for first, last in zip([0, *ends[:-1]], ends, strict=True):
        yield tuple({known[tag].slug: known[tag] for tag in held[first:last]}.values())


def authors(rng: np.random.Generator, seed: int, subjects: Subjects) -> Iterator[tuple[str, ...]]:
    """Yield the byline of each article: names of its section.

    Args:
        rng: the block's own.
        seed: the archive's.
        subjects: what the articles are about.
    """
    n_articles = len(subjects.section)
    people = _AUTHORS.ranks(rng.random((n_articles, 2)))
    keys = hashed(seed, _AUTHOR, subjects.section[:, None], people)
    numbers = (np.stack([keys, hashed(keys)]) % np.uint64(WORDS)).astype(np.int64)
    names = _pairs(*numbers.reshape(2, -1))
    n_named = np.searchsorted(_N_AUTHORS, rng.random(n_articles), side="right").tolist()
    for article, n in enumerate(n_named):
        yield tuple(dict.fromkeys(names[2 * article : 2 * article + n]))


def _labels(seed: int, topics: NDArray[np.int64]) -> list[str]:
    """Return what the tags of some topics are called."""
    groups, first = group_keys(TOPIC, seed, topics), np.zeros(len(topics), np.int64)
    words = [numbers_of(TOPIC, groups, first, first == second) for second in (1, 0)]
    return _pairs(*words)


def _pairs(firsts: NDArray[np.int64], seconds: NDArray[np.int64]) -> list[str]:
    """Return two words each, with capitals."""
    written = np.stack([spelt(firsts), spelt(seconds)], axis=1)
    capitalise(written.reshape(-1, WIDTH), np.ones(2 * len(firsts), np.bool_))
    written[:, :, PLURAL] = np.frombuffer(b" \n", np.uint8)
    return written[written != 0].tobytes().decode("ascii").splitlines()
