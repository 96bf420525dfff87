"""What an evaluation found beyond accuracy, as plain values, like those of `results`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hub:
    """An article that many lists show.

    Attributes:
        id: the article.
        title: its headline.
        n_lists: how many lists have it.
    """

    id: str
    title: str
    n_lists: int


@dataclass(frozen=True, slots=True)
class AgeBin:
    """Picks of about the same age.

    Attributes:
        label: for people, such as `1–7 days`.
        share: of all dated picks.
    """

    label: str
    share: float


@dataclass(frozen=True, slots=True)
class Ages:
    """How old the picks were when their query was published, in days; below 0 is newer.

    Attributes:
        n: picks where both dates are known.
        quantiles: the age in days by quantile: `0.1`, `0.25`, `0.5`, `0.75` and `0.9`.
        bins: a histogram, newest first.
    """

    n: int
    quantiles: Mapping[str, float]
    bins: tuple[AgeBin, ...]


@dataclass(frozen=True, slots=True)
class Beyond:
    """What accuracy does not say, over the lists of all articles at the length of a block.

    Attributes:
        k: picks in each list that were looked at.
        n_lists: how many lists.
        coverage: share of the articles that stand in at least one list.
        never_picked: the others' share.
        gini: 0 if every article is picked equally often, towards 1 if a few are always.
        hubs: the most picked, most often first.
        list_counts: pairs (m, how many articles stand in exactly m lists), ascending.
        same_story_rate: share of picks that tell the story of their query, or of a pick above.
        intra_list_similarity: mean similarity of two picks of one list; None where no list has two.
        ages: of the picks; None where no dates are known.
        language_mixing: share of picks in another language than their query's; None if not known.
        fallback_rate: share of picks, as served, that the ladder filled in; None where the plain
            ranking was measured, which has no ladder.
        short_rate: share of lists shorter than k.
    """

    k: int
    n_lists: int
    coverage: float
    never_picked: float
    gini: float
    hubs: tuple[Hub, ...]
    list_counts: tuple[tuple[int, int], ...]
    same_story_rate: float
    intra_list_similarity: float | None
    ages: Ages | None
    language_mixing: float | None
    fallback_rate: float | None
    short_rate: float
