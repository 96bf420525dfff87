"""Numbers as people see them: rounded, and yet they add up, and multiply, to what stands below.

Whoever checks a sum by hand must find it right to the last digit shown. So parts are rounded
together: each down, and those that lost most by it up again, until their sum is the rounded sum
(the method of the largest remainder). Factors are shown with as many digits as it takes for their
product, worked out from what is shown, to be the score that is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import prod
from typing import NamedTuple

from recommender.domain.pick import Explanation, Share

DIGITS, MAX_DIGITS = 3, 6
"""After the decimal point: three, more where they do not add up else; none has more than six."""

_PRECISIONS = (
    *((digits, digits + more) for digits in range(DIGITS, MAX_DIGITS + 1) for more in (0, 1)),
    (MAX_DIGITS, 15),
)
"""Digits of similarity and score, and of factors: the first with which the product is right."""

MAX_PARTS = 8
"""Tags and words named; what is left is one part."""


class Part(NamedTuple):
    """A part of a similarity.

    Attributes:
        kind: `tag`, `term`, `phrase`, or `rest` for all that are not named.
        label: as articles write it; of the rest how many there are.
        value: what it adds, rounded.
        begins: the sum of those before it, as a share of the similarity: where its bar begins.
        of_whole: its own share of the similarity, 0 to 1: the length of its bar.
    """

    kind: str
    label: str
    value: str
    begins: float
    of_whole: float


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Why a score is what it is, to be checked by hand.

    Attributes:
        parts: largest first; their values add up to `similarity`.
        similarity: rounded.
        factors: names and values, rounded, but for those of 1; with the similarity they multiply to
            `score`.
        score: rounded to as many digits as the similarity has.
    """

    parts: tuple[Part, ...]
    similarity: str
    factors: tuple[tuple[str, str], ...]
    score: str


def breakdown(why: Explanation) -> Breakdown:
    """Return an explanation in rounded numbers.

    Args:
        why: the explanation.
    """
    parts = _parts(why)
    for digits, more in _PRECISIONS:
        factors = [(name, f"{value:.{more}f}") for name, value in why.factors]
        similarity, score = f"{why.similarity:.{digits}f}", f"{why.score:.{digits}f}"
        product = float(similarity) * prod(float(value) for _, value in factors)
        if f"{product:.{digits}f}" == score:
            break
    makes_a_difference = [(name, value) for name, value in factors if float(value) != 1]
    values = together([value for _, _, value in parts], why.similarity, digits)
    ends = list(accumulate((value for _, _, value in parts), initial=0.0))
    shown = (
        Part(kind, label, rounded, end / ends[-1], value / ends[-1])
        for (kind, label, value), rounded, end in zip(parts, values, ends, strict=False)
    )
    return Breakdown(tuple(shown), similarity, tuple(makes_a_difference), score)


def together(values: Sequence[float], total: float, digits: int) -> list[str]:
    """Return numbers rounded so that they add up to their rounded sum.

    Args:
        values: at least 0.
        total: about their sum.
        digits: after the decimal point.

    >>> together([0.1, 0.1, 0.1333], 0.3333, 2)
    ['0.10', '0.10', '0.13']
    >>> together([0.125, 0.125, 0.125], 0.375, 2)
    ['0.13', '0.13', '0.12']
    """
    scale: int = 10**digits
    units = [int(value * scale) for value in values]
    missing = round(total * scale) - sum(units)
    by_loss = sorted(range(len(values)), key=lambda place: units[place] - values[place] * scale)
    for place in by_loss[: max(missing, 0)]:
        units[place] += 1
    return [f"{unit / scale:.{digits}f}" for unit in units]


def _parts(why: Explanation) -> list[tuple[str, str, float]]:
    """Return kind, label and value of what is named, and of the rest as one."""
    named = [(one.kind, one.label, one.share) for one in why.shares[:MAX_PARTS]]
    rest: Sequence[Share] = why.shares[MAX_PARTS:]
    if rest:
        named.append(("rest", f"{len(rest):,} more", sum(one.share for one in rest)))
    return named
