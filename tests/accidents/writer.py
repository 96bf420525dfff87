"""One of several processes that write to a catalogue at once: reads, then writes, again and again.

`python -m tests.accidents.writer URL NUMBER TRANSACTIONS` waits for a line on its standard input,
and tells at the end in JSON what was acknowledged, what was refused, and the slowest write.
"""

import json
import sys
import time
from dataclasses import replace

from recommender.catalogue.catalogue import Catalogue
from recommender.domain.article import Article
from recommender.domain.event import EventKind
from recommender.errors import MorefromError


def write(catalogue: Catalogue, number: int, place: int) -> None:
    """Write once, after a look at what is there."""
    if place % 2:
        seen = {"seen": catalogue.last_event()}
        catalogue.append(EventKind.TRAINING, f"{number}-{place}", "", "", seen)
        return
    article_id = f"shared-{place % 10}"
    found = catalogue.article(article_id) or Article(article_id)
    catalogue.upsert([replace(found, title=f"{found.title[:30]} {number} {place}")], "", "")


def main(url: str, number: int, n: int) -> dict[str, object]:
    """Return what became of `n` transactions."""
    took, refused = [], []
    with Catalogue.open(url) as catalogue:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for place in range(n):
            started = time.perf_counter()
            try:
                write(catalogue, number, place)
            except MorefromError as error:
                refused.append(str(error))
            took.append(time.perf_counter() - started)
    return {"refused": refused, "worst_s": max(took), "mean_s": sum(took) / n}


if __name__ == "__main__":
    done = main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    sys.stdout.write(f"{json.dumps(done)}\n")
