"""Decisions are what the events come to, in one piece or bit by bit."""

from datetime import UTC, datetime
from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from recommender.domain.decisions import DECISION_KINDS, Decisions
from recommender.domain.event import Event, EventKind
from recommender.domain.override import UNDOES
from recommender.domain.placement import Placements

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
FOOTER = {
    **Placements.default().to_values(),
    "footer": {"slots": [{"name": "a", "source": "closest"}]},
}


def event(number: int, kind: EventKind, subject: str, detail: dict[str, Any]) -> Event:
    return Event(number, kind, subject, NOON, "anna", "why", detail)


def pin(number: int, article_id: str = "a", position: int | None = None) -> Event:
    detail = {"kind": "pin", "query_id": "q", "position": position}
    return event(number, EventKind.OVERRIDE, article_id, detail)


def undo(number: int, undone: int) -> Event:
    return event(number, EventKind.OVERRIDE, "a", {UNDOES: undone})


def test_without_events_there_are_the_defaults() -> None:
    assert Decisions().after([]) == Decisions()
    assert Decisions().placements.to_values() == Placements.default().to_values()
    assert (Decisions().last_event, Decisions().problem) == (0, None)


def test_the_last_policy_counts() -> None:
    default = Placements.default().to_values()
    put = [event(3, EventKind.POLICY, "placements", FOOTER)]
    put.append(
        event(
            4, EventKind.POLICY, "synonyms", {"alias": "russian-federation", "canonical": "russia"}
        )
    )

    decided = Decisions().after(put)
    assert decided.placements.named("footer").slots[0].name == "a"
    assert (decided.placements.event, decided.last_event, decided.problem) == (3, 4, None)
    assert decided.synonyms.event == 4
    decided = decided.after([event(5, EventKind.POLICY, "placements", default)])
    assert decided.placements.to_values() == default
    assert (decided.placements.event, decided.last_event) == (5, 5)


def test_what_cannot_be_read_keeps_out_nothing_else() -> None:
    bad = event(4, EventKind.OVERRIDE, "b", {"kind": "boost"})
    worse = event(5, EventKind.POLICY, "placements", {"more-from": 7})
    decided = Decisions().after([pin(3), bad, worse, pin(6, "c"), undo(7, 4)])

    assert list(decided.overrides) == [3, 6]
    assert decided.placements == Placements.default()
    assert list(decided.unread) == [4, 5, 7]
    assert decided.problem is not None
    assert decided.problem.startswith("Event 4 cannot be read and does not count: kind is 'boost'")
    assert decided.problem.endswith(".")
    assert not decided.problem.endswith("..")


some_events = st.lists(
    st.one_of(
        st.builds(
            lambda article, at: ("pin", article, at), st.sampled_from("abc"), st.integers(0, 3)
        ),
        st.integers(1, 12).map(lambda number: ("undo", number)),
        st.booleans().map(lambda footer: ("policy", footer)),
        st.just(("bad",)),
    ),
    max_size=12,
)


def history(said: list[tuple[Any, ...]]) -> list[Event]:
    made = []
    for number, (what, *rest) in enumerate(said, start=1):
        match what:
            case "pin":
                made.append(pin(number, rest[0], rest[1] or None))
            case "undo":
                made.append(undo(number, rest[0]))
            case "policy":
                values = FOOTER if rest[0] else Placements.default().to_values()
                made.append(event(number, EventKind.POLICY, "placements", values))
            case _:
                made.append(event(number, EventKind.OVERRIDE, "b", {"kind": "boost"}))
    return made


@given(said=some_events, cut=st.integers(0, 12))
def test_bit_by_bit_is_the_same_as_all_at_once(said: list[tuple[Any, ...]], cut: int) -> None:
    events = history(said)
    whole = Decisions().after(events)

    assert Decisions().after(events[:cut]).after(events[cut:]) == whole
    assert Decisions().after(events[:cut]).after(events) == whole, "told twice"
    assert whole.last_event == len(events)
    assert {one.kind for one in events} <= set(DECISION_KINDS)


@given(said=some_events)
def test_it_is_what_the_simplest_account_says(said: list[tuple[Any, ...]]) -> None:
    standing: dict[int, tuple[str, int | None]] = {}
    undone: set[int] = set()
    for number, (what, *rest) in enumerate(said, start=1):
        if what == "pin":
            standing[number] = (rest[0], rest[1] or None)
        if what == "undo" and rest[0] in standing:
            undone.add(rest[0])

    found = Decisions().after(history(said)).overrides

    assert {n: (one.article_id, one.position) for n, one in found.items()} == standing
    assert {number for number, one in found.items() if one.undone_by} == undone
