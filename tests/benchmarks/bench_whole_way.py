"""The whole way of an archive, from texts to a promoted bundle: the last lines of `bench_million`.

python -m tests.benchmarks.bench_whole_way [--markdown] [--articles 1000000] [--memory 8G]
"""

import argparse

from tests.benchmarks.speed import whole_way
from tests.benchmarks.speed.table import Table


def main() -> None:
    options = argparse.ArgumentParser(description="From texts to a promoted bundle.")
    options.add_argument("--markdown", action="store_true", help="for a page")
    options.add_argument("--articles", type=int, default=1_000_000)
    options.add_argument("--memory", default="8G", help="what training may take")
    chosen = options.parse_args()

    table = Table(markdown=chosen.markdown)
    table.head()
    whole_way.measure(chosen.articles, chosen.memory, table)


if __name__ == "__main__":
    main()
