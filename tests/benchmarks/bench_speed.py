"""How fast, at 10,000 and 100,000 articles, beside those who do the same: the table, in minutes.

    python -m tests.benchmarks.bench_speed [--markdown] [--page docs/performance.md]
        [--threads 2] [--graph-seconds 90]

The articles are made (`archive`), their vectors are the product's own. Peers take turns with ours
in the same process; what each line means stands in the modules of `speed`. All lists of 100,000 are
worked out from a sample of the rows, ours too; pynndescent, which cannot be asked for a sample, has
the smaller archive. `bench_million` is the long form.
"""

import argparse
import os
from pathlib import Path

from recommender.ranking.engine import Engine, warm
from tests.benchmarks import bench_text
from tests.benchmarks.archive import Archive
from tests.benchmarks.speed import (
    all_lists,
    filtered,
    graph,
    growth,
    more_like_this,
    newcomers,
    one_text,
    page,
    peers,
)
from tests.benchmarks.speed.made import make
from tests.benchmarks.speed.table import Table, machine

SMALL, LARGE = 10_000, 100_000
"""Articles in each archive."""


def main() -> None:
    options = argparse.ArgumentParser(description="The table of speed, its short form.")
    options.add_argument("--markdown", action="store_true", help="as a page has it")
    options.add_argument("--page", type=Path, metavar="FILE.md", help="put it there too")
    options.add_argument("--threads", type=int, default=os.cpu_count(), help="for all lists")
    options.add_argument("--graph-seconds", type=float, default=90, help="the most for pynndescent")
    chosen = options.parse_args()

    warm()
    told = machine(chosen.threads)
    print(told, end="\n\n", flush=True)
    table = Table(markdown=chosen.markdown)
    table.head()
    threads, costs = chosen.threads, {}
    for n in (SMALL, LARGE):
        made = make(n)
        engine, transposed = Engine(made.rows), peers.columns_first(made.matrix)
        costs[n] = one_text.measure(made, engine, transposed, table)
        if n == SMALL:
            found = all_lists.measure(made, engine, transposed, threads, table, full=True)
            graph.measure(made, engine, found.seconds, threads, chosen.graph_seconds, table)
            newcomers.measure(made, engine, found.lists, table)
    all_lists.measure(made, engine, transposed, threads, table, full=False)
    filtered.measure(made, engine, table)
    more_like_this.measure(made, engine, transposed, table)
    bench_text.measure("made", list(Archive(SMALL)), table)
    growth.measure(costs, table)
    if chosen.page:
        page.write(chosen.page, "speed", [told, "", *table.told])


if __name__ == "__main__":
    main()
