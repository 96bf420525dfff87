"""What CSV and Parquet share: columns in the place of keys, cells in the place of values.

The names of the columns are the keys of JSON Lines, in any case and with blanks around them. What
is nested there may be flat here: the picture as `image_url`, `image_alt`…, tags and authors as one
text (see `labels`). A cell that is empty, blank, or no number says nothing, as null does.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.catalogue.readers import strictjson
from recommender.catalogue.readers.fields import KEYS
from recommender.catalogue.readers.found import Described
from recommender.catalogue.readers.labels import labels
from recommender.errors import InvalidField

IMAGE_KEYS = {f"image_{key}": key for key in ("url", "alt", "caption", "credit", "width", "height")}
COLUMN_KEYS = KEYS | IMAGE_KEYS.keys()
"""The columns that are read."""

MAX_IGNORED = 200
"""Most names of unread columns that are told."""

_WHOLE_NUMBER = re.compile(r"\s*([0-9]{1,9})(?:\.0{1,9})?\s*")


def key_of(name: str) -> str:
    """Return the key that a column's name stands for."""
    return name.strip().lower()


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one table.

    Attributes:
        keys: of each column the key that it is read as, None where it is not read.
        ignored: names of the columns that are not read, `MAX_IGNORED` of them at most.
    """

    keys: tuple[str | None, ...]
    ignored: tuple[str, ...]

    @classmethod
    def of(cls, names: Sequence[str]) -> "Columns":
        """Return what the names of a table's columns say.

        Raises:
            ValueError: if articles cannot be told from them; the message may stand in a sentence.
        """
        keys = tuple(key if (key := key_of(name)) in COLUMN_KEYS else None for name in names)
        if "id" not in keys:
            fault = "it names no column “id”"
            raise ValueError(fault)
        counted = Counter(key for key in keys if key is not None)
        twice, times = counted.most_common(1)[0]
        if times > 1:
            fault = f"it names the column “{twice}” {'twice' if times == 2 else f'{times} times'}"
            raise ValueError(fault)
        unread = [name for name, key in zip(names, keys, strict=True) if key is None]
        return cls(keys, tuple(name for name in unread if name.strip())[:MAX_IGNORED])

    def record(self, cells: Sequence[object]) -> dict[str, object]:
        """Return a row as JSON Lines would have it; what cannot be read so, as it is.

        Args:
            cells: as many as there are columns. One that holds what is neither a text nor what JSON
                Lines would hold there raises InvalidField.
        """
        found = {
            key: cell
            for key, cell in zip(self.keys, cells, strict=True)
            if key is not None and not _is_empty(cell)
        }
        for key in ("tags", "authors"):
            cell = found.get(key)
            if isinstance(cell, str):
                found[key] = labels(key, cell)
        _gather_image(found)
        return found

    def id_record(self, cells: Sequence[object]) -> dict[str, object]:
        """Return nothing of a row but its id, for a row that something is wrong with.

        Args:
            cells: as many as there are columns, or another number of them. Then the id is believed
                in the first column only, for what stands further on may have been shifted.
        """
        place = self.keys.index("id")
        is_sure = len(cells) == len(self.keys) or place == 0
        return {"id": cells[place]} if is_sure and cells else {}


def _is_empty(cell: object) -> bool:
    match cell:
        case None:
            return True
        case str():
            return not cell.strip()
        case float():
            return math.isnan(cell)
    return False


def _gather_image(found: dict[str, object]) -> None:
    flat = {IMAGE_KEYS[key]: found.pop(key) for key in found.keys() & IMAGE_KEYS.keys()}
    for key in ("width", "height"):
        if key in flat:
            flat[key] = _whole_number(flat[key])
    nested = found.get("image")
    if flat and nested is not None:
        expected = "either a cell “image” or cells “image_…” in a row"
        raise InvalidField(field="image", found=Described("given twice"), expected=expected)
    if flat:
        found["image"] = flat
    elif isinstance(nested, str):
        found["image"] = _decoded(nested)


def _whole_number(cell: object) -> object:
    """Return the number in a cell; programs that know no missing number write 1200 as 1200.0."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    match = _WHOLE_NUMBER.fullmatch(cell) if isinstance(cell, str) else None
    return int(match[1]) if match else cell


def _decoded(cell: str) -> object:
    try:
        return strictjson.decode(cell)
    except ValueError:
        expected = "an object in JSON; an address alone stands in a column “image_url”"
        raise InvalidField(field="image", found=cell, expected=expected) from None
