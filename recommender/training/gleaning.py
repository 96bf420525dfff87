"""How it is learnt what stands in many articles: map and reduce, 12 bytes a paragraph and no text.

A paragraph stands in an archive where `share` of its articles have it, and five at least; with an
author, where a twentieth of the author's articles have it, and three at least. Articles with the
same body are counted once: a story that was published ten times is not boilerplate. A deck is an
article's own or a placeholder ("summary"): what five articles have for a deck is nobody's.

`glean` reads a part of the archive, in whatever process; `learn_boilerplate` puts parts together.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.domain.article import Article
from recommender.training.boilerplate import (
    BLURB,
    DECK,
    HEADLINE,
    MAX_AUTHORS,
    Boilerplate,
    Hashes,
    hashes,
    unpacked,
)
from recommender.training.folding import digest, fold
from recommender.training.paragraphs import paragraphs

MIN_ARTICLES = 5
MIN_OF_AUTHOR = 3
SHARE_OF_AUTHOR = 0.05


@dataclass(frozen=True, eq=False)
class Gleaned:
    """Paragraphs, cards and authors of n articles, as hashes and numbers.

    Attributes:
        paragraphs: uint64[p], each distinct paragraph of each article.
        n_paragraphs: int64[n], how many of them are each article's.
        bodies: uint64[n], of all paragraphs of an article together.
        headlines: uint64[n].
        blurbs: uint64[b], what cards show beside headlines.
        decks: uint64[d].
        authors: the names, each once.
        bylines: int64[a], the places in `authors` of the names of each article.
        n_authors: int64[n], how many of them are each article's.
    """

    paragraphs: Hashes
    n_paragraphs: NDArray[np.int64]
    bodies: Hashes
    headlines: Hashes
    blurbs: Hashes
    decks: Hashes
    authors: Sequence[str]
    bylines: NDArray[np.int64]
    n_authors: NDArray[np.int64]

    @classmethod
    def join(cls, parts: Iterable[Self]) -> Self:
        """Return successive parts as one.

        Args:
            parts: at least one, in row order.
        """
        held = list(parts)
        number_of: dict[str, int] = {}
        bylines = []
        for part in held:
            numbers = [number_of.setdefault(name, len(number_of)) for name in part.authors]
            bylines.append(np.array(numbers, np.int64)[part.bylines])
        own = {"authors", "bylines"}
        names = [field.name for field in fields(cls) if field.name not in own]
        joined = {name: np.concatenate([getattr(part, name) for part in held]) for name in names}
        return cls(authors=tuple(number_of), bylines=np.concatenate(bylines), **joined)


def glean(articles: Iterable[Article]) -> Gleaned:
    """Read a part of an archive.

    Args:
        articles: each is looked at once and let go.

    Returns:
        What was gleaned of them.
    """
    found, bodies, headlines, cards, decks = (bytearray() for _ in range(5))
    n_paragraphs, bylines, n_authors = (array("q") for _ in range(3))
    number_of: dict[str, int] = {}
    for article in articles:
        folded = [one for one in map(fold, paragraphs(article.body)) if one]
        distinct = dict.fromkeys(folded)
        found += b"".join(map(digest, distinct))
        n_paragraphs.append(len(distinct))
        bodies += digest(b"".join(folded))
        headlines += digest(fold(article.title))
        for text in _blurbs(article):
            if text:
                cards += digest(fold(text))
        if article.summary:
            decks += digest(fold(article.summary))
        names = article.authors[:MAX_AUTHORS]
        bylines.extend(number_of.setdefault(name, len(number_of)) for name in names)
        n_authors.append(len(names))
    return Gleaned(
        paragraphs=unpacked(found),
        n_paragraphs=np.array(n_paragraphs, np.int64),
        bodies=unpacked(bodies),
        headlines=unpacked(headlines),
        blurbs=unpacked(cards),
        decks=unpacked(decks),
        authors=tuple(number_of),
        bylines=np.array(bylines, np.int64),
        n_authors=np.array(n_authors, np.int64),
    )


def learn_boilerplate(parts: Iterable[Gleaned], share: float) -> Boilerplate:
    """Return what belongs to no single article.

    Args:
        parts: of an archive, at least one, in row order; how it is parted makes no difference.
        share: the share of the articles in which a paragraph must stand to belong to none.
    """
    seen = Gleaned.join(parts)
    _, first = np.unique(seen.bodies, return_index=True)
    is_first = np.zeros(seen.bodies.size, np.bool_)
    is_first[first] = True
    rows = np.repeat(np.arange(is_first.size, dtype=np.int32), seen.n_paragraphs)
    kept = is_first[rows]
    keys, rows = seen.paragraphs[kept], rows[kept]
    found, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    standing = found[counts >= max(MIN_ARTICLES, share * len(first))]
    repeated = counts[inverse] >= MIN_OF_AUTHOR
    decks, n_with = np.unique(seen.decks, return_counts=True)
    known = (
        standing,
        decks[n_with >= MIN_ARTICLES] ^ DECK,
        _standing_with_authors(seen, keys[repeated], rows[repeated], is_first),
        seen.headlines ^ HEADLINE,
        seen.blurbs ^ BLURB,
    )
    return Boilerplate(np.unique(np.concatenate(known)))


def _standing_with_authors(
    seen: Gleaned, keys: Hashes, rows: NDArray[np.int32], is_first: NDArray[np.bool_]
) -> Hashes:
    """Return the hashes of what stands with an author, crossed with the author's.

    Args:
        seen: the archive.
        keys: uint64[p], of paragraphs.
        rows: int32[p], where each stands.
        is_first: bool[n], whether an article is the first with its body.
    """
    starts = np.cumsum(seen.n_authors) - seen.n_authors
    counted = seen.bylines[np.repeat(is_first, seen.n_authors)]
    n_of_author = np.bincount(counted, minlength=len(seen.authors))
    names = hashes(map(fold, seen.authors))
    crossed, least = [np.empty(0, np.uint64)], [np.empty(0)]
    for place in range(seen.n_authors.max(initial=0)):
        has = seen.n_authors[rows] > place
        authors = seen.bylines[starts[rows[has]] + place]
        crossed.append(keys[has] ^ names[authors])
        least.append(np.maximum(MIN_OF_AUTHOR, SHARE_OF_AUTHOR * n_of_author[authors]))
    found, first, counts = np.unique(np.concatenate(crossed), return_index=True, return_counts=True)
    return found[counts >= np.concatenate(least)[first]]


def _blurbs(article: Article) -> Iterator[str]:
    """Yield what a card shows of an article beside its headline."""
    yield article.summary
    if article.image is not None:
        yield article.image.caption
        yield article.image.alt
