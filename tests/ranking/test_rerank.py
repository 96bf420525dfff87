"""What is picked: the promises that always hold, pins and blocks, the ladder, and its events.

The promises of every list (no self, nothing twice, nothing retracted or under embargo, never more
than asked, nothing blocked, pins first) are held here to any situation; that explanations sum up in
`test_explain`, that why-not is true in `test_why_not`, that the order of import makes no difference
in `workflows/test_order_of_import`, and all of it through a newsroom's life in
`accidents/test_promises`.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article, Status
from recommender.domain.corpus import row_order
from recommender.domain.list_rule import ListRule
from recommender.domain.override import Override, OverrideKind
from recommender.domain.pick import Origin, Reason, Rung
from recommender.domain.placement import Placements, Slot, Source
from recommender.domain.url import canonical_url
from recommender.errors import UnknownPlacement
from recommender.ranking import ladder
from recommender.ranking.bundle import Bundle
from recommender.ranking.rerank import Selection, select
from recommender.ranking.snapshot import Snapshot
from tests.ranking.lists import (
    NOW,
    NOW_US,
    PLACEMENTS,
    PLAIN,
    REVISED,
    STORIES,
    TRAINED,
    Situation,
    is_kept_out,
    picked,
    placements_of,
    situations,
    snapshot_of,
    told,
)

MakeBundle = Callable[..., Bundle]
MakeArticle = Callable[..., Article]


def slow_ids(
    snapshot: Snapshot, trained: list[Article], revised: list[Article], query: Article, limit: int
) -> list[tuple[str, str]]:
    """Return id and slot or rung of every pick of the plain placement, by lists alone."""
    gone = {held.id for held in revised}
    opened = [held for held in revised if held.is_open(NOW)]
    today = sorted([held for held in trained if held.id not in gone] + opened, key=row_order)
    by_id = {held.id: held for held in today}
    counted = [tag.slug for held in trained for tag in held.tags]
    tags = sorted(query.tags, key=lambda tag: counted.count(tag.slug))
    bundle = snapshot.bundle
    row = bundle.articles.row_of_id(query.id)
    lists = [] if row is None else [bundle.candidate_rows[row], bundle.candidate_similarity[row]]
    near = [
        (-int(near), bundle.articles.id_of(other))
        for other, near in zip(*lists, strict=True)
        if near
    ]
    near = [pair for pair in near if pair[1] in by_id]
    near.sort(key=lambda pair: (pair[0], row_order(by_id[pair[1]])))
    offers = [("all", article_id) for _, article_id in near]
    offers += [("tag", key) for _, key in near if set(by_id[key].tags) & set(tags)]
    offers += [("tag", held.id) for tag in tags for held in today if tag in held.tags]
    if query.section:
        offers += [("section", a.id) for a in today if a.section == query.section]
    offers += [("recent", held.id) for held in today]

    def marks(article_id: str) -> set[object]:
        held, ref = by_id[article_id], snapshot.find(article_id)
        assert ref is not None
        found = {article_id, held.url and canonical_url(held.url), snapshot.story(ref)}
        return found - {None}

    found: list[tuple[str, str]] = []
    taken = marks(query.id)
    for how, article_id in offers:
        held = by_id[article_id]
        past = held.published_at is None or held.published_at <= NOW
        is_readable = held.language == query.language
        if len(found) < limit and past and is_readable and not marks(article_id) & taken:
            found.append((article_id, how))
            taken |= marks(article_id)
    return found


@given(TRAINED, REVISED, STORIES, st.integers(0, 6))
def test_picks_are_those_of_the_obvious_slow_way(
    make_bundle: MakeBundle,
    trained: list[Article],
    revised: list[Article],
    stories: dict[str, int],
    limit: int,
) -> None:
    snapshot = snapshot_of(make_bundle(trained, stories=stories), revised, PLAIN)
    today = {held.id: held for held in trained} | {held.id: held for held in revised}
    for query in today.values():
        if not query.is_open(NOW):
            assert snapshot.find(query.id) is None
            continue
        selection = picked(snapshot, query.id, limit)
        assert told(selection) == slow_ids(snapshot, trained, revised, query, limit)


@given(situations(), st.integers(0, 7))
def test_promises_hold_whatever_the_placement(
    make_bundle: MakeBundle, situation: Situation, limit: int
) -> None:
    snapshot, today = situation.snapshot(make_bundle), situation.today
    for query_id in [*today, None]:
        ref = snapshot.find(query_id)
        selection = select(snapshot, ref, limit, NOW_US)
        check_promises(selection, today, limit)
        asked = query_id if ref is not None else None
        check_rules(selection, situation.rules, today, asked)
        if not situation.rules:
            check_overrides(selection, situation.overrides, asked, snapshot, limit)
        assert selection == select(snapshot, ref, limit, NOW_US)
        if asked is None:
            assert {one.pick.rung for one in selection.picks} <= {Rung.RECENT}
            assert selection.fallback_used


def check_promises(selection: Selection, today: dict[str, Article], limit: int) -> None:
    picks = [selected.pick for selected in selection.picks]
    assert len(picks) <= limit
    assert [pick.rank for pick in picks] == list(range(1, len(picks) + 1))
    assert len({pick.article_id for pick in picks}) == len(picks)
    assert selection.query is None or selection.query.id not in {pick.article_id for pick in picks}
    pages = [canonical_url(one.card.url) for one in selection.picks if one.card.url]
    assert len(set(pages)) == len(pages)
    for selected in selection.picks:
        pick = selected.pick
        article = today[pick.article_id]
        assert selected.card.id == pick.article_id
        assert article.is_open(NOW)
        assert article.published_at is None or article.published_at <= NOW
        assert (pick.origin is Origin.MODEL) == (pick.score is not None)
        assert (pick.origin is Origin.FALLBACK) == (pick.rung is not None)
        if pick.score is not None:
            assert pick.similarity is not None
            product = pick.similarity
            for _, value in pick.factors:
                assert 0 <= value <= 1
                product *= value
            assert abs(product - pick.score) <= 1e-6
            assert 0 < pick.score <= pick.similarity <= 1


def check_rules(
    selection: Selection, rules: list[ListRule], today: dict[str, Article], query_id: str | None
) -> None:
    query = None if query_id is None else today[query_id]
    for one in selection.picks:
        assert not any(is_kept_out(today[one.card.id], query, rule) for rule in rules)


def check_overrides(
    selection: Selection,
    overrides: list[Override],
    query_id: str | None,
    snapshot: Snapshot,
    limit: int,
) -> None:
    concerned = [one for one in overrides if one.query_id in {None, query_id}]
    blocked = {one.article_id for one in concerned if one.kind is OverrideKind.BLOCK}
    shown = [one.pick.article_id for one in selection.picks]
    assert not blocked & set(shown)
    pins = [one for one in concerned if one.kind is OverrideKind.PIN]
    pinned = [one.pick.article_id for one in selection.picks if one.pick.origin is Origin.PIN]
    assert set(pinned) <= {one.article_id for one in pins}
    if len(pins) == 1 and query_id is not None:
        (pin,) = pins
        ref, query = snapshot.find(pin.article_id), snapshot.find(query_id)
        assert query is not None
        if ref is None or pin.article_id in blocked or limit < (pin.position or 1):
            assert pinned == []
        elif pinned:
            assert shown.index(pin.article_id) <= (pin.position or 1) - 1
        else:  # only what bars it from any list is a reason
            own_page = snapshot.page_of(query)
            assert (
                snapshot.published_us(ref) > NOW_US
                or snapshot.story(ref) == snapshot.story(query) is not None
                or (own_page and own_page == snapshot.page_of(ref))
            )


@given(TRAINED, PLACEMENTS, st.randoms(use_true_random=False))
def test_the_order_of_import_makes_no_difference(
    make_bundle: MakeBundle, trained: list[Article], placements: Placements, order: random.Random
) -> None:
    shuffled = list(trained)
    order.shuffle(shuffled)
    snapshots = [snapshot_of(make_bundle(held), (), placements) for held in (trained, shuffled)]
    for query in trained:
        one, other = (picked(snapshot, query.id) for snapshot in snapshots)
        assert one == other


def test_pins_come_first_each_at_its_place(make_bundle: MakeBundle, few: list[Article]) -> None:
    pin = Override(21, OverrideKind.PIN, "e", "a")
    bundle = make_bundle(few)
    for position, expected in ((None, ["e", "b", "c"]), (1, ["e", "b", "c"]), (2, ["b", "e", "c"])):
        snapshot = snapshot_of(bundle, (), PLAIN, [replace(pin, position=position)])
        selection = picked(snapshot, "a", 3)
        assert [one.pick.article_id for one in selection.picks] == expected
        shown = next(one.pick for one in selection.picks if one.pick.article_id == "e")
        assert (shown.origin, shown.slot, shown.score) == (Origin.PIN, "all", None)
        assert shown.reason == Reason("pinned", "Chosen by the editors")
        assert selection.last_event == 21
        assert not selection.fallback_used
    beyond = snapshot_of(bundle, (), PLAIN, [replace(pin, position=4)])
    assert told(picked(beyond, "a", 3)) == [("b", "all"), ("c", "all"), ("d", "recent")]


def test_two_pins_for_one_place_stand_beside_each_other(
    make_bundle: MakeBundle, few: list[Article]
) -> None:
    pins = [Override(21 + n, OverrideKind.PIN, key, "a", position=2) for n, key in enumerate("ed")]
    snapshot = snapshot_of(make_bundle(few), (), PLAIN, pins)
    assert told(picked(snapshot, "a", 3)) == [("b", "all"), ("e", "pin"), ("d", "pin")]


@pytest.mark.parametrize("change", [{"status": Status.RETRACTED}, {"published_at": None}])
def test_a_dead_pin_is_passed_over(
    make_bundle: MakeBundle, few: list[Article], change: dict[str, object]
) -> None:
    if "published_at" in change:
        change = {"published_at": NOW + timedelta(days=1)}
    revised = replace(few[1], **change)  # type: ignore[arg-type]
    pin = Override(21, OverrideKind.PIN, "b", "a", position=1)
    snapshot = snapshot_of(make_bundle(few), [revised], PLAIN, [pin])
    assert told(picked(snapshot, "a", 1)) == [("c", "all")]


def test_a_pin_may_be_in_another_language_and_a_pick_of_the_model_may_not(
    make_bundle: MakeBundle, make_article: MakeArticle
) -> None:
    articles = [make_article("a", "Same"), make_article("b", "Same", language="fr")]
    bundle = make_bundle(articles)
    assert picked(snapshot_of(bundle), "a").picks == ()
    pin = Override(21, OverrideKind.PIN, "b", "a")
    assert told(picked(snapshot_of(bundle, (), None, [pin]), "a")) == [("b", "pin")]
    mixed = replace(bundle, metadata={"config": {"mix_languages": True}})
    assert told(picked(snapshot_of(mixed), "a")) == [("b", "closest")]


def test_the_blocked_is_nowhere_not_even_on_the_ladder(
    make_bundle: MakeBundle, few: list[Article]
) -> None:
    everywhere = Override(21, OverrideKind.BLOCK, "b")
    here = Override(22, OverrideKind.BLOCK, "d", "a")
    snapshot = snapshot_of(make_bundle(few), (), PLAIN, [everywhere, here])
    assert told(picked(snapshot, "a", 9)) == [("c", "all"), ("e", "recent")]
    assert picked(snapshot, "a", 9).last_event == 22
    assert "d" in [key for key, _ in told(picked(snapshot, "e", 9))]


def test_the_ladder_says_what_it_is(make_bundle: MakeBundle, make_article: MakeArticle) -> None:
    articles = [
        make_article("a", "One", ["Russia"], section="Analysis"),
        make_article("b", "Two", section="analysis"),
        make_article("c", "Three"),
    ]
    new = make_article("new", "Four", ["russia"], section="Analysis")
    selection = picked(snapshot_of(make_bundle(articles), [new]), "new", 9)
    assert [(one.pick.rung, one.pick.reason) for one in selection.picks] == [
        (Rung.TAG, Reason("same_tag", "More on russia")),
        (Rung.SECTION, Reason("same_section", "More from Analysis")),
        (Rung.RECENT, Reason("recent", "Recent")),
    ]
    assert [one.pick.article_id for one in selection.picks] == ["a", "b", "c"]
    assert [one.pick.slot for one in selection.picks] == ["closest", "closest", "latest"]
    assert (selection.fallback_used, selection.last_event) == (True, 11)


def test_what_is_below_the_floor_is_first_on_the_rung_of_the_tag(
    make_bundle: MakeBundle, make_article: MakeArticle
) -> None:
    articles = [
        make_article("a", "Grain trade", ["Russia"], day=1),
        make_article("newest", "Snow", ["Russia"], day=2),
        make_article("close", "Grain", ["Russia"], day=3),
    ]
    slot = Slot("strict", Source.CLOSEST, floor=0.9)
    snapshot = snapshot_of(make_bundle(articles), (), placements_of(slot))
    assert told(picked(snapshot, "a")) == [("close", "tag"), ("newest", "tag")]


def test_a_full_list_from_the_model_needs_no_ladder(
    make_bundle: MakeBundle, few: list[Article]
) -> None:
    selection = picked(snapshot_of(make_bundle(few)), "a", 2)
    assert [one.pick.article_id for one in selection.picks] == ["b", "c"]
    assert (selection.fallback_used, selection.last_event) == (False, 0)


def test_an_unknown_article_gets_what_is_recent(
    make_bundle: MakeBundle, few: list[Article]
) -> None:
    selection = picked(snapshot_of(make_bundle(few)), None, 2)
    assert told(selection) == [("a", "recent"), ("b", "recent")]
    assert selection.fallback_used
    empty = picked(snapshot_of(make_bundle([])), None, 2)
    assert (empty.picks, empty.fallback_used) == ((), True)


def test_an_unknown_placement_names_those_known(
    make_bundle: MakeBundle, few: list[Article]
) -> None:
    with pytest.raises(UnknownPlacement, match="'side'; known are more-from"):
        select(snapshot_of(make_bundle(few)), None, 2, NOW_US, "side")


def test_a_list_is_touched_by_the_event_that_put_its_placement_in_force(
    make_bundle: MakeBundle, few: list[Article]
) -> None:
    placements = replace(PLAIN, event=33)
    assert picked(snapshot_of(make_bundle(few), (), placements), "a", 2).last_event == 33


@pytest.mark.parametrize(
    ("revised_id", "limit", "expected"),
    [
        ("a", 1, 11),  # the query itself
        ("b", 1, 11),  # a pick
        ("c", 1, 0),  # behind the last place
        ("c", 2, 11),
    ],
)
def test_the_last_event_is_of_what_was_looked_at(
    make_bundle: MakeBundle, few: list[Article], revised_id: str, limit: int, expected: int
) -> None:
    revised = next(held for held in few if held.id == revised_id)
    slots = placements_of(Slot("one", Source.CLOSEST, places=limit, floor=0.0))
    for status in (Status.PUBLISHED, Status.RETRACTED):
        if revised_id == "a" and status is Status.RETRACTED:
            continue
        snapshot = snapshot_of(make_bundle(few), [replace(revised, status=status)], slots)
        found = picked(snapshot, "a", limit).last_event
        assert found == expected


def test_publication_is_waited_for_to_the_microsecond(
    make_bundle: MakeBundle, make_article: MakeArticle
) -> None:
    articles = [make_article("a", "Same", day=1), make_article("b", "Same", day=0)]
    snapshot = snapshot_of(make_bundle(articles))
    ref = snapshot.find("a")
    assert select(snapshot, ref, 4, NOW_US - 1).picks == ()
    assert len(select(snapshot, ref, 4, NOW_US).picks) == 1


def test_a_million_versions_of_one_story_cannot_stall_an_answer(
    make_bundle: MakeBundle, make_article: MakeArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ladder, "_MAX_LOOKED_AT", 3)
    articles = [make_article(str(day), str(day), day=day) for day in range(9)]
    stories = {str(day): 1 for day in range(8)}
    snapshot = snapshot_of(make_bundle(articles, stories=stories), (), PLAIN)
    assert told(picked(snapshot, None, 4)) == [("0", "recent")]
