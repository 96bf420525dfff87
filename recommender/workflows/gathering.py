"""What happened to a catalogue since one bundle was trained, gathered as it comes.

Nothing is read twice: what is known stays, and each look takes what is new. A look that fails half
way, because the database went away, leaves all as it was.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.erasing import without_words
from recommender.domain.article import Article
from recommender.domain.decisions import Decisions
from recommender.domain.event import EventKind
from recommender.ranking.bundle import Bundle
from recommender.ranking.changes import Changes, Revised
from recommender.ranking.overlay import Overlay
from recommender.workflows.arriving import Comparing
from recommender.workflows.changes import changes_after, decisions_after


class Gathering:
    """The history after a bundle's training, as far as it was read.

    Attributes:
        bundle: what it is laid over.
        comparing: of its revisions with the bundle's articles.
        decisions: those in force.
        last_event: number of the last event that was read; -1 before the first look.
    """

    def __init__(self, bundle: Bundle, known: Decisions | None = None) -> None:
        """Begin with nothing.

        Args:
            bundle: trained in this home.
            known: decisions that were read for another bundle of the same history.
        """
        self.bundle = bundle
        self.comparing = Comparing(bundle)
        self.decisions = known or Decisions()
        self.last_event = -1
        self._revised: dict[int, Revised] = {}

    def look(self, catalogue: Catalogue, now: datetime, until: int | None = None) -> None:
        """Read what is new.

        Args:
            catalogue: whose history it is.
            now: the instant at which embargoes will be judged.
            until: number of the last event that counts; None for all.
        """
        last_event = catalogue.last_event() if until is None else until
        if self.last_event < 0:
            found = list(changes_after(catalogue, self.bundle, now, until))
        else:
            found = list(catalogue.revised_since(self.last_event, until))
        # More may have happened since the number was read; then that counts too.
        last_event = max(last_event, *(number for number, _ in found), 0)
        self.decisions = decisions_after(catalogue, self.decisions, last_event)
        self._forget_erased(catalogue)
        for number, article in found:
            self._revised[number] = Revised.of(number, article, self.bundle.language)
            self.comparing.expect(number, article)
        self.last_event = last_event

    def _forget_erased(self, catalogue: Catalogue) -> None:
        """Take the words out of what was read of articles before they were erased."""
        erased = {one.subject for one in catalogue.events((EventKind.ERASURE,), self.last_event)}
        for number, held in self._revised.items() if erased else ():
            if held.article.id in erased:
                left = without_words(held.article.id)
                self._revised[number] = Revised.of(number, left, self.bundle.language)
                self.comparing.forget(number)

    def compare(self, seconds: float | None = None) -> None:
        """Compare revisions with the bundle's articles, in the order of the history.

        Args:
            seconds: after which to stop, with at least one compared; None to go on to the end.
        """
        self.comparing.go_on(self.last_event, seconds)

    @contextmanager
    def with_one_more(self, number: int, article: Article) -> Iterator[None]:
        """Let an article count that the catalogue does not have, compared with the others.

        Args:
            number: greater than that of the last event.
            article: the article, whole.

        Yields:
            Nothing.
        """
        self._revised[number] = Revised.of(number, article, self.bundle.language)
        self.comparing.expect(number, article)
        try:
            self.comparing.go_on(self.last_event)
            yield
        finally:
            del self._revised[number]
            self.comparing.forget(number)

    def changes(self, now: datetime) -> Changes:
        """Return what it all comes to.

        Args:
            now: the instant at which embargoes are judged.
        """
        return Changes.of(self._revised.values(), now, self.decisions)

    def overlay(self, now: datetime, compared_until: int | None = None) -> Overlay:
        """Return it as an overlay without files.

        Args:
            now: the instant at which embargoes are judged.
            compared_until: number of the last event whose revision counts as compared; that up to
                which all were, if not given.
        """
        comparing = self.comparing
        until = comparing.until if compared_until is None else compared_until
        return Overlay.in_memory(
            self.bundle,
            self.changes(now),
            last_event=self.last_event,
            generated_at=now,
            arrivals=comparing.arrivals,
            compared_until=until,
        )
