"""A small generator of load, for where there is no wrk: the same arguments, the same four numbers.

    python -m tests.benchmarks.serving.knock URL FILE CONNECTIONS SECONDS

Each connection is kept alive and has one request under way. It is Python, so it is soon the slower
side: what it says of a fast server is too little.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

Answered = tuple[bool, float]


class Line:
    """A connection that is kept alive, and opened again when it has broken."""

    def __init__(self, url: str) -> None:
        """Begin without a connection.

        Args:
            url: of the server.
        """
        place = urlsplit(url)
        self._host, self._port = place.hostname or "127.0.0.1", place.port or 80
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str) -> tuple[int, bytes]:
        """Return the status and the body of an answer.

        Raises:
            OSError: nobody listens, or the connection broke.
            asyncio.IncompleteReadError: it ended within an answer, or before one.
        """
        if self._open is None or self._open[0].at_eof() or self._open[0].exception():
            self.close()
            self._open = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._open
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.partition(b"content-length:")[2].split(None, 1)[0]
            return int(head.split()[1]), await reader.readexactly(int(length))
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open[1].close()
            self._open = None


async def connection(url: str, paths: Iterator[str], until: float, told: list[Answered]) -> None:
    """Ask one question after the other; tell of each whether it was a 200, and its seconds."""
    line = Line(url)
    try:
        while (started := time.perf_counter()) < until:
            status, _ = await line.ask(next(paths))
            told.append((status == 200, time.perf_counter() - started))
    except (OSError, asyncio.IncompleteReadError):
        told.append((False, time.perf_counter() - started))
    finally:
        line.close()


async def knock(url: str, paths: Iterator[str], connections: int, seconds: float) -> list[Answered]:
    """Ask on several connections at once."""
    told, until = list[Answered](), time.perf_counter() + seconds
    one_each = (connection(url, paths, until, told) for _ in range(connections))
    await asyncio.gather(*one_each)
    return told


def main() -> None:
    url, file, connections, seconds = sys.argv[1:]
    paths = cycle(Path(file).read_text(encoding="ascii").split())
    started = time.perf_counter()
    told = asyncio.run(knock(url, paths, int(connections), float(seconds)))
    took_us = (time.perf_counter() - started) * 1e6
    waits = sorted(wait for _, wait in told)
    p99_us = waits[int(len(waits) * 0.99)] * 1e6 if waits else 0
    print(len(told), sum(not good for good, _ in told), round(took_us), round(p99_us))


if __name__ == "__main__":
    main()
