"""The catalogue's door: articles in, snapshots and history out.

```
with Catalogue.open(settings.catalogue_url) as catalogue:
    catalogue.upsert(articles, author="anna", reason="correction")
    with catalogue.corpus(datetime.now(UTC)) as corpus:
        ...
```

One `Catalogue` may be used by several threads; each process opens its own.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Self

from recommender.catalogue import history, retraction, store
from recommender.catalogue.database import BUSY_TIMEOUT_S, Database
from recommender.catalogue.history import Entry, Expected
from recommender.catalogue.retraction import Absent
from recommender.catalogue.store import Upserted
from recommender.catalogue.stored import HeldArticles, StoredArticles
from recommender.domain.article import Article, is_article_id
from recommender.domain.corpus import Articles, Corpus
from recommender.domain.event import Event, EventKind

HELD_ARTICLES = 20_000
HELD_CHARS = 16_000_000
"""Articles within both are held by who reads them twice: the second pass is then free."""


class Catalogue:
    """All articles with all their revisions, and the history.

    Any method raises CatalogueUnavailable if the database cannot be read or written, and Busy if
    another process holds it for longer than the writer is willing to wait.
    """

    def __init__(self, database: Database, url: str) -> None:
        self._database = database
        self._url = url

    @classmethod
    def open(
        cls, url: str, busy_timeout_s: float = BUSY_TIMEOUT_S, *, must_exist: bool = False
    ) -> Self:
        """Open the catalogue, made with its folders if it is not there yet.

        Args:
            url: SQLAlchemy URL, such as `sqlite:////srv/morefrom/data/catalogue.db` or
                `postgresql://anna@db.example/news`.
            busy_timeout_s: how long a writer waits for another one.
            must_exist: refuse to make one, for whoever only wants to read.

        Returns:
            The catalogue, with its tables at their newest version; `close` it, or use `with`.
        """
        return cls(Database.open(url, busy_timeout_s, must_exist=must_exist), url)

    def close(self) -> None:
        """Give the database back."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def upsert(self, articles: Sequence[Article], author: str, reason: str) -> Upserted:
        """Make articles current: all of them, or after an error none.

        An article that differs from its current revision becomes a new revision with an event of
        its own; one that does not leaves no trace.

        Args:
            articles: of the same id the last one is current in the end.
            author: who did it.
            reason: why.

        Returns:
            How many were new, changed and unchanged; ErasedArticle if one of them was erased.
        """
        with self._database.writing() as connection:
            return store.upsert(connection, articles, author, reason)

    def absent(self, is_present: Callable[[str], bool]) -> Absent:
        """Find the published articles that a full export does not have.

        Args:
            is_present: tells by an article's id whether the export has it.

        Returns:
            Their revisions, as they are at the time of this call.
        """
        return self._database.read(partial(retraction.find_absent, is_present=is_present))

    def retract(self, absent: Absent, author: str, reason: str) -> int:
        """Retract articles, a batch in each transaction.

        Args:
            absent: the articles; one that was changed since it was found is left alone.
            author: who did it.
            reason: why.

        Returns:
            How many were retracted.
        """
        n_retracted = 0
        for numbers in absent.batches():
            with self._database.writing() as connection:
                n_retracted += retraction.retract(connection, numbers, author, reason)
        return n_retracted

    @contextmanager
    def corpus(self, at: datetime) -> Iterator[Corpus]:
        """Take a snapshot of the articles of which something may leave the newsroom.

        Args:
            at: an aware instant; published articles without an embargo that ends later are taken.

        Yields:
            The corpus in row order. It reads texts a portion at a time, the same ones on every
            pass, whatever is written meanwhile; a small one is read once and held.
        """
        taken = self._database.read(partial(store.open_articles, at=at))
        stored = StoredArticles(self._database, self._url, taken.numbers, taken.sizes)
        may_hold = len(taken.ids) <= HELD_ARTICLES and sum(taken.sizes) <= HELD_CHARS
        articles: Articles = HeldArticles(stored) if may_hold else stored
        yield Corpus(taken.ids, taken.last_event, at, articles, taken.fingerprint)

    def article(self, article_id: str) -> Article | None:
        """Return the current revision of an article whatever its status, None if there is none."""
        if not is_article_id(article_id):
            return None
        return self._database.read(partial(store.find, article_id=article_id))

    def known(self, article_ids: Collection[str]) -> set[str]:
        """Return those of some ids that articles have, whatever their status."""
        wanted = [one for one in article_ids if is_article_id(one)]
        return self._database.read(partial(store.known, article_ids=wanted))

    def n_articles(self) -> int:
        """Return how many articles there are, whatever their status."""
        return self._database.read(store.count)

    def last_event(self) -> int:
        """Return the number of the last event, 0 for an empty history."""
        return self._database.read(history.last_event)

    def last_event_at(self, instant: datetime) -> int:
        """Return the number of the last event that was recorded by an instant, 0 if none was."""
        return self._database.read(partial(history.last_event_at, instant=instant))

    def event(self, number: int) -> Event | None:
        """Return the event of a number, None if there is none."""
        return self._database.read(partial(history.find, number=number))

    def changed_since(self, number: int) -> Iterator[tuple[int, Article]]:
        """Read what became of the articles after an event.

        Args:
            number: of the event.

        Returns:
            The number and article of each current revision with a greater number, ascending, as
            they are at the time of this call.
        """
        taken = self._database.read(partial(store.changed_since, number=number))
        return taken.read(self._database)

    def revised_since(self, number: int, until: int | None = None) -> Iterator[tuple[int, Article]]:
        """Return all revisions after an event, until another, and their numbers, ascending."""
        taken = partial(store.revised_since, number=number, until=until)
        return self._database.read(taken).read(self._database)

    def embargoed_at(self, number: int, instant: datetime) -> Iterator[tuple[int, Article]]:
        """Return the published revisions in force at an event, of a later embargo, with numbers.

        Args:
            number: of the event.
            instant: their embargoes end after it.
        """
        taken = self._database.read(partial(store.embargoed_at, number=number, instant=instant))
        return taken.read(self._database)

    def embargoed_after(self, instant: datetime) -> Iterator[tuple[int, Article]]:
        """Read the published articles that are under embargo.

        Args:
            instant: an aware instant.

        Returns:
            The number and article of each current published revision whose embargo ends later,
            the next end first, as they are at the time of this call.
        """
        taken = self._database.read(partial(store.embargoed_after, instant=instant))
        return taken.read(self._database)

    def append(
        self,
        kind: EventKind,
        subject: str,
        author: str,
        reason: str,
        detail: Mapping[str, object] | None = None,
    ) -> Event:
        """Add an event to the history.

        Args:
            kind: what happened.
            subject: the id of the article or model version it happened to.
            author: who did it.
            reason: why.
            detail: what else belongs to the fact, as JSON values.

        Returns:
            The event, durable.
        """
        return self._append(Entry(kind, subject, detail or {}), author, reason, None)

    def append_if(  # noqa: PLR0913 — an event's own fields, and what must still hold
        self,
        kind: EventKind,
        subject: str,
        author: str,
        reason: str,
        detail: Mapping[str, object] | None = None,
        *,
        expected_last_of: tuple[EventKind, ...],
        expected_number: int,
    ) -> Event:
        """Add an event, unless somebody has been quicker.

        Args:
            kind: what happened.
            subject: the id of the article or model version it happened to.
            author: who did it.
            reason: why.
            detail: what else belongs to the fact, as JSON values.
            expected_last_of: the kinds of event that decide.
            expected_number: of the last event of those kinds that the caller knows, 0 if none.

        Returns:
            The event, durable. Of two simultaneous calls one returns, the other raises Busy.
        """
        expected = Expected(expected_last_of, expected_number)
        return self._append(Entry(kind, subject, detail or {}), author, reason, expected)

    def append_all(self, entries: Sequence[Entry], author: str, reason: str) -> list[Event]:
        """Add events to the history: all of them, or after an error none.

        Args:
            entries: what happened, in order.
            author: who did it.
            reason: why.

        Returns:
            The events, durable.
        """
        with self._database.writing() as connection:
            return history.append(connection, history.lock(connection), entries, author, reason)

    def events(
        self, kinds: Collection[EventKind] = tuple(EventKind), after: int = 0
    ) -> list[Event]:
        """Return the events of some kinds with a number greater than `after`, in order."""
        return self._database.read(partial(history.events, kinds=kinds, after=after))

    def settled_events(self, kinds: Collection[EventKind]) -> list[Event]:
        """Return the events of some kinds, in order, once every writer now at work has ended.

        So what is not among them never happened: not even a writer that lost its connection in the
        moment of storing can still add it.

        Args:
            kinds: the kinds wanted.
        """
        with self._database.writing() as connection:
            history.lock(connection)
            return history.events(connection, kinds, 0)

    def _append(self, entry: Entry, author: str, reason: str, expected: Expected | None) -> Event:
        with self._database.writing() as connection:
            last = history.lock(connection)
            if expected is not None:
                history.check(connection, expected)
            return history.append(connection, last, [entry], author, reason)[0]
