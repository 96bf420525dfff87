"""Who serves is not a field that someone sets: it follows from the events.

A promotion puts a version on top, a rollback takes the top away. So two rollbacks in a row lead two
promotions back, and a rollback of a rollback is simply a promotion. An erasure changes no champion,
but what its manifest hashes to.
"""

from collections.abc import Iterable
from dataclasses import replace

from recommender.domain.event import Event, EventKind

CHAMPION_EVENTS = (EventKind.PROMOTION, EventKind.ROLLBACK, EventKind.ERASURE)
"""The kinds of event that decide who serves, and in which form."""

MANIFEST = "manifest_sha256"
"""The key under which events tell what the manifest of a version hashes to."""


def rewritten(event: Event) -> dict[str, str]:
    """Return the versions that an erasure wrote anew, and what the manifest of each hashes to.

    Args:
        event: of any kind.
    """
    said = event.detail.get("versions", {}) if event.kind is EventKind.ERASURE else {}
    return {str(name): str(sha) for name, sha in said.items()} if isinstance(said, dict) else {}


def champions(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the promotions still standing, oldest first; the last one's subject is the champion.

    Args:
        events: of any kind, in the order of the history.

    Returns:
        Promotion events, whose detail has what the manifest hashes to now. A version promoted again
        while it serves stands once, by its last promotion, so that a rollback always changes who
        serves.
    """
    standing: list[Event] = []
    for event in events:
        if event.kind is EventKind.ROLLBACK:
            del standing[-1:]
        elif event.kind is EventKind.PROMOTION:
            if standing and standing[-1].subject == event.subject:
                standing.pop()
            standing.append(event)
        for version, sha256 in rewritten(event).items():
            standing = [
                replace(one, detail={**one.detail, MANIFEST: sha256})
                if one.subject == version
                else one
                for one in standing
            ]
    return tuple(standing)
