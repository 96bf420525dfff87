"""Pins and blocks: made, and undone, as rules are too. Each is an event that says who and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.history import Entry
from recommender.domain.corpus import epoch_us
from recommender.domain.decisions import Decisions
from recommender.domain.event import Event, EventKind
from recommender.domain.list_rule import ListRule
from recommender.domain.override import UNDOES, Override, OverrideKind
from recommender.errors import CannotUndo, InvalidField, InvalidParameter, PositionTaken
from recommender.settings import Settings
from recommender.workflows.deciding import append, checked_reason, checked_times
from recommender.workflows.named import check_articles, check_placement


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


def override(
    settings: Settings, wish: Wish, author: str, reason: str, seen: int | None = None
) -> Event:
    """Pin or block an article.

    Args:
        settings: whose home.
        wish: what is wanted.
        author: who wants it.
        reason: why.
        seen: number of the last decision that they had seen; None for who did not look.

    Returns:
        The event. A running public app follows it by itself. UnknownArticle, UnknownPlacement,
        PositionTaken, DecidedMeanwhile, or InvalidParameter for anything else that cannot be.
    """
    now = datetime.now(UTC)
    reason = checked_reason(reason)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        wanted = wanted_override(wish, now)
        check_override_names(catalogue, wanted)

        def decide(events: Sequence[Event]) -> Entry:
            check_free(wanted, events, now)
            return Entry(EventKind.OVERRIDE, wanted.article_id, wanted.to_values())

        return append(settings, catalogue, decide, author, reason, seen)


def undo(
    settings: Settings, number: int, author: str, reason: str, seen: int | None = None
) -> Event:
    """Undo a pin, a block or a rule.

    Args:
        settings: whose home.
        number: of its event.
        author: who undoes it.
        reason: why.
        seen: number of the last decision that they had seen; None for who did not look.

    Returns:
        The event that undoes it; CannotUndo if it is no override, or was undone before.
    """
    reason = checked_reason(reason)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:

        def decide(events: Sequence[Event]) -> Entry:
            decided = Decisions().after(events)
            held = decided.overrides.get(number) or decided.rules.get(number)
            if held is None:
                raise CannotUndo(number, _what_it_is(events, number))
            if held.undone_by:
                before = _numbered(events, held.undone_by)
                raise CannotUndo(number, f"{before.author} did so already (event {before.number})")
            subject = held.subject if isinstance(held, ListRule) else held.article_id
            return Entry(EventKind.OVERRIDE, subject, {UNDOES: number})

        return append(settings, catalogue, decide, author, reason, seen)


def wanted_override(wish: Wish, now: datetime) -> Override:
    """Return the override that a wish is for, without its number.

    Args:
        wish: as typed.
        now: before which nothing can end.

    Raises:
        InvalidParameter: if there can be none.
    """
    starts_at, ends_at = checked_times(wish.starts_at, wish.ends_at, now)
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


def check_override_names(catalogue: Catalogue, wanted: Override) -> None:
    """See that the articles that an override names are there, and its placement is in force.

    Args:
        catalogue: as it is now.
        wanted: the override; UnknownArticle or UnknownPlacement if it names what is not there.
    """
    named = (wanted.query_id, wanted.article_id)
    check_articles(catalogue, [one for one in named if one is not None])
    check_placement(catalogue, wanted.placement)


def check_free(wanted: Override, events: Sequence[Event], now: datetime) -> None:
    """See that a pin meets no other one from now on.

    Args:
        wanted: an override; a block is in nobody's way.
        events: all decisions so far.
        now: the instant from which on.

    Raises:
        PositionTaken: if it does.
    """
    if wanted.kind is not OverrideKind.PIN:
        return
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


def _what_it_is(events: Iterable[Event], number: int) -> str:
    """Return as a clause why a number is not that of an override."""
    if any(event.number == number and UNDOES in event.detail for event in events):
        return "it undid another one; pin or block again instead"
    return "it is no pin, no block and no rule"


def _numbered(events: Iterable[Event], number: int) -> Event:
    return next(event for event in events if event.number == number)
