"""The frozen, ordered snapshot of the catalogue that a model is trained on."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from recommender.domain.article import Article


class Articles(Protocol):
    """Articles in row order, read afresh on every pass, always the same ones.

    A list or a tuple is such. What reads from a database can be sent to another process, whole or
    as a slice, and read there.
    """

    def __iter__(self) -> Iterator[Article]:
        """Read all of them."""

    def __getitem__(self, rows: slice, /) -> "Articles":
        """Return those of a range of rows; nothing is read yet."""


@dataclass(frozen=True)
class ChangedArticles:
    """Articles that are changed, each by itself, as they are read.

    Attributes:
        articles: as they were.
        change: returns what an article becomes.
    """

    articles: Articles
    change: Callable[[Article], Article]

    def __iter__(self) -> Iterator[Article]:
        return map(self.change, self.articles)

    def __getitem__(self, rows: slice, /) -> "ChangedArticles":
        return ChangedArticles(self.articles[rows], self.change)


@dataclass(frozen=True)
class Corpus:
    """Articles in row order, their texts read afresh each time and never all held.

    Row order is the order of ties: newer first, undated last, then by id. So wherever rows have the
    same score, or are listed by age, the lower row comes first and nothing needs a second key.

    Attributes:
        ids: the article ids; their position is the article's row.
        last_event: number of the last event of the history that the snapshot holds.
        taken_at: the instant of the snapshot.
        articles: the articles.
        fingerprint: tells this content from any other, in hexadecimal; empty where nobody asks.
    """

    ids: tuple[str, ...]
    last_event: int
    taken_at: datetime
    articles: Articles
    fingerprint: str = ""

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Article]:
        return iter(self.articles)

    def changed(self, change: Callable[[Article], Article]) -> "Corpus":
        """Return a corpus whose articles are changed as they are read.

        Args:
            change: returns what an article becomes; keeps its id and its date.
        """
        return replace(self, articles=ChangedArticles(self.articles, change))

    @classmethod
    def of(
        cls, articles: Iterable[Article], taken_at: datetime | None = None, last_event: int = 0
    ) -> "Corpus":
        """Make a corpus of articles already in memory, for notebooks and tests.

        Args:
            articles: in any order, each id once.
            taken_at: the instant of the snapshot; now, if not given.
            last_event: number of the last event that the articles reflect.

        Returns:
            The corpus in row order.
        """
        held = sorted(articles, key=row_order)
        ids = tuple(article.id for article in held)
        return cls(ids, last_event, taken_at or datetime.now(UTC), held)


def row_order(article: Article) -> tuple[int, str]:
    """Return the key that sorts articles into row order: newer first, undated last, then id."""
    return (-epoch_us(article.published_at), article.id)


UNDATED_US = -(2**62)
"""Stands for "no date" among instants in microseconds; earlier than every date there is."""

DAY_US = 86_400_000_000
"""Microseconds of a day."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_us(instant: datetime | None) -> int:
    """Return an instant as microseconds since 1970 in UTC, `UNDATED_US` for None."""
    if instant is None:
        return UNDATED_US
    span = instant - _EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


def instant_of(us: int) -> datetime | None:
    """Return the instant, in UTC, that `epoch_us` made a number of; None for `UNDATED_US`.

    Args:
        us: microseconds since 1970; OverflowError if no date has so many.
    """
    return None if us == UNDATED_US else _EPOCH + timedelta(microseconds=us)
