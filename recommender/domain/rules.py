"""What a value that people write may be, told in one clause each: for files that are read strictly.

A rule is the meaning of a key: it takes a value as TOML or JSON gives it, and either returns what
the program works with, or nothing, and then says what was expected.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeGuard

MAX_NAMES = 100
"""Entries of a list that a person writes."""
_MAX_NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """What a key may hold.

    Attributes:
        expected: the values it may have, as a clause that follows “expected”.
        read: takes a value of TOML or JSON; returns what the program has, None to refuse.
    """

    expected: str
    read: Callable[[object], Any]


def whole_number(lowest: int, highest: int) -> Rule:
    """Return the rule of an integer; `true` and 2.0 are none.

    Args:
        lowest: the least allowed.
        highest: the greatest allowed.
    """
    return Rule(
        f"a whole number from {lowest} to {highest}",
        lambda value: value if type(value) is int and lowest <= value <= highest else None,
    )


def number(lowest: float, highest: float) -> Rule:
    """Return the rule of a number, whole or not; `nan` is none.

    Args:
        lowest: the least allowed.
        highest: the greatest allowed.
    """
    return Rule(
        f"a number from {lowest:g} to {highest:g}",
        lambda value: float(value) if _is_number(value) and lowest <= value <= highest else None,
    )


def flag() -> Rule:
    """Return the rule of a switch."""
    return Rule("true or false", lambda value: value if isinstance(value, bool) else None)


def member_of(kind: type[StrEnum]) -> Rule:
    """Return the rule of a word out of a few.

    Args:
        kind: the words.
    """
    words = {member.value: member for member in kind}
    return Rule(
        f"one of {', '.join(words)}",
        lambda value: words.get(value) if isinstance(value, str) else None,
    )


def list_of(kind: type[StrEnum]) -> Rule:
    """Return the rule of a list of different words out of a few, in any order.

    Args:
        kind: the words.
    """
    words = {member.value: member for member in kind}

    def read(value: object) -> tuple[StrEnum, ...] | None:
        texts = _different_texts(value)
        is_known = texts is not None and words.keys() >= set(texts)
        return tuple(words[text] for text in texts) if texts is not None and is_known else None

    return Rule(f"a list of different words out of {', '.join(words)}", read)


def names() -> Rule:
    """Return the rule of a list of different names, such as sections."""

    def read(value: object) -> tuple[str, ...] | None:
        texts = _different_texts(value)
        is_fine = texts is not None and len(texts) <= MAX_NAMES and all(map(_is_name, texts))
        return texts if is_fine else None

    return Rule("a list of different texts, none of them blank", read)


def either(word: str, other: Rule) -> Rule:
    """Return the rule of one word or what another rule allows.

    Args:
        word: the word.
        other: the other rule.
    """
    return Rule(
        f"“{word}” or {other.expected}", lambda value: word if value == word else other.read(value)
    )


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_name(text: str) -> bool:
    return bool(text.strip()) and text.isprintable() and len(text) <= _MAX_NAME_LENGTH


def _different_texts(value: object) -> tuple[str, ...] | None:
    """Return a list of texts of which none stands there twice, None for anything else."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    return tuple(value) if len(set(value)) == len(value) else None
