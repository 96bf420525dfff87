"""Rows by label: which articles carry a tag, which stand in a section.

`<prefix>.…` the labels as `blobs.Keys`, `<prefix>.starts` int64[labels+1] and `<prefix>.members`
int32, the rows of each label, ascending, one label after another.
"""

from array import array

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.blobs import Arrays, Keys, KeysWriter, without_keys
from recommender.ranking.sink import ArraySink

_NONE = np.empty(0, np.int32)


class Groups:
    """Rows by label."""

    def __init__(self, arrays: Arrays, prefix: str) -> None:
        """Take the groups out of a folder.

        Args:
            arrays: the folder's arrays.
            prefix: where in the folder the groups are.
        """
        self._labels = Keys(arrays, prefix)
        self._starts = arrays[f"{prefix}.starts"]
        self._members = arrays[f"{prefix}.members"]

    def sizes(self) -> dict[str, int]:
        """Return how many rows each label has; a label that nobody has any more is left out."""
        lengths = np.diff(self._starts).tolist()
        return {self._labels[place]: n for place, n in enumerate(lengths) if n}

    @staticmethod
    def layout(prefix: str) -> dict[str, str]:
        """Return the dtypes and dimensions of the groups' arrays.

        Args:
            prefix: where in the folder the groups are.
        """
        n = f"{prefix}.labels"
        own = {f"{prefix}.starts": f"int64 {n}+1", f"{prefix}.members": f"int32 {prefix}.total"}
        return Keys.layout(prefix, n) | own

    def rows(self, label: str) -> NDArray[np.int32]:
        """Return the rows of a label: int32, ascending, a view; none for an unknown label.

        Args:
            label: compared as it is.
        """
        group = self._labels.row_of(label) if len(self._labels) else None
        if group is None:
            return _NONE
        members: NDArray[np.int32] = self._members[self._starts[group] : self._starts[group + 1]]
        return members


def without_row(arrays: Arrays, prefix: str, row: int) -> Arrays:
    """Return the arrays of groups without a row; a label that only it had is empty.

    Args:
        arrays: those of a folder.
        prefix: where in the folder the groups are.
        row: what goes.

    Returns:
        All of the groups' arrays, new.
    """
    starts, members = arrays[f"{prefix}.starts"], arrays[f"{prefix}.members"]
    stays = members != row
    n_before = np.append(np.int64(0), np.cumsum(stays, dtype=np.int64))
    left = n_before[starts]
    return {
        **without_keys(arrays, prefix, np.flatnonzero(np.diff(left) == 0)),
        f"{prefix}.starts": left,
        f"{prefix}.members": members[stays],
    }


class GroupsWriter:
    """Gathers rows by label while a table is written: four bytes for each label of each row."""

    def __init__(self) -> None:
        self._groups: dict[str, array[int]] = {}

    def add(self, label: str, row: int) -> None:
        """Put a row into a group.

        Args:
            label: the group.
            row: no lower than any that was added before.
        """
        self._groups.setdefault(label, array("i")).append(row)

    def write(self, sink: ArraySink, prefix: str) -> None:
        """Write the groups.

        Args:
            sink: where their arrays go.
            prefix: where in the folder they are.
        """
        labels = KeysWriter(sink, prefix)
        members = sink.growing(f"{prefix}.members", "int32")
        for label, rows in self._groups.items():
            labels.append(label)
            members.write(rows.tobytes())
        labels.finish()
        lengths = [len(rows) for rows in self._groups.values()]
        sink.array(f"{prefix}.starts", np.cumsum([0, *lengths], dtype=np.int64))
