"""What was served before now: a version that is kept, under the history as it was then."""

from datetime import datetime
from typing import NamedTuple, Self

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.erasing import erasures
from recommender.domain.corpus import instant_of
from recommender.domain.event import EventKind
from recommender.domain.picks_id import ALL, PicksInputs
from recommender.errors import InvalidPicksId, NoChampionThen, VersionGone
from recommender.ranking.bundle import Bundle
from recommender.ranking.rerank import Selection
from recommender.ranking.snapshot import Snapshot
from recommender.registry.champions import CHAMPION_EVENTS, champions
from recommender.settings import Settings
from recommender.workflows.promoting import sha256_of
from recommender.workflows.snapshots import snapshot_of


def snapshot_behind(settings: Settings, inputs: PicksInputs, picks_id: str) -> Snapshot:
    """Return what an answer was made from, as far as that touched the answer.

    Args:
        settings: whose home.
        inputs: what the picks id holds.
        picks_id: as it was given, for the error.

    Returns:
        The version with the history up to the last event that touched the answer, and the embargoes
        of the last instant that did; VersionGone or UnknownVersion if it is not here.

    Raises:
        InvalidPicksId: if the history here does not reach so far.
    """
    as_of = instant_of(inputs.since_us)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        last_event = catalogue.last_event()
        if as_of is None or inputs.last_event > last_event:
            problem = f"it names event {inputs.last_event}, and the history ends at {last_event}"
            raise InvalidPicksId(picks_id, problem)
        bundle = _kept(settings, catalogue, inputs.version)
        until = max(inputs.last_event, bundle.last_event)
        compared_until = None if inputs.compared_until == ALL else inputs.compared_until
        return snapshot_of(bundle, catalogue, as_of, until, compared_until)


def erased_since(settings: Settings, number: int) -> dict[str, datetime]:
    """Return when each article was erased that was after an event, by its id, the last one first.

    Args:
        settings: whose home.
        number: of the event.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        found = erasures(catalogue.events((EventKind.ERASURE,))).values()
    return {one.subject: one.at for one in reversed(list(found)) if one.number > number}


class Served(NamedTuple):
    """What the origin answered from at an instant of the past.

    Attributes:
        snapshot: the champion of that instant, under the history as it was.
        began: when that champion began to serve.
    """

    snapshot: Snapshot
    began: datetime

    @classmethod
    def at(cls, settings: Settings, catalogue: Catalogue, instant: datetime) -> Self:
        """Return what was served.

        Args:
            settings: whose home.
            catalogue: of that home.
            instant: aware.

        Returns:
            What was served; VersionGone if its files are lost.

        Raises:
            NoChampionThen: if nothing was.
        """
        last_event = catalogue.last_event_at(instant)
        decided = [one for one in catalogue.events(CHAMPION_EVENTS) if one.number <= last_event]
        standing = champions(decided)
        if not standing:
            raise NoChampionThen(instant)
        bundle = _kept(settings, catalogue, standing[-1].subject)
        began = next(one.at for one in reversed(decided) if one.kind is not EventKind.ERASURE)
        return cls(snapshot_of(bundle, catalogue, instant, last_event), began)


def held_from(catalogue: Catalogue, served: Served, selection: Selection) -> datetime:
    """Return since when the origin gave an answer: from what touched it last, or who serves.

    Args:
        catalogue: whose history it is.
        served: what it was made from.
        selection: the answer.
    """
    event = catalogue.event(selection.last_event)
    instants = (served.began, instant_of(selection.since_us), None if event is None else event.at)
    return max(instant for instant in instants if instant is not None)


def _kept(settings: Settings, catalogue: Catalogue, version: str) -> Bundle:
    """Return a version whose files are still here.

    Raises:
        VersionGone: if they are not.
    """
    sha256 = sha256_of(catalogue, version)
    path = settings.versions_dir / version
    if not path.is_dir():
        raise VersionGone(version)
    return Bundle.open(path, sha256)
