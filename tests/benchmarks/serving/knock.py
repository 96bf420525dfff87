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


async def connection(
    host: str, port: int, paths: Iterator[str], until: float, told: list[Answered]
) -> None:
    """Ask one question after the other; tell of each whether it was a 200, and its seconds."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        while (started := time.perf_counter()) < until:
            writer.write(f"GET {next(paths)} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.partition(b"content-length:")[2].split(None, 1)[0]
            await reader.readexactly(int(length))
            told.append((head.split()[1] == b"200", time.perf_counter() - started))
    except (OSError, asyncio.IncompleteReadError):
        told.append((False, time.perf_counter() - started))
    finally:
        writer.close()


async def knock(url: str, paths: Iterator[str], connections: int, seconds: float) -> list[Answered]:
    """Ask on several connections at once."""
    place, told = urlsplit(url), list[Answered]()
    host, port = place.hostname or "127.0.0.1", place.port or 80
    until = time.perf_counter() + seconds
    one_each = (connection(host, port, paths, until, told) for _ in range(connections))
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
