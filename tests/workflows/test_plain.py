"""Plain lists against brute force: all pairs compared one by one, the nearest scored and sorted."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from recommender.domain.article import Article
from recommender.ranking.bundle import Bundle
from recommender.ranking.by_score import Lists
from recommender.ranking.rows import similarity
from recommender.ranking.scoring import scores
from recommender.workflows.plain import Candidates, PlainLists
from tests.workflows.conftest import NOON, Newsroom

N = 70
N_STORED = 50
FACTORS = """[factors]
closeness_half_life_days = 5.0
closeness_least = 0.2
company_least = 0.3
other_section = 0.5
"""
NO_FACTORS = """[factors]
closeness_least = 1.0
company_least = 1.0
length_power = 0.0
"""


@pytest.fixture(params=[NO_FACTORS, FACTORS], ids=["similarity", "factors"])
def bundle(newsroom: Newsroom, tmp_path: Path, request: pytest.FixtureRequest) -> Bundle:
    rng = np.random.default_rng(11)
    words = [f"word{number}" for number in range(25)]
    newsroom.store(
        *(
            Article(
                f"a{number:02}",
                title=" ".join(rng.choice(words, 6)),
                body=" ".join(rng.choice(words, 30)),
                section=f"Section {number % 3}",
                language=("en", "de")[number % 5 == 0],
                published_at=None if number < 5 else NOON - timedelta(days=number // 3),
            )
            for number in range(N)
        )
    )
    config = tmp_path / "config.toml"
    config.write_text(f"n_candidates = {N_STORED}\n{request.param}")
    return newsroom.bundle(newsroom.train(config=config).version)


def listed(lists: Lists) -> list[list[tuple[int, int, int]]]:
    """Return row, score and similarity of the picks of each list."""
    return [
        [pick for pick in zip(*held, strict=True) if pick[0] >= 0]
        for held in zip(*(held.tolist() for held in lists), strict=True)
    ]


def brute_force(
    bundle: Bundle, query: int, k: int, candidates: Candidates
) -> list[tuple[int, int, int]]:
    table = bundle.articles
    found = []
    for row in range(len(bundle)):
        is_candidate = (
            candidates is Candidates.ALL or table.published_us[row] <= table.published_us[query]
        )
        near = similarity(bundle.vectors, query, row)
        same_language = table.language[row] == table.language[query]
        if row != query and is_candidate and same_language and near:
            factors = bundle.factors.named(query, np.array([row], np.int32))
            score = int(scores(np.array([near], np.int32), factors)[0])
            found.append((row, score, near))
    nearest = sorted(found, key=lambda one: (-one[2], one[0]))[: max(N_STORED, 4 * k)]
    return sorted(nearest, key=lambda one: (-one[1], one[0]))[:k]


@pytest.mark.parametrize("candidates", Candidates)
@pytest.mark.parametrize("k", [1, 4, 20, 69, 200])
def test_lists_are_brute_force(bundle: Bundle, k: int, candidates: Candidates) -> None:
    lists = PlainLists(bundle, k, candidates)

    found = listed(lists.of(np.arange(N)))

    assert found == [brute_force(bundle, query, k, candidates) for query in range(N)]


def test_any_articles_can_be_asked_for_in_any_order(bundle: Bundle) -> None:
    lists = PlainLists(bundle, 5, Candidates.AS_OF)
    whole = listed(lists.of(np.arange(N)))

    assert listed(lists.of(np.array([7, 3, 66]))) == [whole[7], whole[3], whole[66]]
