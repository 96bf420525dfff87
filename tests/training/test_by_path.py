"""What is mapped is sent by its place, whatever part of it; what is in memory as it is."""

import pickle
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from recommender.training.by_path import ByPath, place_of


class Pair(NamedTuple):
    """Two things."""

    one: Any
    other: Any


def sent(held: Any) -> tuple[Any, int]:
    """Return what arrives, and how many bytes were sent."""
    data = pickle.dumps(ByPath(held))
    return pickle.loads(data).held, len(data)


@pytest.fixture
def mapped(tmp_path: Path) -> Any:
    np.save(tmp_path / "x.npy", np.arange(60_000, dtype=np.float32).reshape(300, 200))
    return np.load(tmp_path / "x.npy", mmap_mode="r")


def test_parts_of_a_mapped_file_are_sent_as_places(mapped: Any) -> None:
    parts = (mapped, mapped[7:250], np.asarray(mapped)[3:][2:, :], mapped.reshape(-1)[5:1_000])
    for part in parts:
        found, n_bytes = sent((part,))
        assert np.array_equal(found[0], part)
        assert found[0].dtype == part.dtype
        assert n_bytes < 1_000


def test_tuples_stay_what_they_are(mapped: Any) -> None:
    found, _ = sent((1, Pair(mapped, (None, "x", Pair(2, 3)))))

    assert isinstance(found[1], Pair)
    assert found[1].other == (None, "x", Pair(2, 3))
    assert np.array_equal(found[1].one, mapped)


def test_each_place_is_opened_once(mapped: Any) -> None:
    one, other = sent((mapped,))[0][0], sent((mapped,))[0][0]

    assert one is other
    assert not one.flags.writeable


def test_what_has_no_place_is_sent_as_it_is(mapped: Any) -> None:
    for array in (np.arange(5), mapped[:, 3], mapped[:0], mapped.T):
        assert place_of(array) is None
        assert np.array_equal(sent((array,))[0][0], array)
