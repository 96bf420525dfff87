"""Arrivals in bundles whose vectors are made the obvious slow way (`conftest`)."""

from collections.abc import Iterable

import numpy as np

from recommender.domain.article import Article, Status
from recommender.ranking.arrival import Arrivals
from recommender.ranking.bundle import Bundle
from recommender.ranking.reception import Reception
from recommender.ranking.segments import Vector


def vector_of(bundle: Bundle, article: Article) -> Vector:
    """Return an article's vector, of those of its words and tags that the bundle has."""
    keys = {f"term:{word.lower()}" for word in article.title.split()}
    keys |= {f"tag:{tag.slug}" for tag in article.tags}
    found = sorted(one for key in keys if (one := bundle.terms.column_of(key)) is not None)
    weights = np.full(len(found), max(len(found), 1) ** -0.5, np.float32)
    return Vector(np.array(found, np.int32), weights)


def arrivals_of(bundle: Bundle, revised: Iterable[tuple[int, Article]]) -> Arrivals:
    """Return what an exact search finds of revisions.

    Args:
        bundle: what they are compared with.
        revised: event number and article.
    """
    arrivals, reception = Arrivals(bundle), Reception(bundle)
    for number, article in revised:
        if article.status is Status.PUBLISHED:
            arrivals.add(reception.compare(number, article, vector_of(bundle, article)))
    return arrivals
