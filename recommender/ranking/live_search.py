"""How a live state is asked: each of its parts for itself, and the lists merged.

The answer is that of one engine built of the same articles, bit for bit. For scores come from one
function, bounds only choose whom to score, and each part lists its own articles in the order of the
whole: so the k best of all are among the k best of each.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain.corpus import UNDATED_US
from recommender.ranking.engine import Neighbours
from recommender.ranking.filters import first_until
from recommender.ranking.live import Live, Newcomer
from recommender.ranking.one_query import NOBODY, Answer, nearest
from recommender.ranking.postings import Index
from recommender.ranking.questions import Questions, Wanted, read_only, sized
from recommender.ranking.segments import Vector


class Listing(NamedTuple):
    """A list to find.

    Attributes:
        k: how many neighbours, at least 1.
        until_us: only dated articles published at this instant or earlier, in microseconds since
            1970; None for all articles.
    """

    k: int
    until_us: int | None = None


class Lasts(NamedTuple):
    """The last on the list of each of some articles: what a newcomer must come before.

    Attributes:
        similarity: int32[m], in millionths; 0 where the list has room, above 1_000_000 where
            nobody can enter it.
        rows: int32[m], the number of the last; -1 where the list has room.
    """

    similarity: NDArray[np.int32]
    rows: NDArray[np.int32]


NO_LASTS = Lasts(NOBODY, NOBODY)
"""Of no articles."""


class BothWays(NamedTuple):
    """What a newcomer means to the others, and they to it.

    Attributes:
        lists: its own, as `search` returns them.
        entered: int32[m], ascending: the articles whose lists it enters.
        similarity: int32[m], with each, in millionths.
    """

    lists: list[Neighbours]
    entered: NDArray[np.int32]
    similarity: NDArray[np.int32]


class Barred(NamedTuple):
    """Articles that may be no answer to a question.

    Attributes:
        base: bool[n_base], as `filters.Filter.barred` returns them; None for none.
        later: bool[n_rows - n_base], by when they came; None for none.
    """

    base: NDArray[np.bool_] | None = None
    later: NDArray[np.bool_] | None = None


NONE_BARRED = Barred()


def search(
    live: Live,
    vector: Vector,
    listings: Sequence[Listing],
    *,
    group: int = 0,
    barred: Barred = NONE_BARRED,
) -> list[Neighbours]:
    """Return the articles nearest to a vector.

    Args:
        live: the articles.
        vector: the query.
        listings: the lists to find, at least one.
        group: the only group whose articles may be answers.
        barred: articles that may not.

    Returns:
        For each list rows, as `Live` numbers them, int32[k] padded with -1, and similarity int32[k]
        in millionths, padded with 0; by similarity, then newer first, undated last, then by id.
    """
    found = [_answer(part, group, listings, None) for part in _parts(live, vector, barred)]
    return _lists(live, found, listings)


def both_ways(
    live: Live,
    newcomer: Newcomer,
    listings: Sequence[Listing],
    lasts: Lasts,
    later_lasts: Lasts = NO_LASTS,
) -> BothWays:
    """Return the articles nearest to a newcomer, and those whose lists it enters.

    It enters a list if it comes before the last one there: in the order in which lists are.

    Args:
        live: the articles without it, and without what it replaces.
        newcomer: the article.
        listings: the lists to find for it, at least one.
        lasts: of the articles of the base, int32[n_base].
        later_lasts: of the later ones, int32[n_rows - n_base], by when they came.
    """
    n_later = live.n_rows - live.n_base
    for held, n in ((lasts, live.n_base), (later_lasts, n_later)):
        sized(held.similarity, n, "lasts")
        sized(held.rows, n, "lasts")
    found = []
    for part in _parts(live, newcomer.vector, NONE_BARRED):
        similarity = (
            lasts.similarity
            if part.rows is None
            else later_lasts.similarity[part.rows - live.n_base]
        )
        entry = read_only(np.maximum(similarity, 1))
        found.append(_answer(part, newcomer.group, listings, entry))
    entered = np.concatenate([answer.entered for answer in found])
    near = np.concatenate([answer.entered_similarity for answer in found])
    in_order = entered.argsort()
    entered, near = entered[in_order], near[in_order]
    enters = np.ones(entered.size, np.bool_)
    order = live.place_of(newcomer)
    for place, (row, similarity) in enumerate(zip(entered.tolist(), near.tolist(), strict=True)):
        of_list, own = (lasts, row) if row < live.n_base else (later_lasts, row - live.n_base)
        if similarity == of_list.similarity[own]:
            enters[place] = order < live.order_of(int(of_list.rows[own]))
    return BothWays(_lists(live, found, listings), entered[enters], near[enters])


@dataclass(frozen=True, eq=False)
class _Part:
    """The base or a segment, m articles, and a query as it sees it.

    Attributes:
        index: the articles.
        vector: the query.
        groups: int32[m], the group of each article; empty where all are one.
        barred: bool[m], those that may be no answers; empty for none.
        published_us: int64[m], when each was published.
        rows: int32[m], the number of each among all; None where it is its row.
    """

    index: Index
    vector: Vector
    groups: NDArray[np.int32]
    barred: NDArray[np.bool_]
    published_us: NDArray[np.int64]
    rows: NDArray[np.int32] | None


def _parts(live: Live, vector: Vector, barred: Barred) -> Iterator[_Part]:
    """Yield the base and the segments, each with those barred that were removed."""
    if barred.base is None:
        out = live.barred
    else:
        out = sized(barred.base, live.n_base, "barred")
        out = out | live.barred if live.barred.size else out
    published_us = live.articles.published_us
    yield _Part(live.base.index, vector, live.groups, out, published_us, None)
    for segment in live.segments:
        out = segment.barred
        if barred.later is not None:
            out = out | barred.later[segment.rows - live.n_base]
        groups = segment.groups if live.groups.size else NOBODY
        seen = segment.seen(vector)
        yield _Part(segment.index, seen, groups, out, segment.published_us, segment.rows)


def _answer(
    part: _Part, group: int, listings: Sequence[Listing], entry: NDArray[np.int32] | None
) -> Answer:
    """Return what one part finds, by the numbers that its articles have among all."""
    n_rows = part.index.forward[0].size - 1
    columns, weights = part.vector
    vectors = (np.array([0, columns.size], np.int64), columns, weights)
    wanted = [_wanted(part.published_us, listing) for listing in listings]
    rows, excluded = np.zeros(1, np.int64), np.full(1, -1, np.int64)
    groups = np.array([group], np.int32)
    questions = Questions.of(vectors, rows, excluded, groups, wanted, n_rows).frozen()
    limits = read_only(part.groups), read_only(part.barred)
    found = nearest(questions, part.index, *limits, entry)
    if part.rows is None:
        return found
    numbers = np.append(part.rows, np.int32(-1))  # where a list is padded with -1 stays -1
    return found._replace(rows=numbers[found.rows], entered=part.rows[found.entered])


def _wanted(published_us: NDArray[np.int64], listing: Listing) -> Wanted:
    """Return a list as a question to a part."""
    if listing.until_us is None:
        return Wanted(listing.k)
    first = first_until(published_us, listing.until_us)
    return Wanted(listing.k, [first], first_until(published_us, UNDATED_US))


def _lists(live: Live, found: Sequence[Answer], listings: Sequence[Listing]) -> list[Neighbours]:
    """Return the best of what all parts found, for each list."""
    lists, start = [], 0
    for k, _ in listings:
        part = slice(start, start + k)
        rows = np.concatenate([answer.rows[0, part] for answer in found])
        similarity = np.concatenate([answer.similarity[0, part] for answer in found])
        lists.append(_best(live, rows, similarity, k))
        start += k
    return lists


def _best(live: Live, rows: NDArray[np.int32], similarity: NDArray[np.int32], k: int) -> Neighbours:
    """Return the k best of some articles; those of similarity 0 are padding."""
    held = zip((-similarity).tolist(), rows.tolist(), strict=True)
    best = sorted(
        (one for one in held if one[0] < 0), key=lambda one: (one[0], live.order_of(one[1]))
    )[:k]
    found = Neighbours(np.full(k, -1, np.int32), np.zeros(k, np.int32))
    for place, (negative, row) in enumerate(best):
        found.rows[place], found.similarity[place] = row, -negative
    return found
