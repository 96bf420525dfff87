"""What stands around an article: who tells its story too, and under which articles it is shown."""

from dataclasses import dataclass

import numpy as np

from recommender.domain.placement import DEFAULT_PLACEMENT
from recommender.ranking.cards import Card
from recommender.ranking.refs import Ref
from recommender.ranking.rerank import select
from recommender.ranking.snapshot import Snapshot

MAX_TOLD = 20
"""Articles of one story that are named."""

N_ASKED = 30
"""Articles whose lists are made to see whether one is on them."""


def same_story(snapshot: Snapshot, ref: Ref) -> list[Card]:
    """Return the articles that tell the story of one, in row order, at most `MAX_TOLD`.

    Args:
        snapshot: what is served.
        ref: where the one is.
    """
    story = snapshot.story(ref)
    found: list[Ref] = []
    if story is not None:
        for row in np.flatnonzero(snapshot.bundle.stories == story).tolist():
            held = snapshot.listed(row)
            found += [] if held is None else [held]
        later = np.flatnonzero(snapshot.overlay.arrived.stories == story).tolist()
        found += [Ref(in_overlay=True, row=row) for row in later]
    found += snapshot.twins(ref)
    others = [one for one in dict.fromkeys(found) if one != ref]
    return [snapshot.card(one) for one in sorted(others, key=snapshot.order)[:MAX_TOLD]]


@dataclass(frozen=True, slots=True)
class ShownUnder:
    """Under which of the articles nearest to it an article is shown.

    Attributes:
        cards: those articles, and at which rank it stands there.
        n_asked: of so many lists it was looked for.
    """

    cards: tuple[tuple[Card, int], ...]
    n_asked: int


def shown_under(
    snapshot: Snapshot, ref: Ref, limit: int, now_us: int, placement: str = DEFAULT_PLACEMENT
) -> ShownUnder:
    """Return under which of the articles nearest to it an article is shown now.

    To make the lists of a whole archive takes minutes. Similarity is the same both ways, so where
    an article is shown it is mostly the nearest that show it; those are asked.

    Args:
        snapshot: what is served.
        ref: where the article is.
        limit: the most picks of a list.
        now_us: the instant, in microseconds since 1970.
        placement: the name of the place on the site; UnknownPlacement if there is none such.
    """
    row = snapshot.row_of(ref)
    if row is None:
        return ShownUnder((), 0)
    own_id = snapshot.id_of(ref)
    near = (snapshot.listed(other) for other in snapshot.known.closest(row).rows.tolist())
    asked = [one for one in near if one is not None and one != ref][:N_ASKED]
    found = []
    for one in asked:
        picks = select(snapshot, one, limit, now_us, placement).picks
        ranks = [held.pick.rank for held in picks if held.card.id == own_id]
        found += [(snapshot.card(one), rank) for rank in ranks]
    return ShownUnder(tuple(found), len(asked))
