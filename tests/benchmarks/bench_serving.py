"""How many requests the public app stands, beside an app that does nothing; memory and starts.

    python -m tests.benchmarks.bench_serving [--markdown] [--page docs/serving.md]
        [--articles 100000] [--rounds 3] [--seconds 5] [--home FOLDER]

Load comes from this machine too, over loopback with connections kept alive, so all figures are
ratios against a peer in the same run. What each line means stands in the modules of `serving`. A
folder named by `--home` is filled once and used again.
"""

import argparse
import os
import platform
import signal
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.serving import (
    home,
    kinds,
    load,
    outliving,
    own_time,
    questions,
    servers,
    workers,
)
from tests.benchmarks.speed import page
from tests.benchmarks.speed.table import Table, named


def main() -> None:
    options = argparse.ArgumentParser(description="What the public app stands.")
    options.add_argument("--markdown", action="store_true", help="as a page has it")
    options.add_argument("--page", type=Path, metavar="FILE.md", help="put it there too")
    options.add_argument("--articles", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=3, help="turns of each side")
    options.add_argument("--seconds", type=int, default=5, help="of a turn")
    options.add_argument("--home", type=Path, help="a folder, to be filled once; else a new one")
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no server is left behind

    told = (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores for server and load,"
        f" Python {platform.python_version()}, {named('granian')}, {named('flask')}.\n"
        f"{servers.WORKERS} workers, {load.CONNECTIONS} connections, load by {load.generator()};"
        f" medians of {chosen.rounds} turns of {chosen.seconds} s."
    )
    print(told, end="\n\n", flush=True)
    table = Table(markdown=chosen.markdown)
    with tempfile.TemporaryDirectory() as folder:
        served = home.make(chosen.home or Path(folder), chosen.articles, chosen.rounds)
        table.head()
        questions.measure(served, chosen.rounds, chosen.seconds, table)
        outliving.measure(served, table)
        own_time.measure(served, table)
        workers.measure(served, chosen.seconds, table)
        kinds.measure(served, chosen.rounds, chosen.seconds, table)
    if chosen.page:
        page.write(chosen.page, "serving", [told, "", *table.told])


if __name__ == "__main__":
    main()
