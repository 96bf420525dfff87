"""Why two articles are close: what they have in common, and what each part of it counts."""

from collections.abc import Sequence

import numpy as np

from recommender.domain.pick import Explanation, Share
from recommender.ranking.bundle import Bundle
from recommender.ranking.rows import MILLION, shares, similarity
from recommender.ranking.scoring import at, scores


def explain(
    bundle: Bundle,
    query_row: int,
    pick_row: int,
    factors: Sequence[tuple[str, float]] | None = None,
) -> Explanation:
    """Return the explanation of a pick, by the same functions that found and scored it.

    Args:
        bundle: the bundle that found it.
        query_row: the bundle's row of the query, in [0, n).
        pick_row: the bundle's row of the pick, in [0, n).
        factors: names and values in [0, 1], those of the pick in its slot; None for what the model
            itself knows of the pair, as no slot is concerned.
    """
    found = similarity(bundle.vectors, query_row, pick_row)
    if factors is None:
        factors = at(bundle.factors.named(query_row, np.array([pick_row], np.int32)), 0)
    values = {name: np.array([value]) for name, value in factors}
    score = int(scores(np.array([found], np.int32), values)[0])
    common = evidence(bundle, query_row, pick_row)
    return Explanation(common, found / MILLION, tuple(factors), score / MILLION)


def evidence(bundle: Bundle, query_row: int, pick_row: int) -> tuple[Share, ...]:
    """Return what two articles have in common, the largest share first, then by label.

    Args:
        bundle: the bundle that has their vectors.
        query_row: the bundle's row of the query, in [0, n).
        pick_row: the bundle's row of the pick, in [0, n).
    """
    columns, products = shares(bundle.vectors, query_row, pick_row)
    found = [
        Share(*bundle.terms[column], share)
        for column, share in zip(columns.tolist(), products.tolist(), strict=True)
    ]
    return tuple(sorted(found, key=lambda share: (-share.share, share.label)))
