"""What each recipe chooses: closest, latest, background, and the rules of a slot."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from recommender.domain.article import Article
from recommender.domain.placement import Placement, Placements, Slot, Source
from recommender.ranking import sources
from recommender.ranking.bundle import Bundle
from recommender.ranking.rerank import select
from recommender.ranking.rows import MILLION, similarity
from tests.ranking.lists import NOW, NOW_US, picked, placements_of, snapshot_of, told

MakeBundle = Callable[..., Bundle]
MakeArticle = Callable[..., Article]
WORDS = ["grain", "trade", "ships", "egypt", "harvest", "port", "strike", "price"]


def titled(n_words: int) -> str:
    """Return a title of the first words: the more of them two share, the closer they are."""
    return " ".join(WORDS[:n_words])


def slot(source: Source, **options: object) -> Slot:
    return Slot(source.value, source, **{"floor": 0.0, "ladder": (), **options})  # type: ignore[arg-type]


def listed(
    bundle: Bundle, *slots: Slot, limit: int = 4, revised: Iterable[Article] = ()
) -> list[tuple[str, str]]:
    return told(picked(snapshot_of(bundle, revised, placements_of(*slots)), "query", limit))


@pytest.fixture
def archive(make_article: MakeArticle) -> list[Article]:
    """Articles less and less like the query, and older and older."""
    return [
        make_article("query", titled(8), ["Egypt"], day=10),
        make_article("twin", titled(7), ["Egypt"], day=10),
        make_article("near", titled(6), day=10),
        make_article("old", titled(5), ["Egypt"], day=200),
        make_article("older", titled(4), day=400),
        make_article("fresh", titled(2), ["Egypt"], day=1),
        make_article("undated", titled(3)),
    ]


def test_default_placement_has_four_pieces_of_three_kinds(
    make_bundle: MakeBundle, archive: list[Article]
) -> None:
    found = told(picked(snapshot_of(make_bundle(archive, k=9)), "query"))
    assert found == [
        ("twin", "closest"),
        ("near", "closest"),
        ("fresh", "latest"),
        ("old", "background"),
    ]


def test_closest_is_by_similarity_times_freshness(
    make_bundle: MakeBundle, archive: list[Article]
) -> None:
    bundle = make_bundle(archive, k=9)
    plain = slot(Source.CLOSEST, places=6)
    assert [key for key, _ in listed(bundle, plain, limit=6)] == [
        "twin", "near", "old", "older", "fresh", "undated"
    ]  # fmt: skip
    fading = replace(plain, half_life_days=2.0)
    selection = picked(snapshot_of(bundle, (), placements_of(fading)), "query", 6)
    picks = {one.pick.article_id: one.pick for one in selection.picks}
    assert next(iter(picks)) == "fresh"
    assert dict(picks["fresh"].factors) == {"freshness": pytest.approx(2**-0.5)}
    assert dict(picks["near"].factors) == {"freshness": pytest.approx(2**-5)}
    assert picks.keys() == {"fresh", "twin", "near"}  # nothing is left of the others' scores
    bounded = replace(fading, freshness_floor=0.6)
    order = [key for key, _ in listed(bundle, bounded, limit=6)]
    assert order[:4] == ["twin", "near", "old", "fresh"]


def test_latest_shares_a_tag_and_is_no_closer_than_it_is(
    make_bundle: MakeBundle, archive: list[Article]
) -> None:
    bundle = make_bundle(archive, k=9)
    recent = slot(Source.LATEST, half_life_days=3.0, freshness_floor=0.05)
    assert listed(bundle, recent, limit=3) == [
        ("fresh", "latest"), ("twin", "latest"), ("old", "latest")
    ]  # fmt: skip
    demanding = replace(recent, floor=0.6)
    assert listed(bundle, demanding, limit=1) == [("twin", "latest")]


def test_latest_without_tags_is_the_freshest_of_the_close(
    make_bundle: MakeBundle, archive: list[Article]
) -> None:
    untagged = [replace(held, tags=()) for held in archive]
    recent = slot(Source.LATEST, half_life_days=3.0, freshness_floor=0.05)
    assert listed(make_bundle(untagged, k=9), recent, limit=1) == [("fresh", "latest")]


def test_latest_finds_what_is_not_among_the_nearest(
    make_bundle: MakeBundle, make_article: MakeArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nearest are all old; only what may win is compared with the query."""
    articles = [make_article("query", titled(8), ["Egypt"], day=0)]
    articles += [
        make_article(f"old{n}", titled(7 - n % 2), ["Egypt"], day=900 + n) for n in range(5)
    ]
    articles += [make_article(f"new{n}", titled(n), ["Egypt"], day=7 - n) for n in range(1, 6)]
    bundle = make_bundle(articles, k=5)
    compared: list[int] = []

    def counted(rows: object, one: int, other: int) -> int:
        compared.append(other)
        return similarity(rows, one, other)  # type: ignore[arg-type]

    monkeypatch.setattr(sources, "similarity", counted)
    recent = slot(Source.LATEST, half_life_days=5.0, freshness_floor=0.05)
    selection = picked(snapshot_of(bundle, (), placements_of(recent)), "query", 1)
    (pick,) = [one.pick for one in selection.picks]
    assert (pick.article_id, pick.slot) == ("new5", "latest")
    rows = [bundle.articles.row_of_id(key) for key in ("query", "new5")]
    assert pick.similarity == similarity(bundle.vectors, *rows) / MILLION  # type: ignore[arg-type]
    assert 0 < len(compared) <= 5

    compared.clear()
    aged = replace(recent, half_life_days=None, freshness_floor=0.0)
    assert listed(bundle, aged, limit=1) == [("old0", "latest")]
    assert compared == []


