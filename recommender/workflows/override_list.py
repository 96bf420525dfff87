"""`morefrom overrides`: what editors decided, who and why, and which pins cannot be shown."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.domain.corpus import epoch_us
from recommender.domain.decisions import Decisions
from recommender.domain.event import Event, EventKind
from recommender.domain.list_rule import ListRule
from recommender.domain.override import Override, OverrideKind
from recommender.domain.traits import keys_of
from recommender.ranking.cards import iso_utc
from recommender.settings import Settings
from recommender.workflows.changes import decisions_after
from recommender.workflows.named import hidden_because


class State(StrEnum):
    """What has become of an override."""

    IN_FORCE = "in force"
    TO_COME = "to come"
    ENDED = "ended"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Listed:
    """An override or a rule as the newsroom sees it.

    Attributes:
        override: what was decided.
        event: who did it, when and why.
        undone: who undid it, when and why; None while it stands.
        state: what has become of it.
        problem: a clause on why a pin in force or to come would show nothing now; None if it would.
    """

    override: Override | ListRule
    event: Event
    undone: Event | None
    state: State
    problem: str | None


def overrides(settings: Settings, *, with_past: bool = False) -> list[Listed]:
    """List the overrides and rules in force and those to come.

    Args:
        settings: whose home.
        with_past: those that ended or were undone too.

    Returns:
        Overrides and rules, oldest first.
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
    decided = decisions_after(catalogue, Decisions(), catalogue.last_event())
    held: dict[int, Override | ListRule] = {**decided.overrides, **decided.rules}
    found = []
    for number, one in sorted(held.items()):
        if number not in events:  # made this moment
            continue
        state = _state(one, epoch_us(now))
        is_past = state in {State.ENDED, State.UNDONE}
        if with_past or not is_past:
            problem = None if is_past else _problem(catalogue, one, decided, now)
            undone = events.get(one.undone_by)
            found.append(Listed(one, events[number], undone, state, problem))
    return found


def problem_of(catalogue: Catalogue, wanted: Override | ListRule, now: datetime) -> str | None:
    """Return as a clause why a decision would show nothing, None if it would.

    Args:
        catalogue: as it is now.
        wanted: the decision, made or not.
        now: the instant at which it is judged.
    """
    decided = decisions_after(catalogue, Decisions(), catalogue.last_event())
    return _problem(catalogue, wanted, decided, now)


def as_json(one: Listed) -> dict[str, object]:
    """Return an override as JSON values."""
    undone = one.undone
    return {
        **decided(one.override, one.event),
        "state": one.state.value,
        "problem": one.problem,
        "undone": None if undone is None else {"event": undone.number, **_signature(undone)},
    }


def decided(override: Override | ListRule, event: Event) -> dict[str, object]:
    """Return what was decided, by whom and why, as JSON values; it never leaves the newsroom.

    Args:
        override: what was decided.
        event: who did it, when and why.
    """
    return {
        "event": override.number,
        "kind": override.kind.value,
        **(_of_rule(override) if isinstance(override, ListRule) else _of_override(override)),
        "starts_at": None if override.starts_at is None else iso_utc(override.starts_at),
        "ends_at": None if override.ends_at is None else iso_utc(override.ends_at),
        **_signature(event),
    }


def _of_override(override: Override) -> dict[str, object]:
    return {
        "article_id": override.article_id,
        "query_id": override.query_id,
        "placement": override.placement,
        "position": override.position,
    }


def _of_rule(rule: ListRule) -> dict[str, object]:
    return {
        "name": rule.name or None,
        "shown": rule.shown.to_values(),
        "under": rule.under.to_values(),
        "both_ways": rule.both_ways,
        "placement": rule.placement,
    }


def _signature(event: Event) -> dict[str, object]:
    return {"author": event.author, "at": iso_utc(event.at), "reason": event.reason}


def _state(one: Override | ListRule, now_us: int) -> State:
    if one.undone_by:
        return State.UNDONE
    if one.is_over(now_us):
        return State.ENDED
    return State.IN_FORCE if one.holds(now_us) else State.TO_COME


def _problem(
    catalogue: Catalogue, one: Override | ListRule, decided: Decisions, now: datetime
) -> str | None:
    """Return why a pin would show nothing, None if it would; a block or a rule cannot fail."""
    if isinstance(one, ListRule) or one.kind is OverrideKind.BLOCK:
        return None
    for other in decided.overrides.values():
        is_block = other.kind is OverrideKind.BLOCK and other.article_id == one.article_id
        if is_block and other.meets(one) and other.holds(epoch_us(now)):
            is_whole = other.placement in {None, one.placement}
            where = "there" if is_whole else f"in {other.placement}"
            return f"the article is blocked {where} (event {other.number})"
    pinned, query = (catalogue.article(str(key)) for key in (one.article_id, one.query_id))
    for what, article in (("article", pinned), ("query", query)):
        problem = hidden_because(article, now)
        if problem is not None:
            return f"the {what} {problem}"
    rule = _rule_against(pinned, query, one, decided, now)
    if rule is None:
        return None
    by = f"policy “{rule.name}”" if rule.name else "rule"
    return f"the {by} keeps the article out there (event {rule.number})"


def _rule_against(
    pinned: Article | None, query: Article | None, pin: Override, decided: Decisions, now: datetime
) -> ListRule | None:
    """Return the first rule in force that keeps a pinned article out, None if none does."""
    if pinned is None or query is None:
        return None
    fold = decided.synonyms.fold
    keys, own = (keys_of(one.id, one.tags, one.section) for one in map(fold, (pinned, query)))
    for rule in decided.all_rules:
        is_here = rule.placement is None or rule.placement == pin.placement
        if is_here and rule.holds(epoch_us(now)) and rule.keeps_out(keys, own):
            return rule
    return None
