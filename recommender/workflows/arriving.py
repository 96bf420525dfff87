"""What later revisions mean to a bundle: read as its training would have, and compared with it."""

import time
from dataclasses import replace

from recommender.domain.article import Article, Status
from recommender.ranking.arrival import Arrival, Arrivals
from recommender.ranking.bundle import Bundle
from recommender.ranking.reception import Reception
from recommender.workflows.as_trained import AsTrained


class Comparer:
    """Compares revisions with one bundle."""

    def __init__(self, bundle: Bundle) -> None:
        """Open what reads texts and what searches; a second, and as much memory as the words take.

        Args:
            bundle: verified, here or in the process that handed it on.
        """
        self._as_trained = AsTrained(bundle)
        self._reception = Reception(bundle)
        self.compare(0, Article("none", title="None"))  # so that the loops are loaded

    def compare(self, number: int, article: Article) -> Arrival:
        """Return what an exact search finds of a revision, all that the model learnt being frozen.

        Args:
            number: of its event.
            article: the revision, whole.
        """
        language = self._as_trained.language_of(article)
        read = replace(self._as_trained.read(article).article, language=language)
        return self._reception.compare(number, read, self._reception.vector_of(read))


class Comparing:
    """The arrivals of one bundle, found revision by revision in the order of the history.

    Attributes:
        arrivals: those found so far.
        until: number of the last event up to which all revisions were compared.
    """

    def __init__(self, bundle: Bundle) -> None:
        """Begin with none, and open nothing before there is one.

        Args:
            bundle: what they are compared with.
        """
        self.arrivals = Arrivals(bundle)
        self.until = 0
        self._bundle = bundle
        self._comparer: Comparer | None = None
        self._waiting: dict[int, Article] = {}

    @property
    def n_waiting(self) -> int:
        """How many revisions were not compared yet."""
        return len(self._waiting)

    def expect(self, number: int, article: Article) -> None:
        """Take note of a revision that is to be compared.

        Args:
            number: of its event.
            article: the revision, whole. One that is not published is nobody's neighbour.
        """
        if article.status is Status.PUBLISHED and number not in self.arrivals:
            self._waiting[number] = article

    def forget(self, number: int) -> None:
        """Forget a revision, whether it was compared or not.

        Args:
            number: of its event.
        """
        self._waiting.pop(number, None)
        if number in self.arrivals:
            self.arrivals.remove(number)

    def go_on(self, last_event: int, seconds: float | None = None) -> None:
        """Compare what waits, in the order of the history.

        Args:
            last_event: number of the last event that was read: with it all will be done.
            seconds: after which to stop, with at least one compared; None to go on to the end.
        """
        if self._waiting:
            self._compare(self._opened(), seconds)
        if not self._waiting:
            self.until = last_event

    def _opened(self) -> Comparer:
        if self._comparer is None:
            self._comparer = Comparer(self._bundle)
        return self._comparer

    def _compare(self, comparer: Comparer, seconds: float | None) -> None:
        began = time.monotonic()
        for number in sorted(self._waiting):
            self.arrivals.add(comparer.compare(number, self._waiting.pop(number)))
            self.until = max(self.until, number)
            if seconds is not None and time.monotonic() - began > seconds:
                break
