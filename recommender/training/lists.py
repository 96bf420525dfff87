"""All lists of a corpus: candidates and background of each article, stories, the noise floor."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.engine import Engine, Neighbours
from recommender.ranking.questions import Wanted
from recommender.ranking.rows import MILLION
from recommender.training.config import TrainingConfig
from recommender.training.counts import Counts
from recommender.training.floor import noise_floor
from recommender.training.older import OlderArticles
from recommender.training.passing import Passing


@dataclass(frozen=True, eq=False)
class Lists:
    """What is found by comparing n articles.

    Attributes:
        candidates: the nearest of each article.
        older: the nearest among those published long before each.
        stories: int32[n], the same number for articles that tell the same story.
        floor: int32[n], millionths: what is less similar to an article is no closer than chance.
    """

    candidates: Neighbours
    older: Neighbours
    stories: NDArray[np.int32]
    floor: NDArray[np.int32]


def find_lists(
    engine: Engine,
    counts: Counts,
    passed: Passing,
    config: TrainingConfig,
    n_jobs: int,
    progress: Callable[[str, int, int], object],
) -> Lists:
    """Compare all articles with all.

    Args:
        engine: the index over their vectors.
        counts: what they say.
        passed: what was noted of them.
        config: the experiment.
        n_jobs: threads; never changes the result.
        progress: called with the stage's name, the articles done and the articles in all.

    Returns:
        What was found.
    """
    n, n_done = engine.rows.n_rows, 0

    def count(n_rows: int) -> None:
        nonlocal n_done
        n_done += n_rows
        progress("comparing", n_done, n)

    published_us, by_language = passed.published_us(), passed.by_language()
    groups = None if config.mix_languages else by_language
    older = OlderArticles.of(published_us, config.older_days)
    wanted = (Wanted(config.n_candidates), older.wanted())
    candidates, drawn = engine.all_lists(wanted, n_jobs, count, groups=groups)
    likeness = config.stories.likeness()
    stories = likeness.stories(passed.copies.first_rows(), candidates, counts, published_us)
    if config.floor.similarity:
        floor = np.full(n, round(config.floor.similarity * MILLION), np.int32)
    else:
        floor = noise_floor(engine.rows, by_language, config.floor.noise_quantile)
    return Lists(candidates, older.spread(drawn, stories, engine, groups, n_jobs), stories, floor)
