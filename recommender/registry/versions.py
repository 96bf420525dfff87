"""The list of versions that people read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from recommender.domain.event import Event, EventKind
from recommender.registry.champions import CHAMPION_EVENTS, MANIFEST, champions, rewritten


@dataclass(frozen=True)
class Version:
    """A trained model as the history knows it.

    Attributes:
        id: its generated id, the name of its folder.
        trained_at: when.
        author: who trained it.
        n_articles: articles in its corpus.
        manifest_sha256: the hash that stands for everything in its folder.
        is_champion: whether it serves.
        is_present: whether its folder is still there.
        last_promoted: the last promotion or rollback that made it champion, or None.
    """

    id: str
    trained_at: datetime
    author: str
    n_articles: int
    manifest_sha256: str
    is_champion: bool
    is_present: bool
    last_promoted: Event | None


def manifests(events: Iterable[Event]) -> dict[str, str]:
    """Return what the manifest of each version hashes to, in hexadecimal, by the version's id.

    Args:
        events: of any kind, in order; those of trainings and erasures are looked at.
    """
    found: dict[str, str] = {}
    for event in events:
        if event.kind is EventKind.TRAINING:
            found[event.subject] = str(event.detail[MANIFEST])
        found |= rewritten(event)
    return found


def list_versions(events: Iterable[Event], versions_dir: Path) -> list[Version]:
    """Return every version ever trained, newest first.

    Args:
        events: the whole history of trainings, promotions, rollbacks and erasures, in order.
        versions_dir: where their folders are.

    Returns:
        The versions.
    """
    history = list(events)
    standing = champions(history)
    champion = standing[-1].subject if standing else None
    promoted = {event.subject: event for event in history if event.kind in CHAMPION_EVENTS}
    hashes = manifests(history)
    trained = [event for event in history if event.kind is EventKind.TRAINING]
    return [
        Version(
            id=event.subject,
            trained_at=event.at,
            author=event.author,
            n_articles=int(str(event.detail["n_articles"])),
            manifest_sha256=hashes[event.subject],
            is_champion=event.subject == champion,
            is_present=(versions_dir / event.subject).is_dir(),
            last_promoted=promoted.get(event.subject),
        )
        for event in reversed(trained)
    ]
