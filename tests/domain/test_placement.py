"""Placements read strictly: what comes back is what was written, and every fault has its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.pick import Rung
from recommender.domain.placement import (
    DEFAULT_PLACEMENT,
    Placement,
    Placements,
    Slot,
    Source,
)
from recommender.errors import InvalidPlacements, UnknownPlacement

NAMES = st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=5), unique=True, max_size=3).map(tuple)  # fmt: skip  # noqa: E501 — one strategy
SLOTS = st.lists(
    st.builds(
        Slot,
        name=st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True),
        source=st.sampled_from(Source),
        places=st.integers(1, 4),
        half_life_days=st.floats(0.01, 1000),
        freshness_floor=st.floats(0, 1),
        min_age_days=st.none() | st.integers(0, 9),
        max_age_days=st.none() | st.integers(10, 99),
        floor=st.just("noise") | st.floats(0, 1),
        diversity=st.floats(0, 1),
        sections=NAMES,
        not_sections=NAMES,
        tags=NAMES,
        not_tags=NAMES,
        ladder=st.lists(st.sampled_from(Rung), unique=True).map(tuple),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda slot: slot.name,
)


@given(SLOTS, st.booleans())
def test_what_was_written_comes_back(slots: list[Slot], fewer: bool) -> None:
    placements = Placements(
        {
            DEFAULT_PLACEMENT: Placement(DEFAULT_PLACEMENT, tuple(slots), fewer),
            "side": Placement("side", (slots[0],)),
        },
        event=7,
    )
    assert Placements.from_values(placements.to_values(), event=7) == placements


def test_default_comes_back_and_is_two_closest_one_latest_one_background() -> None:
    default = Placements.default()
    assert Placements.from_values(default.to_values()) == default
    sources = [(slot.source, slot.places) for slot in default.named("more-from").slots]
    assert sources == [(Source.CLOSEST, 2), (Source.LATEST, 1), (Source.BACKGROUND, 1)]


def test_places_belong_to_slots_and_beyond_them_to_the_first() -> None:
    placement = Placements.default().named("more-from")
    names = [placement.slot_of_place(place).name for place in range(6)]
    assert names == ["closest", "closest", "latest", "background", "closest", "closest"]
    assert [placement.places_of(slot) for slot in placement.slots] == [
        slice(0, 2), slice(2, 3), slice(3, 4)
    ]  # fmt: skip


def test_unknown_name_is_an_error_that_names_the_known() -> None:
    with pytest.raises(UnknownPlacement, match="known are more-from"):
        Placements.default().named("side")


def values(**slot: Any) -> dict[str, Any]:
    held = {"name": "a", "source": "closest", **slot}
    return {"more-from": {"slots": [{k: v for k, v in held.items() if v is not ...}]}}


IN_SLOT = "site.toml: placement “more-from”, slot “a”, "


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ({}, "site.toml: “more-from” is missing, expected a placement “more-from”, which"),
        ({"Side": {}}, "“name of a placement” is 'Side', expected a name of lower-case letters"),
        ({"more-from": 3}, "placement “more-from”, “the whole entry” is 3, expected a table."),
        ({"more-from": {}}, "placement “more-from”, “slots” is missing, expected a list of at"),
        ({"more-from": {"slots": []}}, "“slots” is [], expected a list of at least one slot."),
        ({"more-from": {"slots": [], "x": 1}}, "“x” is unknown, expected one of prefer_fewer, sl"),
        (
            {"more-from": {**values()["more-from"], "prefer_fewer": 1}},
            "placement “more-from”, “prefer_fewer” is 1, expected true or false.",
        ),
        (values(name=...), "placement “more-from”, slot 1, “name” is missing, expected a name"),
        (values(name="Ä"), "slot 1, “name” is 'Ä', expected a name of lower-case letters"),
        (values(source=...), IN_SLOT + "“source” is missing, expected one of closest, latest, b"),
        (values(source="best"), IN_SLOT + "“source” is 'best', expected one of closest, latest"),
        (values(flor=0.2), IN_SLOT + "“flor” is unknown, expected one of diversity, floor, "),
        (values(places=0), IN_SLOT + "“places” is 0, expected a whole number from 1 to 20."),
        (values(places=True), IN_SLOT + "“places” is True, expected a whole number"),
        (values(places=2.0), IN_SLOT + "“places” is 2.0, expected a whole number"),
        (values(floor=1.5), IN_SLOT + "“floor” is 1.5, expected “noise” or a number from 0 to 1."),
        (values(floor="nois"), IN_SLOT + "“floor” is 'nois', expected “noise” or a number"),
        (values(floor=float("nan")), IN_SLOT + "“floor” is nan, expected “noise” or a number"),
        (values(floor=None), IN_SLOT + "“floor” is None, expected “noise” or a number"),
        (values(diversity="0.5"), IN_SLOT + "“diversity” is '0.5', expected a number from 0 to 1."),
        (values(half_life_days=0), IN_SLOT + "“half_life_days” is 0, expected a number from 0.01"),
        (values(half_life_days=float("inf")), IN_SLOT + "“half_life_days” is inf, expected a num"),
        (values(freshness_floor=0.5), "“freshness_floor” is 0.5, expected no such key without “ha"),
        (values(min_age_days=-1), IN_SLOT + "“min_age_days” is -1, expected a whole number"),
        (
            values(min_age_days=9, max_age_days=3),
            IN_SLOT + "“min_age_days” is 9, expected no more than “max_age_days”, which is 3.",
        ),
        (values(sections="News"), IN_SLOT + "“sections” is 'News', expected a list of different"),
        (values(tags=["a", "a"]), IN_SLOT + "“tags” is ['a', 'a'], expected a list of different"),
        (values(tags=[" "]), IN_SLOT + "“tags” is [' '], expected a list of different texts"),
        (values(not_tags=[1]), IN_SLOT + "“not_tags” is [1], expected a list of different texts"),
        (values(ladder=["tags"]), IN_SLOT + "“ladder” is ['tags'], expected a list of different"),
        (values(ladder=["tag", "tag"]), IN_SLOT + "“ladder” is ['tag', 'tag'], expected a list"),
        (
            {"more-from": {"slots": values()["more-from"]["slots"] * 2}},
            "placement “more-from”, “slots” is ['a', 'a'], expected a different name for each",
        ),
        (
            {
                "more-from": {
                    "slots": [
                        *values(places=11)["more-from"]["slots"],
                        *values(places=10, name="b")["more-from"]["slots"],
                    ]
                }
            },
            "placement “more-from”, “places” is 21, expected at most 20 in all.",
        ),
    ],
)
def test_every_fault_is_one_sentence_with_its_place(found: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidPlacements) as refused:
        Placements.from_values(found, "site.toml")
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("site.toml: ")
    assert str(refused.value).count(".") - str(refused.value).count("0.") >= 1
    assert str(refused.value).endswith(".")
