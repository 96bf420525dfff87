"""Texts by row and rows by text, against a list."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.ranking import blobs
from recommender.ranking.blobs import Keys, KeysWriter
from recommender.ranking.groups import Groups, GroupsWriter
from recommender.ranking.sink import MemoryArrays

TEXTS = st.one_of(st.sampled_from(["", "a", "b", "Ωmega"]), st.text(max_size=6))


def keys_of(texts: list[str]) -> Keys:
    sink = MemoryArrays()
    writer = KeysWriter(sink, "k")
    for text in texts:
        writer.append(text)
    writer.finish()
    return Keys(sink.arrays(), "k")


@given(st.lists(TEXTS, max_size=30), TEXTS)
def test_keys_are_a_list_that_knows_where_things_are(texts: list[str], other: str) -> None:
    keys = keys_of(texts)
    assert [keys[row] for row in range(len(keys))] == texts
    for text in {*texts, other} - {""}:
        rows = [row for row, held in enumerate(texts) if held == text]
        assert keys.rows_of(text) == rows
        assert keys.row_of(text) == (rows[0] if rows else None)
    assert keys.rows_of("") == []


@pytest.mark.parametrize("row", [-1, 2, 2**40])
def test_rows_out_of_range_are_refused(row: int) -> None:
    with pytest.raises(IndexError, match=f"row {row} of 2"):
        _ = keys_of(["a", "b"])[row]


@pytest.mark.parametrize("same_hash", [0, 2**64 - 1])
def test_texts_of_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch, same_hash: int) -> None:
    monkeypatch.setattr(blobs, "_hash", lambda _: same_hash)
    keys = keys_of(["a", "b", "a", "c"])
    assert keys.rows_of("a") == [0, 2]
    assert keys.row_of("c") == 3
    assert keys.row_of("d") is None


def test_a_lone_surrogate_comes_back() -> None:
    keys = keys_of(["\ud800"])
    assert keys[0] == "\ud800"
    assert keys.row_of("\ud800") == 0


def test_hashes_are_the_same_on_every_machine() -> None:
    assert blobs._hash(b"Russia") == 0x96E1012AB7E8169A  # b2sum -l 64


@given(st.lists(st.lists(st.sampled_from("abc"), unique=True), max_size=20))
def test_groups_are_a_dictionary_of_lists(labels_by_row: list[list[str]]) -> None:
    writer, expected = GroupsWriter(), dict[str, list[int]]()
    for row, labels in enumerate(labels_by_row):
        for label in labels:
            writer.add(label, row)
            expected.setdefault(label, []).append(row)
    sink = MemoryArrays()
    writer.write(sink, "tags")
    groups = Groups(sink.arrays(), "tags")
    for label in ["a", "b", "c", "d", ""]:
        rows = groups.rows(label)
        assert rows.dtype == np.int32
        assert rows.tolist() == expected.get(label, [])
