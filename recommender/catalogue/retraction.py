"""Retraction of what a full export no longer has.

What is absent is told by the numbers of revisions, noted before anything is stored. An article that
somebody else has changed since then has another number, and is left alone.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from recommender.catalogue import history, store
from recommender.catalogue.revisions import chunks, fetch
from recommender.catalogue.tables import article
from recommender.domain.article import Status


@dataclass(frozen=True)
class Absent:
    """The published articles that an export does not have; 8 + 8 bytes each.

    Attributes:
        n_published: how many published articles there are, absent or not.
        numbers: of the revisions of those that are absent, int64, ascending.
        sizes: lengths of their texts in characters, int64.
    """

    n_published: int
    numbers: "array[int]"
    sizes: "array[int]"

    def batches(self) -> Iterator[Sequence[int]]:
        """Return the numbers, as many at a time as one transaction should take."""
        return chunks(self.numbers, self.sizes)


def find_absent(connection: Connection, is_present: Callable[[str], bool]) -> Absent:
    """Find the published articles that an export does not have, under embargo or not.

    Args:
        connection: a reading transaction.
        is_present: tells by an article's id whether the export has it.

    Returns:
        Their revisions. Drafts and retracted articles are never among them.
    """
    columns = (article.c.id, article.c.number, article.c.n_chars)
    published = article.c.status == Status.PUBLISHED.value
    query = select(*columns).where(published).order_by(article.c.number)
    n_published = 0
    numbers, sizes = array("q"), array("q")
    for article_id, number, size in connection.execute(query.execution_options(yield_per=10_000)):
        n_published += 1
        if not is_present(article_id):
            numbers.append(number)
            sizes.append(size)
    return Absent(n_published, numbers, sizes)


def retract(connection: Connection, numbers: Sequence[int], author: str, reason: str) -> int:
    """Make revisions that are still in force into retracted ones of the same words.

    Args:
        connection: a writing transaction that has not read anything yet.
        numbers: of the revisions.
        author: who did it.
        reason: why.

    Returns:
        How many articles were retracted.
    """
    history.lock(connection)
    in_force = select(article.c.number).where(article.c.number.in_(list(numbers)))
    still = connection.execute(in_force.order_by(article.c.number)).scalars().all()
    retracted = [replace(one, status=Status.RETRACTED) for one in fetch(connection, still)]
    return store.upsert(connection, retracted, author, reason).changed
