"""Who holds the state that counts: one reference, changed by one assignment.

Readers take `state` and ask it (`live_search`); they never wait, and never see half of a change.
Writers take turns. Merging goes on beside both: what is slow in it changes nothing.
"""

from collections.abc import Sequence
from threading import Lock

from recommender.ranking import live_search
from recommender.ranking.live import Live, Newcomer
from recommender.ranking.live_search import NO_LASTS, BothWays, Lasts, Listing


class LiveEngine:
    """A live state that changes.

    Args:
        state: where it begins.
    """

    def __init__(self, state: Live) -> None:
        self._state = state
        self._writing = Lock()

    @property
    def state(self) -> Live:
        """The state as it is now: to be taken once for everything that must agree."""
        return self._state

    def add(
        self,
        newcomer: Newcomer,
        listings: Sequence[Listing],
        lasts: Lasts,
        later_lasts: Lasts = NO_LASTS,
        replaced: Sequence[int] = (),
    ) -> tuple[int, BothWays]:
        """Take an article in, in place of an earlier revision of it if there is one.

        Args:
            newcomer: the article.
            listings: the lists to find for it, at least one.
            lasts: of the articles of the base, as for `live_search.both_ways`.
            later_lasts: of the later ones.
            replaced: numbers of what it replaces, removed at the same moment.

        Returns:
            Its number, and what it means to the others and they to it.
        """
        with self._writing:
            state = self._state.without(replaced) if replaced else self._state
            found = live_search.both_ways(state, newcomer, listings, lasts, later_lasts)
            self._state = state.with_article(newcomer)
            return state.n_rows, found

    def remove(self, rows: Sequence[int]) -> None:
        """Take articles away.

        Args:
            rows: their numbers; an IndexError refuses those that no article ever had.
        """
        with self._writing:
            self._state = self._state.without(rows)

    def merge(self) -> bool:
        """Merge segments if some are due: to be called now and then, by whoever has time.

        Returns:
            Whether there may be more to merge.
        """
        state = self._state
        segments = state.due()
        if not segments:
            return False
        whole = state.merge(segments)
        with self._writing:
            self._state = self._state.with_merged(segments, whole)
        return True
