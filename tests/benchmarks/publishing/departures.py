"""Published articles taken back: until when a worker still shows them.

Each is sought first in the lists that it entered. From the acknowledgement on, every worker is
asked for one list that showed it, and for its own, until neither has it.
"""

import random
import time
from collections.abc import Sequence

from tests.benchmarks.publishing.arrivals import LONGEST_PAUSE_S, SEEN_S, Arrival, at_most
from tests.benchmarks.publishing.cms import Cms
from tests.benchmarks.serving.each_worker import Connections, Content, ask, until_all
from tests.benchmarks.serving.home import question
from tests.benchmarks.speed.table import Line, Table

LIMIT = 20
"""As long as a list can be."""


def measure(arrivals: Sequence[Arrival], desk: Cms, connections: Connections, table: Table) -> None:
    """Take articles back, and print the lines of it.

    Args:
        arrivals: the articles.
        desk: where it is done.
        connections: to each worker.
        table: to print to.
    """
    dice, took, gone, n_in_lists = random.Random(1), [], [], 0
    for arrival in arrivals:
        article_id = arrival.told.facts["article"]
        place = place_of(article_id, arrival.told.facts["changed_lists"] or [], connections)
        time.sleep(dice.uniform(0, LONGEST_PAUSE_S))
        told = desk.retract(article_id)
        if told.status != 200:
            message = f"{article_id} was not taken back: {told.status} {told.facts}"
            raise ValueError(message)
        paths = [question(article_id)] + ([] if place is None else [question(place, LIMIT)])
        gone.append(
            max(
                until_all(connections, path, lambda it, one=article_id: not shows(it, one), told.at)
                for path in paths
            )
        )
        took.append(told.seconds)
        n_in_lists += place is not None
    table.add(Line(f"{len(gone):,} of them retracted, {n_in_lists:,} from a list that showed it"))
    table.add(Line.under("a retraction acknowledged (p50)", at_most(took, 50)))
    table.add(Line.under("no worker shows it after (p50)", at_most(gone, 50)))
    table.add(Line.under("  the slowest of all", max(gone), SEEN_S))


def place_of(article_id: str, lists: Sequence[str], connections: Connections) -> str | None:
    """Return an article under which every worker shows another one, None if there is none.

    Args:
        article_id: of the one that is shown.
        lists: articles whose lists it entered.
        connections: to each worker.
    """
    for one in lists:
        path = question(one, LIMIT)
        if all(shows(ask(connection, path), article_id) for connection in connections.values()):
            return one
    return None


def shows(content: Content, article_id: str) -> bool:
    """Return whether an answer shows an article, or knows it as the one asked about."""
    query = content["query"]
    is_known = query is not None and query["id"] == article_id
    return is_known or any(item["id"] == article_id for item in content["items"])
