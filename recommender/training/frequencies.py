"""In how many articles each term, phrase and tag stands.

Most phrases stand in one article only, and no memory is spent on telling them apart: the second
terms of all phrases are gathered by their first term (a counting sort), and each such list, which
is short, is counted on its own.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.article_tags import Tags
from recommender.ranking.compiled import compiled
from recommender.ranking.naming import Ways, named
from recommender.ranking.occurrences import Bits
from recommender.training.tokens import Tokens


class Phrases(NamedTuple):
    """Phrases that stand in several articles, ascending by first, then by second term.

    Attributes:
        starts: int64[n_terms + 2], where the phrases of each first term begin.
        seconds: int32[n], the second term of each.
        n_with: int32[n], articles that have it.
    """

    starts: NDArray[np.int64]
    seconds: NDArray[np.int32]
    n_with: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Frequencies:
    """What stands in how many articles.

    Attributes:
        terms: int64[n_terms], articles that have each term.
        phrases: those in enough articles.
        tags: of the articles, those set and those named.
        n_tagged: int64[n_tags], articles that have each tag.
    """

    terms: NDArray[np.int64]
    phrases: Phrases
    tags: Tags
    n_tagged: NDArray[np.int64]


def frequencies(
    tokens: Tokens,
    fields: NDArray[np.float32],
    least: int,
    ways: Ways | None,
    named_weight: float,
    *,
    phrases: bool,
) -> Frequencies:
    """Count articles.

    Args:
        tokens: of the articles.
        fields: float32[4], what one occurrence counts in each of `TEXT_FIELDS`; 0 leaves it out.
        least: fewest articles in which a phrase must stand.
        ways: to name tags, or None where naming one counts nothing.
        named_weight: what a tag counts for that a text names and nobody set.
        phrases: whether to count phrases.

    Returns:
        What stands in how many.
    """
    n_with = np.zeros(tokens.n_terms, np.int64)
    gathered = _Gathered.of(tokens, fields, phrases=phrases)
    tags = []
    for part in tokens.counted(fields, phrases=phrases):
        _count_terms(part.terms.keys, tokens.bits, n_with)
        _gather(part.phrases.keys, tokens.bits, gathered.free, gathered.seconds)
        held = tokens.tags.of_rows(part.first, part.end)
        if ways is not None:
            more = named(part.terms, part.phrases, tokens.bits, ways)
            held = held.with_more(*more, named_weight)
        tags.append(held)
    joined = Tags.join(tags)
    n_tagged = np.bincount(joined.numbers, minlength=len(tokens.slugs))
    return Frequencies(n_with, gathered.counted(least), joined, n_tagged)


class _Gathered(NamedTuple):
    """The second terms of phrases, gathered by their first term.

    Attributes:
        starts: int64[n_terms + 2], where there is room for those of each first term.
        free: int64[n_terms + 1], where the next one goes.
        seconds: int32, one for each article that has the phrase.
    """

    starts: NDArray[np.int64]
    free: NDArray[np.int64]
    seconds: NDArray[np.int32]

    @classmethod
    def of(cls, tokens: Tokens, fields: NDArray[np.float32], *, phrases: bool) -> "_Gathered":
        """Make room for the phrases of articles.

        Args:
            tokens: of the articles.
            fields: float32[4], what each field counts; 0 leaves it out.
            phrases: whether to count phrases.

        Returns:
            The room, as yet empty.
        """
        starts = np.zeros(tokens.spellings.unspaced.size + 1, np.int64)
        if phrases:
            starts[1:] = _first_terms(tokens.tokens, tokens.spellings.unspaced, fields).cumsum()
        return cls(starts, starts[:-1].copy(), np.empty(starts[-1], np.int32))

    def counted(self, least: int) -> Phrases:
        """Return the phrases in enough articles."""
        return Phrases(*_counted(self.starts, self.free, self.seconds, least))


@compiled
def _first_terms(
    tokens: NDArray[np.int32], unspaced: NDArray[np.bool_], fields: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Return int64[n_terms + 1]: how often each term is the first of a phrase."""
    n_first = np.zeros(unspaced.size, np.int64)
    before, counts = np.int32(-1), False
    for token in tokens:
        if token < 0:
            counts = fields[-1 - token] > 0
        elif before >= 0 and counts and not unspaced[token] and not unspaced[before]:
            n_first[before] += 1
        before = token
    return n_first


@compiled
def _count_terms(keys: NDArray[np.int64], bits: Bits, n_with: NDArray[np.int64]) -> None:
    """Count an article more for each of its terms."""
    for key in keys:
        n_with[key >> bits.article] += 1


@compiled
def _gather(
    keys: NDArray[np.int64], bits: Bits, free: NDArray[np.int64], seconds: NDArray[np.int32]
) -> None:
    """Put the second term of each phrase where those of its first one are."""
    for key in keys:
        pair = key >> bits.article
        first = pair >> bits.term
        seconds[free[first]] = pair & ((1 << bits.term) - 1)
        free[first] += 1


@compiled
def _counted(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    seconds: NDArray[np.int32],
    least: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Return the phrases that stand in at least so many articles, as `Phrases`.

    Args:
        starts: int64[n_terms + 2], where the second terms of each first term begin.
        ends: int64[n_terms + 1], where they end.
        seconds: int32, one for each article; overwritten.
        least: fewest articles.
    """
    counts = np.zeros(ends.size, np.int32)
    n_with = np.empty(seconds.size, np.int32)
    kept = np.zeros(starts.size, np.int64)
    n = 0
    for first in range(ends.size):
        for place in range(starts[first], ends[first]):
            counts[seconds[place]] += 1
        begin = n
        for place in range(starts[first], ends[first]):
            second = seconds[place]
            if counts[second] >= least:
                counts[second] *= -1  # kept already, when it comes again
                seconds[n] = second  # over one that was read before
                n += 1
            elif counts[second] > 0:
                counts[second] = 0
        seconds[begin:n].sort()
        for place in range(begin, n):
            n_with[place] = -counts[seconds[place]]
            counts[seconds[place]] = 0
        kept[first + 1] = n
    return kept, seconds[:n].copy(), n_with[:n].copy()
