"""The articles of some revisions as a corpus has them: in slices, and in other processes too.

A revision never changes, so its number is all that has to travel: who gets a slice opens the
catalogue for itself, and reads the same texts whatever was imported meanwhile.
"""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from functools import partial

from recommender.catalogue.database import Database
from recommender.catalogue.revisions import chunks, fetch
from recommender.domain.article import Article
from recommender.domain.corpus import Articles


class StoredArticles:
    """The articles of some revisions, in order, a portion in memory at a time."""

    def __init__(
        self, database: Database | None, address: str, numbers: "array[int]", sizes: "array[int]"
    ) -> None:
        """Name them; nothing is read yet.

        Args:
            database: where they are; None to open it anew for each pass.
            address: its URL, for other processes.
            numbers: of the revisions, int64.
            sizes: lengths of the texts in characters, int64.
        """
        self._database = database
        self._address = address
        self._numbers = numbers
        self._sizes = sizes

    def __iter__(self) -> Iterator[Article]:
        with self._opened() as database:
            for numbers in chunks(self._numbers, self._sizes):
                yield from database.read(partial(fetch, numbers=numbers))

    def _opened(self) -> AbstractContextManager[Database]:
        if self._database is not None:
            return nullcontext(self._database)
        return closing(Database.open(self._address, must_exist=True))

    def __getitem__(self, rows: slice, /) -> "StoredArticles":
        numbers, sizes = self._numbers[rows], self._sizes[rows]
        return StoredArticles(self._database, self._address, numbers, sizes)

    def __reduce__(self) -> tuple[object, ...]:
        return StoredArticles, (None, self._address, self._numbers, self._sizes)


class HeldArticles:
    """Articles that are few enough to be held once they have been read: other passes are free."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles
        self._held: Sequence[Article] | None = None

    def __iter__(self) -> Iterator[Article]:
        return iter(self[:])

    def __getitem__(self, rows: slice, /) -> Sequence[Article]:
        if self._held is None:
            self._held = tuple(self._articles)
        return self._held[rows]
