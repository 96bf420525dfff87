"""`morefrom promote` and `rollback`: who serves from now on, and who said so."""

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.event import Event, EventKind
from recommender.errors import NoChampion, NothingToRollBackTo, UnknownVersion
from recommender.ranking.bundle import Bundle
from recommender.ranking.cards import iso_utc
from recommender.registry.champions import CHAMPION_EVENTS, champions
from recommender.registry.versions import Version, list_versions, manifests
from recommender.settings import Settings
from recommender.workflows.asserting import check_table


def champion(catalogue: Catalogue) -> Event:
    """Return the promotion by which the champion serves.

    Args:
        catalogue: whose history decides.

    Returns:
        The event; its subject is the version, its detail has the manifest's hash.

    Raises:
        NoChampion: if nothing has been promoted.
    """
    standing = champions(catalogue.events(CHAMPION_EVENTS))
    if not standing:
        raise NoChampion
    return standing[-1]


def open_champion(settings: Settings, promotion: Event) -> Bundle:
    """Return the bundle that a promotion made champion, after the quick checks."""
    path = settings.versions_dir / promotion.subject
    return Bundle.open(path, str(promotion.detail["manifest_sha256"]))


def open_bundle(settings: Settings, catalogue: Catalogue, version: str) -> Bundle:
    """Return the bundle of any version trained in this home, after the quick checks."""
    sha256 = sha256_of(catalogue, version)
    return Bundle.open(settings.versions_dir / version, sha256)


def promote(settings: Settings, version: str, author: str, reason: str) -> Event:
    """Make a version champion.

    Args:
        settings: whose home.
        version: a version's id.
        author: who promotes.
        reason: why.

    Returns:
        The event. A running public app follows it by itself. PolicyFails if what the policy in
        force asserts is not true of the version's articles.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        last = _last_number(catalogue.events(CHAMPION_EVENTS))
        sha256 = sha256_of(catalogue, version)
        bundle = Bundle.verify(settings.versions_dir / version, sha256)
        check_table(catalogue, bundle.articles)
        return catalogue.append_if(
            EventKind.PROMOTION,
            version,
            author,
            reason,
            {"manifest_sha256": sha256},
            expected_last_of=CHAMPION_EVENTS,
            expected_number=last,
        )


def rollback(settings: Settings, author: str, reason: str) -> Event:
    """Go back to the champion before this one.

    Args:
        settings: whose home.
        author: who rolls back.
        reason: why.

    Returns:
        The event; its subject is the version that serves again.

    Raises:
        NothingToRollBackTo: if no promotion stands before the present one.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        events = catalogue.events(CHAMPION_EVENTS)
        standing = champions(events)
        if len(standing) < 2:
            raise NothingToRollBackTo
        earlier = standing[-2]
        sha256 = str(earlier.detail["manifest_sha256"])
        Bundle.verify(settings.versions_dir / earlier.subject, sha256)
        return catalogue.append_if(
            EventKind.ROLLBACK,
            earlier.subject,
            author,
            reason,
            {"from": standing[-1].subject},
            expected_last_of=CHAMPION_EVENTS,
            expected_number=_last_number(events),
        )


def versions(settings: Settings) -> list[Version]:
    """Return every version ever trained in this home, newest first."""
    kinds = (EventKind.TRAINING, *CHAMPION_EVENTS)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        return list_versions(catalogue.events(kinds), settings.versions_dir)


def sha256_of(catalogue: Catalogue, version: str) -> str:
    """Return what the manifest of a version must hash to, by its training or the last erasure.

    Args:
        catalogue: whose history knows.
        version: what may be a version's id.

    Returns:
        The hash in hexadecimal.

    Raises:
        UnknownVersion: if no version of that id was trained here.
    """
    known = manifests(catalogue.events((EventKind.TRAINING, EventKind.ERASURE)))
    if version not in known:
        raise UnknownVersion(version)
    return known[version]


def as_json(version: Version) -> dict[str, object]:
    """Return what the history knows of a version as JSON values."""
    event = version.last_promoted
    return {
        "version": version.id,
        "trained_at": iso_utc(version.trained_at),
        "author": version.author,
        "n_articles": version.n_articles,
        "manifest_sha256": version.manifest_sha256,
        "is_champion": version.is_champion,
        "is_present": version.is_present,
        "last_promoted": None
        if event is None
        else {
            "kind": event.kind,
            "at": iso_utc(event.at),
            "author": event.author,
            "reason": event.reason,
        },
    }


def _last_number(events: list[Event]) -> int:
    return events[-1].number if events else 0
