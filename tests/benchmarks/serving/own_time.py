"""What we add to Flask's own time: an answer made for the first time, without server and network.

The public app and the constant one are called in this process, in turn, each question once; the
difference of the two is ours. It is processor time, so that what else runs does not count.
"""

import os
import time
from collections.abc import Sequence
from itertools import chain
from wsgiref.types import WSGIApplication

import numpy as np
from werkzeug.test import EnvironBuilder

from service.public.app import create_app
from tests.benchmarks.serving import constant
from tests.benchmarks.serving.home import Home
from tests.benchmarks.speed.table import Line, Table, duration

N_QUESTIONS = 2_000
ASKED_S = ((100_000, 0.001), (1_000_000, 0.002))
"""Seconds that an answer may take us, by the number of articles."""


def measure(home: Home, table: Table) -> None:
    """Print the line of our own time.

    Args:
        home: what is answered from.
        table: to print to.
    """
    os.environ[constant.SIZE] = "4000"
    app, peer = create_app(home.settings).wsgi_app, constant.create_app().wsgi_app
    paths = home.paths[-N_QUESTIONS:]
    taken = np.array([(seconds(app, path), seconds(peer, path)) for path in paths])
    own_s = np.maximum(taken[:, 0] - np.median(taken[:, 1]), 0.0)
    asked_s = next((most for n, most in ASKED_S if len(home.paths) <= n), np.inf)
    table.add(Line.under("our own time for an answer, median", float(np.median(own_s)), asked_s))
    table.add(Line("  the slowest (p99)", duration(float(np.percentile(own_s, 99)))))


def seconds(app: WSGIApplication, path: str) -> float:
    """Return how long an app works on a question.

    Args:
        app: which.
        path: the question.
    """
    environ = EnvironBuilder(path).get_environ()
    started = time.thread_time()
    parts: Sequence[bytes] = list(app(environ, _start))
    took_s = time.thread_time() - started
    if not any(chain.from_iterable(parts)):
        message = f"{path} has no answer"
        raise ValueError(message)
    return took_s


def _start(status: str, _headers: object, _exc_info: object = None) -> object:
    if not status.startswith("200"):
        raise ValueError(status)
    return None