def test_background_is_old_beside_the_query_not_beside_today(
    make_bundle: MakeBundle, archive: list[Article]
) -> None:
    bundle = make_bundle(archive, k=9)
    background = slot(Source.BACKGROUND, min_age_days=100)
    assert listed(bundle, background, limit=2) == [("old", "background"), ("older", "background")]
    assert listed(bundle, replace(background, min_age_days=200)) == [("older", "background")]
    assert listed(bundle, replace(background, max_age_days=190)) == [("old", "background")]
    undated = [replace(held, published_at=None) for held in archive]
    assert listed(make_bundle(undated, k=9), background) == []


def test_ages_count_up_to_the_day_of_the_answer_elsewhere(
    make_bundle: MakeBundle, archive: list[Article]
) -> None:
    bundle = make_bundle(archive, k=9)
    aged = slot(Source.CLOSEST, min_age_days=5, max_age_days=200)
    assert [key for key, _ in listed(bundle, aged)] == ["twin", "near", "old"]
    since = [replace(archive[2], published_at=NOW - timedelta(days=2))]
    assert [key for key, _ in listed(bundle, aged, revised=since)] == ["twin", "old"]


def test_floor_of_the_training_is_used_where_none_is_named(
    make_bundle: MakeBundle, archive: list[Article]
) -> None:
    bundle = make_bundle(archive, k=9, floor=700_000)
    noise = slot(Source.CLOSEST, floor="noise")
    assert [key for key, _ in listed(bundle, noise)] == ["twin", "near", "old"]
    assert len(listed(bundle, replace(noise, floor=0.1))) == 4


def test_sections_and_tags_are_obeyed_on_the_ladder_too(
    make_bundle: MakeBundle, make_article: MakeArticle
) -> None:
    articles = [
        make_article("query", "Grain", section="News"),
        make_article("opinion", "Grain", section="Opinion"),
        make_article("sponsored", "Grain", ["Ad"], section="news"),
        make_article("news", "Grain", section="News"),
        make_article("other", "Snow", section="News"),
        make_article("sport", "Snow", section="Sport"),
    ]
    bundle = make_bundle(articles)
    everything = Slot("a", Source.CLOSEST, floor=0.0)
    assert len(listed(bundle, everything, limit=9)) == 5
    never = replace(everything, not_sections=("opinion",), not_tags=("AD",))
    assert [key for key, _ in listed(bundle, never, limit=9)] == ["news", "other", "sport"]
    only = replace(everything, sections=("NEWS",))
    assert {key for key, _ in listed(bundle, only, limit=9)} == {"news", "sponsored", "other"}
    tagged = replace(everything, tags=("ad", "none"))
    assert listed(bundle, tagged, limit=9) == [("sponsored", "a")]


