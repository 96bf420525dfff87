"""Version ids and picks ids: names that machines make and read."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.picks_id import PREFIX, PicksInputs
from recommender.domain.version import is_version_id, new_version_id
from recommender.errors import InvalidPicksId

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
VERSION = "20240501T120000Z-0123456789ab"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=9),
    max_leaves=9,
)


def _coded(data: bytes) -> str:
    return PREFIX + base64.urlsafe_b64encode(data).decode().rstrip("=")


def _coded_json(value: object) -> str:
    return _coded(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


instants = st.integers(0, 60_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(instants, st.binary(max_size=9))
def test_version_ids_are_safe_names_of_folders(at: datetime, seed: bytes) -> None:
    version = new_version_id(at, seed)

    assert is_version_id(version)
    assert version.startswith(at.strftime("%Y%m%dT%H%M%SZ-"))


def test_version_ids_sort_by_time_in_whatever_zone_and_differ_by_seed() -> None:
    later = (NOON + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=-9)))

    assert new_version_id(NOON, b"z") < new_version_id(later, b"a")
    assert new_version_id(NOON, b"a") != new_version_id(NOON, b"b")
    assert new_version_id(NOON, b"a") == new_version_id(NOON, b"a")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20240501T120000Z",
        "20240501T120000Z-0123456789aB",
        "20240501T120000Z-0123456789ab\n",
        "../20240501T120000Z-0123456789ab",
        "20240501T120000Z-0123456789ab/",
        "２0240501T120000Z-0123456789ab",
    ],
)
def test_anything_else_is_no_version_id(text: str) -> None:
    assert not is_version_id(text)


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.integers(0, 2**60))
def test_picks_id_holds_all_its_inputs(value: str, last_event: int) -> None:
    inputs = PicksInputs(VERSION, last_event, 17_000, "more-from", 4, "id", value, "tag=x", False)

    text = inputs.encode()

    assert PicksInputs.decode(f" {text}\n") == inputs

    assert text.startswith(PREFIX)
    assert text.isascii()
    assert not set(text) & set("+/=& ?#")
    coded = text.removeprefix(PREFIX)
    held = json.loads(base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)))
    assert held == [
        VERSION,
        last_event,
        17_000,
        "more-from",
        4,
        "id",
        value,
        "tag=x",
        False,
        -1,
        "",
    ]


@given(st.text(max_size=90) | st.binary(max_size=90).map(_coded) | JSON.map(_coded_json))
def test_no_other_text_is_a_picks_id(text: str) -> None:
    with pytest.raises(InvalidPicksId, match="no picks id"):
        PicksInputs.decode(text)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, "../20240501T120000Z-0123456789ab"),
        (1, -1),
        (1, True),
        (2, 2**80),
        (2, 1.5),
        (4, 0),
        (4, 21),
        (5, "tag"),
        (6, None),
        (7, []),
        (8, 1),
        (9, -2),
        (10, 7),
    ],
)
def test_inputs_that_no_answer_had_are_refused(place: int, value: object) -> None:
    held: list[object] = [VERSION, 3, 17_000, "more-from", 4, "id", "a", "", True, -1, ""]
    assert PicksInputs.decode(_coded_json(held)).value == "a"
    held[place] = value
    with pytest.raises(InvalidPicksId, match="are no inputs of an answer"):
        PicksInputs.decode(_coded_json(held))
