"""One connection to each worker, kept alive, so that each can be asked by itself.

Whose a connection is, the system knows: the worker that holds its other end. New connections are
opened until every worker has one; what is too many is closed again.
"""

import http.client
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psutil

from tests.benchmarks.serving.servers import Server

PATIENCE_S = 30.0
LOOK_INTERVAL_S = 0.002
N_TRIES = 500

Content = dict[str, Any]
Connections = Mapping[int, http.client.HTTPConnection]
"""By the id of the worker's process."""


@contextmanager
def each_worker(server: Server, n_workers: int) -> Iterator[Connections]:
    """Open a connection to each worker.

    Args:
        server: the site.
        n_workers: how many workers it has.
    """
    opened: dict[int, http.client.HTTPConnection] = {}
    try:
        for _ in range(N_TRIES):
            connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
            ask(connection, "/healthz")
            pid = _holder(server, connection)
            if pid in opened:
                connection.close()
            else:
                opened[pid] = connection
            if len(opened) == n_workers:
                break
        else:
            message = f"{len(opened)} of {n_workers} workers took a connection, of {N_TRIES}"
            raise TimeoutError(message)
        yield opened
    finally:
        for connection in opened.values():
            connection.close()


def ask(connection: http.client.HTTPConnection, path: str) -> Content:
    """Return the content of an answer, which must be a 200.

    Raises:
        ValueError: it is another one.
    """
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        message = f"{path}: {response.status} {body!r}"
        raise ValueError(message)
    return dict(json.loads(body))


def until_all(
    connections: Connections,
    path: str,
    is_so: Callable[[Content], bool],
    since: float,
    patience_s: float = PATIENCE_S,
) -> float:
    """Return after how many seconds the last worker answered as it should.

    Args:
        connections: to each.
        path: what is asked.
        is_so: whether an answer is as it should be.
        since: the instant to count from, by `time.perf_counter`.
        patience_s: how long to wait.

    Returns:
        The seconds until the end of that answer, infinite if it never came.
    """
    waiting = list(connections.values())
    while time.perf_counter() - since < patience_s:
        waiting = [one for one in waiting if not is_so(ask(one, path))]
        if not waiting:
            return time.perf_counter() - since
        time.sleep(LOOK_INTERVAL_S)
    return math.inf


def _holder(server: Server, connection: http.client.HTTPConnection) -> int:
    port = connection.sock.getsockname()[1]
    for worker in server.workers():
        try:
            held = worker.net_connections("tcp")
        except psutil.NoSuchProcess:
            continue
        if any(one.raddr and one.raddr.port == port for one in held):
            return worker.pid
    message = "no worker holds the other end of a connection"
    raise ValueError(message)
