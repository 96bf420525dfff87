"""All lists of a corpus: candidates and background of each article, stories, the noise floor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.engine import Neighbours
from recommender.ranking.questions import Wanted
from recommender.ranking.rows import MILLION, SparseRows
from recommender.training.comparing import Comparison
from recommender.training.config import TrainingConfig
from recommender.training.floor import noise_floor
from recommender.training.older import OlderArticles
from recommender.training.passing import Passing
from recommender.training.recall import recall_of
from recommender.training.room import Room
from recommender.training.tokens import Tokens


@dataclass(frozen=True, eq=False)
class Lists:
    """What is found by comparing n articles.

    Attributes:
        candidates: the nearest of each article.
        older: the nearest among those published long before each.
        stories: int32[n], the same number for articles that tell the same story.
        story_similarity: millionths, from which on later articles of the same days are one story.
        floor: int32[n], millionths: what is less similar to an article is no closer than chance.
        search: how the nearest were found, as JSON values: `mode`, `exact` or `approximate`; of the
            latter the budget, `postings` and `listed`, and the `recall` (`recall_of`).
    """

    candidates: Neighbours
    older: Neighbours
    stories: NDArray[np.int32]
    story_similarity: int
    floor: NDArray[np.int32]
    search: dict[str, object]


class Means(NamedTuple):
    """What to find lists with; none of it changes them.

    Attributes:
        n_jobs: workers.
        progress: called with the stage's name, the articles done and the articles in all.
        room: to work in; None for memory alone.
    """

    n_jobs: int
    progress: Callable[[str, int, int], object]
    room: Room | None = None


def find_lists(
    rows: SparseRows, tokens: Tokens, passed: Passing, config: TrainingConfig, means: Means
) -> Lists:
    """Compare all articles with all.

    Args:
        rows: their vectors.
        tokens: what they say.
        passed: what was noted of them.
        config: the experiment.
        means: what to do it with.

    Returns:
        What was found.
    """
    n, n_done = rows.n_rows, 0

    def count(n_rows: int) -> None:
        nonlocal n_done
        n_done += n_rows
        means.progress("comparing", n_done, n)

    published_us, by_language = passed.published_us(), passed.by_language()
    groups, budget = None if config.mix_languages else by_language, config.search.budget(n)
    comparison = Comparison.of(rows, groups, budget, means.n_jobs, means.room)
    older = OlderArticles.of(published_us, config.older_days)
    candidates, drawn = comparison.all((Wanted(config.n_candidates), older.wanted()), count)
    likeness = config.stories.likeness()
    stories = likeness.stories(passed.copies(), candidates, tokens, published_us)
    if config.floor.similarity:
        floor = np.full(n, round(config.floor.similarity * MILLION), np.int32)
    else:
        floor = noise_floor(rows, by_language, config.floor.noise_quantile)
    background = older.spread(drawn, stories, comparison)
    story_similarity = likeness.similarity(stories, candidates, published_us)
    facts = _facts(comparison, candidates)
    return Lists(candidates, background, stories, story_similarity, floor, facts)


def _facts(comparison: Comparison, candidates: Neighbours) -> dict[str, object]:
    """Return how candidates were found, as `Lists.search` has it."""
    if comparison.budget is None:
        return {"mode": "exact"}
    n_postings, n_listed = comparison.budget
    return {
        "mode": "approximate",
        "postings": n_postings,
        "listed": n_listed,
        "recall": recall_of(candidates, comparison),
    }
