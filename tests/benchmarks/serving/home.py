"""Something to serve: made articles, trained and promoted as a user does it, and followed once."""

import random
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from recommender.domain.article import Article
from recommender.ranking import engine
from recommender.ranking.pointer import pointer_path
from recommender.settings import Settings, load_settings
from recommender.training import vectors
from recommender.workflows.serving import environment_of
from tests.benchmarks.archive import Archive
from tests.benchmarks.archive.__main__ import write

LIMIT = 4
PATIENCE_S = 600


class Home(NamedTuple):
    """A home, ready to be served.

    Attributes:
        settings: of it.
        paths: a question for each of its articles, in no order.
        newcomers: the articles that came after those, which it has never seen, oldest first.
    """

    settings: Settings
    paths: list[str]
    newcomers: list[Article]


def make(
    folder: Path, n_articles: int, n_newcomers: int = 0, database_url: str | None = None
) -> Home:
    """Return a home of made articles.

    Args:
        folder: to put it into.
        n_articles: how many.
        n_newcomers: how many more to make, and keep back.
        database_url: of the catalogue, if it is not to be a file of the home.
    """
    environment = {} if database_url is None else {"MOREFROM_DATABASE_URL": database_url}
    settings = load_settings(folder / "home", environment)
    archive = Archive(n_articles + n_newcomers)
    if not pointer_path(settings.serving_dir).exists():
        folder.mkdir(parents=True, exist_ok=True)
        texts = folder / "archive.jsonl.gz"
        write(archive, texts, n_articles)
        _fill(settings, texts)
    everybody = iter(archive)
    ids = [article.id for article in islice(everybody, n_articles)]
    random.Random(0).shuffle(ids)
    return Home(settings, [question(one) for one in ids], list(everybody))


def question(article_id: str, limit: int = LIMIT) -> str:
    """Return the path by which an article's picks are asked for."""
    return f"/v1/related?id={article_id}&limit={limit}"


def shares(paths: Sequence[str], n: int) -> list[Sequence[str]]:
    """Return paths dealt out in `n` shares of one size.

    Args:
        paths: each goes into one share.
        n: how many.
    """
    size = len(paths) // n
    return [paths[at * size : (at + 1) * size] for at in range(n)]


def command(settings: Settings, *arguments: str) -> list[str]:
    """Return a command of morefrom, to be run with `environment_of(settings)`."""
    return [sys.executable, "-m", "recommender.cli", "--home", str(settings.home), *arguments]


def run(settings: Settings, *arguments: str) -> str:
    """Run a command of morefrom in a process of its own, and return what it printed."""
    done = subprocess.run(
        command(settings, *arguments),
        check=True,
        env=environment_of(settings),
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _fill(settings: Settings, texts: Path) -> None:
    engine.warm()
    vectors.warm()  # both as `morefrom doctor --warm`: whoever installed it has compiled its loops
    for arguments in (["import", str(texts)], ["train", "--promote"]):
        print(run(settings, *arguments), file=sys.stderr)
    deadline = time.monotonic() + PATIENCE_S
    follow, environment = command(settings, "follow"), environment_of(settings)
    with subprocess.Popen(follow, env=environment) as follower:
        while not pointer_path(settings.serving_dir).exists():
            if follower.poll() is not None or time.monotonic() > deadline:
                follower.kill()
                sys.exit("The follower did not come to its first snapshot.")
            time.sleep(0.1)
        follower.terminate()
