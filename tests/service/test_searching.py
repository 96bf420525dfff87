"""The search of a worker, beside the obvious slow one; and what a question does without it."""

import json

import numpy as np
import pytest

from recommender.domain.article import Article
from recommender.ranking.bundle import Bundle
from recommender.ranking.searching import LiveSearch
from tests.ranking.pairs import SlowSearcher
from tests.service.newsroom import Newsroom, article, seven

N_STORED = 100


def crowd() -> list[Article]:
    """Return more articles alike than are stored of each, the farthest in a section of its own."""
    near = [article(f"near-{n:03}", "Russia", "Grain") for n in range(N_STORED + 20)]
    return [*near, article("far", "Russia", section="Rare")]


def test_the_engine_finds_what_looking_at_all_finds(newsroom: Newsroom) -> None:
    version = newsroom.train(seven())
    bundle = Bundle.verify(newsroom.settings.versions_dir / version)
    search, slow = LiveSearch(), SlowSearcher()
    for row in range(len(bundle)):
        for barred in (np.zeros(len(bundle), np.bool_), np.arange(len(bundle)) % 2 == 0):
            found = search.nearest(bundle, bundle.vectors.row(row), 3, barred)
            expected = slow.nearest(bundle, bundle.vectors.row(row), 3, barred)
            assert [part.tolist() for part in found] == [part.tolist() for part in expected]


@pytest.mark.parametrize("live_search", [True, False])
def test_what_is_not_stored_is_searched_for_or_the_answer_says_so(
    newsroom: Newsroom, live_search: bool
) -> None:
    newsroom.serve(newsroom.train(crowd()))
    client = newsroom.client(live_search=live_search)

    answer = json.loads(client.get("/v1/related?id=near-000&section=rare&fallback=none").data)

    assert answer["complete"] is live_search
    assert [item["id"] for item in answer["items"]] == (["far"] if live_search else [])
