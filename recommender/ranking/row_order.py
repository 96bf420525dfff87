"""Row order: newer first, undated last, then by id; and where in it an article would stand."""

from bisect import bisect_left
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class RowOrder(Protocol):
    """What has articles in row order; `table.ArticleTable` does."""

    published_us: NDArray[np.int64]
    """int64[n], microseconds since 1970, descending, `UNDATED_US` at the end."""

    def id_of(self, row: int) -> str:
        """Return the id of the article of a row."""


def place_of(articles: RowOrder, published_us: int, article_id: str) -> int:
    """Return the first row that an article precedes, the number of rows if it precedes none.

    Args:
        articles: n of them.
        published_us: when the one was published, microseconds since 1970 or `UNDATED_US`.
        article_id: its id.
    """
    held_us, id_of = articles.published_us, articles.id_of
    return bisect_left(
        range(len(held_us)),
        (-published_us, article_id),
        key=lambda row: (-int(held_us[row]), id_of(row)),
    )
