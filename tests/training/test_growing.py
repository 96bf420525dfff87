"""A growing array is what was appended to it, in memory and in a file."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.training.growing import Growing


@given(st.lists(st.lists(st.integers(-9, 9), max_size=40)))
def test_it_is_what_was_appended(pieces: list[list[int]]) -> None:
    grown = Growing(np.int32)
    for piece in pieces:
        grown.append(np.array(piece, np.int64))

    expected = [value for piece in pieces for value in piece]
    assert grown.size == len(expected)
    whole = grown.whole()
    assert (whole.tolist(), whole.dtype) == (expected, np.int32)


@pytest.mark.parametrize("n", [0, 1, 100_000])
def test_files_are_mapped_and_can_be_changed(tmp_path: Path, n: int) -> None:
    grown = Growing(np.float32, tmp_path / "grown")
    grown.append(np.arange(n))
    grown.append(np.arange(n)[::-1])

    whole = grown.whole()
    assert whole.tolist() == [*range(n), *reversed(range(n))]
    whole += 1
    assert np.fromfile(tmp_path / "grown", np.float32).tolist() == whole.tolist()
