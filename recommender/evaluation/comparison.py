"""What differs between two versions: figures on the same queries, and the lists themselves."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from recommender.evaluation.results import Estimate, Paired, TruthSummary, plain


@dataclass(frozen=True, slots=True)
class Titled:
    """An article by name.

    Attributes:
        id: the article.
        title: its headline.
    """

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class ChangedList:
    """The lists of one article, side by side.

    Attributes:
        query: the article.
        overlap: rank-biased overlap of the two lists, 0 to 1.
        before: the picks of the first version, best first.
        after: those of the second.
    """

    query: Titled
    overlap: float
    before: tuple[Titled, ...]
    after: tuple[Titled, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """Two versions judged by one truth on the same queries.

    Attributes:
        truth: what the lists were judged by.
        candidates: `as-of` or `all`.
        first: the first version's means, by name in `results.METRICS`.
        second: the second's.
        differences: how much better the second is.
    """

    truth: TruthSummary
    candidates: str
    first: Mapping[str, Estimate]
    second: Mapping[str, Estimate]
    differences: Mapping[str, Paired]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that `morefrom compare` found.

    Attributes:
        first: a version.
        second: the version held against it.
        k: picks of each list that were compared.
        n_lists: articles that both versions have.
        n_only_first: articles that only the first has.
        n_only_second: articles that only the second has.
        changed: share of the lists that are not the same, pick by pick.
        changed_at_top: the same for the first four picks.
        overlap: mean rank-biased overlap of the lists, 1 for the same ones.
        overlap_quantiles: the overlap by quantile: `0.05`, `0.25`, `0.5`, `0.75` and `0.95`.
        most_changed: the lists with the least overlap, least first.
        measured: which is better; None where no truth was given.
        seconds: how long it took.
    """

    first: str
    second: str
    k: int
    n_lists: int
    n_only_first: int
    n_only_second: int
    changed: float
    changed_at_top: float
    overlap: float
    overlap_quantiles: Mapping[str, float]
    most_changed: tuple[ChangedList, ...]
    measured: Measured | None
    seconds: float

    def to_json_values(self) -> dict[str, Any]:
        """Return all of it as JSON values, rounded to 1e-6."""
        values: dict[str, Any] = plain(asdict(self))
        return values
