"""Tags that a text names though no editor set them: "China" in a body, without the tag China.

A tag is named where all the terms of its label stand in title, deck or body, each beside the next.
Words of other tags name nothing: "South China Sea" is not China. So that no text is searched for
every label, each label waits at the rarest of its terms.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled
from recommender.ranking.lexicon import Lexicon
from recommender.ranking.occurrences import Bits, Counted
from recommender.ranking.sequences import NO_TERM
from recommender.ranking.strings import Strings
from recommender.ranking.text import is_unspaced, terms

_TERMS_A_TAG = 8
"""Articles that name a tag with every so many terms are rare: room for the others is enough."""


class Ways(NamedTuple):
    """How texts name tags: w ways, by the term at which each waits.

    Attributes:
        starts: int64[n_terms + 2], where the ways of each term begin.
        tags: int32[w], the tag that each names.
        ends: int64[w + 1], where the terms of each end; they begin where those of the last end.
        terms: int32, the terms, in the order of the label.
        beside: bool[w], whether each term must stand beside the next.
    """

    starts: NDArray[np.int64]
    tags: NDArray[np.int32]
    ends: NDArray[np.int64]
    terms: NDArray[np.int32]
    beside: NDArray[np.bool_]


def ways_to_name(
    labels: Sequence[str], lexicon: Lexicon, n_written: NDArray[np.int64], *, phrases: bool
) -> Ways:
    """Find the ways in which texts may name tags.

    Args:
        labels: the label of each tag; where its terms differ by language, there are several ways.
        lexicon: of the texts.
        n_written: int64[n_terms], occurrences of each term.
        phrases: whether phrases are counted; else terms that stand apart name a tag too.

    Returns:
        The ways whose terms the lexicon has.
    """
    n_terms = len(lexicon.terms)
    waiting = sorted({
        (min(found, key=lambda term: (n_written[term], term)), tag, found, beside)
        for tag, label in enumerate(labels)
        for language in lexicon.forms
        for found, beside in _read(label, language, lexicon, phrases=phrases)
    })  # fmt: skip
    at = np.array([way[0] for way in waiting], np.int64)
    lengths = [len(found) for _, _, found, _ in waiting]
    return Ways(
        np.searchsorted(at, np.arange(n_terms + 2)),
        np.array([way[1] for way in waiting], np.int32),
        np.cumsum([0, *lengths], dtype=np.int64),
        np.array([term for _, _, found, _ in waiting for term in found], np.int32),
        np.array([way[3] for way in waiting], np.bool_),
    )


def named(
    terms: Counted, pairs: Counted, bits: Bits, ways: Ways
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Find the tags that texts name, be they set or not.

    Args:
        terms: counted in articles.
        pairs: their phrases.
        bits: of the keys.
        ways: to name tags.

    Returns:
        int64[m] articles and int32[m] tags, some perhaps more than once.
    """
    room = terms.keys.size // _TERMS_A_TAG
    while True:
        articles, tags = np.empty(room, np.int64), np.empty(room, np.int32)
        found = _named(terms, pairs, bits, ways, articles, tags)
        if found <= room:
            return articles[:found], tags[:found]
        room = found


def _read(
    label: str, language: str, lexicon: Lexicon, *, phrases: bool
) -> list[tuple[tuple[int, ...], bool]]:
    """Return the numbers of a label's terms, and whether they stand side by side; or nothing."""
    written = terms(label, language)
    numbers = lexicon.terms.find(*Strings.of(written).places()).tolist()
    if not numbers or NO_TERM in numbers:
        return []
    return [(tuple(numbers), phrases and not any(map(is_unspaced, written)))]


@compiled
def _named(
    terms: Counted,
    pairs: Counted,
    bits: Bits,
    ways: Ways,
    articles: NDArray[np.int64],
    tags: NDArray[np.int32],
) -> int:
    """Write down the article and the tag of each naming.

    Args:
        terms: counted in articles.
        pairs: their phrases.
        bits: of the keys.
        ways: to name tags.
        articles: overwritten, as far as there is room.
        tags: likewise.

    Returns:
        How many namings there are.
    """
    n = 0
    for i in range(terms.keys.size):
        term = terms.keys[i] >> bits.article
        if ways.starts[term] == ways.starts[term + 1] or not terms.in_text[i]:
            continue
        article = terms.keys[i] & ((1 << bits.article) - 1)
        for way in range(ways.starts[term], ways.starts[term + 1]):
            if _holds(terms, pairs, bits, ways, way, article):
                if n < tags.size:
                    articles[n], tags[n] = article, ways.tags[way]
                n += 1
    return n


@compiled
def _holds(terms: Counted, pairs: Counted, bits: Bits, ways: Ways, way: int, article: int) -> bool:
    """Return whether an article names a tag in this way."""
    for place in range(ways.ends[way], ways.ends[way + 1]):
        term = int(np.int64(ways.terms[place]))
        if not _in_text(terms, term << bits.article | article):
            return False
        if ways.beside[way] and place + 1 < ways.ends[way + 1]:
            pair = term << bits.term | int(np.int64(ways.terms[place + 1]))
            if not _in_text(pairs, pair << bits.article | article):
                return False
    return True


@compiled
def _in_text(counted: Counted, key: int) -> bool:
    """Return whether something occurs in title, summary or body."""
    place = np.searchsorted(counted.keys, key)
    is_there = place < counted.keys.size and counted.keys[place] == key
    return bool(is_there and counted.in_text[place])
