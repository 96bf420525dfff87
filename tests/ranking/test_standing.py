"""Why not: each ground on which an article may not stand in a list, as a value."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from recommender.domain.article import Article
from recommender.domain.override import Override, OverrideKind
from recommender.domain.placement import DEFAULT_PLACEMENT, Slot, Source
from recommender.ranking.asked import Asked
from recommender.ranking.bundle import Bundle
from recommender.ranking.refs import Trail
from recommender.ranking.rerank import Listing
from recommender.ranking.snapshot import Snapshot
from recommender.ranking.standing import Bar, Ground, SlotRules, Standing
from tests.ranking.lists import NOW, NOW_US, PLAIN, picked, snapshot_of

MakeBundle = Callable[..., Bundle]
MakeArticle = Callable[..., Article]
BLOCK = Override(21, OverrideKind.BLOCK, "blocked")


@pytest.fixture
def snapshot(make_bundle: MakeBundle, make_article: MakeArticle) -> Snapshot:
    articles = [
        make_article("query", "Grain trade", ["Egypt"], day=9, url="https://x.example/1"),
        make_article("fine", "Grain", ["Egypt"], day=1, section="News"),
        make_article("twin", "Grain", day=9),
        make_article("same page", "Grain", day=9, url="https://x.example/1?utm_source=a"),
        make_article("french", "Grain", day=9, language="fr"),
        make_article("blocked", "Grain", day=9),
        make_article("far", "Snow", ["Egypt"], day=50),
    ]
    tomorrow = make_article("tomorrow", "Grain", published_at=NOW + timedelta(days=1))
    bundle = make_bundle([*articles, tomorrow], stories={"query": 1, "twin": 1}, k=9)
    return snapshot_of(bundle, (), PLAIN, [BLOCK])


def asked_of(snapshot: Snapshot) -> Asked:
    placement = snapshot.overlay.placements.named(DEFAULT_PLACEMENT)
    return Asked(snapshot, snapshot.find("query"), placement, Trail(NOW_US))


@pytest.mark.parametrize(
    ("article_id", "bar"),
    [
        ("query", Bar(Ground.QUERY)),
        ("fine", None),
        ("twin", Bar(Ground.STORY, beside="query")),
        ("same page", Bar(Ground.ADDRESS, beside="query")),
        ("french", Bar(Ground.LANGUAGE)),
        ("blocked", Bar(Ground.BLOCKED, override=BLOCK)),
        ("tomorrow", Bar(Ground.FUTURE)),
        ("far", None),
    ],
)
def test_ground_is_told_and_select_obeys_it(
    snapshot: Snapshot, article_id: str, bar: Bar | None
) -> None:
    asked = asked_of(snapshot)
    ref = snapshot.find(article_id)
    assert ref is not None
    standing = Standing(asked)
    assert standing.bar(ref) == bar
    shown = [one.pick.article_id for one in picked(snapshot, "query", 20).picks]
    assert (article_id in shown) == (bar is None)


def test_picks_bar_themselves_and_their_twins(snapshot: Snapshot) -> None:
    listing = Listing(asked_of(snapshot), 3)
    listing.fill()
    fine, far = snapshot.find("fine"), snapshot.find("far")
    assert fine is not None
    assert far is not None
    assert listing.standing.bar(fine) == Bar(Ground.PICKED)
    standing = Standing(asked_of(snapshot))
    standing.take(far)
    stories = replace(snapshot.bundle, stories=snapshot.bundle.stories * 0 + 7)
    beside = Standing(asked_of(Snapshot(stories, snapshot.overlay)))
    assert beside.bar(far) == Bar(Ground.STORY, beside="query")


@pytest.mark.parametrize(
    ("slot", "article_id", "similarity", "ground"),
    [
        (Slot("a", Source.CLOSEST, floor=0.5), "fine", 499_999, Ground.FLOOR),
        (Slot("a", Source.CLOSEST, floor=0.5), "fine", 500_000, None),
        (Slot("a", Source.CLOSEST, floor=0.0), "fine", 0, Ground.FLOOR),
        (Slot("a", Source.CLOSEST, min_age_days=2), "fine", 900_000, Ground.TOO_NEW),
        (Slot("a", Source.CLOSEST, max_age_days=49), "far", 900_000, Ground.TOO_OLD),
        (Slot("a", Source.CLOSEST, max_age_days=50), "far", 900_000, None),
        (Slot("a", Source.BACKGROUND, min_age_days=41), "far", 900_000, None),
        (Slot("a", Source.BACKGROUND, min_age_days=42), "far", 900_000, Ground.TOO_NEW),
        (Slot("a", Source.CLOSEST, sections=("Sport",)), "fine", 900_000, Ground.SECTION),
        (Slot("a", Source.CLOSEST, not_sections=("news",)), "fine", 900_000, Ground.SECTION),
        (Slot("a", Source.CLOSEST, not_tags=("egypt",)), "fine", 900_000, Ground.TAG),
        (Slot("a", Source.CLOSEST, tags=("Snow", "EGYPT")), "fine", 900_000, None),
        (Slot("a", Source.LATEST), "twin", 900_000, Ground.NO_SHARED_TAG),
        (Slot("a", Source.LATEST), "fine", 900_000, None),
    ],
)
def test_grounds_of_a_slot(
    snapshot: Snapshot, slot: Slot, article_id: str, similarity: int, ground: Ground | None
) -> None:
    ref = snapshot.find(article_id)
    assert ref is not None
    rules = SlotRules(asked_of(snapshot), slot)
    assert rules.bar(ref, similarity) == (None if ground is None else Bar(ground))
    on_ladder = ground if ground in {Ground.SECTION, Ground.TAG} else None
    assert rules.bar_on_ladder(ref) == (None if on_ladder is None else Bar(on_ladder))
