"""How much of one article another says too: the evidence that the two tell one story.

Each article is the set of its terms and of its phrases, and each of those weighs the square of its
rarity, ln((1 + n) / articles with it), a phrase a quarter of that. So what a thousand articles say,
such as the words of a form that is filled in every week, weighs next to nothing, and a name or a
number that only these two have weighs most. Of two such sets

    containment = weight of what both have / weight of the lighter one
    resemblance = weight of what both have / weight of what either has

(A. Broder, "On the resemblance and containment of documents", SEQUENCES 1997, with weights.) A
flash of one line is contained in the report that follows, and does not resemble it.

What stands in one article only weighs in its set, and is never shared: so most phrases need no
number, and the sets that are compared are short, ascending lists of what several articles say.
"""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.compiled import compiled
from recommender.ranking.occurrences import Bits
from recommender.ranking.sequences import TEXT_FIELDS
from recommender.ranking.weighing import phrase_numbers
from recommender.training.frequencies import Phrases, frequencies
from recommender.training.growing import Growing
from recommender.training.tokens import Tokens

_PHRASE_SHARE = 0.25
_SEVERAL = 2
"""Articles that must say something for two to have it in common."""

_EVERY_FIELD = np.ones(len(TEXT_FIELDS), np.float32)


@dataclass(frozen=True, eq=False)
class Overlap:
    """What p pairs of articles have in common.

    Attributes:
        containment: float64[p], from 0 to 1.
        resemblance: float64[p], from 0 to containment.
        n_terms: int64[p], distinct terms of the article that has fewer.
    """

    containment: NDArray[np.float64]
    resemblance: NDArray[np.float64]
    n_terms: NDArray[np.int64]

    @classmethod
    def of(cls, tokens: Tokens, ones: NDArray[np.int64], others: NDArray[np.int64]) -> Self:
        """Compare pairs.

        Args:
            tokens: of the articles.
            ones: int64[p], a row of each pair.
            others: int64[p], the other row of each.

        Returns:
            What each has in common.
        """
        sets = _Sets.of(tokens, ones, others)
        shared = _shared(sets.starts, sets.members, sets.weights, ones, others)
        masses = sets.masses
        lighter = np.minimum(masses[ones], masses[others])
        either = masses[ones] + masses[others] - shared
        return cls(
            np.divide(shared, lighter, out=np.zeros_like(shared), where=lighter > 0),
            np.divide(shared, either, out=np.zeros_like(shared), where=either > 0),
            np.minimum(sets.n_terms[ones], sets.n_terms[others]),
        )


@dataclass(frozen=True, eq=False)
class _Sets:
    """What n articles say, as far as it is asked for.

    Attributes:
        starts: int64[n + 1], where the members of each begin.
        members: int32, what others say too, ascending: terms, then phrases.
        weights: float64[n_members], of each member.
        masses: float64[n], the weight of all that an article says.
        n_terms: int64[n], its distinct terms.
    """

    starts: NDArray[np.int64]
    members: NDArray[np.int32]
    weights: NDArray[np.float64]
    masses: NDArray[np.float64]
    n_terms: NDArray[np.int64]

    @classmethod
    def of(cls, tokens: Tokens, ones: NDArray[np.int64], others: NDArray[np.int64]) -> "_Sets":
        """Return the sets of the articles that are in a pair; others are empty."""
        n = tokens.n_articles
        asked = np.zeros(n, np.bool_)
        asked[ones] = asked[others] = True
        found = frequencies(tokens, _EVERY_FIELD, _SEVERAL, None, 0.0, phrases=True)
        n_with = np.concatenate([found.terms, found.phrases.n_with, [1]])
        weights = np.log((1 + n) / np.maximum(n_with, 1)) ** 2
        weights[tokens.n_terms :] *= _PHRASE_SHARE

        sizes, members = np.zeros(n + 1, np.int64), Growing(np.int32)
        masses, n_terms = np.zeros(n), np.zeros(n, np.int64)
        for first, end, terms, phrases in tokens.counted(_EVERY_FIELD, phrases=True):
            held = _Counts(sizes[first + 1 : end + 1], masses[first:end], n_terms[first:end])
            known, is_asked = found.phrases, asked[first:end]
            keys = terms.keys, phrases.keys
            members.append(_members(*keys, tokens.bits, known, weights, is_asked, held))
        return cls(sizes.cumsum(), members.whole(), weights, masses, n_terms)


class _Counts(NamedTuple):
    """What is found of articles: shared members, mass and terms of each (`_Sets`)."""

    sizes: NDArray[np.int64]
    masses: NDArray[np.float64]
    n_terms: NDArray[np.int64]


@compiled
def _members(  # noqa: PLR0913 - what occurs, what it weighs, and what is found
    terms: NDArray[np.int64],
    phrases: NDArray[np.int64],
    bits: Bits,
    known: Phrases,
    weights: NDArray[np.float64],
    asked: NDArray[np.bool_],
    held: _Counts,
) -> NDArray[np.int32]:
    """Return the shared members of the sets of articles.

    Args:
        terms: int64, keys of the articles' terms (`Counted`).
        phrases: int64, keys of their phrases.
        bits: of the keys.
        known: the phrases of several articles.
        weights: of terms, then of `known`, then of a phrase that is not among them.
        asked: bool[n], articles whose sets are wanted.
        held: of the n articles, zeros; overwritten.
    """
    low = (1 << bits.article) - 1
    n_terms = weights.size - known.seconds.size - 1
    numbers = phrase_numbers(known.starts, known.seconds, phrases, bits)
    for key in terms:
        article = key & low
        held.masses[article] += weights[key >> bits.article]
        held.n_terms[article] += 1
        held.sizes[article] += asked[article]
    for i in range(phrases.size):
        article, number = phrases[i] & low, numbers[i]
        held.masses[article] += weights[n_terms + number if number >= 0 else weights.size - 1]
        held.sizes[article] += asked[article] and number >= 0

    free = np.zeros(asked.size + 1, np.int64)
    for article in range(asked.size):
        free[article + 1] = free[article] + held.sizes[article]
    members = np.empty(free[-1], np.int32)
    for key in terms:
        if asked[key & low]:
            members[free[key & low]] = key >> bits.article
            free[key & low] += 1
    for i in range(phrases.size):
        article = phrases[i] & low
        if asked[article] and numbers[i] >= 0:
            members[free[article]] = n_terms + numbers[i]
            free[article] += 1
    return members


@compiled
def _shared(
    starts: NDArray[np.int64],
    members: NDArray[np.int32],
    weights: NDArray[np.float64],
    ones: NDArray[np.int64],
    others: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return float64[p]: the weight of what both of each pair say, by merging their two lists."""
    shared = np.zeros(ones.size)
    for pair in range(ones.size):
        here, there = starts[ones[pair]], starts[others[pair]]
        end_here, end_there = starts[ones[pair] + 1], starts[others[pair] + 1]
        while here < end_here and there < end_there:
            one, other = members[here], members[there]
            if one == other:
                shared[pair] += weights[one]
            here += one <= other
            there += other <= one
    return shared
