"""Something to serve: made articles, trained and promoted as a user does it, and followed once."""

import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from recommender.ranking.pointer import pointer_path
from recommender.settings import Settings, load_settings
from tests.benchmarks.archive import Archive
from tests.benchmarks.archive.__main__ import write

LIMIT = 4
PATIENCE_S = 600


class Home(NamedTuple):
    """A home, ready to be served.

    Attributes:
        settings: of it.
        paths: a question for each of its articles, in no order.
    """

    settings: Settings
    paths: list[str]


def make(folder: Path, n_articles: int) -> Home:
    """Return a home of made articles.

    Args:
        folder: to put it into.
        n_articles: how many.
    """
    settings = load_settings(folder / "home", environment={})
    if not pointer_path(settings.serving_dir).exists():
        _fill(settings, folder / "archive.jsonl.gz", n_articles)
    ids = [article.id for article in Archive(n_articles)]
    random.Random(0).shuffle(ids)
    return Home(settings, [f"/v1/related?id={one}&limit={LIMIT}" for one in ids])


def shares(paths: Sequence[str], n: int) -> list[Sequence[str]]:
    """Return paths dealt out in `n` shares of one size.

    Args:
        paths: each goes into one share.
        n: how many.
    """
    size = len(paths) // n
    return [paths[at * size : (at + 1) * size] for at in range(n)]


def _fill(settings: Settings, texts: Path, n_articles: int) -> None:
    write(Archive(n_articles), texts)
    morefrom = [sys.executable, "-m", "recommender.cli", "--home", str(settings.home)]
    for arguments in (["import", str(texts)], ["train", "--promote"]):
        subprocess.run([*morefrom, *arguments], check=True, stdout=sys.stderr)
    deadline = time.monotonic() + PATIENCE_S
    with subprocess.Popen([*morefrom, "follow"]) as follower:
        while not pointer_path(settings.serving_dir).exists():
            if follower.poll() is not None or time.monotonic() > deadline:
                follower.kill()
                sys.exit("The follower did not come to its first snapshot.")
            time.sleep(0.1)
        follower.terminate()
