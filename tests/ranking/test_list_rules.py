"""Rules against the obvious slow way: every article that one keeps out, blocked by its name."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.article import Article
from recommender.domain.list_rule import ListRule, RuleKind
from recommender.domain.override import Override, OverrideKind
from recommender.domain.placement import Placement, Slot, Source
from recommender.domain.traits import Traits
from recommender.ranking.bundle import Bundle
from recommender.ranking.list_rules import ListRules
from recommender.ranking.rerank import select
from tests.ranking.lists import (
    NOW_US,
    PLAIN,
    RULE,
    RULES,
    Situation,
    is_kept_out,
    picked,
    placements_of,
    situations,
    snapshot_of,
    told,
)
from tests.ranking.pairs import SlowSearcher

MakeBundle = Callable[..., Bundle]
MakeArticle = Callable[..., Article]
RUSSIA, SNOW = Traits(tags=("Russia",)), Traits(sections=("Snow",))
NEVER = ListRule(21, RuleKind.NEVER, shown=SNOW, under=RUSSIA)


@given(situations(), RULES, st.integers(0, 7))
def test_a_rule_is_a_block_of_every_article_that_it_keeps_out(
    make_bundle: MakeBundle, situation: Situation, rules: list[ListRule], limit: int
) -> None:
    bundle = replace(situation, rules=rules).snapshot(make_bundle).bundle
    given_facts = (bundle, situation.revised, situation.placements)
    ruled = snapshot_of(*given_facts, situation.overrides, rules=rules)
    today = situation.today
    for query_id in [*today, None]:
        ref = ruled.find(query_id)
        query = None if ref is None or query_id is None else today[query_id]
        number = iter(range(100, 200))
        blocks = [
            Override(next(number), OverrideKind.BLOCK, one.id)
            for one in today.values()
            if any(is_kept_out(one, query, rule) for rule in rules)
        ]
        blocked = snapshot_of(*given_facts, [*situation.overrides, *blocks])

        assert told(picked(ruled, query and query.id, limit)) == told(
            picked(blocked, query and query.id, limit)
        )


@given(st.lists(RULE, max_size=6), st.integers(0, 9))
def test_json_comes_back_and_says_nothing_else(drawn: list[ListRule], event: int) -> None:
    rules = [
        replace(one, number=n, undone_by=n + 9 if n % 3 == 0 else 0, name="a" * (n % 2))
        for n, one in enumerate(drawn, start=1)
    ]
    held = ListRules(rules, event)
    assert ListRules.from_json(held.to_json()) == held
    assert hash(ListRules.from_json(held.to_json())) == hash(held)
    assert list(held) == rules
    assert held != ListRules(rules, event + 1)
    for one in json.loads(held.to_json())["rules"]:
        assert one.keys() == {
            *("number", "undone_by", "name", "kind", "shown", "under", "both_ways", "placement"),
            *("starts_us", "ends_us"),
        }


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"{", b"7", b"[]", b"{}", b'{"event": 1}', b'{"event": 1, "rules": [{}]}'),
        *(b'{"event": "x", "rules": []}', b"[" * 100_000),
        b'{"event": 1, "rules": [{"number": 1, "undone_by": 0, "name": "", "kind": "maybe"}]}',
    ],
)
def test_what_cannot_be_read_is_one_kind_of_error(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        ListRules.from_json(text)


def test_a_rule_that_was_undone_long_ago_is_left_out() -> None:
    gone = replace(NEVER, undone_by=30)
    assert list(ListRules([gone]).undone_after(29)) == [gone]
    assert list(ListRules([gone], 7).undone_after(30)) == []
    assert ListRules([gone], 7).undone_after(30).event == 7
    assert len(ListRules([NEVER]).without(NEVER)) == 0


@pytest.fixture
def archive(make_article: MakeArticle) -> list[Article]:
    """Return three articles on Russia, two of them in the section Snow, and one on nothing."""
    return [
        make_article("q", "Grain", ["Russia"]),
        make_article("near", "Grain", ["Russia"], section="Snow", day=1),
        make_article("far", "Grain ice", ["Russia"], day=2),
        make_article("other", "Grain", section="snow", day=3),
    ]


@pytest.mark.parametrize(
    ("rule", "under", "expected"),
    [
        (NEVER, "q", ["far"]),
        (NEVER, "other", ["near", "q", "far"]),
        (replace(NEVER, both_ways=True), "other", []),
        (replace(NEVER, under=Traits()), None, ["q", "far"]),
        (replace(NEVER, placement="side"), "q", ["near", "far", "other"]),
        (replace(NEVER, kind=RuleKind.ONLY), "q", ["near", "other"]),
        (replace(NEVER, shown=Traits()), "q", []),
        (ListRule(21, RuleKind.STOP), "q", []),
        (ListRule(21, RuleKind.STOP), None, []),
        (ListRule(21, RuleKind.STOP, Traits(articles=("far",))), "q", ["near", "other"]),
        (ListRule(21, RuleKind.STOP, Traits(articles=("far",))), "far", []),
    ],
)
def test_what_a_rule_means(
    make_bundle: MakeBundle,
    archive: list[Article],
    rule: ListRule,
    under: str | None,
    expected: list[str],
) -> None:
    snapshot = snapshot_of(make_bundle(archive), (), PLAIN, rules=[rule])
    selection = picked(snapshot, under, 9)
    assert sorted(one.card.id for one in selection.picks) == sorted(expected)


def test_a_pin_does_not_overrule_a_rule(make_bundle: MakeBundle, archive: list[Article]) -> None:
    pin = Override(22, OverrideKind.PIN, "near", "q", position=1)
    snapshot = snapshot_of(make_bundle(archive), (), PLAIN, [pin], rules=[NEVER])
    assert told(picked(snapshot, "q", 9)) == [("far", "all")]


def test_a_rule_touches_the_lists_that_it_concerns_and_no_other(
    make_bundle: MakeBundle, archive: list[Article]
) -> None:
    undone = replace(NEVER, undone_by=25)
    for rules, expected in (([NEVER], 21), ([undone], 25), ([], 0)):
        snapshot = snapshot_of(make_bundle(archive), (), PLAIN, rules=rules)
        assert picked(snapshot, "q", 1).last_event == expected
        assert picked(snapshot, "other", 1).last_event == 0
    turned = snapshot_of(make_bundle(archive), (), PLAIN, rules=[replace(NEVER, both_ways=True)])
    assert picked(turned, "other", 1).last_event == 21


def test_a_rule_starves_no_list(make_bundle: MakeBundle, make_article: MakeArticle) -> None:
    """What the training stored is all kept out, and those behind it are found all the same."""
    near = [make_article(f"near{n}", "Grain trade", section="Snow", day=n) for n in range(1, 4)]
    far = [make_article(f"far{n}", "Grain", day=n) for n in range(4, 6)]
    query = make_article("q", "Grain trade", ["Russia"])
    bundle = make_bundle([query, *near, *far], k=3)
    slots = placements_of(Slot("all", Source.CLOSEST, floor=0.0, places=2, ladder=()))
    snapshot = snapshot_of(bundle, (), slots, rules=[NEVER])
    assert isinstance(slots.named("more-from"), Placement)

    alone = picked(snapshot, "q", 2)
    assert (told(alone), alone.is_certain) == ([], False)
    searched = select(snapshot, snapshot.find("q"), 2, NOW_US, searcher=SlowSearcher())
    assert told(searched) == [("far4", "all"), ("far5", "all")]
    assert searched.is_certain
