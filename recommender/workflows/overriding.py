"""Pins and blocks: made, undone, listed. Each is an event that says who and why.

Two editors at work at once do not wait for each other: what one wants is judged by the overrides
that are there at the moment of writing, and judged again if another one came between.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.history import Entry
from recommender.domain.corpus import epoch_us
from recommender.domain.decisions import Decisions
from recommender.domain.event import Event, EventKind
from recommender.domain.override import UNDOES, Override, OverrideKind
from recommender.errors import (
    Busy,
    CannotUndo,
    InvalidField,
    InvalidParameter,
    PositionTaken,
)
from recommender.settings import Settings
from recommender.workflows.changes import decisions_after
from recommender.workflows.instants import read_instant
from recommender.workflows.named import check_articles

MAX_REASON_CHARS = 1_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What an editor asks for, as typed.

    Attributes:
        kind: a pin or a block.
        article_id: the article to pin or to block.
        query_id: the article under which; None, of a block, for every one.
        placement: the name of the place on the site; None for every one.
        position: of a pin, from 1; None for the next that is free.
        starts_at: from when on, ISO 8601; None for at once.
        ends_at: from when on no more, ISO 8601; None for never.
    """

    kind: OverrideKind
    article_id: str
    query_id: str | None = None
    placement: str | None = None
    position: int | None = None
    starts_at: str | None = None
    ends_at: str | None = None


def override(settings: Settings, wish: Wish, author: str, reason: str) -> Event:
    """Pin or block an article.

    Args:
        settings: whose home.
        wish: what is wanted.
        author: who wants it.
        reason: why.

    Returns:
        The event. A running public app follows it by itself. UnknownArticle, UnknownPlacement,
        PositionTaken, or InvalidParameter for anything else of the wish that cannot be.
    """
    now = datetime.now(UTC)
    reason = _checked_reason(reason)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        wanted = _wanted(wish, now)
        _check_names(catalogue, wanted)

        def decide(events: Sequence[Event]) -> Entry:
            if wanted.kind is OverrideKind.PIN:
                _check_free(wanted, events, now)
            return Entry(EventKind.OVERRIDE, wanted.article_id, wanted.to_values())

        return _append(catalogue, decide, author, reason)


def undo(settings: Settings, number: int, author: str, reason: str) -> Event:
    """Undo a pin or a block.

    Args:
        settings: whose home.
        number: of its event.
        author: who undoes it.
        reason: why.

    Returns:
        The event that undoes it; CannotUndo if it is no override, or was undone before.
    """
    reason = _checked_reason(reason)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:

        def decide(events: Sequence[Event]) -> Entry:
            held = Decisions().after(events).overrides.get(number)
            if held is None:
                raise CannotUndo(number, _what_it_is(events, number))
            if held.undone_by:
                before = _numbered(events, held.undone_by)
                raise CannotUndo(number, f"{before.author} did so already (event {before.number})")
            return Entry(EventKind.OVERRIDE, held.article_id, {UNDOES: number})

        return _append(catalogue, decide, author, reason)


def _append(
    catalogue: Catalogue, decide: Callable[[Sequence[Event]], Entry], author: str, reason: str
) -> Event:
    """Add an event that is right after all overrides that stand before it.

    Args:
        catalogue: whose history.
        decide: returns the event, or raises, after it has seen those overrides' events.
        author: who did it.
        reason: why.

    Returns:
        The event.

    Raises:
        Busy: if the database is held for too long.
    """
    kinds = (EventKind.OVERRIDE,)
    while True:
        events = catalogue.events(kinds)
        last = events[-1].number if events else 0
        entry = decide(events)
        try:
            return catalogue.append_if(
                entry.kind,
                entry.subject,
                author,
                reason,
                entry.detail,
                expected_last_of=kinds,
                expected_number=last,
            )
        except Busy:
            if not catalogue.events(kinds, last):  # nobody was quicker: the database is held
                raise


def _wanted(wish: Wish, now: datetime) -> Override:
    """Return the override that a wish is for, without its number.

    Raises:
        InvalidParameter: if there can be none.
    """
    starts_at, ends_at = read_instant("from", wish.starts_at), read_instant("until", wish.ends_at)
    if ends_at is not None and ends_at <= max(now, starts_at or now):
        expected = "an instant to come, and after the start"
        raise InvalidParameter(parameter="until", found=wish.ends_at, expected=expected)
    wanted = Override(
        number=1,  # of no account: the event brings its own
        kind=wish.kind,
        article_id=wish.article_id,
        query_id=wish.query_id,
        placement=wish.placement,
        position=wish.position,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    try:
        wanted.check()
    except InvalidField as error:
        raise InvalidParameter(error.field, error.found, error.expected) from None
    return wanted


def _check_names(catalogue: Catalogue, wanted: Override) -> None:
    """See that the articles that an override names are there, and its placement is in force."""
    named = (wanted.query_id, wanted.article_id)
    check_articles(catalogue, [one for one in named if one is not None])
    if wanted.placement is not None:
        decisions = decisions_after(catalogue, Decisions(), catalogue.last_event())
        decisions.placements.named(wanted.placement)


def _check_free(wanted: Override, events: Sequence[Event], now: datetime) -> None:
    """See that a pin meets no other one from now on.

    Raises:
        PositionTaken: if it does.
    """
    for held in Decisions().after(events).overrides.values():
        is_same_place = held.position is not None and held.position == wanted.position
        is_same_article = held.article_id == wanted.article_id
        is_pin = held.kind is OverrideKind.PIN and not held.is_over(epoch_us(now))
        if is_pin and (is_same_place or is_same_article) and held.meets(wanted):
            author = _numbered(events, held.number).author
            raise PositionTaken(
                held.article_id,
                str(held.query_id),
                held.position,
                held.number,
                author,
                is_same_article=is_same_article,
            )


def _checked_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= MAX_REASON_CHARS:
        expected = f"a few words on why, at most {MAX_REASON_CHARS:,} characters"
        raise InvalidParameter(parameter="reason", found=reason, expected=expected)
    return reason


def _what_it_is(events: Iterable[Event], number: int) -> str:
    """Return as a clause why a number is not that of an override."""
    if any(event.number == number and UNDOES in event.detail for event in events):
        return "it undid another one; pin or block again instead"
    return "it is no pin and no block"


def _numbered(events: Iterable[Event], number: int) -> Event:
    return next(event for event in events if event.number == number)
