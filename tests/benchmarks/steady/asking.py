"""Readers at a steady pace, in a process of their own, until their standard input is closed.

    python -m tests.benchmarks.steady.asking URL FILE CONNECTIONS PER_SECOND

Each connection is kept alive and has its turns at fixed instants. An answer's time begins at its
instant, or when the request was sent where the connection was free before: so a pause of the server
counts for all who would have asked in it, and the generator's own lateness does not.

A request whose connection breaks is sent once more on a new one, as nginx, CDNs and browsers do:
that is `broken`, and `failed` only if it breaks again. What is told in the end is a `Reading` in
JSON.
"""

import asyncio
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from recommender.domain.picks_id import PicksInputs
from tests.benchmarks.serving.knock import Line

MAX_S = 7_200.0
"""Seconds after which readers go home by themselves."""

TIMEOUT_S = 10.0


class Readers:
    """Several connections, and what was said on them.

    Attributes:
        took_s: seconds of each answer.
        said: how often each answer came: number of the path, status, version, gist.
        broken: requests whose connection broke.
        failed: those that broke again.
    """

    def __init__(self, url: str, paths: Sequence[str], n: int, per_s: float) -> None:
        self.took_s: list[float] = []
        self.said: Counter[tuple[int, int, str, str]] = Counter()
        self.broken = 0
        self.failed: list[str] = []
        self._paths = paths
        self._lines = [Line(url) for _ in range(n)]
        self._interval_s = n / per_s

    async def read(self, stop: asyncio.Event) -> None:
        """Ask until told to stop."""
        started = time.perf_counter()
        readers = [
            asyncio.create_task(self._read(number, started, stop))
            for number in range(len(self._lines))
        ]
        await asyncio.gather(*readers)

    async def _read(self, number: int, started: float, stop: asyncio.Event) -> None:
        line, n_lines, asked = self._lines[number], len(self._lines), 0
        free_at = started
        while not stop.is_set():
            due = started + (asked + number / n_lines) * self._interval_s
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            begun = due if free_at > due else time.perf_counter()
            at = (asked * n_lines + number) % len(self._paths)
            answer = await self._ask(line, self._paths[at])
            free_at = time.perf_counter()
            if answer is not None:
                self.took_s.append(free_at - begun)
                self.said[at, *answer] += 1
            asked += 1
        line.close()

    async def _ask(self, line: Line, path: str) -> tuple[int, str, str] | None:
        for n_tries in (1, 2):
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    status, body = await line.ask(path)
                return (status, *gist(json.loads(body))) if status == 200 else (status, "", "")
            except (OSError, asyncio.IncompleteReadError) as error:
                line.close()
                self.broken += n_tries == 1
                if n_tries == 2:
                    self.failed.append(f"{path}: {error!r}")
        return None


def gist(content: dict[str, Any]) -> tuple[str, str]:
    """Return the version that an answer names, and a hash of what that version is to blame for.

    In the hash: the picks with their scores, and the version by which the answer can be replayed.
    """
    picks = [(item["id"], item["score"]) for item in content["items"]]
    of = PicksInputs.decode(content["picks_id"]).version
    told = json.dumps([of, picks]).encode()
    return content["model"]["version"], hashlib.blake2b(told, digest_size=8).hexdigest()


async def _until_closed(stop: asyncio.Event) -> None:
    """Set an event as soon as standard input has ended, at the latest after `MAX_S`."""
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await asyncio.wait([ended], timeout=MAX_S)
    stop.set()


async def _main() -> None:
    url, file, connections, per_s = sys.argv[1:]
    paths = Path(file).read_text(encoding="ascii").split()
    readers, stop = Readers(url, paths, int(connections), float(per_s)), asyncio.Event()
    await asyncio.gather(readers.read(stop), _until_closed(stop))
    said = [[*key, count] for key, count in readers.said.items()]
    told = {"took_s": readers.took_s, "broken": readers.broken, "failed": readers.failed}
    json.dump({**told, "said": said}, sys.stdout)


if __name__ == "__main__":
    asyncio.run(_main())
