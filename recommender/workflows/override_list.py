"""`morefrom overrides`: what editors decided, who and why, and which pins cannot be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import epoch_us
from recommender.domain.decisions import Decisions
from recommender.domain.event import Event, EventKind
from recommender.domain.override import Override, OverrideKind
from recommender.ranking.cards import iso_utc
from recommender.settings import Settings
from recommender.workflows.named import hidden_because


class State(StrEnum):
    """What has become of an override."""

    IN_FORCE = "in force"
    TO_COME = "to come"
    ENDED = "ended"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Listed:
    """An override as the newsroom sees it.

    Attributes:
        override: what was decided.
        event: who did it, when and why.
        undone: who undid it, when and why; None while it stands.
        state: what has become of it.
        problem: a clause on why a pin in force or to come would show nothing now; None if it would.
    """

    override: Override
    event: Event
    undone: Event | None
    state: State
    problem: str | None


def overrides(settings: Settings, *, with_past: bool = False) -> list[Listed]:
    """List the overrides in force and those to come.

    Args:
        settings: whose home.
        with_past: those that ended or were undone too.

    Returns:
        The overrides, oldest first.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        return listed(catalogue, datetime.now(UTC), with_past=with_past)


def listed(catalogue: Catalogue, now: datetime, *, with_past: bool = False) -> list[Listed]:
    """List the overrides of a catalogue.

    Args:
        catalogue: whose history.
        now: the instant at which they are judged.
        with_past: those that ended or were undone too.

    Returns:
        The overrides, oldest first.
    """
    events = {event.number: event for event in catalogue.events((EventKind.OVERRIDE,))}
    held = Decisions().after(events.values()).overrides
    found = []
    for one in held.values():
        state = _state(one, epoch_us(now))
        is_past = state in {State.ENDED, State.UNDONE}
        if with_past or not is_past:
            problem = None if is_past else _problem(catalogue, one, held, now)
            undone = events.get(one.undone_by)
            found.append(Listed(one, events[one.number], undone, state, problem))
    return found


def as_json(one: Listed) -> dict[str, object]:
    """Return an override as JSON values."""
    undone = one.undone
    return {
        **decided(one.override, one.event),
        "state": one.state.value,
        "problem": one.problem,
        "undone": None if undone is None else {"event": undone.number, **_signature(undone)},
    }


def decided(override: Override, event: Event) -> dict[str, object]:
    """Return what was decided, by whom and why, as JSON values; it never leaves the newsroom.

    Args:
        override: what was decided.
        event: who did it, when and why.
    """
    return {
        "event": override.number,
        "kind": override.kind.value,
        "article_id": override.article_id,
        "query_id": override.query_id,
        "placement": override.placement,
        "position": override.position,
        "starts_at": None if override.starts_at is None else iso_utc(override.starts_at),
        "ends_at": None if override.ends_at is None else iso_utc(override.ends_at),
        **_signature(event),
    }


def _signature(event: Event) -> dict[str, object]:
    return {"author": event.author, "at": iso_utc(event.at), "reason": event.reason}


def _state(one: Override, now_us: int) -> State:
    if one.undone_by:
        return State.UNDONE
    if one.is_over(now_us):
        return State.ENDED
    return State.IN_FORCE if one.holds(now_us) else State.TO_COME


def _problem(
    catalogue: Catalogue, one: Override, overrides: Mapping[int, Override], now: datetime
) -> str | None:
    """Return why a pin would show nothing, None if it would; a block cannot fail."""
    if one.kind is OverrideKind.BLOCK:
        return None
    for other in overrides.values():
        is_block = other.kind is OverrideKind.BLOCK and other.article_id == one.article_id
        if is_block and other.meets(one) and other.holds(epoch_us(now)):
            is_whole = other.placement in {None, one.placement}
            where = "there" if is_whole else f"in {other.placement}"
            return f"the article is blocked {where} (event {other.number})"
    for what, article_id in (("article", one.article_id), ("query", one.query_id)):
        problem = hidden_because(catalogue.article(str(article_id)), now)
        if problem is not None:
            return f"the {what} {problem}"
    return None
