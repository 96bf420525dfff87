"""Run benchmarks, one after the other, each in a fresh process: `make bench`.

    python -m tests.benchmarks [NAME …] [OPTION …]

Without a name `SHORT` run, minutes in all; the others are run by name. Each says what it measures,
and against what, in its own docstring. Options are handed on: `python -m tests.benchmarks speed
--markdown`.
"""

import subprocess
import sys
from pathlib import Path

PREFIX = "bench_"

SHORT = ("speed",)
"""What runs when nothing is named: what needs no articles but made ones, and no more than minutes.
"""


def main() -> int:
    known = sorted(
        path.stem.removeprefix(PREFIX) for path in Path(__file__).parent.glob(f"{PREFIX}*.py")
    )
    first_option = next((n for n, word in enumerate(sys.argv) if word[:1] == "-"), len(sys.argv))
    chosen, options = sys.argv[1:first_option], sys.argv[first_option:]
    if unknown := sorted(set(chosen) - set(known)):
        print(f"There is no benchmark {unknown[0]}; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    for name in chosen or SHORT:
        print(f"\n{name}", flush=True)
        run = subprocess.run([sys.executable, "-m", f"tests.benchmarks.{PREFIX}{name}", *options])
        if run.returncode != 0:
            return run.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