def test_the_only_background_piece_is_left_to_the_background(
    make_bundle: MakeBundle, make_article: MakeArticle
) -> None:
    articles = [
        make_article("query", titled(8), day=1),
        make_article("old", titled(7), day=300),
        make_article("new1", titled(6), day=1),
        make_article("new2", titled(5), day=1),
    ]
    slots = (slot(Source.CLOSEST, places=2), slot(Source.BACKGROUND))
    assert listed(make_bundle(articles), *slots) == [
        ("new1", "closest"), ("new2", "closest"), ("old", "background")
    ]  # fmt: skip
    more = [*articles, make_article("older", titled(3), day=400)]
    assert listed(make_bundle(more), *slots) == [
        ("old", "closest"), ("new1", "closest"), ("older", "background"), ("new2", "closest")
    ]  # fmt: skip


def test_what_a_slot_cannot_fill_goes_to_the_first(
    make_bundle: MakeBundle, archive: list[Article]
) -> None:
    young = [held for held in archive if held.id not in {"old", "older"}]
    slots = (slot(Source.CLOSEST), slot(Source.BACKGROUND), slot(Source.LATEST))
    assert listed(make_bundle(young, k=9), *slots, limit=3) == [
        ("twin", "closest"), ("near", "closest"), ("fresh", "latest")
    ]  # fmt: skip


def test_prefer_fewer_leaves_places_empty(make_bundle: MakeBundle, few: list[Article]) -> None:
    slots = (Slot("a", Source.CLOSEST, floor=0.0), Slot("b", Source.BACKGROUND))
    many, fewer = (placements_of(*slots, prefer_fewer=flag) for flag in (False, True))
    bundle = make_bundle(few)
    assert told(picked(snapshot_of(bundle, (), many), "a")) == [
        ("b", "a"), ("c", "b"), ("d", "recent"), ("e", "recent")
    ]  # fmt: skip
    selection = picked(snapshot_of(bundle, (), fewer), "a")
    assert (told(selection), selection.fallback_used) == ([("b", "a"), ("c", "b")], False)
    assert picked(snapshot_of(bundle, (), fewer), None).picks == ()


def test_diversity_selects_and_says_what_it_moved(
    make_bundle: MakeBundle, make_article: MakeArticle
) -> None:
    articles = [
        make_article("query", "grain trade ships egypt"),
        make_article("a", "grain trade ships"),
        make_article("b", "grain trade ships port"),
        make_article("c", "egypt"),
    ]
    bundle = make_bundle(articles)
    plain = slot(Source.CLOSEST, places=3)
    diverse = placements_of(replace(plain, diversity=0.4))
    assert [key for key, _ in listed(bundle, plain)] == ["a", "b", "c"]
    selection = picked(snapshot_of(bundle, (), diverse), "query")
    assert [(one.pick.article_id, one.pick.moved) for one in selection.picks] == [
        ("a", 0), ("c", 1), ("b", -1)
    ]  # fmt: skip
    scores = {one.pick.article_id: one.pick.score for one in selection.picks}
    straight = picked(snapshot_of(bundle, (), placements_of(plain)), "query")
    assert scores == {one.pick.article_id: one.pick.score for one in straight.picks}


def test_a_placement_has_its_own_slots(make_bundle: MakeBundle, archive: list[Article]) -> None:
    both = placements_of(slot(Source.CLOSEST)).by_name
    side = Placement("side", (slot(Source.BACKGROUND),))
    snapshot = snapshot_of(make_bundle(archive, k=9), (), Placements({**both, "side": side}))
    selection = select(snapshot, snapshot.find("query"), 1, NOW_US, "side")
    assert told(selection) == [("old", "background")]
