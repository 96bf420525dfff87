"""Why not, in an editor's words: what keeps an article out of a list, with its numbers."""

from recommender.domain.list_rule import ListRule
from recommender.domain.override import Override
from recommender.domain.pick import Origin, Pick
from recommender.ranking.cards import iso_utc
from recommender.ranking.in_slot import InSlot
from recommender.ranking.standing import Ground
from recommender.ranking.why_not import WhyNot
from recommender.workflows.ground_words import named, scored
from recommender.workflows.slot_words import fare_alike, in_slot
from recommender.workflows.why_not_facts import Facts


def verdict(found: WhyNot, facts: Facts) -> str:
    """Return what keeps an article out.

    Args:
        found: as `ranking.why_not` found it.
        facts: of the two articles and the list.

    Returns:
        A sentence, or a few.
    """
    if found.slot is not None:
        also = [one for one in _others(found) if fare_alike(one, found.slot)]
        return in_slot(found.slot, found.selection, facts, also)
    if found.otherwise is not None:
        return _decided(found, found.otherwise, facts)
    if found.pick is None:
        return _alone(Ground(found.ground), facts)
    if found.ground is Ground.PICKED:
        return f"It is {_picked(found.pick, found, facts)}."
    beside = named(found.pick, found.selection)
    if found.ground is Ground.STORY:
        return f"It tells the same story as {beside}, and no list tells one twice."
    return f"It is published at the same address as {beside}."


def more(found: WhyNot, facts: Facts) -> list[str]:
    """Return what else is to be said: of the other slots, and of pins that show nothing.

    Args:
        found: as `ranking.why_not` found it.
        facts: of the two articles and the list.
    """
    slot = found.slot
    others = [one for one in _others(found) if slot is None or not fare_alike(one, slot)]
    shown = _shown_pin(found, facts)
    sentences = [
        *(in_slot(one, found.selection, facts) for one in others),
        *(_pin(one, found, facts) for one in found.pins if one != shown),
    ]
    return list(dict.fromkeys(sentences))


def _others(found: WhyNot) -> list[InSlot]:
    """Return how an article fares in the slots that do not decide."""
    return [one for one in found.slots if one is not found.slot]


def _alone(ground: Ground, facts: Facts) -> str:
    query, other = facts.languages
    return {
        Ground.QUERY: "It is the article being read itself.",
        Ground.FUTURE: f"It is dated {facts.other.published_at}, which is to come.",
        Ground.LANGUAGE: f"Its language is “{other}”, that of the article being read “{query}”.",
        Ground.STORY: "It tells the same story as the article being read.",
        Ground.ADDRESS: "It is published at the address of the article being read.",
    }[ground]


def _picked(pick: Pick, found: WhyNot, facts: Facts) -> str:
    pin = _shown_pin(found, facts)
    if pin is not None:
        return f"pick {pick.rank}, pinned by {facts.signature(pin)}"
    if pick.origin is Origin.FALLBACK:
        return f"pick {pick.rank}, from the ladder of “{pick.slot}” (rung “{pick.rung}”)"
    why = "" if found.explanation is None else f" with {scored(found.explanation)}"
    moved = f"; diversity moved it by {pick.moved:+d}" if pick.moved else ""
    return f"pick {pick.rank}, chosen by “{pick.slot}”{why}{moved}"


def _decided(found: WhyNot, without: WhyNot, facts: Facts) -> str:
    """Return what somebody decided against an article, and what would become of it without."""
    said, again = "", ""
    if found.rule is not None:
        said, again = _ruled_out(found.rule, facts), "another rule would hold"
    elif found.override is not None:
        said, again = _blocked(found.override, facts), "another block would hold"
    if without.ground is Ground.PICKED and without.pick is not None:
        return f"{said} Undone, it would be {_picked(without.pick, without, facts)}."
    still = again if without.ground is found.ground else "it would be no pick all the same"
    return f"{said} Undone, {still}. {verdict(without, facts)}"


def _blocked(block: Override, facts: Facts) -> str:
    where = "everywhere" if block.query_id is None else "under the article being read"
    within = "" if block.placement is None else f" in “{block.placement}”"
    until = "" if block.ends_at is None else f" until {iso_utc(block.ends_at)}"
    return f"It is blocked {where}{within}{until} by {facts.signature(block)}."


def _ruled_out(rule: ListRule, facts: Facts) -> str:
    until = "" if rule.ends_at is None else f" until {iso_utc(rule.ends_at)}"
    whose = f"The policy’s rule “{rule.name}”" if rule.name else "A rule"
    return f"{whose} keeps it out{until} ({rule}), by {facts.signature(rule)}."


def _shown_pin(found: WhyNot, facts: Facts) -> Override | None:
    """Return the pin that put an article where it stands, None if none did."""
    if found.ground is not Ground.PICKED or found.pick is None:
        return None
    here = (one for one in found.pins if facts.is_here(one))
    return next(here, None) if found.pick.origin is Origin.PIN else None


def _pin(pin: Override, found: WhyNot, facts: Facts) -> str:
    place = "" if pin.position is None else f" at position {pin.position}"
    by = facts.signature(pin)
    if not facts.is_of_this_list(pin):
        return f"It is pinned{place} in “{pin.placement}”, another place of the site, by {by}."
    if not pin.holds(facts.now_us) and pin.starts_at is not None:
        return f"It is pinned{place} from {iso_utc(pin.starts_at)} on by {by}."
    but = "a pin does not overrule that" if _bars_pins(found) else "no place was free from there on"
    return f"It is pinned{place} by {by}, but {but}."


def _bars_pins(found: WhyNot) -> bool:
    """Return whether what keeps an article out did so before the places of pins were filled."""
    if found.ground in {Ground.STORY, Ground.ADDRESS}:
        return found.pick is None or found.pick.origin is Origin.PIN
    return found.ground in {Ground.QUERY, Ground.FUTURE, Ground.BLOCKED, Ground.RULE}
