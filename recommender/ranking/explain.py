"""Why two articles are close: what they have in common, and what each part of it counts."""

from collections.abc import Sequence

import numpy as np

from recommender.domain.pick import Explanation, Share
from recommender.ranking.bundle import Bundle
from recommender.ranking.known import Known
from recommender.ranking.rows import MILLION, shares, similarity
from recommender.ranking.scoring import at, scores


def explain(
    model: Bundle | Known,
    query_row: int,
    pick_row: int,
    factors: Sequence[tuple[str, float]] | None = None,
) -> Explanation:
    """Return the explanation of a pick, by the same functions that found and scored it.

    Args:
        model: what found it.
        query_row: its row of the query.
        pick_row: its row of the pick.
        factors: names and values in [0, 1], those of the pick in its slot; None for what the model
            itself knows of the pair, as no slot is concerned.
    """
    found = similarity(model.vectors, query_row, pick_row)
    if factors is None:
        factors = at(model.factors.named(query_row, np.array([pick_row], np.int32)), 0)
    values = {name: np.array([value]) for name, value in factors}
    score = int(scores(np.array([found], np.int32), values)[0])
    common = evidence(model, query_row, pick_row)
    return Explanation(common, found / MILLION, tuple(factors), score / MILLION)


def evidence(model: Bundle | Known, query_row: int, pick_row: int) -> tuple[Share, ...]:
    """Return what two articles have in common, the largest share first, then by label.

    Args:
        model: what has their vectors.
        query_row: its row of the query.
        pick_row: its row of the pick.
    """
    columns, products = shares(model.vectors, query_row, pick_row)
    found = [
        Share(*model.terms[column], share)
        for column, share in zip(columns.tolist(), products.tolist(), strict=True)
    ]
    return tuple(sorted(found, key=lambda share: (-share.share, share.label)))
