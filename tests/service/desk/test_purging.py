"""What a decision has a CDN forget, against the answers that it changed."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.decisions import Decisions
from recommender.domain.event import Event, EventKind
from recommender.domain.list_rule import ListRule
from recommender.domain.override import UNDOES, Override
from service.desk.purging import keys_of_decisions
from service.public.caching import surrogate_keys
from tests.ranking.conftest import in_memory
from tests.ranking.lists import IDS, NOW
from tests.ranking.test_touched import (
    Undo,
    answer,
    override_wishes,
    rule_wishes,
    world,
    worlds,
)
from tests.service.test_purge import shown


@settings(max_examples=100)
@given(
    worlds,
    override_wishes() | rule_wishes() | st.builds(Undo, st.integers(1, 4)),
    st.sampled_from([*IDS[:6], "new"]),
)
def test_every_answer_that_a_decision_changes_is_named_by_what_it_purges(
    drawn: Any, decision: Override | ListRule | Undo, query_id: str
) -> None:
    trained, happened, placements, stories = drawn
    given_world = world(in_memory, (trained, [*happened, decision], placements, stories))
    last = 10 + len(happened)
    before, query = answer(given_world.snapshot(last, NOW), NOW, query_id, None)
    after, _ = answer(given_world.snapshot(last + 1, NOW), NOW, query_id, None)
    if shown(before) == shown(after) or query is None:
        return
    made: Any = decision
    detail: dict[str, int] = {}
    if isinstance(decision, Undo):
        made, detail = happened[-decision.back], {UNDOES: last + 1 - decision.back}
    number = detail.get(UNDOES, last + 1)
    held = {number: replace(made, number=number)} if isinstance(made, Override) else {}
    event = Event(last + 1, EventKind.OVERRIDE, "x", NOW, "anna", "why", detail)
    purged = set(keys_of_decisions([event], Decisions(overrides=held), "version"))
    assert purged & set(surrogate_keys(before, "version"))
