"""What accuracy does not say, in a figure and two sentences each: what it means, when to worry."""

from dataclasses import dataclass

from recommender.evaluation.beyond_results import Beyond
from recommender.evaluation.report_words import count, figure, percent


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure beside accuracy.

    Attributes:
        name: what is measured.
        value: the figure, as people write it.
        meaning: what it says.
        worry: when to look into it.
        is_worrying: whether that is the case here.
    """

    name: str
    value: str
    meaning: str
    worry: str
    is_worrying: bool


def facts(beyond: Beyond) -> list[Fact]:
    """Return the facts that were measured, those that an editor notices first at the head."""
    found = [*_variety(beyond), *_spread(beyond)]
    if beyond.language_mixing is not None:
        found.append(
            Fact(
                "In another language",
                percent(beyond.language_mixing),
                "Picks in another language than the article under which they stand.",
                "Above 1 %, unless you opened that on purpose.",
                beyond.language_mixing > 0.01,
            )
        )
    if beyond.fallback_rate is not None:
        found.append(
            Fact(
                "From the ladder",
                percent(beyond.fallback_rate),
                "Picks that a shared tag, the section or mere recency supplied, for want of close "
                "articles.",
                "Above 20 %: the archive is too small, or the floor too high.",
                beyond.fallback_rate > 0.2,
            )
        )
    short = Fact(
        "Short lists",
        percent(beyond.short_rate),
        f"Lists with fewer than {beyond.k} picks.",
        "Above 5 %, if blocks are to be full.",
        beyond.short_rate > 0.05,
    )
    return [*found, short]


def _variety(beyond: Beyond) -> list[Fact]:
    """Return how alike the picks of one list are."""
    is_served = beyond.fallback_rate is not None
    found = [
        Fact(
            "Same story twice",
            percent(beyond.same_story_rate),
            "Picks that tell the story of the article itself, or of a pick above them.",
            "Above 1 %: readers see the same news again."
            if is_served
            else "Not here: the plain ranking may have it, lists as served show a story once.",
            is_served and beyond.same_story_rate > 0.01,
        )
    ]
    if beyond.intra_list_similarity is not None:
        found.append(
            Fact(
                "Alike within a list",
                figure(beyond.intra_list_similarity),
                "Mean similarity of two picks of one list. 1 would be copies.",
                "Above 0.6: lists repeat themselves.",
                beyond.intra_list_similarity > 0.6,
            )
        )
    return found


def _spread(beyond: Beyond) -> list[Fact]:
    """Return how the archive shares in being picked."""
    return [
        Fact(
            "Coverage",
            percent(beyond.coverage),
            f"Articles that stand in at least one of {count(beyond.n_lists)} lists of {beyond.k}; "
            f"{percent(beyond.never_picked)} are never picked.",
            "Below 50 %: much of the archive lies unseen.",
            beyond.coverage < 0.5,
        ),
        Fact(
            "Concentration",
            f"{beyond.gini:.2f}",
            "Gini coefficient: 0 if all articles are picked equally often, towards 1 if a few "
            "always are.",
            "Above 0.8: look at the most picked ones above.",
            beyond.gini > 0.8,
        ),
    ]
