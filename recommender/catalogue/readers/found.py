"""How a found value is named in a sentence."""

from dataclasses import dataclass
from typing import Self

_NAMES = {list: "a list", dict: "an object"}


@dataclass(frozen=True, slots=True, repr=False)
class Described:
    """Words in the place of a value that is too big to be shown, or whose content does not matter."""

    words: str

    def __repr__(self) -> str:
        return self.words

    @classmethod
    def of(cls, found: object) -> object:
        """Return a scalar as it is, words for a list or an object, "missing" for None."""
        if found is None:
            return cls("missing")
        if isinstance(found, list | dict):
            return cls(f"{_NAMES[type(found)]} of {len(found):,}")
        return cls("true" if found else "false") if isinstance(found, bool) else found
