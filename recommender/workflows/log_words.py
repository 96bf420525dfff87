"""What happened, in words for people: half a sentence that follows the name of who did it.

Articles stand in it by their ids, so that a page can make links of them and a table their
headlines. Whatever an event says that cannot be read, it is told of in general words: the log never
leaves one out.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from recommender.catalogue.log import Act, Statuses
from recommender.domain.article import Status
from recommender.domain.decisions import PLACEMENTS_POLICY
from recommender.domain.event import Event, EventKind
from recommender.domain.list_rule import ListRule, RuleKind
from recommender.domain.override import UNDOES, Override, OverrideKind
from recommender.domain.policy import SENSITIVITY_POLICY
from recommender.domain.rating import Rating
from recommender.domain.synonyms import SYNONYMS_POLICY
from recommender.errors import InvalidField


class Mention(NamedTuple):
    """An article in the middle of a sentence, by its id."""

    article_id: str


Words = tuple[str | Mention, ...]
"""A sentence, put together from pieces."""

_STORED: dict[Status, str] = {
    Status.PUBLISHED: "published",
    Status.DRAFT: "stored a draft of",
    Status.RETRACTED: "retracted",
}


def of_article(found: Statuses | None) -> str:
    """Return what became of an article by one of its revisions, as a verb.

    Args:
        found: its status before and since; None where the history does not tell.
    """
    if found is None:
        return "stored"
    before, now = found
    if before is now:
        return "corrected" if now is Status.PUBLISHED else "changed"
    if before is Status.RETRACTED and now is Status.PUBLISHED:
        return "restored"
    return _STORED[now]


def words(act: Act, statuses: dict[int, Statuses]) -> Words:
    """Return what somebody did.

    Args:
        act: what they did.
        statuses: what revisions made of their articles, by number; as far as it was looked up.
    """
    event, n = act.first, act.n_events
    if n > 1 and event.kind is EventKind.ARTICLE:
        if statuses.keys().isdisjoint(range(event.number, act.last.number + 1)):
            return (f"stored {n:,} articles",)
        numbers = range(act.first.number, act.last.number + 1)
        return (_counted(map(statuses.get, numbers)),)
    if n > 1:
        return (f"rated {n:,} picks",)
    if event.kind is EventKind.ARTICLE:
        return (f"{of_article(statuses.get(event.number))} ", Mention(event.subject))
    try:
        return _TOLD.get(event.kind, _in_general)(event)
    except InvalidField:
        return _in_general(event)


def flat(said: Words, titles: dict[str, str]) -> str:
    """Return words as one text.

    Args:
        said: the words.
        titles: headlines, by id; an article without one stands by its id.
    """
    return "".join(
        one if isinstance(one, str) else f"“{titles.get(one.article_id) or one.article_id}”"
        for one in said
    )


def _counted(found: Iterable[Statuses | None]) -> str:
    """Return what became of several articles: “published 3, corrected 2 articles”."""
    verbs = Counter(map(of_article, found))
    parts = [
        f"{verb} {n:,}" for verb, n in sorted(verbs.items(), key=lambda one: (-one[1], one[0]))
    ]
    return f"{', '.join(parts)} articles"


def _training(event: Event) -> Words:
    n = event.detail.get("n_articles")
    return (f"trained {event.subject}" + (f" on {n:,} articles" if isinstance(n, int) else ""),)


def _promotion(event: Event) -> Words:
    return (f"promoted {event.subject}",)


def _rollback(event: Event) -> Words:
    return (f"rolled back to {event.subject} from {event.detail.get('from', 'another version')}",)


def _override(event: Event) -> Words:
    if UNDOES in event.detail:
        return (f"undid event {event.detail[UNDOES]}, about ", Mention(event.subject))
    if event.detail.get("kind") in list(RuleKind):
        return (f"made the rule: {ListRule.from_values(event.number, event.detail)}",)
    made = Override.from_values(event.number, event.subject, event.detail)
    verb = "pinned " if made.kind is OverrideKind.PIN else "blocked "
    under: Words = (" everywhere",)
    if made.query_id is not None:
        under = (" under ", Mention(made.query_id))
    where = "" if made.position is None else f" at position {made.position}"
    within = "" if made.placement is None else f" in {made.placement}"
    return (verb, Mention(event.subject), *under, where + within)


def _rating(event: Event) -> Words:
    if UNDOES in event.detail:
        return (
            f"took back the rating of event {event.detail[UNDOES]}, under ",
            Mention(event.subject),
        )
    rating = Rating.of(event)
    said = f"rated {rating.grade.name.lower()}: "
    return (said, Mention(rating.article_id), " under ", Mention(rating.query_id))


def _policy(event: Event) -> Words:
    if event.subject == PLACEMENTS_POLICY:
        return ("changed the placements: " + ", ".join(map(str, event.detail)),)
    if event.subject == SENSITIVITY_POLICY:
        return ("put another policy of what is sensitive in force",)
    if event.subject != SYNONYMS_POLICY:
        return _in_general(event)
    alias, canonical = event.detail.get("alias"), event.detail.get("canonical")
    if event.detail.get("apart"):
        return (f"decided that the tags {alias} and {canonical} are two",)
    if canonical is None:
        return (f"split the tag {alias} from the one it was merged into",)
    return (f"merged the tag {alias} into {event.detail.get('label') or canonical}",)


def _person(event: Event) -> Words:
    change, role = event.detail.get("change"), event.detail.get("role")
    said = {
        "invited": f"invited {event.subject} as {role}",
        "joined": "took up the invitation to the desk",
        "role": f"made {event.subject} {role}, who was {event.detail.get('before')}",
        "revoked": f"shut {event.subject} out",
        "signed out": f"signed {event.subject} out everywhere",
    }
    return (said.get(str(change), f"changed {event.subject}: {change}"),)


def _erasure(event: Event) -> Words:
    return ("erased ", Mention(event.subject))


def _in_general(event: Event) -> Words:
    if event.kind is EventKind.POLICY:
        return (f"changed the policy “{event.subject}”",)
    return (f"{event.kind.value}: {event.subject}",)


_TOLD: dict[EventKind, Callable[[Event], Words]] = {
    EventKind.TRAINING: _training,
    EventKind.PROMOTION: _promotion,
    EventKind.ROLLBACK: _rollback,
    EventKind.OVERRIDE: _override,
    EventKind.RATING: _rating,
    EventKind.POLICY: _policy,
    EventKind.ERASURE: _erasure,
    EventKind.PERSON: _person,
}
