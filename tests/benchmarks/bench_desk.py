"""How long an editor waits at the desk: search at each key, the page of an article.

    python -m tests.benchmarks.bench_desk [--markdown] [--page docs/desk.md] [--articles 100000]
        [--folder FOLDER]

A made archive is imported, trained and followed in a home of its own. The peer of the search is
SQLite's full-text index FTS5 over the same headlines and texts, in the same process and the same
minutes; both are asked what stands in the box at every third key of sixty headlines. It takes five
minutes, most of them for the training; with `--folder` the home is kept, and used again if it is
there.
"""

import argparse
import os
import platform
import tempfile
from contextlib import nullcontext
from itertools import islice
from pathlib import Path

from tests.benchmarks.archive import Archive
from tests.benchmarks.desk import answering, lists, searching
from tests.benchmarks.serving import home
from tests.benchmarks.speed import page
from tests.benchmarks.speed.table import Table, named


def main() -> None:
    options = argparse.ArgumentParser(description="How long an editor waits.")
    options.add_argument("--markdown", action="store_true", help="as a page has it")
    options.add_argument("--page", type=Path, metavar="FILE.md", help="put it there too")
    options.add_argument("--articles", type=int, default=100_000, help="in the archive")
    options.add_argument("--folder", type=Path, help="for the home, to be kept")
    chosen = options.parse_args()

    told = (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}, {named('numpy')}, {named('flask')}."
        " Seconds of one processor; medians unless they say otherwise."
    )
    print(told, end="\n\n", flush=True)
    table = Table(markdown=chosen.markdown)
    kept = nullcontext(chosen.folder) if chosen.folder else tempfile.TemporaryDirectory()
    with kept as folder, tempfile.TemporaryDirectory() as for_peer:
        settings = home.make(Path(folder), chosen.articles).settings
        articles = list(islice(Archive(chosen.articles), chosen.articles))
        table.head()
        searching.measure(settings, articles, Path(for_peer), table)
        answering.measure(settings, articles, table)
        lists.measure(settings, Path(for_peer), table)
    if chosen.page:
        page.write(chosen.page, "desk", [told, "", *table.told])


if __name__ == "__main__":
    main()
