"""What the product is about: a pick, and why it is there."""

from dataclasses import dataclass, field
from enum import StrEnum


class Origin(StrEnum):
    """Who chose a pick."""

    MODEL = "model"
    PIN = "pin"
    FALLBACK = "fallback"


class Rung(StrEnum):
    """A step of the ladder that fills what the model leaves empty."""

    TAG = "tag"
    SECTION = "section"
    RECENT = "recent"


@dataclass(frozen=True, slots=True)
class Share:
    """What one tag, term or phrase that two articles have in common adds to their similarity.

    Attributes:
        kind: `tag`, `term`, or `phrase` for two neighbouring terms.
        label: the tag as editors write it, or the words as articles most often write them.
        share: its part of the similarity, 0 to 1.
    """

    kind: str
    label: str
    share: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why two articles are close.

    Attributes:
        shares: largest first; they sum to `similarity` within 1e-6.
        similarity: the cosine of the two articles' vectors, 0 to 1, rounded to 1e-6.
        factors: names and values in [0, 1]; the similarity times all of them is `score`.
        score: what the picks are ordered by.
    """

    shares: tuple[Share, ...]
    similarity: float
    factors: tuple[tuple[str, float], ...]
    score: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a pick is there, in words fit for a reader: no number ever.

    Attributes:
        code: a stable name for machines: `shared_tags`, `shared_words`, `same_tag`, `same_section`,
            `recent` or `pinned`.
        label: a short sentence.
        subject: slug of the tag or the section that the ladder took it from; empty for all else.
    """

    code: str
    label: str
    subject: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Pick:
    """A related article in its place.

    Attributes:
        article_id: the article shown.
        rank: from 1.
        slot: name of the slot whose recipe or ladder filled the place, or that a pin stands in.
        origin: who chose it.
        reason: why, for readers.
        rung: the step of the ladder, None for what is no fallback.
        similarity: to the query, 0 to 1, rounded to 1e-6; None for what no model chose.
        factors: names and values in [0, 1]; the similarity times all of them is the score.
        score: 0 to 1, rounded to 1e-6; None for what no model chose.
        moved: by how many places diversity lifted it among the picks of its slot; below 0 if it
            lifted others over it.
    """

    article_id: str
    rank: int
    slot: str
    origin: Origin
    reason: Reason
    rung: Rung | None = None
    similarity: float | None = None
    factors: tuple[tuple[str, float], ...] = ()
    score: float | None = None
    moved: int = 0
