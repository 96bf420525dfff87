import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.catalogue.readers.labels import labels
from recommender.errors import InvalidField


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Russia", ["Russia"]),
        ("Russia|China", ["Russia", "China"]),
        ("Russia; China", ["Russia", " China"]),
        ("Smith; Co|Other", ["Smith; Co", "Other"]),
        ("European Union, NATO", ["European Union, NATO"]),
        ("|a||b|", ["a", "b"]),
        (";", []),
        ("|", []),
        ("R&amp;D;AI", ["R&amp;D", "AI"]),
        ("A&#39;B;&#x41;", ["A&#39;B", "&#x41;"]),
        ("AT&T;Verizon", ["AT&T", "Verizon"]),
        ('["Russia", "a|b;c"]', ["Russia", "a|b;c"]),
        (" []", []),
        ("[1, null]", [1, None]),
    ],
)
def test_a_cell_decides_how_it_is_parted(cell: str, expected: list[object]) -> None:
    assert labels("tags", cell) == expected


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("['Russia', 'China']", "expected a JSON list"),
        ("[Video]|News", "expected a JSON list"),
        ("[" * 100_000, "expected a JSON list"),
        ("[" + "1" * 5_000 + "]", "expected a JSON list"),
        ("a|" * 201, "tags is a list of 201, expected at most 200 entries"),
        ("x" * 1_000_001, "tags is 1,000,001 characters long"),
    ],
)
def test_cells_that_are_refused(cell: str, said: str) -> None:
    with pytest.raises(InvalidField, match="tags is") as caught:
        labels("tags", cell)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 300


@given(st.text(alphabet="a;|&#x4D;[] ", max_size=12))
def test_no_label_is_blank(cell: str) -> None:
    if not cell.lstrip().startswith("["):
        assert all(str(label).strip() for label in labels("tags", cell))
