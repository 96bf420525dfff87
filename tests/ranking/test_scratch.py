"""Arrays that were put into a folder come back as they were, mapped."""

from pathlib import Path

import numpy as np
import pytest

from recommender.errors import CannotWrite
from recommender.ranking.scratch import ScratchArrays


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    values = {
        "flat": np.arange(5, dtype=np.int64),
        "square": np.arange(12, dtype=np.float32).reshape(3, 4),
        "turned": np.arange(12, dtype=np.int32).reshape(3, 4).T,
        "none": np.empty((0, 7), np.uint64),
    }
    with ScratchArrays(tmp_path) as sink:
        for name, array in values.items():
            sink.array(name, array)
        found = sink.arrays()

    assert found.keys() == values.keys()
    for name, array in values.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype
        assert not found[name].size or not found[name].flags.writeable


def test_an_array_grows_and_can_be_read_meanwhile(tmp_path: Path) -> None:
    with ScratchArrays(tmp_path) as sink:
        growing = sink.growing("dotted.name", "int32")
        assert sink.arrays()["dotted.name"].tolist() == []
        growing.write(np.array([1, 2], np.int32).tobytes())
        assert sink.arrays()["dotted.name"].tolist() == [1, 2]
        growing.write(np.array([3], np.int32).tobytes())
        assert sink.arrays()["dotted.name"].tolist() == [1, 2, 3]


def test_what_is_mapped_outlives_sink_and_folder(tmp_path: Path) -> None:
    with ScratchArrays(tmp_path) as sink:
        sink.array("one", np.arange(9, dtype=np.int64))
        (found,) = sink.arrays().values()
    (tmp_path / "one").unlink()

    assert found.tolist() == list(range(9))


def test_a_folder_that_refuses_is_told(tmp_path: Path) -> None:
    with ScratchArrays(tmp_path / "nowhere") as sink, pytest.raises(CannotWrite, match="nowhere"):
        sink.array("one", np.arange(9))
