"""`morefrom related --why-not`: why an article is not among the picks of another, with evidence.

What keeps it out is found by `ranking.why_not`. Added here is what the public zone must not know:
who blocked or pinned it and why, and what the catalogue has of an article that may not be shown.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.corpus import epoch_us
from recommender.domain.decisions import DECISION_KINDS
from recommender.domain.pick import Pick
from recommender.domain.placement import DEFAULT_PLACEMENT
from recommender.errors import UnknownArticle
from recommender.ranking import why_not as ranking
from recommender.ranking.cards import Card
from recommender.ranking.in_slot import Fare, InSlot
from recommender.ranking.searching import LiveSearch
from recommender.settings import Settings
from recommender.workflows.named import hidden_because
from recommender.workflows.override_list import decided
from recommender.workflows.relating import query_of
from recommender.workflows.snapshots import current_snapshot
from recommender.workflows.why_not_facts import Facts
from recommender.workflows.why_not_words import more, verdict

HIDDEN = "hidden"
"""The ground of an article that may not be shown at all: a draft, retracted, under embargo."""


@dataclass(frozen=True)
class Answer:
    """Why an article is not among the picks of another.

    Attributes:
        version: the champion that the picks come from.
        facts: what the two articles are, and who decided what about them.
        found: what keeps it out; None of an article that may not be shown at all.
        sentence: the same in words.
        more: sentences on the slots that do not decide, and on pins that show nothing.
    """

    version: str
    facts: Facts
    found: ranking.WhyNot | None
    sentence: str
    more: tuple[str, ...] = ()


def why_not(
    settings: Settings,
    article_id: str,
    other_id: str,
    limit: int,
    placement: str = DEFAULT_PLACEMENT,
) -> Answer:
    """Find out why an article is not among the picks of another, as they would be served now.

    Args:
        settings: whose home.
        article_id: the article being read.
        other_id: the article asked about, whatever its status.
        limit: the most picks wanted.
        placement: the name of the place on the site; UnknownPlacement if there is none such.

    Returns:
        The reason.

    Raises:
        UnknownArticle: if the one may not be shown, or the catalogue does not have the other.
    """
    now = datetime.now(UTC)
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        snapshot = current_snapshot(settings, catalogue, now)
        query = query_of(snapshot, catalogue, article_id)
        held = catalogue.article(other_id)
        events = catalogue.events(DECISION_KINDS)
    if held is None:
        remedy = "check the id, or import the article first"
        raise UnknownArticle(other_id, "the catalogue", remedy)
    other = snapshot.find(article_id=other_id)
    facts = Facts(
        query=snapshot.card(query),
        other=Card.of(held) if other is None else snapshot.card(other),
        languages=(snapshot.language(query), "" if other is None else snapshot.language(other)),
        placement=snapshot.overlay.placements.named(placement),
        limit=limit,
        now_us=epoch_us(now),
        decided={event.number: event for event in events},
    )
    version = snapshot.bundle.version
    if other is None:  # between the two looks at the catalogue it may have been published
        because = hidden_because(held, now) or "was published just now; ask again"
        return Answer(version, facts, None, f"It {because}.")
    searcher = LiveSearch() if settings.live_search else None
    found = ranking.why_not(snapshot, query, other, limit, facts.now_us, placement, searcher)
    return Answer(version, facts, found, verdict(found, facts), tuple(more(found, facts)))


def as_json(answer: Answer) -> dict[str, object]:
    """Return why an article is not among the picks as JSON values.

    Args:
        answer: what was found out.

    Returns:
        `version`, `query`, `article`, `placement`, `limit`, `ground`, `sentence`, `more` and, but
        for an article that may not be shown, all numbers; `otherwise` is the same without a block
        or a rule.
    """
    facts = answer.facts
    return {
        "version": answer.version,
        "query": _card(facts.query),
        "article": _card(facts.other),
        "placement": facts.placement.name,
        "limit": facts.limit,
        "ground": HIDDEN if answer.found is None else answer.found.ground,
        "sentence": answer.sentence,
        "more": list(answer.more),
        **({} if answer.found is None else _found(answer.found, facts)),
    }


def _found(found: ranking.WhyNot, facts: Facts) -> dict[str, object]:
    otherwise = found.otherwise
    return {
        "pick": None if found.pick is None else asdict(found.pick),
        "block": None
        if found.override is None
        else decided(found.override, facts.decided[found.override.number]),
        "rule": None
        if found.rule is None
        else decided(found.rule, facts.decided[found.rule.number]),
        "pins": [decided(one, facts.decided[one.number]) for one in found.pins],
        "explanation": None if found.explanation is None else asdict(found.explanation),
        "slot": None if found.slot is None else found.slot.slot.name,
        "slots": [_in_slot(one) for one in found.slots],
        "otherwise": None
        if otherwise is None
        else {
            "ground": otherwise.ground,
            "sentence": verdict(otherwise, facts),
            **_found(otherwise, facts),
        },
    }


def _in_slot(one: InSlot) -> dict[str, object]:
    ladder = None if one.ladder is None else asdict(one.ladder)
    return {
        "slot": one.slot.name,
        "ground": one.ground,
        **({} if one.fare is None else _fare(one.fare)),
        "ladder": ladder,
    }


def _fare(fare: Fare) -> dict[str, object]:
    passed, why = fare.passed_over, fare.explanation
    return {
        "similarity": why.similarity,
        "factors": why.factors,
        "score": why.score,
        "floor": fare.floor,
        "age_days": fare.age_days,
        "rank": fare.rank,
        "n_ranked": fare.n_ranked,
        "n_looked_at": fare.stored.n,
        "least_looked_at": fare.stored.last,
        "last_pick": None if fare.last is None else _pick(fare.last),
        "outranked_by": fare.short_by,
        "passed_over": None
        if passed is None
        else {
            "by": _pick(passed.by),
            "like": _pick(passed.like),
            "similarity": passed.similarity,
        },
    }


def _pick(pick: Pick) -> dict[str, object]:
    return {"rank": pick.rank, "id": pick.article_id, "score": pick.score}


def _card(card: Card) -> dict[str, object]:
    return {"id": card.id, "title": card.title, "url": card.url}
