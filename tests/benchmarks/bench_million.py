"""How fast at a million articles: the table's long form, an hour and more.

    python -m tests.benchmarks.bench_million [--markdown] [--page docs/performance.md]
        [--draw docs/growth.svg] [--threads 2] [--articles 1000000] [--graph-seconds 1800]
        [--memory 8G]

As `bench_speed`, and ours finds all lists within its budget, none worked out from a sample; then
the drawing of how a search grows, and the whole way from texts to a promoted bundle, which
`bench_whole_way` goes alone. It takes 20 GB of memory, most of it for peers, and 20 GB of disk.
"""

import argparse
import os
import tempfile
from pathlib import Path

from recommender.ranking.engine import Engine, warm
from tests.benchmarks.speed import (
    all_lists,
    filtered,
    graph,
    growth,
    newcomers,
    one_text,
    page,
    peers,
    whole_way,
)
from tests.benchmarks.speed.drawing import draw
from tests.benchmarks.speed.made import make
from tests.benchmarks.speed.table import Table, machine

SMALLER = (10_000, 100_000)
"""Archives that the growth is measured on, beside the large one."""


def main() -> None:
    options = argparse.ArgumentParser(description="The table of speed, its long form.")
    options.add_argument("--markdown", action="store_true", help="as a page has it")
    options.add_argument("--page", type=Path, metavar="FILE.md", help="put it there too")
    options.add_argument("--threads", type=int, default=os.cpu_count(), help="for all lists")
    options.add_argument("--articles", type=int, default=1_000_000)
    options.add_argument("--graph-seconds", type=float, default=1_800, help="most for pynndescent")
    options.add_argument("--memory", default="8G", help="what training may take")
    options.add_argument("--draw", type=Path, metavar="FILE.svg", help="how a search grows")
    chosen = options.parse_args()

    warm()
    told = machine(chosen.threads)
    print(told, end="\n\n", flush=True)
    table = Table(markdown=chosen.markdown)
    table.head()
    threads, costs = chosen.threads, {}
    for n in (*SMALLER, chosen.articles):
        with tempfile.TemporaryDirectory() as folder:
            made = make(n, Path(folder))
            engine, transposed = Engine(made.rows), peers.columns_first(made.matrix)
            costs[n] = one_text.measure(made, engine, transposed, table)
            if n == SMALLER[0]:
                continue
            found = all_lists.measure(made, engine, transposed, threads, table, full=True)
            newcomers.measure(made, engine, found.lists, table)
            filtered.measure(made, engine, table)
            if n == SMALLER[-1]:
                graph.measure(made, engine, found.seconds, threads, chosen.graph_seconds, table)
            del made, engine, transposed, found  # gigabytes, which what follows should not lack
    growth.measure(costs, table)
    if chosen.draw:
        draw(costs, chosen.draw)
    whole_way.measure(chosen.articles, chosen.memory, table)
    if chosen.page:
        page.write(chosen.page, "million", [told, "", *table.told])


if __name__ == "__main__":
    main()
