"""The server, granian with its own options: `python -m service.public … APP`.

The libraries that every worker needs are imported before the workers are forked. So the workers
share them: each takes less memory and is ready sooner. Our own modules are not among them: workers
that are renewed find those as they are then.
"""

import gc
import runpy
from importlib import import_module

SHARED = ("flask", "numpy", "pydantic")


def main() -> None:
    """Run granian until it is stopped."""
    for name in SHARED:
        import_module(name)
    gc.collect()
    gc.freeze()  # a search for rubbish writes to all that it looks at: then it is shared no more
    runpy.run_module("granian", run_name="__main__")


if __name__ == "__main__":
    main()
