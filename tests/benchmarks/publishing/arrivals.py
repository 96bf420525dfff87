"""New articles published one by one, beside an app that only stores them; when readers see them.

After each acknowledgement every worker is asked for the new article's picks until it knows it. The
pauses between two articles are of random length, so that none keeps step with the workers' looks at
the pointer.
"""

import random
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from recommender.domain.article import Article
from tests.benchmarks.publishing.cms import Cms, Told
from tests.benchmarks.serving.each_worker import Connections, until_all
from tests.benchmarks.serving.home import question
from tests.benchmarks.speed.table import Line, Table, duration, named

ASKED_S = 0.3
"""Seconds in which an acknowledgement is asked for."""

SEEN_S = 1.0
"""Seconds after it in which every worker is asked to have the article."""

LONGEST_PAUSE_S = 0.3


class Arrival(NamedTuple):
    """An article that was published.

    Attributes:
        told: the acknowledgement.
        seen_s: seconds from it until every worker knew the article.
        theirs_s: seconds in which the peer stored it.
    """

    told: Told
    seen_s: float
    theirs_s: float


def publish(
    articles: Sequence[Article], desk: Cms, peer: Cms, connections: Connections
) -> list[Arrival]:
    """Publish articles, one after the other.

    Args:
        articles: nobody has seen them.
        desk: where they are published.
        peer: where they are only stored.
        connections: to each worker.
    """
    dice, arrivals = random.Random(0), []
    for article in articles:
        time.sleep(dice.uniform(0, LONGEST_PAUSE_S))
        theirs = peer.put(article)
        told = desk.put(article)
        if (told.status, theirs.status) != (201, 201):
            message = f"{article.id} was not taken: {told.status} {told.facts}, {theirs.status}"
            raise ValueError(message)
        path = question(article.id)
        seen_s = until_all(connections, path, lambda it: it["query"] is not None, told.at)
        arrivals.append(Arrival(told, seen_s, theirs.seconds))
    return arrivals


def lines(arrivals: Sequence[Arrival], n_articles: int) -> list[Line]:
    """Return the lines of articles published.

    Args:
        arrivals: at least one.
        n_articles: in the archive before them.
    """
    ours = np.array([one.told.seconds for one in arrivals])
    theirs = np.array([one.theirs_s for one in arrivals])
    seen = np.array([one.seen_s for one in arrivals])
    facts = [one.told.facts for one in arrivals]
    changed = [len(one["changed_lists"]) for one in facts if one["changed_lists"] is not None]
    visible = float(np.mean([one["visible"] for one in facts]))
    return [
        Line(f"{len(arrivals):,} articles published, to {n_articles:,}"),
        beside("an article acknowledged (p50)", ours, theirs, 50),
        beside("  the slowest (p99)", ours, theirs, 99, ASKED_S),
        Line("  visible in the acknowledgement", f"{visible:.1%}"),
        Line("  lists of others that changed, median", f"{np.median(changed or [0]):.0f}"),
        Line.under("every worker has it after (p50)", at_most(seen, 50)),
        Line.under("  the slowest (p99)", at_most(seen, 99), SEEN_S),
        Line.under("  the slowest of all", float(seen.max())),
    ]


def at_most(seconds: ArrayLike, percent: float) -> float:
    """Return the seconds that so many of a hundred took at most: one of those measured.

    Args:
        seconds: at least one, infinite for what never came.
        percent: how many.
    """
    return float(np.percentile(seconds, percent, method="higher"))


def beside(
    work: str, ours: np.ndarray, theirs: np.ndarray, percent: float, asked_s: float | None = None
) -> Line:
    """Return the line of a percentile beside the peer's.

    Args:
        work: what is done.
        ours: seconds.
        theirs: seconds.
        percent: which percentile.
        asked_s: seconds that ours may be, None where nothing is asked.
    """
    ours_s, theirs_s = (at_most(each, percent) for each in (ours, theirs))
    return Line(
        work,
        duration(ours_s),
        "" if asked_s is None else f"at most {duration(asked_s)}",
        None if asked_s is None else ours_s <= asked_s,
        f"an insert, {named('flask')}",
        duration(theirs_s),
        f"1/{ours_s / theirs_s:.1f}",
    )


def measure(
    articles: Sequence[Article],
    desk: Cms,
    peer: Cms,
    connections: Connections,
    n_articles: int,
    table: Table,
) -> list[Arrival]:
    """Publish articles, print the lines of it, and return what was acknowledged."""
    arrivals = publish(articles, desk, peer, connections)
    for line in lines(arrivals, n_articles):
        table.add(line)
    return arrivals
