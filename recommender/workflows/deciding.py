"""How a decision of an editor gets into the history: with a reason, and after all that stand.

Two editors at work at once do not wait for each other: what one wants is judged by the decisions
that are there at the moment of writing, and judged again if another one came between. Who filled in
a form may say up to which event they had seen the history; if somebody decided since, nothing is
written and they are told what.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.history import Entry
from recommender.domain.decisions import DECISION_KINDS, PLACEMENTS_POLICY
from recommender.domain.event import Event, EventKind
from recommender.domain.list_rule import ListRule, RuleKind
from recommender.domain.override import UNDOES, Override
from recommender.errors import Busy, DecidedMeanwhile, InvalidField, InvalidParameter
from recommender.settings import Settings
from recommender.workflows.instants import read_instant
from recommender.workflows.waking import wake

MAX_REASON_CHARS = 1_000


def checked_reason(reason: str) -> str:
    """Return a reason in one line.

    Args:
        reason: as somebody wrote it.

    Raises:
        InvalidParameter: if it is none.
    """
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= MAX_REASON_CHARS:
        expected = f"a few words on why, at most {MAX_REASON_CHARS:,} characters"
        raise InvalidParameter(parameter="reason", found=reason, expected=expected)
    return reason


def checked_times(
    starts_at: str | None, ends_at: str | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Return the instants at which a decision begins and ends.

    Args:
        starts_at: ISO 8601; None for at once.
        ends_at: ISO 8601; None for never.
        now: before which nothing can end.

    Raises:
        InvalidParameter: if these are none, or none to come.
    """
    begins, ends = read_instant("from", starts_at), read_instant("until", ends_at)
    if ends is not None and ends <= max(now, begins or now):
        expected = "an instant to come, and after the start"
        raise InvalidParameter(parameter="until", found=ends_at, expected=expected)
    return begins, ends


def append(
    settings: Settings,
    catalogue: Catalogue,
    decide: Callable[[Sequence[Event]], Entry],
    author: str,
    reason: str,
    seen: int | None = None,
) -> Event:
    """Add an event that is right after all decisions that stand before it.

    Args:
        settings: whose home; its follower is woken.
        catalogue: whose history.
        decide: returns the event, or raises, after it has seen those decisions' events.
        author: who did it.
        reason: why.
        seen: number of the last event that they had seen; None for who did not look.

    Returns:
        The event.

    Raises:
        Busy: if the database is held for too long.
    """
    while True:
        events = catalogue.events(DECISION_KINDS)
        last = events[-1].number if events else 0
        _check_seen(events, seen)
        entry = decide(events)
        try:
            made = catalogue.append_if(
                entry.kind,
                entry.subject,
                author,
                reason,
                entry.detail,
                expected_last_of=DECISION_KINDS,
                expected_number=last,
            )
        except Busy:
            if not catalogue.events(DECISION_KINDS, last):  # nobody was quicker: it is held
                raise
            continue
        wake(settings.serving_dir)
        return made


def last_decision(catalogue: Catalogue) -> int:
    """Return the number of the last decision: what a form says that its reader had seen.

    Args:
        catalogue: whose history.
    """
    events = catalogue.events(DECISION_KINDS)
    return events[-1].number if events else 0


def told(event: Event) -> str:
    """Return a decision as a clause: who did what, and why.

    Args:
        event: of one of `DECISION_KINDS`.
    """
    return f"{event.author} {_what(event)} (event {event.number}: {event.reason})"


def _check_seen(events: Sequence[Event], seen: int | None) -> None:
    """See that nobody decided anything since somebody looked.

    Raises:
        DecidedMeanwhile: if they did.
    """
    later = [event for event in events if seen is not None and event.number > seen]
    if later:
        raise DecidedMeanwhile([told(event) for event in later], later[-1].number)


def _what(event: Event) -> str:
    if event.kind is EventKind.POLICY:
        is_of_lists = event.subject == PLACEMENTS_POLICY
        return f"changed the {'placements' if is_of_lists else event.subject + ' policy'}"
    if UNDOES in event.detail:
        return f"undid event {event.detail[UNDOES]}, about “{event.subject}”"
    try:
        if event.detail.get("kind") in list(RuleKind):
            return f"made the rule “{ListRule.from_values(event.number, event.detail)}”"
        made = Override.from_values(event.number, event.subject, event.detail)
    except InvalidField:
        return f"decided something about “{event.subject}”"
    where = "everywhere" if made.query_id is None else f"under “{made.query_id}”"
    verb = "pinned" if made.kind.value == "pin" else "blocked"
    return f"{verb} “{made.article_id}” {where}"
