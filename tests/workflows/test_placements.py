"""Placements are read strictly, put in force by an event, and shown as a file that would do so."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from recommender.domain.placement import Placements, Slot, Source
from recommender.errors import CatalogueUnavailable, InvalidPlacements, UnreadableFile
from recommender.workflows.placements import (
    as_toml,
    placements_in_force,
    put_in_force,
    read_placements,
)
from recommender.workflows.relating import related

ONE = """
[more-from]
[[more-from.slots]]
name = "all"
source = "closest"
not_sections = ["Opinion “pieces”"]
[[side.slots]]
name = "one"
source = "background"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(ONE, encoding="utf-8")
    return path


def test_defaults_are_in_force_until_a_file_is(stocked: Any, file: Path) -> None:
    assert placements_in_force(stocked.settings) == Placements.default()

    event = put_in_force(stocked.settings, file, "anna", "we have a side bar")

    assert (event.kind, event.subject, event.author) == ("policy", "placements", "anna")
    assert event.reason == "we have a side bar"
    found = placements_in_force(stocked.settings)
    assert found.event == event.number
    assert found.named("side").slots == (Slot("one", Source.BACKGROUND),)
    assert found.named("more-from").slots[0].not_sections == ("Opinion “pieces”",)
    assert placements_in_force(stocked.settings) == found


def test_lists_follow_at_once(stocked: Any, file: Path) -> None:
    stocked.promote()
    put_in_force(stocked.settings, file, "anna", "test")

    found = related(stocked.settings, "talks", 2, "side")

    assert {one.pick.slot for one in found.selection.picks} == {"one"}
    assert found.placement == "side"


def test_what_is_shown_is_the_file(file: Path) -> None:
    placements = read_placements(file)
    assert Placements.from_values(tomllib.loads(as_toml(placements))) == placements
    file.write_text(as_toml(placements), encoding="utf-8")
    assert read_placements(file) == placements


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        (b"[more-from", UnreadableFile, "it is not TOML"),
        (b"\xff", UnreadableFile, "it is not TOML"),
        (b"x = 1", InvalidPlacements, "placement “x”, “the whole entry” is 1, expected a table"),
        (ONE.replace("name", "nam").encode(), InvalidPlacements, "slot 1, “nam” is unknown"),
    ],
)
def test_nothing_is_put_in_force_that_cannot_be_read(
    stocked: Any, file: Path, content: bytes, error: type[Exception], sentence: str
) -> None:
    file.write_bytes(content)
    with pytest.raises(error, match=sentence) as refused:
        put_in_force(stocked.settings, file, "anna", "test")
    assert str(file) in str(refused.value)
    assert placements_in_force(stocked.settings) == Placements.default()


def test_without_file_or_catalogue(newsroom: Any, file: Path, tmp_path: Path) -> None:
    with pytest.raises(CatalogueUnavailable):
        put_in_force(newsroom.settings, file, "anna", "test")
    with pytest.raises(CatalogueUnavailable):
        placements_in_force(newsroom.settings)
    with pytest.raises(UnreadableFile, match=r"none\.toml"):
        read_placements(tmp_path / "none.toml")
