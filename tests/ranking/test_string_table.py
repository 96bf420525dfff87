"""A table of strings numbers them as a dictionary does."""

import pickle

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.ranking import string_table
from recommender.ranking.hashing import hashed
from recommender.ranking.string_table import StringTable
from recommender.ranking.strings import Strings

batches = st.lists(st.lists(st.text(max_size=5) | st.sampled_from("ab"), max_size=30), max_size=4)


@given(batches)
def test_numbers_are_those_of_a_dictionary(batches: list[list[str]]) -> None:
    table, numbers = StringTable(), dict[str, int]()
    for batch in batches:
        expected = [numbers.setdefault(text, len(numbers)) for text in batch]
        assert table.add(Strings.of(batch)).tolist() == expected

    assert len(table) == len(numbers)
    assert table.strings().texts() == list(numbers)
    asked = [*numbers, "not there", "\ud800"]
    found = table.find(*Strings.of(asked).places()).tolist()
    assert found == [numbers.get(text, -1) for text in asked]


def test_it_grows() -> None:
    texts = [f"word {number}" * (number % 7) for number in range(20_000)]
    numbers = dict[str, int]()
    expected = [numbers.setdefault(text, len(numbers)) for text in texts]
    table = StringTable()

    assert table.add(Strings.of(texts)).tolist() == expected
    assert table.strings(19_000 - len(texts) + len(table)).texts() == list(numbers)[-1_000:]
    again = pickle.loads(pickle.dumps(table))
    assert again.add(Strings.of(texts)).tolist() == expected


def test_one_long_string_finds_room() -> None:
    long = "x" * 1_000_000
    table = StringTable()

    assert table.add(Strings.of(["a", long, "b", long])).tolist() == [0, 1, 2, 1]
    assert table.strings().texts() == ["a", long, "b"]


def test_strings_of_one_slot_are_not_confused() -> None:
    """Strings whose hashes have the same low bits stand in a row, and are told apart by bytes."""
    texts = [f"{number}" for number in range(3_000)]
    slots = 2 * string_table._FEWEST
    table = StringTable()
    table.add(Strings.of(texts))
    hashes, _ = hashed(*table.strings().places())

    assert len(np.unique(hashes & np.uint64(slots - 1))) < len(texts)
    assert table.find(*Strings.of(texts).places()).tolist() == list(range(len(texts)))


@given(st.lists(st.text(max_size=4), min_size=1), st.data())
def test_some_of_the_strings(texts: list[str], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(texts) - 1)))

    strings = Strings.of(texts).chosen(np.array(chosen, np.int32))

    assert strings.texts() == [texts[number] for number in chosen]


@given(st.lists(st.text(max_size=6) | st.text("abzAZ", max_size=9)), st.integers(1, 9))
def test_strings_of_letters_alone_are_told_from_others(texts: list[str], most: int) -> None:
    is_of_letters, small = Strings.of(texts).of_letters(most)

    expected = [text.isascii() and text.isalpha() and len(text) <= most for text in texts]
    assert is_of_letters.tolist() == expected
    chosen = np.flatnonzero(is_of_letters).astype(np.int32)
    assert small.chosen(chosen).texts() == [
        text.lower() for text, is_one in zip(texts, expected, strict=True) if is_one
    ]
