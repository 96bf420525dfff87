"""However the same articles came, in whatever order and how often, they make the same lists."""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.settings import load_settings
from recommender.workflows.importing import import_files
from recommender.workflows.picking import Wanted, write_picks
from tests.workflows.conftest import Newsroom

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "articles.jsonl"


def of_a_month(line: str) -> str:
    """Return a row as if published at the beginning of its month, as many others then are."""
    row = json.loads(line)
    return json.dumps({**row, "published_at": f"{row['published_at'][:7]}-01"})


ROWS = [of_a_month(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()[:60]]
Made = tuple[dict[str, str], list[bytes]]
"""The hashes of a version's arrays; its plain lists, and those served."""


def made_of(folder: Path, imports: Iterable[list[str]]) -> Made:
    """Import rows, train, promote, and write all lists."""
    newsroom = Newsroom(load_settings(folder / "home", {}))
    for rows in imports:
        file = folder / "rows.jsonl"
        file.write_text("\n".join(rows), encoding="utf-8")
        report = import_files(newsroom.settings, [file], author="anna")
        assert report.rejected == report.changed == 0
    version = newsroom.promote().subject
    lists = []
    for wanted in (Wanted(None, 10), Wanted(None, 20, placement="more-from")):
        out = folder / "picks.jsonl"
        write_picks(newsroom.settings, wanted, out, lambda *_: None)
        lists.append(out.read_bytes())
    return newsroom.hashes(version), lists


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return what the rows make in the order of the file."""
    return made_of(tmp_path_factory.mktemp("file"), [ROWS])


def test_there_is_something_to_compare(made: Made) -> None:
    arrays, (plain, served) = made
    assert "candidates.rows.npy" in arrays
    for lists in (plain, served):
        picks: list[Any] = [json.loads(line)["picks"] for line in lists.splitlines()]
        assert len(picks) > 50
        assert sum(map(len, picks)) > 200


@settings(max_examples=6)
@given(st.permutations(ROWS), st.integers(0, len(ROWS)), st.integers(0, len(ROWS)))
def test_order_and_repetition_make_no_difference(
    made: Made, rows: list[str], cut: int, n_again: int
) -> None:
    imports = [part for part in (rows[:cut], rows[cut:], rows[:n_again]) if part]
    with tempfile.TemporaryDirectory() as folder:
        assert made_of(Path(folder), imports) == made
