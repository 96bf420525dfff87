"""Rules by tag and section, and the emergency stop: made, each an event that says who and why."""

from dataclasses import dataclass
from datetime import UTC, datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.catalogue.history import Entry
from recommender.domain.corpus import epoch_us
from recommender.domain.decisions import Decisions
from recommender.domain.event import Event, EventKind
from recommender.domain.list_rule import ListRule, RuleKind
from recommender.domain.traits import NO_TRAITS, Traits
from recommender.errors import InvalidField, InvalidParameter, NothingStopped
from recommender.settings import Settings
from recommender.workflows.deciding import append, checked_reason, checked_times
from recommender.workflows.named import check_articles, check_placement
from recommender.workflows.overriding import undo


@dataclass(frozen=True, slots=True)
class RuleWish:
    """What an editor asks for, as typed.

    Attributes:
        kind: what the rule is to do.
        shown: the articles that it keeps out, or asks for; none named means all.
        under: the articles under which; none named means under all.
        both_ways: whether what stands in `under` is kept out under what stands in `shown`, too.
        placement: the name of the place on the site; None for every one.
        starts_at: from when on, ISO 8601; None for at once.
        ends_at: from when on no more, ISO 8601; None for never.
    """

    kind: RuleKind
    shown: Traits = NO_TRAITS
    under: Traits = NO_TRAITS
    both_ways: bool = False
    placement: str | None = None
    starts_at: str | None = None
    ends_at: str | None = None


def rule(
    settings: Settings, wish: RuleWish, author: str, reason: str, seen: int | None = None
) -> Event:
    """Make a rule.

    Args:
        settings: whose home.
        wish: what is wanted.
        author: who wants it.
        reason: why.
        seen: number of the last decision that they had seen; None for who did not look.

    Returns:
        The event. A running public app follows it by itself. UnknownArticle, UnknownPlacement,
        DecidedMeanwhile, or InvalidParameter for anything else of the wish that cannot be.
    """
    now, reason = datetime.now(UTC), checked_reason(reason)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        wanted = wanted_rule(wish, now)
        check_rule_names(catalogue, wanted)
        entry = Entry(EventKind.OVERRIDE, wanted.subject, wanted.to_values())
        return append(settings, catalogue, lambda _: entry, author, reason, seen)


def stop(settings: Settings, what: Traits, author: str, reason: str) -> Event:
    """Take something off the site at once: an article, a tag, or with no name the whole block.

    Args:
        settings: whose home.
        what: of what nothing is shown any more.
        author: who wants it.
        reason: why.

    Returns:
        The event, which `resume` undoes; UnknownArticle if an article is named that is not there.
    """
    return rule(settings, RuleWish(RuleKind.STOP, what), author, reason)


def resume(settings: Settings, what: Traits, author: str, reason: str) -> list[Event]:
    """Undo every stop of something.

    Args:
        settings: whose home.
        what: as it was stopped.
        author: who undoes it.
        reason: why.

    Returns:
        The events that undid them.

    Raises:
        NothingStopped: if nothing of the kind is stopped.
    """
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        held = stops(catalogue, datetime.now(UTC))
    numbers = [one.number for one in held if set(one.shown) == set(what)]
    if not numbers:
        raise NothingStopped(str(what) if what else "the whole block")
    return [undo(settings, number, author, reason) for number in numbers]


def stops(catalogue: Catalogue, now: datetime) -> list[ListRule]:
    """Return the stops in force and to come, oldest first.

    Args:
        catalogue: whose history.
        now: the instant at which they are judged.
    """
    held = Decisions().after(catalogue.events((EventKind.OVERRIDE,))).rules.values()
    return [one for one in held if one.kind is RuleKind.STOP and not one.is_over(epoch_us(now))]


def wanted_rule(wish: RuleWish, now: datetime) -> ListRule:
    """Return the rule that a wish is for, without its number.

    Args:
        wish: as typed.
        now: before which nothing can end.

    Raises:
        InvalidParameter: if there can be none.
    """
    starts_at, ends_at = checked_times(wish.starts_at, wish.ends_at, now)
    wanted = ListRule(
        number=1,  # of no account: the event brings its own
        kind=wish.kind,
        shown=wish.shown,
        under=wish.under,
        both_ways=wish.both_ways,
        placement=wish.placement,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    try:
        return ListRule.from_values(wanted.number, wanted.to_values())
    except InvalidField as error:
        raise InvalidParameter(error.field, error.found, error.expected) from None


def check_rule_names(catalogue: Catalogue, wanted: ListRule) -> None:
    """See that the articles that a rule names are there, and its placement is in force.

    Args:
        catalogue: as it is now.
        wanted: the rule; UnknownArticle or UnknownPlacement if it names what is not there.
    """
    check_articles(catalogue, [*wanted.shown.articles, *wanted.under.articles])
    check_placement(catalogue, wanted.placement)
