"""Questions asked for the first time since an article was published, beside a constant app.

Every worker has answered each of them before. Then a story is published, the workers follow, and
each question is asked once more: most answers have outlived the snapshot that they were made from.
The answer cache is given room for all of them, which a site gives to those that are read.
"""

import time
from dataclasses import replace
from datetime import UTC, datetime

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.settings import Settings
from recommender.workflows.follower import Follower
from tests.benchmarks.serving import servers
from tests.benchmarks.serving.home import Home
from tests.benchmarks.serving.load import put_on
from tests.benchmarks.serving.questions import FIRST_ASKED, answer_bytes, lines
from tests.benchmarks.speed.table import Table

N_QUESTIONS = 20_000
"""As each goes to any worker, so many times the workers are first ones: more than a turn takes."""

KEPT_MB = 1_000
TURN_S = 1
N_PASSES = 8
"""A question goes to whichever worker is free; after so many hardly a worker lacks an answer."""

FIRST_S = 0.0015
"""Seconds that a first answer takes, with all around it, at most about."""

FOLLOWED_WITHIN_S = 2.0


def measure(home: Home, table: Table) -> None:
    """Print the lines of answers that outlive a publication.

    Args:
        home: what is served; each of its newcomers is published in a turn of its own.
        table: to print to.
    """
    settings = home.settings.model_copy(update={"answer_cache_mb": KEPT_MB})
    asked = home.paths[:N_QUESTIONS]
    pass_s = 1 + round(FIRST_S * len(asked))
    turns = []
    with Catalogue.open(settings.catalogue_url, must_exist=True) as catalogue:
        follower = Follower(settings, catalogue)
        follower.step(datetime.now(UTC))
        with servers.ours(settings) as ours:
            n_bytes = answer_bytes(ours.url, asked[:100])
            with servers.peer(settings, n_bytes) as peer:
                put_on(ours.url, asked, N_PASSES * pass_s // 2)
                for article in home.newcomers:
                    _publish(article, settings, catalogue, follower)
                    turns.append(
                        [
                            put_on(ours.url, asked, TURN_S),
                            put_on(peer.url, asked, TURN_S),
                        ]
                    )
                    put_on(ours.url, asked, pass_s)
    for line in lines("the first time since an article was published", turns, FIRST_ASKED):
        table.add(line)


def _publish(
    article: Article, settings: Settings, catalogue: Catalogue, follower: Follower
) -> None:
    """Publish an article, new in a home that was used before too, and wait for every worker."""
    catalogue.upsert([replace(article, id=f"{article.id}-{time.time_ns()}")], "benchmark", "")
    while not follower.step(datetime.now(UTC)):
        time.sleep(settings.poll_interval_s)
    time.sleep(FOLLOWED_WITHIN_S)
