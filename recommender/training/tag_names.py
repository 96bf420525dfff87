"""How much the names of two tags look like two names of one thing."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations
from typing import Self

from recommender.ranking.text import Normaliser, tokens


class Likeness(IntEnum):
    """What two names have in common, the most telling first."""

    SAME_WORDS = 0
    """The same words but for spelling, hyphens, number, order and short words between them."""
    NEAR = 1
    """One word that differs by a letter or an ending, or a word such as *Republic* more."""
    ABBREVIATION = 2
    """One has the first letters of the other's words."""
    ONE_WORD = 3
    """Two words at least, and as many in each, are the same but for one."""
    CONTAINED = 4
    """One has all words of the other, and more."""
    NONE = 5
    """Nothing."""

    @property
    def label(self) -> str:
        """What it is, for a person."""
        return _LABELS[self]


_LABELS = {
    Likeness.SAME_WORDS: "the same words",
    Likeness.NEAR: "nearly the same words",
    Likeness.ABBREVIATION: "an abbreviation",
    Likeness.ONE_WORD: "all words but one",
    Likeness.CONTAINED: "the words of one",
    Likeness.NONE: "nothing",
}

_LEAST_LETTERS = 6
"""Shorter words that differ by a letter are other words: *Iran* and *Iraq*, *Mali* and *Bali*."""

_LEAST_STEM = 5
_MOST_ENDING = 2
"""*Russia* and *Russian*: how much must be the same, and how much may follow."""

_FEWEST_WORDS = 2
"""Two words of which one differs are two things: *crude oil* and *palm oil*."""

_ABBREVIATION_LETTERS = range(2, 7)

_GENERIC = frozenset({
    "federation", "republic", "kingdom", "democratic", "commonwealth", "inc", "corp", "corporation",
    "company", "co", "ltd", "plc", "ag", "sa", "group", "mr", "mrs", "ms", "dr", "sir",
})  # fmt: skip
"""Words that official names have and short ones have not."""

_MAX_TAGS_A_KEY = 50
"""A word in more names than these makes none of them alike."""


@dataclass(frozen=True)
class Name:
    """A tag's label, taken to pieces.

    Attributes:
        letters: its letters and digits alone, without case and accents.
        stems: the terms of its words, each once, in order.
        core: those of its words that are not generic; all where all are.
        initials: the first letters of its words, with and without the short ones.
    """

    letters: str
    stems: tuple[str, ...]
    core: tuple[str, ...]
    initials: frozenset[str]

    @classmethod
    def of(cls, label: str, normaliser: Normaliser) -> Self:
        """Take a label to pieces.

        Args:
            label: as editors write it.
            normaliser: of the newsroom's language.

        Returns:
            The pieces.
        """
        words = [_letters(word) for word in tokens(label)]
        stems = [
            (word, word if len(word) == 1 else normaliser.term(word)) for word in words if word
        ]
        kept = [(word, term) for word, term in stems if term is not None]
        core = [term for word, term in kept if word not in _GENERIC]
        every, telling = [word for word in words if word], [word for word, _ in kept]
        initials = {"".join(word[0] for word in some) for some in (every, telling) if len(some) > 1}
        return cls(
            letters=_letters(label),
            stems=tuple(dict.fromkeys(term for _, term in kept)),
            core=tuple(dict.fromkeys(core or [term for _, term in kept])),
            initials=frozenset(initials),
        )

    def likeness(self, other: "Name") -> Likeness:
        """Return what two names have in common.

        Args:
            other: another tag's.
        """
        mine, theirs = set(self.stems), set(other.stems)
        if (self.letters and self.letters == other.letters) or (mine and mine == theirs):
            return Likeness.SAME_WORDS
        if self._is_near(other):
            return Likeness.NEAR
        if self._abbreviates(other) or other._abbreviates(self):
            return Likeness.ABBREVIATION
        shared = mine & theirs
        if len(mine) == len(theirs) == len(shared) + 1 > _FEWEST_WORDS:
            return Likeness.ONE_WORD
        return Likeness.CONTAINED if shared and shared in (mine, theirs) else Likeness.NONE

    def keys(self) -> Iterator[str]:
        """Yield texts of which names that have anything in common share one."""
        yield self.letters
        yield from self.initials
        yield from self.core
        yield from (word[:_LEAST_STEM] for word in self.core if len(word) >= _LEAST_STEM)
        yield from (self.letters[:i] + self.letters[i + 1 :] for i in range(len(self.letters[:40])))

    def _is_near(self, other: "Name") -> bool:
        """Return whether all words are the same, but one that is nearly so."""
        mine, theirs = set(self.core), set(other.core)
        left, right = sorted(mine - theirs), sorted(theirs - mine)
        if not left and not right:
            return bool(mine)
        if len(left) == len(right) == 1:
            return _is_near(left[0], right[0])
        return " " not in self.letters and _is_near(self.letters, other.letters)

    def _abbreviates(self, other: "Name") -> bool:
        return len(self.letters) in _ABBREVIATION_LETTERS and self.letters in other.initials


def alike(names: Sequence[Name]) -> Iterable[tuple[int, int]]:
    """Return the pairs of names that may have something in common, each once.

    Args:
        names: of all tags.

    Returns:
        Places in the sequence, the lower first; nearly all pairs are never looked at.
    """
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for place, name in enumerate(names):
        for key in name.keys():  # noqa: SIM118 — no mapping
            holders[key].add(place)
    groups = (sorted(held) for held in holders.values() if 1 < len(held) <= _MAX_TAGS_A_KEY)
    return sorted({pair for held in groups for pair in combinations(held, 2)})


def _is_near(word: str, other: str) -> bool:
    """Return whether two words differ by one letter, or by a short ending."""
    short, long = sorted((word, other), key=len)
    if re.search(r"\d", short + long) or len(long) - len(short) > _MOST_ENDING:
        return False
    if len(short) >= _LEAST_STEM and long.startswith(short):
        return True
    if len(long) < _LEAST_LETTERS or len(long) - len(short) > 1:
        return False
    same = next((i for i, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]))
    return short[same + (len(short) == len(long)) :] == long[same + 1 :]


def _letters(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]", "", "".join(part for part in parts if not unicodedata.combining(part)))
