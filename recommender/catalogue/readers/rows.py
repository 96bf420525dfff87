"""What a reader gives for each row of a file."""

from dataclasses import dataclass

from recommender.catalogue.readers.prose import NOTHING_REMOVED, Removed
from recommender.domain.article import Article

WHOLE_LINE = "(line)"
"""Stands for a field's name where the line itself cannot be read."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A row that is an article.

    Attributes:
        line: the row's place in its file, from 1.
        article: what it says, cleaned.
        ignored_keys: names in the row that morefrom has no use for.
        removed: what markup was taken out of its texts.
    """

    line: int
    article: Article
    ignored_keys: tuple[str, ...] = ()
    removed: Removed = NOTHING_REMOVED


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that cannot be accepted.

    Attributes:
        line: the row's place in its file, from 1.
        field: the field that is wrong, `WHOLE_LINE` if it cannot be told.
        reason: a sentence: what was found and what was expected.
        article_id: the article's id, None where the row has no valid one.
    """

    line: int
    field: str
    reason: str
    article_id: str | None = None


Row = Accepted | Rejection
