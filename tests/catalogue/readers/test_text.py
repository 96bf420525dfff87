import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.catalogue.readers.text import MAX_MARKS, clean, clean_line
from recommender.errors import InvalidField


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, ""),
        ("", ""),
        (" \n\t ", ""),
        ("  a b ", "a b"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("page\x0cpage\x0bline\x85line", "page\npage\nline\nline"),
        ("a\tb", "a\tb"),
        ("nul\0 bell\x07 del\x7f c1\x9b.", "nul bell del c1."),
        ("e\u0301", "é"),
        ("\u202eשלום\u202c 中文", "\u202eשלום\u202c 中文"),
    ],
)
def test_cleaning(found: str | None, expected: str) -> None:
    assert clean("body", found, 100) == expected


def test_one_line() -> None:
    assert clean_line("title", " a\n\n b\tc\u00a0d ", 100) == "a b c d"


@given(st.text())
def test_clean_text_is_normal_storable_and_clean_already(found: str) -> None:
    cleaned = clean("body", found, 1_000)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [c for c in cleaned if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert clean("body", cleaned, 10_000) == cleaned


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (5, "body is 5, expected text or null"),
        (["a"], "body is a list of 1, expected text or null"),
        ({}, "body is an object of 0, expected text or null"),
        (False, "body is false, expected text or null"),
        ("a\ud800b", "valid Unicode"),
        ("x" * 1_001, "body is 1,001 characters long, expected at most 1,000 characters"),
        ("a" + "\u0301" * (MAX_MARKS + 1), "more than 30 combining marks in a row"),
    ],
)
def test_what_is_refused(found: object, said: str) -> None:
    with pytest.raises(InvalidField) as caught:
        clean("body", found, 1_000)
    assert said in str(caught.value)


def test_as_many_marks_as_languages_need_are_fine() -> None:
    stacked = "a" + "\u0301" * (MAX_MARKS - 1)
    assert clean("body", stacked, 100) == unicodedata.normalize("NFC", stacked)
