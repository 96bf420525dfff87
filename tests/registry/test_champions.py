"""Who serves follows from the promotions and rollbacks, in whatever order they came."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.event import Event, EventKind
from recommender.registry.champions import CHAMPION_EVENTS, champions

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def event(number: int, kind: EventKind, subject: str) -> Event:
    return Event(number, kind, subject, NOON, "anna", "")


steps = st.lists(st.sampled_from(["a", "b", "c", "back", "article"]), max_size=30)


@given(steps)
def test_champions_are_a_stack(some: list[str]) -> None:
    history: list[Event] = []
    stack: list[str] = []
    for number, step in enumerate(some, start=1):
        if step == "article":
            history.append(event(number, EventKind.ARTICLE, "a"))
        elif step != "back":
            history.append(event(number, EventKind.PROMOTION, step))
            if stack[-1:] != [step]:
                stack.append(step)
        elif len(stack) > 1:
            before = stack.pop()
            history.append(event(number, EventKind.ROLLBACK, stack[-1]))
            assert stack[-1] != before

        standing = champions(history)
        assert [one.subject for one in standing] == stack
        assert all(one.kind is EventKind.PROMOTION for one in standing)
        decisive = [one for one in history if one.kind in CHAMPION_EVENTS]
        if decisive:  # the event itself names who serves from then on
            assert decisive[-1].subject == standing[-1].subject


def test_two_rollbacks_lead_two_promotions_back() -> None:
    history = [
        event(1, EventKind.PROMOTION, "a"),
        event(2, EventKind.PROMOTION, "b"),
        event(3, EventKind.PROMOTION, "c"),
        event(4, EventKind.ROLLBACK, "b"),
        event(5, EventKind.ROLLBACK, "a"),
    ]

    assert [one.subject for one in champions(history)] == ["a"]


def test_version_promoted_again_stands_by_its_last_promotion() -> None:
    history = [event(1, EventKind.PROMOTION, "a"), event(2, EventKind.PROMOTION, "a")]

    assert [one.number for one in champions(history)] == [2]


def test_nobody_serves_before_a_promotion() -> None:
    assert champions([event(1, EventKind.TRAINING, "a")]) == ()
