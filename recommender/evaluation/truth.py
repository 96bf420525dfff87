"""What lists are judged by: which article is how good a pick for which query, by their ids.

Two forms hold all kinds. Where somebody judged pairs (links, graded pairs, judgements, ratings) the
pairs are kept. Where articles are relevant to each other by what they share (clusters, labels) the
labels are kept and never the pairs: of 15,390 articles with thousands of companions each there are
a hundred million.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class TruthKind(StrEnum):
    """Where a truth comes from."""

    LINKS = "links"
    CLUSTERS = "clusters"
    PAIRS = "pairs"
    JUDGEMENTS = "judgements"
    LABELS = "labels"
    CATALOGUE = "catalogue"
    MINED = "mined"


GRADED = frozenset({TruthKind.PAIRS, TruthKind.JUDGEMENTS, TruthKind.CATALOGUE})
"""Kinds in which a person also says which pairs are not relevant."""

Grades = Mapping[tuple[str, str], float]
"""For a query's id and an article's id the grade, at least 0: the gain of that pick."""

Labels = Mapping[str, tuple[frozenset[str], ...]]
"""For an article's id its labels, one set a column. Two articles are relevant to each other if in
every column they have a label in common; one without a label in some column is to none."""


@dataclass(frozen=True)
class Truth:
    """A truth, before anybody asked whether a model knows its articles.

    Attributes:
        kind: where it comes from.
        description: a sentence for people.
        grades: the pairs judged; empty where there are labels.
        labels: the labels; empty where there are pairs.
        relevant_from: the grade from which a pick counts as relevant, greater than 0. The gain of
            nDCG is the grade itself, whatever this is.
        files: the names of the files it was read from.
    """

    kind: TruthKind
    description: str
    grades: Grades = field(default_factory=dict)
    labels: Labels = field(default_factory=dict)
    relevant_from: float = 1.0
    files: tuple[str, ...] = ()

    @property
    def ids(self) -> set[str]:
        """Every article that it names."""
        return {one for pair in self.grades for one in pair} | set(self.labels)


def middle(grades: Grades) -> float:
    """Return the grade from which pairs on an unknown scale are relevant: the scale's middle.

    Args:
        grades: of pairs that somebody graded, at least one.

    Returns:
        Half of the lowest and the highest together; the only grade where all have the same.
    """
    return (min(grades.values()) + max(grades.values())) / 2
