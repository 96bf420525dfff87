"""How loops are compiled: once, kept on disk, and run without the interpreter's lock.

No `fastmath` anywhere, for additions must keep their order. `engine.warm` makes the first call of
each loop at setup, so that nobody waits for a compiler later.

A compiled loop has other loops compiled into it, yet numba takes it for fresh as long as its own
file is as it was. Here it is fresh only as long as all modules of its package are.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Return the function compiled, for threads that share what it reads."""
    loop = njit(cache=True, nogil=True)(function)
    kept = getattr(getattr(loop, "_cache", None), "_cache_file", None)
    if kept is not None:  # it is None where numba is switched off
        kept._source_stamp = sources_stamp(Path(function.__code__.co_filename).parent)
    return cast("Function", loop)


@cache
def sources_stamp(folder: Path) -> bytes:
    """Return a hash of all modules in a folder.

    Args:
        folder: of a package.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()
