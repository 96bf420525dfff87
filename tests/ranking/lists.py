"""What the tests of lists share: articles by hypothesis, snapshots, and plain placements."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from recommender.domain.article import Article, Status, Tag
from recommender.domain.corpus import epoch_us
from recommender.domain.list_rule import ListRule, RuleKind
from recommender.domain.override import Override, OverrideKind
from recommender.domain.pick import Rung
from recommender.domain.placement import DEFAULT_PLACEMENT, Placement, Placements, Slot, Source
from recommender.domain.traits import NO_TRAITS, Traits, keys_of
from recommender.errors import InvalidField
from recommender.ranking.bundle import Bundle
from recommender.ranking.changes import Changes, revisions
from recommender.ranking.list_rules import ListRules
from recommender.ranking.overlay import Overlay
from recommender.ranking.overrides import Overrides
from recommender.ranking.rerank import Selection, select
from recommender.ranking.snapshot import Snapshot
from tests.ranking.comers import arrivals_of

NOW = datetime.fromisoformat("2024-05-01T12:00:00Z")
NOW_US = epoch_us(NOW)
IDS = [f"id{number}" for number in range(9)]
TAGS = [Tag("eu", "EU"), Tag("un", "UN"), Tag("nato", "NATO")]
ARTICLE = st.builds(
    Article,
    id=st.sampled_from(IDS),
    title=st.sampled_from(["Grain", "Grain trade", "Trade in grain", "Snow", "Ice"]),
    url=st.none() | st.sampled_from(["https://x.example/1", "https://x.example/2"]),
    tags=st.lists(st.sampled_from(TAGS), unique=True).map(tuple),
    section=st.sampled_from([None, "World", "Analysis"]),
    language=st.sampled_from(["en", "en", "fr"]),
    published_at=st.none() | st.integers(-4, 1).map(lambda days: NOW + timedelta(days=days)),
)
TRAINED = st.lists(ARTICLE, max_size=9, unique_by=lambda held: held.id)
REVISED = st.lists(
    st.builds(
        replace,
        ARTICLE,
        status=st.sampled_from([Status.PUBLISHED, Status.RETRACTED]),
        embargoed_until=st.sampled_from([None, None, NOW, NOW + timedelta(hours=1)]),
    ),
    max_size=4,
    unique_by=lambda held: held.id,
)
STORIES = st.dictionaries(st.sampled_from(IDS), st.sampled_from([1, 2]), max_size=5)


def placements_of(*slots: Slot, **options: Any) -> Placements:
    """Return placements whose `more-from` has these slots."""
    return Placements({DEFAULT_PLACEMENT: Placement(DEFAULT_PLACEMENT, slots, **options)})


PLAIN = placements_of(Slot("all", Source.CLOSEST, floor=0.0))
"""The closest articles, and the ladder."""
SLOT = st.builds(
    Slot,
    name=st.just("first"),
    source=st.sampled_from(Source),
    places=st.integers(1, 3),
    half_life_days=st.sampled_from([None, 1.0, 30.0]),
    freshness_floor=st.sampled_from([0.0, 0.5]),
    min_age_days=st.sampled_from([None, 0, 2]),
    max_age_days=st.sampled_from([None, 2]),
    floor=st.sampled_from([0.0, 0.4, "noise"]),
    diversity=st.sampled_from([0.0, 0.5]),
    not_tags=st.sampled_from([(), ("EU",)]),
    sections=st.sampled_from([(), ("world",)]),
    ladder=st.sampled_from([tuple(Rung), (), (Rung.RECENT, Rung.TAG)]),
).filter(lambda slot: slot.half_life_days is not None or slot.freshness_floor == 0)
PLACEMENTS = st.builds(
    lambda slots, fewer: placements_of(
        *(replace(slot, name=f"slot{n}") for n, slot in enumerate(slots)), prefer_fewer=fewer
    ),
    st.lists(SLOT, min_size=1, max_size=3),
    st.booleans(),
)
OVERRIDE = st.builds(
    lambda kind, pair, position, everywhere: Override(
        number=1,
        kind=kind,
        article_id=pair[0],
        query_id=None if everywhere and kind is OverrideKind.BLOCK else pair[1],
        position=position if kind is OverrideKind.PIN else None,
    ),
    st.sampled_from(OverrideKind),
    st.permutations(IDS).map(lambda ids: ids[:2]),
    st.sampled_from([None, 1, 2, 3]),
    st.booleans(),
)
OVERRIDES = st.lists(OVERRIDE, max_size=4).map(
    lambda held: [replace(one, number=20 + n) for n, one in enumerate(held)]
)

TRAITS = st.builds(
    Traits,
    tags=st.lists(st.sampled_from(["EU", "un", "NATO"]), max_size=2, unique=True).map(tuple),
    sections=st.sampled_from([(), (), ("World",), ("analysis",)]),
    articles=st.sampled_from([(), (), ("id1",), ("id0", "gone")]),
)


def can_be(rule: ListRule) -> bool:
    """Return whether a drawn rule makes sense."""
    try:
        rule.check()
    except InvalidField:
        return False
    return True


RULE = st.builds(
    ListRule,
    number=st.just(1),
    kind=st.sampled_from(RuleKind),
    shown=st.just(NO_TRAITS) | TRAITS | TRAITS,
    under=st.just(NO_TRAITS) | TRAITS | TRAITS,
    both_ways=st.booleans(),
    placement=st.sampled_from([None, None, DEFAULT_PLACEMENT, "elsewhere"]),
).filter(can_be)
RULES = st.lists(RULE, max_size=2).map(
    lambda held: [replace(one, number=40 + n) for n, one in enumerate(held)]
)


def is_kept_out(article: Article, query: Article | None, rule: ListRule) -> bool:
    """Say once more, in plain words, what a rule in force means."""

    def has(one: Article | None, traits: Traits) -> bool:
        return one is not None and bool(keys_of(one.id, one.tags, one.section) & set(traits))

    if rule.placement not in {None, DEFAULT_PLACEMENT}:
        return False
    is_under = not rule.under or has(query, rule.under)
    is_shown_one = not rule.shown or has(article, rule.shown)
    if rule.kind is RuleKind.STOP:
        return is_shown_one or has(query, rule.shown)
    if rule.kind is RuleKind.ONLY:
        return is_under and not is_shown_one
    the_other_way = rule.both_ways and has(query, rule.shown) and has(article, rule.under)
    return (is_under and is_shown_one) or the_other_way


def snapshot_of(
    bundle: Bundle,
    revised: Iterable[Article] = (),
    placements: Placements | None = None,
    overrides: Iterable[Override] = (),
    *,
    compared: bool = False,
    rules: Iterable[ListRule] = (),
) -> Snapshot:
    numbered = list(enumerate(revised, start=11))
    changes = replace(
        Changes.of(revisions(numbered, "en"), NOW),
        placements=placements or Placements.default(),
        overrides=Overrides(overrides),
        rules=ListRules(rules),
    )
    overlay = Overlay.in_memory(
        bundle,
        changes,
        last_event=99,
        generated_at=NOW,
        arrivals=arrivals_of(bundle, numbered) if compared else None,
    )
    return Snapshot(bundle, overlay)


LEARNT = {
    "closeness_half_life_days": 2.0,
    "closeness_least": 0.5,
    "company_least": 0.6,
    "length_power": 0.2,
    "other_section": 0.7,
}
"""Factors of the model, all at work."""


@dataclass(frozen=True)
class Situation:
    """All that a list depends on, but for who asks."""

    trained: list[Article]
    revised: list[Article]
    stories: dict[str, int]
    overrides: list[Override]
    placements: Placements
    floor: int
    rules: list[ListRule] = field(default_factory=list)

    @property
    def today(self) -> dict[str, Article]:
        """What is current of each article, by id."""
        return {held.id: held for held in (*self.trained, *self.revised)}

    def snapshot(
        self, make_bundle: Callable[..., Bundle], *, compared: bool = False, **options: Any
    ) -> Snapshot:
        """Return what is served."""
        held = {"stories": self.stories, "floor": self.floor, "learnt": LEARNT}
        bundle = make_bundle(self.trained, **held, **options)
        rest = (self.revised, self.placements, self.overrides)
        return snapshot_of(bundle, *rest, compared=compared, rules=self.rules)


def situations(
    trained: st.SearchStrategy[list[Article]] = TRAINED,
    placements: st.SearchStrategy[Placements] = PLACEMENTS,
) -> st.SearchStrategy[Situation]:
    """Return situations of any kind."""
    floor = st.integers(0, 400_000)
    rules = st.just([]) | RULES
    return st.builds(Situation, trained, REVISED, STORIES, OVERRIDES, placements, floor, rules)


def picked(snapshot: Snapshot, query_id: str | None, limit: int = 4) -> Selection:
    """Return the list under an article, now."""
    ref = snapshot.find(query_id)
    assert (ref is None) == (query_id is None)
    return select(snapshot, ref, limit, NOW_US)


def told(selection: Selection) -> list[tuple[str, str]]:
    """Return the id of each pick, and what filled its place: its slot, its rung or a pin."""
    return [
        (one.pick.article_id, one.pick.rung or (one.pick.slot if one.pick.score else "pin"))
        for one in selection.picks
    ]
