"""Pins and blocks: what is refused, in one sentence, and what two editors at once get."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given
from hypothesis import settings as examples

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Status
from recommender.domain.event import Event, EventKind
from recommender.domain.override import Override, OverrideKind
from recommender.errors import (
    Busy,
    CannotUndo,
    InvalidParameter,
    MorefromError,
    PositionTaken,
    UnknownArticle,
    UnknownPlacement,
)
from recommender.settings import load_settings
from recommender.workflows.deciding import MAX_REASON_CHARS
from recommender.workflows.override_list import State, as_json, listed, overrides
from recommender.workflows.overriding import Wish, override, undo
from tests.workflows.conftest import FEW, Newsroom

SOON = datetime.now(UTC) + timedelta(days=1)
DAY = timedelta(days=1)
PIN = Wish(OverrideKind.PIN, "opera", "talks", position=2)
BLOCK = Wish(OverrideKind.BLOCK, "opera")


@pytest.fixture
def database_url(either_database_url: str | None) -> str | None:
    """Run every test of this module on both kinds of database."""
    return either_database_url


def ask(newsroom: Any, wish: Wish, author: str = "anna") -> Event:
    return override(newsroom.settings, wish, author, " for a  reason ")


def events(newsroom: Any) -> list[Event]:
    with Catalogue.open(newsroom.settings.catalogue_url) as catalogue:
        return catalogue.events((EventKind.OVERRIDE,))


def test_a_wish_becomes_an_event(stocked: Any) -> None:
    made = ask(stocked, replace(PIN, placement="more-from", ends_at="2099-01-01"))

    assert (made.kind, made.subject, made.author) == (EventKind.OVERRIDE, "opera", "anna")
    assert made.reason == "for a reason"
    (one,) = overrides(stocked.settings)
    assert (one.event, one.state, one.undone, one.problem) == (made, State.IN_FORCE, None, None)
    told = as_json(one)
    assert told | {"at": "", "event": 0} == {
        "event": 0,
        "kind": "pin",
        "article_id": "opera",
        "query_id": "talks",
        "placement": "more-from",
        "position": 2,
        "starts_at": None,
        "ends_at": "2099-01-01T00:00:00Z",
        "state": "in force",
        "problem": None,
        "author": "anna",
        "at": "",
        "reason": "for a reason",
        "undone": None,
    }


@pytest.mark.parametrize(
    ("wish", "error", "words"),
    [
        (replace(PIN, article_id="nope"), UnknownArticle, "no article 'nope' in the catalogue"),
        (replace(PIN, query_id="nope"), UnknownArticle, "no article 'nope' in the catalogue"),
        (replace(BLOCK, query_id="nope"), UnknownArticle, "no article 'nope' in the catalogue"),
        (replace(PIN, article_id=" "), InvalidParameter, "“article_id” is ' '"),
        (replace(PIN, query_id="opera"), InvalidParameter, "expected another article's id"),
        (replace(PIN, query_id=None), InvalidParameter, "“query_id” is None"),
        (replace(PIN, position=0), InvalidParameter, "“position” is 0, expected 1 to 20"),
        (replace(PIN, position=21), InvalidParameter, "“position” is 21, expected 1 to 20"),
        (replace(BLOCK, position=1), InvalidParameter, "expected 1 to 20, of a pin"),
        (replace(PIN, placement="nope"), UnknownPlacement, "'nope'; known are more-from"),
        (replace(PIN, starts_at="soon"), InvalidParameter, "“from” is 'soon', expected an ISO"),
        (replace(PIN, ends_at="2020-01-01"), InvalidParameter, "“until” is '2020-01-01'"),
        (
            replace(PIN, starts_at="2098-01-02", ends_at="2098-01-02T00:00"),
            InvalidParameter,
            "expected an instant to come, and after the start",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    stocked: Any, wish: Wish, error: type[MorefromError], words: str
) -> None:
    with pytest.raises(error) as caught:
        ask(stocked, wish)
    assert words in str(caught.value)
    assert events(stocked) == []


@pytest.mark.parametrize("reason", ["", " \n", "x" * (MAX_REASON_CHARS + 1)])
def test_a_reason_is_asked_for(stocked: Any, reason: str) -> None:
    with pytest.raises(InvalidParameter, match="“reason”"):
        override(stocked.settings, PIN, "anna", reason)
    made = ask(stocked, PIN)
    with pytest.raises(InvalidParameter, match="“reason”"):
        undo(stocked.settings, made.number, "anna", reason)


@pytest.mark.parametrize(
    "wish",
    [
        PIN,
        replace(PIN, article_id="grain"),
        replace(PIN, article_id="grain", placement="more-from"),
        replace(PIN, position=3),
        replace(PIN, position=None),
        replace(PIN, article_id="grain", starts_at="2090-01-01"),
    ],
    ids=["the same", "another article", "in one placement", "at another", "anywhere", "later"],
)
def test_a_second_pin_in_the_way_names_the_first(stocked: Any, wish: Wish) -> None:
    first = ask(stocked, PIN, "ben")
    with pytest.raises(PositionTaken) as caught:
        ask(stocked, wish)
    assert (
        f"at position 2 under 'talks' at that time already, by ben (event {first.number})"
        in str(caught.value)
    )
    undo(stocked.settings, first.number, "ben", "over")
    ask(stocked, wish)


def test_pins_that_never_meet_may_both_stand(stocked: Any) -> None:
    ask(stocked, replace(PIN, ends_at="2090-01-01"))
    for wish in (
        replace(PIN, article_id="grain", position=1),
        replace(PIN, article_id="ships", position=None),
        replace(PIN, article_id="answer", position=None),
        replace(PIN, query_id="grain"),
        replace(PIN, starts_at="2090-01-01"),
        replace(BLOCK, query_id="talks"),
        BLOCK,
    ):
        ask(stocked, wish)
    assert len(overrides(stocked.settings)) == 8


def test_a_pin_that_ended_is_in_nobodys_way(stocked: Any) -> None:
    ended = Override(1, OverrideKind.PIN, "opera", "talks", position=2, ends_at=SOON - 2 * DAY)
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        catalogue.append(EventKind.OVERRIDE, "opera", "anna", "once", ended.to_values())
    ask(stocked, PIN)
    assert [one.state for one in overrides(stocked.settings, with_past=True)] == [
        State.ENDED,
        State.IN_FORCE,
    ]


def test_only_an_override_that_stands_can_be_undone(stocked: Any) -> None:
    made = ask(stocked, BLOCK)
    gone = undo(stocked.settings, made.number, "ben", "a mistake")
    assert (gone.subject, gone.author, gone.detail) == ("opera", "ben", {"undoes": made.number})

    for number, words in (
        (made.number, f"ben did so already (event {gone.number})"),
        (gone.number, "it undid another one; pin or block again instead"),
        (1, "it is no pin, no block and no rule"),
        (10**30, "it is no pin, no block and no rule"),
    ):
        with pytest.raises(CannotUndo, match=f"Event {number} cannot be undone: ") as caught:
            undo(stocked.settings, number, "carl", "why not")
        assert words in str(caught.value)
    assert events(stocked)[-1] == gone
    (one,) = overrides(stocked.settings, with_past=True)
    assert (one.state, one.undone) == (State.UNDONE, gone)
    assert as_json(one)["undone"] == {
        "event": gone.number,
        "author": "ben",
        "at": gone.at.isoformat().replace("+00:00", "Z"),
        "reason": "a mistake",
    }


def test_two_editors_at_once(stocked: Any) -> None:
    """Of two pins for one place one stands; those for different places all do."""
    wishes = [
        replace(PIN, article_id=article_id, position=position)
        for article_id in ("answer", "grain", "ships", "opera")
        for position in (1, 2, 3, 4)
    ]

    def attempt(place: int) -> Event | str:
        try:
            return ask(stocked, wishes[place], f"editor {place}")
        except PositionTaken as error:
            return str(error)

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(attempt, range(len(wishes))))

    stands = [one.override for one in overrides(stocked.settings)]
    assert len([one for one in got if isinstance(one, Event)]) == len(stands) == 4
    assert {one.position for one in stands} == {1, 2, 3, 4}
    assert {one.article_id for one in stands} == {"answer", "grain", "ships", "opera"}


def test_a_database_that_is_held_is_told(stocked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*_: object, **__: object) -> Event:
        raise Busy(what="Writing to the catalogue", holder="another process")

    monkeypatch.setattr(Catalogue, "append_if", held)
    with pytest.raises(Busy, match="another process"):
        ask(stocked, PIN)


def test_states_and_pins_that_show_nothing(stocked: Any) -> None:
    wishes = {
        "answer": replace(PIN, article_id="answer", position=1),
        "grain": replace(PIN, article_id="grain", position=2),
        "ships": replace(PIN, article_id="ships", position=3),
        "opera": replace(PIN, position=4),
    }
    numbers = {key: ask(stocked, wish).number for key, wish in wishes.items()}
    held = {one.id: one for one in FEW}
    stocked.store(
        replace(held["answer"], status=Status.RETRACTED),
        replace(held["grain"], status=Status.DRAFT),
        replace(held["ships"], embargoed_until=SOON),
        replace(held["opera"], published_at=SOON),
    )

    def problems() -> list[str | None]:
        return [one.problem for one in overrides(stocked.settings)]

    soon = SOON.isoformat().replace("+00:00", "Z")
    assert problems() == [
        "the article is retracted",
        "the article is a draft",
        f"the article is under embargo until {soon}",
        f"the article is dated {soon}, which is to come",
    ]
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        assert [one.problem for one in listed(catalogue, SOON + DAY)][2:] == [None, None]

    stocked.store(*held.values())
    assert problems() == [None] * 4
    elsewhere = replace(BLOCK, article_id="grain", query_id="ships")
    blocks = [
        ask(stocked, replace(BLOCK, article_id="answer")),
        ask(stocked, replace(BLOCK, article_id="ships", placement="more-from")),
        ask(stocked, elsewhere),
        ask(stocked, replace(BLOCK, query_id="talks", starts_at=SOON.isoformat())),
    ]
    assert problems() == [
        f"the article is blocked there (event {blocks[0].number})",
        None,
        f"the article is blocked in more-from (event {blocks[1].number})",
        *[None] * 5,
    ]
    stocked.store(replace(held["talks"], status=Status.RETRACTED))
    assert problems()[1] == "the query is retracted"
    assert list(numbers.values()) == sorted(numbers.values())


def test_to_come_and_ended(stocked: Any) -> None:
    window = {"starts_at": SOON.isoformat(), "ends_at": (SOON + DAY).isoformat()}
    ask(stocked, replace(PIN, **window))
    with Catalogue.open(stocked.settings.catalogue_url) as catalogue:
        for at, state, n_listed in (
            (SOON - DAY, State.TO_COME, 1),
            (SOON, State.IN_FORCE, 1),
            (SOON + DAY, State.ENDED, 0),
        ):
            assert [one.state for one in listed(catalogue, at, with_past=True)] == [state]
            assert len(listed(catalogue, at)) == n_listed


@given(
    said=st.lists(
        st.one_of(
            st.tuples(
                st.just("pin"), st.sampled_from(["opera", "grain"]), st.sampled_from([None, 1, 2])
            ),
            st.tuples(st.just("block"), st.sampled_from(["opera", "grain"])),
            st.tuples(st.just("undo"), st.integers(1, 8)),
        ),
        max_size=8,
    )
)
@examples(max_examples=15)
def test_any_sequence_leaves_what_a_simple_account_says(
    said: list[tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    newsroom = fresh(tmp_path_factory)
    standing: dict[int, tuple[Any, ...]] = {}
    for what, *rest in said:
        with_room = [one for one in standing.values() if one[0] == "pin"]
        try:
            if what == "undo":
                number = sorted(standing)[rest[0] - 1] if rest[0] <= len(standing) else 999
                undo(newsroom.settings, number, "anna", "why")
                del standing[number]
                continue
            kind = OverrideKind(what)
            query = "talks" if what == "pin" else None
            made = ask(newsroom, Wish(kind, rest[0], query, position=[*rest, None][1]))
            standing[made.number] = (what, *rest)
        except PositionTaken:
            assert any(rest[0] == one[1] or (rest[1] and rest[1] == one[2]) for one in with_room)
        except CannotUndo:
            assert rest[0] > len(standing)

    found = {one.override.number: one.override for one in overrides(newsroom.settings)}
    assert {
        number: (one.kind.value, one.article_id, one.position)[: 3 if one.kind == "pin" else 2]
        for number, one in found.items()
    } == standing


def fresh(factory: pytest.TempPathFactory) -> Newsroom:
    newsroom = Newsroom(load_settings(factory.mktemp("home"), {}))
    newsroom.store(*FEW)
    return newsroom
