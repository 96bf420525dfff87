"""Previews: what is shown before a decision is what is served after it."""

from dataclasses import replace
from typing import Any

import pytest

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.list_rule import ListRule, RuleKind
from recommender.domain.override import Override, OverrideKind
from recommender.domain.traits import NO_TRAITS, Traits
from recommender.ranking.snapshot import Snapshot
from recommender.workflows import previewing
from recommender.workflows.follower import Follower
from recommender.workflows.overriding import Wish, override
from recommender.workflows.previewing import Fate, beside, laid_over, survey
from recommender.workflows.ruling import RuleWish, rule
from tests.workflows.conftest import NOON, article

NOW_US = int(NOON.timestamp()) * 1_000_000
RUSSIA, TRADE = Traits(tags=("Russia",)), Traits(tags=("Trade",))
PIN = Override(1, OverrideKind.PIN, "opera", "talks", position=1)
NEVER = ListRule(1, RuleKind.NEVER, TRADE, RUSSIA)


@pytest.fixture
def served(stocked: Any) -> Snapshot:
    """Return what is served of five articles and one that came later."""
    stocked.promote()
    stocked.store(article("new", "Russia", "Trade", title="Russia ships grain"))
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        Follower(stocked.settings, catalogue).step(NOON)
    return Snapshot.open(stocked.settings)


def ids(lines: Any) -> list[str]:
    return [one.card.id for one in lines]


def look(snapshot: Snapshot, wanted: Override | ListRule, query_id: str = "talks") -> Any:
    query = snapshot.find(query_id)
    assert query is not None
    return beside(snapshot, laid_over(snapshot, wanted), query, NOW_US)


def test_before_and_after(served: Snapshot) -> None:
    found = look(served, PIN)
    assert found.after[0].card.id == "opera"
    assert found.query.id == "talks"
    assert {one.fate for one in found.before} <= {Fate.SAME, Fate.GONE}
    assert {one.fate for one in found.after} <= {Fate.SAME, Fate.NEW, Fate.MOVED}
    assert found.is_changed
    gone = [one.card.id for one in found.before if one.fate is Fate.GONE]
    assert set(ids(found.before)) - set(ids(found.after)) == set(gone)
    assert not look(served, replace(PIN, query_id="answer")).is_changed


@pytest.mark.parametrize(
    ("wanted", "act"),
    [
        (
            PIN,
            lambda home: override(
                home, Wish(OverrideKind.PIN, "opera", "talks", None, 1), "a", "b"
            ),
        ),
        (
            Override(1, OverrideKind.BLOCK, "answer"),
            lambda home: override(home, Wish(OverrideKind.BLOCK, "answer"), "a", "b"),
        ),
        (NEVER, lambda home: rule(home, RuleWish(RuleKind.NEVER, TRADE, RUSSIA), "a", "b")),
        (
            ListRule(1, RuleKind.STOP),
            lambda home: rule(home, RuleWish(RuleKind.STOP), "a", "b"),
        ),
    ],
    ids=["pin", "block", "rule", "stop"],
)
def test_what_is_shown_before_is_what_is_served_after(
    stocked: Any, served: Snapshot, wanted: Any, act: Any
) -> None:
    shown = {key: ids(look(served, wanted, key).after) for key in ("talks", "grain", "new")}
    act(stocked.settings)
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        Follower(stocked.settings, catalogue).step(NOON)
    now = Snapshot.open(stocked.settings)
    nothing = ListRule(1, RuleKind.NEVER, Traits(tags=("nobody",)), NO_TRAITS)
    assert shown == {key: ids(look(now, nothing, key).before) for key in shown}


def test_many_pages_are_counted_and_some_are_tried(
    served: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = survey(served, NEVER, NOW_US)
    assert (found.n_concerned, found.n_tried) == (3, 3)
    assert 0 < found.n_changed <= 3
    assert len(found.examples) == found.n_changed
    turned = survey(served, replace(NEVER, both_ways=True), NOW_US)
    assert turned.n_concerned == 5
    assert survey(served, ListRule(1, RuleKind.STOP), NOW_US).n_changed == 6
    block = survey(served, Override(1, OverrideKind.BLOCK, "answer"), NOW_US)
    assert block.n_concerned >= block.n_tried >= block.n_changed > 0
    unknown = survey(served, Override(1, OverrideKind.BLOCK, "gone"), NOW_US)
    assert (unknown.n_concerned, unknown.n_changed) == (1, 0)

    monkeypatch.setattr(previewing, "N_TRIED", 2)
    monkeypatch.setattr(previewing, "N_EXAMPLES", 1)
    few = survey(served, ListRule(1, RuleKind.STOP), NOW_US)
    assert (few.n_concerned, few.n_tried, few.n_changed, len(few.examples)) == (6, 2, 2, 1)
    assert survey(served, NEVER, NOW_US, is_wanted=lambda: False).n_tried == 0
