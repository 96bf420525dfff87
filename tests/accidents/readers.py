"""Readers who ask a running server without a pause, each on a connection that is kept alive."""

import http.client
import threading
from collections import Counter
from types import TracebackType
from typing import NamedTuple, Self

TIMEOUT_S = 10.0


class Said(NamedTuple):
    """An answer."""

    status: int
    timing: str
    body: bytes


class Readers:
    """Ask one path as long as the block lasts.

    Attributes:
        said: how often each answer came; of `Server-Timing` only who gave it, `app` or `cache`.
        failures: what broke, connection by connection; each is then opened anew.
        refused: those of them that had not brought one answer yet.
    """

    def __init__(self, port: int, path: str, n: int = 4) -> None:
        self.said: Counter[Said] = Counter()
        self.failures: list[str] = []
        self.refused: list[str] = []
        self.n = n
        self._port = port
        self._path = path
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._read) for _ in range(n)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        while not self._stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
            n_answers = 0
            try:
                while not self._stop.is_set():
                    self._ask(connection)
                    n_answers += 1
            except (OSError, http.client.HTTPException) as error:
                with self._lock:
                    self.failures.append(repr(error))
                    if not n_answers:
                        self.refused.append(repr(error))
            finally:
                connection.close()

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        connection.request("GET", self._path)
        response = connection.getresponse()
        giver = response.headers["Server-Timing"].partition(";")[0]
        said = Said(response.status, giver, response.read())
        with self._lock:
            self.said[said] += 1
