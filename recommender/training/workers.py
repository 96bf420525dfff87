"""Work shared out to workers, whoever they are, its results in order whatever becomes of them.

Plain joblib: threads, processes, or whatever backend is current (`joblib.parallel_config`), such as
a cluster of dask's. A process that is killed takes down joblib's own pool with it: then what has
not come back is begun again, so it costs no more than what was being worked on. Dask starts lost
work again by itself.
"""

import signal
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.backend import resource_tracker
from joblib.externals.loky.process_executor import BrokenProcessPool
from joblib.parallel import LokyBackend, get_active_backend

from recommender.errors import WorkersKilled

_MAX_KILLS = 3
"""Workers killed, one after another without any result between, until it is given up."""

Result = TypeVar("Result")


def in_order(
    work: Callable[..., Result],
    n_tasks: int,
    task: Callable[[int], tuple[Any, ...]],
    n_jobs: int | None,
    prefer: str | None = None,
    *,
    stay: bool = False,
) -> Iterator[Result]:
    """Do tasks.

    Args:
        work: a function, or an object, that can be sent to another process.
        n_tasks: how many tasks there are.
        task: returns the arguments of one, by its number.
        n_jobs: workers, as joblib has it, whose current backend does the work.
        prefer: `threads` or `processes` where no backend was chosen; None for joblib's default.
        stay: keep joblib's own processes, which are sent home else: for who has more to do soon,
            and asks within `dismissed`.

    Yields:
        What `work` returned for each task, in order.

    Raises:
        WorkersKilled: if it is of no use to start another one; who is killed costs its task.
    """
    n_done = n_kills = 0
    while n_done < n_tasks:
        tasks = (delayed(work)(*task(number)) for number in range(n_done, n_tasks))
        is_loky = _is_loky(prefer)
        try:
            with _interrupts_held() if is_loky else nullcontext():
                results = Parallel(n_jobs, prefer=prefer, return_as="generator")(tasks)
            with _abandoned_quietly(results):
                for result in results:
                    n_done, n_kills = n_done + 1, 0
                    yield result
        except BrokenProcessPool:
            n_kills += 1
            if n_kills == _MAX_KILLS:
                raise WorkersKilled from None
        finally:
            if is_loky and (n_done < n_tasks or not stay):
                _dismiss(kill_workers=n_done < n_tasks)


@contextmanager
def dismissed(prefer: str | None = None) -> Iterator[None]:
    """Send joblib's own processes home at the end of this block, if it has any.

    Args:
        prefer: as for `in_order`.

    Yields:
        Nothing.
    """
    try:
        yield
    finally:
        if _is_loky(prefer):
            _dismiss(kill_workers=False)


def shares_memory() -> bool:
    """Return whether workers, threads where nothing else was chosen, share this one's memory."""
    return getattr(get_active_backend(prefer="threads")[0], "supports_sharedmem", False)


def _is_loky(prefer: str | None) -> bool:
    return isinstance(get_active_backend(prefer=prefer)[0], LokyBackend)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start processes that a Ctrl-C does not reach: it is for the one that they work for.

    What blocks a signal hands that on to what it starts. An interrupt within this block comes at
    its end.

    Yields:
        Nothing.
    """
    resource_tracker.ensure_running()  # which lets signals through once it has been started
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _abandoned_quietly(results: Generator[object, None, None]) -> Iterator[None]:
    """Give up what is left of results in the end, without joblib's regret of work done in vain.

    Args:
        results: what joblib returned.

    Yields:
        Nothing.
    """
    try:
        yield
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            results.close()


def _dismiss(*, kill_workers: bool) -> None:
    """Send joblib's own processes home, which it would keep, with their memory, for five minutes.

    The next ones begin anew: loky measures how a worker grows from its first task on, and would
    take the libraries that another task needs for a leak.

    Args:
        kill_workers: rather than to wait for what they are at.
    """
    get_reusable_executor().shutdown(wait=True, kill_workers=kill_workers)
