"""The queue of lists to judge, for many raters at once: what is next for whom."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import epoch_us
from recommender.domain.event import Event, EventKind
from recommender.domain.rating import Grade, Rating, ratings_of
from recommender.errors import MorefromError
from recommender.ranking.bundle import Bundle
from recommender.ranking.cards import Card
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from recommender.workflows.promoting import open_bundle, versions
from recommender.workflows.rating_queue import Asked, Ground, Queue

MOST_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Next:
    """One pick to judge.

    Attributes:
        place: its place among the pairs of the round, from 0.
        n_pairs: how many the round has.
        n_rated: how many of them this rater has judged.
        number: of the round, from 0.
        ground: why its list is asked for.
        query: the article being read.
        article: the pick.
        grade: what this rater said of it before, None for nothing.
    """

    place: int
    n_pairs: int
    n_rated: int
    number: int
    ground: Ground
    query: Card
    article: Card
    grade: Grade | None


def next_pair(
    queue: Queue,
    snapshot: Snapshot,
    mine: Iterable[Rating],
    number: int | None = None,
    place: int | None = None,
) -> Next | None:
    """Return what a rater is to judge next.

    Args:
        queue: the rounds.
        snapshot: what is served now; what was taken away since the rounds were made is left out.
        mine: the ratings of this rater.
        number: the round; None for the first that is not done.
        place: the pair there; None for the first that is not judged.

    Returns:
        The pair; None where all is done, or there is none of that number.
    """
    grades = {(one.query_id, one.article_id): one.grade for one in mine}
    rounds: Sequence[int] = range(MOST_ROUNDS) if number is None else (number,)
    for at in rounds:
        asked = queue.round(at)
        if not asked:
            return None
        pairs = [one for one in _pairs(asked) if _is_shown(snapshot, *one[1:])]
        open_ones = [one for one, pair in enumerate(pairs) if pair[1:] not in grades]
        if place is None and not open_ones and number is None:
            continue
        wanted = place if place is not None else (open_ones or [0])[0]
        if wanted >= len(pairs):
            return None
        ground, query_id, article_id = pairs[wanted]
        return Next(
            place=wanted,
            n_pairs=len(pairs),
            n_rated=len(pairs) - len(open_ones),
            number=at,
            ground=ground,
            query=_card(snapshot, query_id),
            article=_card(snapshot, article_id),
            grade=grades.get((query_id, article_id)),
        )
    return None


def _pairs(asked: Iterable[Asked]) -> Iterator[tuple[Ground, str, str]]:
    for one in asked:
        yield from ((one.ground, one.query_id, pick) for pick in one.pick_ids)


def _is_shown(snapshot: Snapshot, *article_ids: str) -> bool:
    return all(snapshot.find(article_id=one) is not None for one in article_ids)


def _card(snapshot: Snapshot, article_id: str) -> Card:
    ref = snapshot.find(article_id=article_id)
    return Card(article_id) if ref is None else snapshot.card(ref)


class RatingDesk:
    """The queue of a home; several threads may use one."""

    def __init__(self, settings: Settings) -> None:
        """Open nothing yet.

        Args:
            settings: whose home.
        """
        self._settings = settings
        self._lock = threading.Lock()
        self._queue: Queue | None = None
        self._events: list[Event] = []

    def queue(self, snapshot: Snapshot) -> Queue:
        """Return the queue under what is served; drawn anew when the champion is another.

        Args:
            snapshot: what is served.
        """
        with self._lock:
            held = self._queue
            if held is None or held.snapshot.bundle.version != snapshot.bundle.version:
                other = another_version(self._settings, snapshot.bundle.version)
                held = Queue(snapshot, other, epoch_us(datetime.now(UTC)))
                self._queue = held
            return held

    def ratings(self, catalogue: Catalogue) -> list[Rating]:
        """Return the ratings in force, reading no more of the history than is new.

        Args:
            catalogue: whose history.
        """
        with self._lock:
            after = self._events[-1].number if self._events else 0
            self._events += catalogue.events((EventKind.RATING,), after)
            return ratings_of(self._events)


def another_version(settings: Settings, champion: str) -> Bundle | None:
    """Return the newest version beside the champion that can be opened, None if there is none.

    Args:
        settings: whose home.
        champion: the version that serves.
    """
    found = (one for one in versions(settings) if one.is_present and one.id != champion)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        for one in found:
            try:
                return open_bundle(settings, catalogue, one.id)
            except MorefromError:  # a damaged folder is a matter for `morefrom doctor`
                continue
    return None
