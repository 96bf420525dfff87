"""How a found value is named in a sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Described:
    """Words in the place of a value that is too big to be shown, or beside the point."""

    words: str

    def __repr__(self) -> str:
        return self.words


def describe(found: object) -> object:
    """Return a value as an error should name it: lists by size, constants as JSON spells them."""
    match found:
        case None:
            return Described("missing")
        case bool():
            return Described("true" if found else "false")
        case list():
            return Described(f"a list of {len(found):,}")
        case dict():
            return Described(f"an object of {len(found):,}")
    return found
