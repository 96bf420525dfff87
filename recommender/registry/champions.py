"""Who serves is not a field that someone sets: it follows from the events.

A promotion puts a version on top, a rollback takes the top away. So two rollbacks in a row lead two
promotions back, and a rollback of a rollback is simply a promotion.
"""

from collections.abc import Iterable

from recommender.domain.event import Event, EventKind

CHAMPION_EVENTS = (EventKind.PROMOTION, EventKind.ROLLBACK)
"""The kinds of event that decide who serves."""


def champions(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the promotions still standing, oldest first; the last one's subject is the champion.

    Args:
        events: of any kind, in the order of the history.

    Returns:
        Promotion events. A version promoted again while it serves stands once, by its last
        promotion, so that a rollback always changes who serves.
    """
    standing: list[Event] = []
    for event in events:
        if event.kind is EventKind.ROLLBACK:
            del standing[-1:]
        elif event.kind is EventKind.PROMOTION:
            if standing and standing[-1].subject == event.subject:
                standing.pop()
            standing.append(event)
    return tuple(standing)
