"""Run the benchmarks, one after the other, each in a fresh process: `make bench`.

    python -m tests.benchmarks [NAME …]

Without a name all run. Each says what it measures, and against what, in its own docstring; options
of one are given to it directly: `python -m tests.benchmarks.bench_neighbours --runs 5`.
"""

import subprocess
import sys
from pathlib import Path

PREFIX = "bench_"


def main() -> int:
    known = sorted(
        path.stem.removeprefix(PREFIX) for path in Path(__file__).parent.glob("bench_*.py")
    )
    chosen = sys.argv[1:] or known
    if unknown := sorted(set(chosen) - set(known)):
        print(f"There is no benchmark {unknown[0]}; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    for name in chosen:
        print(f"\n{name}", flush=True)
        run = subprocess.run([sys.executable, "-m", f"tests.benchmarks.{PREFIX}{name}"])
        if run.returncode != 0:
            return run.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
