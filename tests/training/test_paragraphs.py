"""Paragraphs are found in what newsrooms and agencies send, and no word is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.training.paragraphs import paragraphs

WIRE = (
    "Showers continued throughout the week in the\nBahia cocoa zone, alleviating the drought\n"
    "since early January, one grower said in\nBrazil.\n The dry period means the harvest will be\n"
    "late this year.\n\nArrivals were 155,221 bags."
)


def test_a_wire_is_unwrapped() -> None:
    assert paragraphs(WIRE) == [
        "Showers continued throughout the week in the Bahia cocoa zone, alleviating the drought "
        "since early January, one grower said in Brazil.",
        "The dry period means the harvest will be late this year.",
        "Arrivals were 155,221 bags.",
    ]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("", []),
        (" \n\n\t", []),
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One line.\nAnother" + ", longer" * 20, ["One line.", "Another" + ", longer" * 20]),
        ("What we did\nHow we did it, and with whom, and for how long", None),
        ("Shr 4 cts\n Net 5,000\n Revs 7,000", ["Shr 4 cts", "Net 5,000", "Revs 7,000"]),
        ("第一段。\n第二段。", ["第一段。", "第二段。"]),
    ],
)  # fmt: skip
def test_a_line_is_a_paragraph_elsewhere(body: str, found: list[str] | None) -> None:
    assert paragraphs(body) == (body.split("\n") if found is None else found)


@given(st.text("ab .\n", max_size=300))
def test_no_word_is_lost(body: str) -> None:
    found = paragraphs(body)
    assert " ".join(found).split() == body.split()
    assert all(part == part.strip() != "" for part in found)
