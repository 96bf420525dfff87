"""Queries with their picks as a report shows them: what each pair shares, as bars that add up."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from recommender.evaluation.report_svg import element, stretched
from recommender.evaluation.report_words import MAIN, cut, day, figure, title
from recommender.evaluation.results import PickResult, QueryResult

N_SHARES = 6
"""Tags and words named for each pick; the rest is told as one."""

SMALLEST_REST = 0.0005
"""What is less would be told as nothing."""

LONGEST_LABEL = 40
BAR = 1000
"""How wide the drawing of a bar is, whatever its place."""

GAP = 3


@dataclass(frozen=True, slots=True)
class ShownPick:
    """A pick in a report.

    Attributes:
        rank: from 1, None for one that no list reached.
        title: its headline, cut if it has no end.
        day: of its publication.
        similarity: as people write it.
        score: the same of the score, empty where it is the similarity.
        verdict: what the truth says, in a word.
        is_relevant: whether that is good.
        bar: a drawing of the shares, side by side.
        shares: (kind, label, share) of those that are named.
        rest: what all else that they share adds; empty if nothing.
        n_rest: how much else that is.
    """

    rank: int | None
    title: str
    day: str
    similarity: str
    score: str
    verdict: str
    is_relevant: bool
    bar: Markup
    shares: tuple[tuple[str, str, str], ...]
    rest: str
    n_rest: int


@dataclass(frozen=True, slots=True)
class ShownQuery:
    """A query in a report.

    Attributes:
        title: its headline.
        day: of its publication.
        figure: our nDCG@10 for it.
        n_found: relevant picks in the list.
        n_relevant: relevant candidates in all.
        picks: the list.
        missed: relevant ones that it lacks.
    """

    title: str
    day: str
    figure: str
    n_found: int
    n_relevant: int
    picks: tuple[ShownPick, ...]
    missed: tuple[ShownPick, ...]


def widest(queries: Iterable[QueryResult]) -> float:
    """Return the similarity that a full bar stands for: one scale for all of a report."""
    picks = (pick for query in queries for pick in (*query.picks, *query.missed))
    highest = max((pick.similarity for pick in picks), default=0.0)
    return max(0.1, math.ceil(highest * 10 - 1e-6) / 10)


def shown(query: QueryResult, full: float, relevant_from: float = 1.0) -> ShownQuery:
    """Return a query as the report shows it.

    Args:
        query: with its picks.
        full: the similarity that fills a bar.
        relevant_from: the grade from which a pick is relevant.
    """
    return ShownQuery(
        title(query.title, query.id),
        day(query.published_at),
        figure(query.by_metric[MAIN]),
        sum(pick.grade >= relevant_from for pick in query.picks),
        query.n_relevant,
        tuple(_shown_pick(pick, full, relevant_from) for pick in query.picks),
        tuple(_shown_pick(pick, full, relevant_from) for pick in query.missed),
    )


def _shown_pick(pick: PickResult, full: float, relevant_from: float) -> ShownPick:
    named = [(_kind(kind), label, share) for kind, label, share in pick.shares[:N_SHARES]]
    rest = max(0.0, pick.similarity - sum(share for _, _, share in named))
    is_scored_apart = pick.score is not None and abs(pick.score - pick.similarity) > 1e-6
    return ShownPick(
        pick.rank,
        title(pick.title, pick.id),
        day(pick.published_at),
        figure(pick.similarity),
        figure(pick.score) if is_scored_apart and pick.score is not None else "",
        _verdict(pick.grade, relevant_from),
        pick.grade >= relevant_from,
        _bar([*((kind, share) for kind, _, share in named), ("rest", rest)], full),
        tuple((kind, cut(label, LONGEST_LABEL), figure(share)) for kind, label, share in named),
        figure(rest) if rest >= SMALLEST_REST else "",
        len(pick.shares) - len(named) + pick.n_more,
    )


def _bar(parts: Sequence[tuple[str, float]], full: float) -> Markup:
    """Return parts side by side, each as wide as its share of `full`; one path for each kind."""
    paths: dict[str, str] = {}
    at = 0.0
    for kind, share in parts:
        width = BAR * share / full
        drawn_width = width - min(GAP, width / 3)
        paths[kind] = paths.get(kind, "") + f"M{at:.0f} 0h{drawn_width:.0f}v9H{at:.0f}"
        at += width
    drawn = (element("path", class_=kind, d=d) for kind, d in paths.items())
    return stretched("shared", *drawn, height=9)


def _kind(kind: str) -> str:
    """Return how a share is drawn: what editors set apart from what the text says."""
    return "tag" if kind == "tag" else "word"


def _verdict(grade: float, relevant_from: float) -> str:
    """Return what the truth says of a pick; a grade other than plain yes or no is told too."""
    if grade <= 0:
        return "not listed"
    said = "relevant" if grade >= relevant_from else "not relevant"
    return said if grade == 1 else f"{said}, grade {grade:g}"
