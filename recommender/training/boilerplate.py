"""What stands in many articles, and so belongs to none of them.

A table of 64-bit hashes of four kinds, told apart by what each is crossed with: standing texts of
the whole archive, standing texts of one author, decks that are placeholders, and the headlines and
other words of cards, by which a list of other articles at the foot of a page is known. `gleaning`
learns it; a bundle carries it, so that later articles are read by the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.training.folding import digest, fold

MAX_AUTHORS = 10
"""Names of a byline that are looked at; whoever signs with more signs nothing of their own."""

Hashes = NDArray[np.uint64]

HEADLINE = np.frombuffer(digest(b"a headline"), "<u8")
BLURB = np.frombuffer(digest(b"a deck or caption"), "<u8")
DECK = np.frombuffer(digest(b"a deck of many"), "<u8")
"""What the hashes of cards and placeholders are crossed with."""

_QUESTIONS = np.concatenate([np.zeros(1, np.uint64), HEADLINE, BLURB])
"""What a paragraph's hash is crossed with to be looked up; nothing for standing texts."""


def hashes(folded: Iterable[bytes]) -> Hashes:
    """Return the hash of each folded text."""
    return unpacked(b"".join(map(digest, folded)))


def unpacked(digests: bytes | bytearray) -> Hashes:
    """Return digests that lie end to end as numbers."""
    return np.frombuffer(digests, "<u8").astype(np.uint64, copy=False)


@dataclass(frozen=True, slots=True)
class Found:
    """What the archive knows of some paragraphs, one bool[n] for each question.

    Attributes:
        standing: whether it stands in the whole archive.
        with_author: whether it stands with one of the authors.
        headline: whether it is the headline of an article.
        blurb: whether it is the deck, caption or alternative text of an article.
        nothing: whether the answer to all of them is no.
    """

    standing: NDArray[np.bool_]
    with_author: NDArray[np.bool_]
    headline: NDArray[np.bool_]
    blurb: NDArray[np.bool_]
    nothing: bool


class Boilerplate:
    """Knows what belongs to no single article.

    Attributes:
        table: uint64[m], ascending, as `gleaning.learn_boilerplate` made it.
    """

    def __init__(self, table: Hashes) -> None:
        self.table = table

    def find(self, paragraph_hashes: Hashes, authors: Sequence[str]) -> Found:
        """Look paragraphs up.

        Args:
            paragraph_hashes: uint64[n].
            authors: of the article in which they stand.

        Returns:
            What is known of them.
        """
        keys = _QUESTIONS
        if authors:
            keys = np.concatenate([keys, hashes(map(fold, authors[:MAX_AUTHORS]))])
        wanted = paragraph_hashes ^ keys[:, np.newaxis]
        if len(self.table):
            places = np.minimum(np.searchsorted(self.table, wanted), len(self.table) - 1)
            has = self.table[places] == wanted
        else:
            has = np.zeros(wanted.shape, bool)
        return Found(has[0], has[3:].any(axis=0), has[1], has[2], nothing=not has.any())

    def is_placeholder(self, deck: str) -> bool:
        """Return whether so many articles have this deck that it is nobody's.

        Args:
            deck: a summary, not empty.
        """
        wanted = hashes([fold(deck)]) ^ DECK
        place = int(np.searchsorted(self.table, wanted)[0])
        return place < len(self.table) and bool(self.table[place] == wanted[0])
