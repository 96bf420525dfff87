"""How long a search takes at each key that an editor presses, and how soon it finds the article."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from recommender.domain.article import Article
from recommender.ranking.snapshot import Snapshot
from recommender.settings import Settings
from recommender.workflows.finding import Finder
from tests.benchmarks.desk.clock import in_turn
from tests.benchmarks.desk.full_text import PEER, FullText
from tests.benchmarks.speed.table import Line, Table

N_SOUGHT = 60
"""Articles that are looked for, each by its headline, letter by letter."""

LIMIT = 20
"""Articles that a search shows."""

ASKED_S = 0.05
"""Seconds that a search may take."""

_SHARES = (0.25, 0.5, 1.0)
"""Of a headline so much is typed when it is looked whether the article is among those shown."""


def measure(settings: Settings, articles: Sequence[Article], folder: Path, table: Table) -> None:
    """Search for articles by their headlines, beside the peer.

    Args:
        settings: of the home that has them.
        articles: all of them.
        folder: for the peer's file.
        table: takes the lines.
    """
    snapshot, finder, now = Snapshot.open(settings), Finder(), datetime.now(UTC)
    finder.find(snapshot, {}, "ready", now, LIMIT)
    peer = FullText(folder / "fts.db", articles)
    sought = random.Random(0).sample(list(articles), N_SOUGHT)

    def ours(text: str) -> list[str]:
        return [one.card.id for one in finder.find(snapshot, {}, text, now, LIMIT).hits]

    def theirs(text: str) -> list[str]:
        return peer.find(text, LIMIT)

    typed = list(_typed(sought))
    random.Random(1).shuffle(typed)
    seconds = in_turn({"ours": ours, PEER: theirs}, iter(typed))
    p50, p99 = (np.percentile(seconds["ours"], share) for share in (50, 99))
    their_p50, their_p99 = (np.percentile(seconds[PEER], share) for share in (50, 99))
    name = f"search at each key, {len(articles):,} articles"
    table.add(Line.faster(name, PEER, float(their_p50), float(p50)))
    table.add(Line.faster("  the slowest of a hundred (p99)", PEER, float(their_p99), float(p99)))
    table.add(Line.under("  the same", float(p99), ASKED_S))
    for share in _SHARES:
        mine, its = (
            np.mean([one.id in find(_beginning(one.title, share)) for one in sought])
            for find in (ours, theirs)
        )
        work = f"  shown after {share:.0%} of the headline"
        table.add(Line.least(work, float(mine), 0, PEER, f"{its:.4f}"))
    peer.close()


def _typed(sought: Sequence[Article]) -> Iterator[str]:
    """Yield what stands in the box at each third key, headline by headline."""
    for one in sought:
        for end in range(1, len(one.title) + 1, 3):
            yield one.title[:end]


def _beginning(title: str, share: float) -> str:
    return title[: max(1, round(share * len(title)))]
