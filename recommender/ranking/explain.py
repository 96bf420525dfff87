"""Why two articles are close: what they have in common, and what each part of it counts."""

from recommender.domain.pick import Explanation, Share
from recommender.ranking.bundle import Bundle
from recommender.ranking.rows import MILLION, shares, similarity


def explain(bundle: Bundle, query_row: int, pick_row: int) -> Explanation:
    """Return the explanation of a pick, by the same function that found it.

    Args:
        bundle: the bundle that found it.
        query_row: the bundle's row of the query, in [0, n).
        pick_row: the bundle's row of the pick, in [0, n).
    """
    score = similarity(bundle.vectors, query_row, pick_row) / MILLION
    return Explanation(evidence(bundle, query_row, pick_row), score, factors=(), score=score)


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
